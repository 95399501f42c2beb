"""A language's phrasings as blocks of units, and how alike a message is to each of them: the kernel.

The kernel is a weighted sum of dot products, so whatever is trained on it can be turned into one weight a unit: a
message is then judged by adding up the weights of its own units, however many phrasings there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.understanding.normalise import Plain
from bot.understanding.units import (
    Beside,
    Block,
    Concepts,
    Floats,
    Places,
    Row,
    Times,
    Vocabulary,
    added,
    piece_units,
    sound_units,
    word_units,
)

# Weight of each kind of likeness, found by trying on labelled messages; a tie within a point is a tie.
WEIGHTS = {
    "zh": {"words": 1.0, "sounds": 0.4, "concepts": 0.4},
    "en": {"words": 1.0, "pieces": 0.8, "concepts": 0.2},
}
VECTORS = 2.5  # the weight of the sentence vectors beside them
# Enough to find the nearest phrasing, where the topics themselves are told apart by practice.
NEAREST = {"words": 1.0, "concepts": 0.4}
NEAR = 50  # phrasings whose spelling is compared letter by letter
HALF = 0.7  # of the nearest one's likeness
SAME = 0.93  # ratio from which a message counts as a phrasing of the FAQ itself
Arrays = Mapping[str, npt.NDArray[Any]]
NOTHING_KEPT: Arrays = {}
Counts = Mapping[str, Counter[str]]  # a message's units by kind
Found = Mapping[str, tuple[Places, Times]]
NOT: Found = {}


@dataclass(frozen=True)
class Seen:
    """A message as the phrasings see it: its known units in each block, and its vector where there are vectors."""

    text: str
    rows: dict[str, Row]
    vector: Floats | None

    @property
    def cover(self) -> float:
        """Share of the message's weight that the FAQ knows, 0 to 1: strange words make every guess a worse one."""
        return self.rows["words"].cover


class Features:
    """All phrasings of one language, in their blocks. `vectors` has a row for each, or is None; units that fewer than
    `least` phrasings have are left out. `nearest`: only what finds the nearest phrasing. `kept`: what `arrays` gave for
    the same phrasings."""

    def __init__(
        self,
        plains: Sequence[Plain],
        concepts: Concepts,
        lang: str,
        vectors: Floats | None = None,
        least: int = 1,
        nearest: bool = False,
        kept: Arrays = NOTHING_KEPT,
    ) -> None:
        self.texts = [p.text for p in plains]
        self.nearest = nearest
        self.vectors = vectors
        weights = NEAREST if nearest else WEIGHTS[lang]
        weights = weights | ({} if vectors is None else {"vectors": VECTORS})
        self.weights = {name: weight / sum(weights.values()) for name, weight in weights.items()}
        counters = {
            "words": word_units,
            "pieces": piece_units,
            "sounds": sound_units,
            "concepts": concepts.units,
        }
        # What practice weighs is counted in every message, needed here or not.
        self._counters = {k: c for k, c in counters.items() if k in WEIGHTS[lang]}
        self._beside: dict[str, Beside] = {}
        self.blocks = {
            name: Block.kept(_under(name, kept)) if kept else Block.of([count(p) for p in plains], least)
            for name, count in self._counters.items()
            if name in weights
        }

    def arrays(self) -> Arrays:
        """The fitted blocks, to be kept on disk: `kept` of the same phrasings another time."""
        return {f"{name}.{k}": v for name, block in self.blocks.items() for k, v in block.arrays().items()}

    def beside(self, others: Mapping[str, Vocabulary]) -> None:
        """From now on `see` may be told where these have the units of a message."""
        self._beside = {
            name: Beside(block.units, others[name]) for name, block in self.blocks.items() if name in others
        }

    def count(self, plain: Plain) -> Counts:
        return {name: count(plain) for name, count in self._counters.items()}

    def see(
        self, plain: Plain, vector: Floats | None, counts: Counts | None = None, found: Found = NOT
    ) -> Seen:
        """`counts` as `count` gives them, `found` where the others of `beside` have them."""
        counts = counts or self.count(plain)
        rows = {
            name: block.units.row(*self.find(name, counts[name], found.get(name)))
            for name, block in self.blocks.items()
        }
        return Seen(plain.text, rows, vector)

    def find(
        self, name: str, counts: Counter[str], found: tuple[Places, Times] | None
    ) -> tuple[Places, Times]:
        """Where a block has these units."""
        if found is None or name not in self._beside:
            return self.blocks[name].units.find(counts)
        return self._beside[name].find(found[0], counts), found[1]

    def phrasing(self, at: int) -> Seen:
        rows = {k: block.rows[at] for k, block in self.blocks.items()}
        return Seen(self.texts[at], rows, None if self.vectors is None else self.vectors[at])

    def kernel(self, seen: Seen) -> Floats:
        """Likeness to every phrasing, about 0 to 1."""
        postings = (b.postings(seen.rows[name], self.weights[name]) for name, b in self.blocks.items())
        total = added(postings, len(self.texts))
        if self.vectors is not None and seen.vector is not None:
            total += self.weights["vectors"] * (self.vectors @ seen.vector)
        return total

    def gram(self, rows: npt.NDArray[np.int64]) -> Floats:
        """The kernel of some phrasings (rows) against all (columns)."""
        return np.stack([self.kernel(self.phrasing(int(at))) for at in rows])

    def ratio(self, text: str, kernel: Floats) -> Floats:
        """The plain string ratio, 0 to 1, with the nearest phrasings; 0 for the others, which it could not lift. Only
        that with the one which a message is a copy of, where nothing more is asked of it."""
        ratio = np.zeros(len(kernel), dtype=np.float32)
        # Where the ratio only tells that a message is a phrasing, that one is among those about as near as the nearest.
        near = np.flatnonzero(kernel > HALF * kernel.max()) if self.nearest else np.arange(len(kernel))
        if len(near) > NEAR:
            near = near[np.argpartition(kernel[near], -NEAR)[-NEAR:]]
        texts = [self.texts[at] for at in near.tolist()]
        if not self.nearest:
            ratio[near] = process.cdist([text], texts, scorer=fuzz.ratio, dtype=np.float32)[0] / np.float32(
                100
            )
        elif same := process.extractOne(text, texts, scorer=fuzz.ratio, score_cutoff=100 * SAME):
            ratio[near[same[2]]] = same[1] / 100
        return ratio

    def heads(self, alpha: Floats, rows: npt.NDArray[np.int64]) -> dict[str, Floats]:
        """Weights of these phrasings (rows by topics) as weights of the units they are made of."""
        found = {
            name: np.float32(self.weights[name]) * block.spread(alpha, rows)
            for name, block in self.blocks.items()
        }
        if self.vectors is not None:
            found["vectors"] = np.float32(self.weights["vectors"]) * (self.vectors[rows].T @ alpha)
        return found


def _under(name: str, arrays: Arrays) -> Arrays:
    return {k.removeprefix(f"{name}."): v for k, v in arrays.items() if k.startswith(f"{name}.")}


def logits(seen: Seen, heads: dict[str, Floats]) -> Floats:
    """What the message's own units and its vector say for each topic."""
    total = sum(row.weight @ heads[name][row.index] for name, row in seen.rows.items())
    if seen.vector is not None and "vectors" in heads:
        total = total + seen.vector @ heads["vectors"]
    return np.asarray(total, dtype=np.float32)
