"""Chinese as it was meant, behind what was typed: characters that sound alike, two in each other's place.

Only looked at where two characters stand beside each other that nobody writes so. What was typed is kept unless
something else is so much likelier there that the slip is the likelier story. Characters left out are not filled in:
more often than one is missing, buyers write what nobody wrote before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.understanding.neighbours import Neighbours
from bot.understanding.pinyin import sound_of, syllable

# How unlikely each slip is, as a logarithm; tried on messages of buyers, changed and unchanged.
_SOUNDS = -9.0  # another character of the same sound
_ACCENT = -13.0  # one that only sounds alike
_WORD = -13.0  # a word of two characters for another that sounds alike
_SWAPPED = -8.0  # two characters in each other's place
_TRIED = 6  # characters of a sound
# How much likelier than what was typed, from where, to where (not included), what was meant.
Slip = tuple[float, int, int, str]


class Channel:
    def __init__(self, known: Neighbours) -> None:
        self._known = known
        self._alike: dict[str, list[tuple[str, float]]] = {}  # as far as it was asked for

    def meant(self, parts: Sequence[str]) -> list[tuple[int, int, str]]:
        """Of a clause in tokens, what was not meant as typed, in order: from where, to where (not included), and what
        was meant."""
        pairs, known, size = self._known.pairs, self._known.chars, len(parts)
        chinese = [len(part) == 1 and part >= "㐀" and sound_of(part) is not None for part in parts]
        # Between this part and the next: whether nobody writes them so.
        gaps = [
            chinese[at] and chinese[at + 1] and parts[at] + parts[at + 1] not in pairs
            for at in range(size - 1)
        ]
        strange = [at for at, part in enumerate(parts) if chinese[at] and part not in known]
        if not strange and True not in gaps:
            return []
        around = ["", *(part if its else "" for part, its in zip(parts, chinese, strict=True)), "", ""]
        odd = {at + more for at, gap in enumerate(gaps) if gap for more in (0, 1)}.union(strange)
        slips = [slip for at in odd for slip in self._sounding(at, *around[at : at + 3])]
        slips += [
            slip for at, gap in enumerate(gaps) if gap for slip in self._words(at, *around[at : at + 4])
        ]
        found: list[tuple[int, int, str]] = []
        for gain, begin, end, text in sorted(slips, reverse=True):
            if gain > 0 and all(end <= other[0] or other[1] <= begin for other in found):
                found.append((begin, end, text))
        return sorted(found)

    def _sounding(self, at: int, previous: str, char: str, following: str) -> Iterator[Slip]:
        """A character that sounds the same."""
        pairs, after = self._known.pairs, self._known.after
        if char not in self._alike:
            exact, others = syllable(char), self._known.of_sound(sound_of(char) or "")[:_TRIED]
            self._alike[char] = [
                (o, _SOUNDS if syllable(o) == exact else _ACCENT) for o in others if o != char
            ]
        typed = after(previous, char) + after(char, following)
        for other, slip in self._alike[char]:
            if (not previous or previous + other in pairs) and (not following or other + following in pairs):
                yield slip + after(previous, other) + after(other, following) - typed, at, at + 1, other

    def _words(self, at: int, previous: str, first: str, second: str, following: str) -> Iterator[Slip]:
        """Two characters the other way round, or a word that sounds the same."""
        pairs, after = self._known.pairs, self._known.after
        for word, slip in ((second + first, _SWAPPED), (self._known.pair_of(first, second), _WORD)):
            if word in pairs:
                typed = after(previous, first) + after(first, second) + after(second, following)
                gain = slip + after(previous, word[0]) + pairs[word] + after(word[1], following) - typed
                yield gain, at, at + 2, word
