"""How often buyers write Chinese characters, and each beside the other: what tells a slip from a word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bot.understanding.pinyin import sound_of

_STRANGE = math.log(0.02)  # of a pair nobody wrote, beside how common its second character is


class Neighbours:
    """Of characters and pairs of them, with how many texts have each."""

    def __init__(self, chars: Mapping[str, float], pairs: Mapping[str, float]) -> None:
        every = sum(chars.values()) or 1.0
        # Logarithms: of a pair, how likely its second character is after the first; of a character, how likely it is
        # after one that nobody wrote it after.
        self.pairs = {
            pair: math.log(often / max(chars.get(pair[0], 0.0), often)) for pair, often in pairs.items()
        }
        self.chars = {char: _STRANGE + math.log(often / every) for char, often in chars.items()}
        self._unknown = _STRANGE + math.log(0.1 / every)
        self._of_sound: dict[str, list[str]] = {}
        for char in sorted(chars, key=lambda char: -chars[char]):
            self._of_sound.setdefault(sound_of(char) or "", []).append(char)
        self._pair_of: dict[str, str] = {}
        for pair in sorted(pairs, key=lambda pair: -pairs[pair]):
            self._pair_of.setdefault(f"{sound_of(pair[0])} {sound_of(pair[1])}", pair)

    def after(self, first: str, char: str) -> float:
        """How likely a character is after another, or after nothing known (""): a logarithm, 0 for no character."""
        met = self.pairs.get(first + char)
        if met is not None:
            return met
        return self.chars.get(char, self._unknown) if char else 0.0

    def of_sound(self, sound: str) -> Sequence[str]:
        """Those of a fuzzy sound, the commonest first."""
        return self._of_sound.get(sound, ())

    def pair_of(self, first: str, second: str) -> str | None:
        """The commonest pair that sounds like these two."""
        return self._pair_of.get(f"{sound_of(first)} {sound_of(second)}")
