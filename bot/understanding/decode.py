"""Pinyin as characters, as an input method would guess them: by how often buyers write each beside the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.understanding.neighbours import Neighbours
from bot.understanding.pinyin import fuzzy, split_syllables, syllable, syllables

LEAST, MOST = 4, 160  # letters
MET = 0.5  # of the pairs of neighbouring characters: a text with so many that were met is pinyin
_TRIED = 20  # characters of a sound
_KEPT = 8  # beginnings of the text, at each place; fewer mistake one short message in two hundred more
_ACCENT = math.log(2e-5)  # of a character that only sounds alike: who types pinyin mostly spells it right
Begun = tuple[float, str]  # how likely, and the characters so far


class Decoder:
    def __init__(self, known: Neighbours) -> None:
        self._known = known
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
        met = [text[at : at + 2] in self._known.pairs for at in range(len(text) - 1)]
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
            alike = self._known.of_sound(fuzzy(sound))[:_TRIED]
            self._tried[sound] = [(char, 0.0 if syllable(char) == sound else _ACCENT) for char in alike]
        found = []
        for char, own in self._tried[sound]:
            score, text = max([(score + self._known.after(text[-1:], char), text) for score, text in before])
            found.append((score + own, text + char))
        return found
