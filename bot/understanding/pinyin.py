"""Toneless, fuzzy pinyin of characters, and latin letters cut into syllables. Tables come from pypinyin's data."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from sys import intern

_INITIALS = {"zh": "z", "ch": "c", "sh": "s"}
_ENDINGS = {"ang": "an", "eng": "en", "ing": "in"}


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Character to its commonest reading without tone.

    Only the data file is read: importing the package builds phrase tables of 55 MB that nothing here needs.
    """
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        return {}
    raw = json.loads((Path(spec.origin).parent / "pinyin_dict.json").read_text(encoding="utf-8"))
    # A reading is shared by many characters; each is kept once.
    return {
        chr(int(code)): intern(readings.split(",")[0]) for code, readings in raw.items() if int(code) < 0xA000
    }


@lru_cache(maxsize=32768)
def syllable(char: str) -> str | None:
    """Toneless reading of one character ("款" → "kuan"), None for anything that is not Chinese."""
    reading = _table().get(char)
    return None if reading is None else _toneless(reading)


def _toneless(reading: str) -> str:
    bare = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǚ", "v").replace("ǜ", "v"))
    return "".join(c for c in bare if "a" <= c <= "z")


@lru_cache(maxsize=4096)
def fuzzy(sound: str) -> str:
    """The sound with the confusions of most accents folded: zh/z, ch/c, sh/s, ang/an, eng/en, ing/in, l/n."""
    for initial, plain in _INITIALS.items():
        if sound.startswith(initial):
            sound = plain + sound[2:]
    for ending, plain in _ENDINGS.items():
        if sound.endswith(ending):
            sound = sound[: -len(ending)] + plain
    return "n" + sound[1:] if sound.startswith("l") else sound


@lru_cache(maxsize=32768)
def sound_of(char: str) -> str | None:
    """Fuzzy toneless reading of one character, None where it has none."""
    plain = syllable(char)
    return fuzzy(plain) if plain else None


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """All of them, without tones."""
    readings = {reading for char, reading in _table().items() if "一" <= char <= "龥"}
    sounds = set(map(_toneless, readings))
    return frozenset(s for s in sounds if s and len(s) <= 6 and (len(s) > 1 or s in "aeo"))


def split_syllables(word: str) -> list[str] | None:
    """Latin letters as pinyin syllables ("tuikuan" → ["tui", "kuan"]), the fewest that fit; None where none do."""
    known = syllables()
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for size in range(1, min(6, end) + 1):
            before = best[end - size]
            piece = word[end - size : end]
            if before is not None and piece in known:
                found = best[end]
                if found is None or len(before) + 1 < len(found):
                    best[end] = [*before, piece]
    return best[len(word)]
