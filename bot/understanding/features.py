"""A language's phrasings as blocks of units, and how alike a message is to each of them: the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bot.understanding.normalise import Plain
from bot.understanding.units import Block, Concepts, Floats, Row, piece_units, sound_units, word_units

# Weight of each kind of likeness in the kernel, found by trying on labelled messages; a tie within a point is a tie.
WEIGHTS = {
    "zh": {"words": 1.0, "pieces": 0.0, "sounds": 0.4, "concepts": 0.4, "ratio": 0.4},
    "en": {"words": 1.0, "pieces": 0.8, "sounds": 0.0, "concepts": 0.2, "ratio": 0.3},
}


@dataclass(frozen=True)
class Likeness:
    """A message against every phrasing: the kernel row, the plain string ratio, and what the FAQ knows of it."""

    kernel: Floats
    ratio: Floats
    cover: float
    rows: dict[str, Row]


class Features:
    """All phrasings of one language, in their blocks."""

    def __init__(self, plains: Sequence[Plain], concepts: Concepts, lang: str) -> None:
        self.texts = [p.text for p in plains]
        self.weights = {k: w for k, w in WEIGHTS[lang].items() if w}
        self._concepts = concepts
        counters = {
            "words": word_units,
            "pieces": piece_units,
            "sounds": sound_units,
            "concepts": concepts.units,
        }
        self._counters = {k: c for k, c in counters.items() if k in self.weights}
        self.blocks = {k: Block([c(p) for p in plains]) for k, c in self._counters.items()}
        self._total = sum(self.weights.values())

    def gram(self) -> tuple[Floats, Floats]:
        """Kernel and string ratio of all phrasings against all."""
        ratio: Floats = process.cdist(self.texts, self.texts, scorer=fuzz.ratio, dtype=np.float32, workers=2)
        ratio /= np.float32(100)
        kernel = self.weights["ratio"] * ratio**2
        for name, block in self.blocks.items():
            kernel += self.weights[name] * block.gram()
        return np.asarray(kernel / self._total, dtype=np.float32), ratio

    def likeness(self, plain: Plain) -> Likeness:
        ratio: Floats = process.cdist([plain.text], self.texts, scorer=fuzz.ratio, dtype=np.float32)[0]
        ratio /= np.float32(100)
        kernel = self.weights["ratio"] * ratio**2
        rows: dict[str, Row] = {}
        for name, block in self.blocks.items():
            rows[name] = row = block.row(self._counters[name](plain))
            kernel += self.weights[name] * block.scores(row)
        return Likeness(np.asarray(kernel / self._total, dtype=np.float32), ratio, cover(rows), rows)


def cover(rows: dict[str, Row]) -> float:
    """Share of the message's weight that the FAQ knows, 0 to 1: strange words make every guess a worse one."""
    words = rows["words"]
    return words.known / words.total if words.total else 0.0
