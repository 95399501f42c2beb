"""Pinyin as characters, as an input method would guess them: by how often buyers write each beside the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bot.understanding.pinyin import fuzzy, split_syllables, syllable, syllables

LEAST, MOST = 4, 160  # letters
MET = 0.5  # of the pairs of neighbouring characters: a text with so many that were met is pinyin
_TRIED = 8  # characters of a sound
_KEPT = 6  # beginnings of the text, at each place
_STRANGE = math.log(0.003)  # of a pair nobody wrote, beside how common its second character is
_ACCENT = math.log(0.05)  # of a character that only sounds alike
Begun = tuple[float, str]  # how likely, and the characters so far


class Decoder:
    """Knows how often characters, and pairs of them, were met; `of_sound`: those of a sound, the commonest first."""

    def __init__(
        self, chars: Mapping[str, float], pairs: Mapping[str, float], of_sound: Mapping[str, Sequence[str]]
    ) -> None:
        self._chars, self._pairs, self._of_sound = chars, pairs, of_sound
        every = sum(chars.values()) or 1.0
        self._common = {char: math.log(n / every) for char, n in chars.items()}

    def read(self, words: Sequence[str]) -> str | None:
        """The likeliest characters for words of pinyin, typed together or apart; None where they are none, or where
        too few of the characters stand beside one they were met with."""
        if not LEAST <= sum(map(len, words)) <= MOST or any(split_syllables(word) is None for word in words):
            return None
        begun: list[Begun] = [(0.0, "")]
        for word in words:
            begun = self._word(word, begun)
        text = max(begun, default=(0.0, ""))[1]
        met = [text[at : at + 2] in self._pairs for at in range(len(text) - 1)]
        return text if met and sum(met) >= MET * len(met) else None

    def _word(self, word: str, before: list[Begun]) -> list[Begun]:
        """`before` with the word after it, the likeliest few."""
        at: list[list[Begun]] = [before] + [[] for _ in word]
        for end in range(1, len(word) + 1):
            found: dict[str, Begun] = {}
            for begin in range(max(0, end - 6), end):
                sound = word[begin:end]
                if not at[begin] or sound not in syllables():
                    continue
                for char in self._of_sound.get(fuzzy(sound), ())[:_TRIED]:
                    own = 0.0 if syllable(char) == sound else _ACCENT
                    for score, text in at[begin]:
                        now = score + own + self._after(text[-1:], char)
                        if char not in found or now > found[char][0]:
                            found[char] = (now, text + char)
            at[end] = sorted(found.values(), reverse=True)[:_KEPT]
        return at[-1]

    def _after(self, first: str, char: str) -> float:
        met = self._pairs.get(first + char, 0) if first else 0
        return math.log(met / self._chars[first]) if met else _STRANGE + self._common[char]
