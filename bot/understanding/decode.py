"""Pinyin as characters, as an input method would guess them: by how often buyers write each beside the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bot.understanding.pinyin import fuzzy, split_syllables, syllable, syllables

LEAST, MOST = 4, 160  # letters
MET = 0.5  # of the pairs of neighbouring characters: a text with so many that were met is pinyin
_TRIED = 20  # characters of a sound
_KEPT = 8  # beginnings of the text, at each place; fewer mistake one short message in two hundred more
_STRANGE = math.log(0.01)  # of a pair nobody wrote, beside how common its second character is
_ACCENT = math.log(2e-5)  # of a character that only sounds alike: who types pinyin mostly spells it right
Begun = tuple[float, str]  # how likely, and the characters so far


class Decoder:
    """Knows how often characters, and pairs of them, were met; `of_sound`: those of a sound, the commonest first."""

    def __init__(
        self, chars: Mapping[str, float], pairs: Mapping[str, float], of_sound: Mapping[str, Sequence[str]]
    ) -> None:
        self._chars, self._pairs, self._of_sound = chars, pairs, of_sound
        every = sum(chars.values()) or 1.0
        self._rare = {char: _STRANGE + math.log(n / every) for char, n in chars.items()}
        self._tried: dict[str, list[tuple[str, float]]] = {}  # by sound, as far as it was asked for

    def read(self, words: Sequence[str], least: float = MET) -> str | None:
        """The likeliest characters for words of pinyin, typed together or apart; None where they are none, or where
        less than `least` of the characters stand beside one they were met with."""
        if not LEAST <= sum(map(len, words)) <= MOST or any(split_syllables(word) is None for word in words):
            return None
        begun: list[Begun] = [(0.0, "")]
        for word in words:
            begun = self._word(word, begun)
        text = max(begun, default=(0.0, ""))[1]
        met = [text[at : at + 2] in self._pairs for at in range(len(text) - 1)]
        return text if met and sum(met) >= least * len(met) else None

    def _word(self, word: str, before: list[Begun]) -> list[Begun]:
        """`before` with the word after it, the likeliest few."""
        at: list[list[Begun]] = [before] + [[] for _ in word]
        for end in range(1, len(word) + 1):
            found: list[Begun] = []
            for begin in range(max(0, end - 6), end):
                if at[begin] and word[begin:end] in syllables():
                    found += self._sound(word[begin:end], at[begin])
            at[end] = sorted(found, reverse=True)[:_KEPT]
        return at[-1]

    def _sound(self, sound: str, before: list[Begun]) -> list[Begun]:
        """`before` with each character of the sound after the one of them that suits it best."""
        if sound not in self._tried:
            alike = list(self._of_sound.get(fuzzy(sound), ()))[:_TRIED]
            self._tried[sound] = [(char, 0.0 if syllable(char) == sound else _ACCENT) for char in alike]
        found = []
        for char, own in self._tried[sound]:
            score, text = max([(score + self._after(text[-1:], char), text) for score, text in before])
            found.append((score + own, text + char))
        return found

    def _after(self, first: str, char: str) -> float:
        met = self._pairs.get(first + char, 0) if first else 0
        return math.log(met / self._chars[first]) if met else self._rare[char]
