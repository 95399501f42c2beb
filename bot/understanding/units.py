"""What two messages can share: words and characters, word pieces, sounds, and the concepts of the lexicon.

Each kind is a block of its own with its own inverse document frequencies. A message becomes one unit-length sparse row
per block; a fitted block answers "how alike is this row to every phrasing" through an inverted index.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from bot.understanding.lexicon import Lexicon
from bot.understanding.normalise import Plain, has_chinese, tokens
from bot.understanding.pinyin import sound_of

Floats = npt.NDArray[np.float32]
_ENDINGS = ("ation", "ingly", "ings", "ing", "ied", "ies", "ment", "ed", "es", "ly", "s", "e", "y")


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A rough English stem: "arriving", "arrived", "arrives" → "arriv"."""
    word = word.removesuffix("'s")
    if not word.isascii() or len(word) < 4:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            base = word[: -len(ending)]
            return base[:-1] if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls" else base
    return word


def word_units(plain: Plain) -> Counter[str]:
    """Characters and stemmed words, singly and in pairs; a pair does not reach over a clause break."""
    found: Counter[str] = Counter()
    for clause in plain.clauses:
        parts = [stem(t) for t in tokens(clause)]
        found.update(parts)
        found.update(f"{a} {b}" for a, b in pairwise(parts))
    return found


def piece_units(plain: Plain) -> Counter[str]:
    """Pieces of 3 to 5 letters of latin words, so that a typo leaves most of a word in place."""
    found: Counter[str] = Counter()
    for clause in plain.clauses:
        for word in tokens(clause):
            if word.isascii() and len(word) >= 4:
                found.update(_pieces(word))
    return found


@lru_cache(maxsize=16384)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"_{word}_"
    return tuple(padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1))


def sound_units(plain: Plain) -> Counter[str]:
    """Fuzzy syllables of Chinese characters, singly and in pairs: homophones are the commonest typing slip."""
    found: Counter[str] = Counter()
    for clause in plain.clauses:
        sounds = [sound_of(t) or t for t in tokens(clause)] if has_chinese(clause) else []
        found.update(sounds)
        found.update(f"{a} {b}" for a, b in pairwise(sounds))
    return found


class Concepts:
    """Finds the lexicon's groups in a message, the longest word first, each stretch of text used once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, words in lexicon.concepts.items():
            for word in words:
                parts = tuple(stem(t) for t in tokens(word))
                if parts:
                    self._by_first.setdefault(parts[0], []).append((parts, name))
        for options in self._by_first.values():
            options.sort(key=lambda o: -len(o[0]))

    def names(self, plain: Plain) -> list[str]:
        """Group names in the order met, with repeats left out."""
        found: dict[str, None] = {}
        for clause in plain.clauses:
            parts = tuple(stem(t) for t in tokens(clause))
            at = 0
            while at < len(parts):
                size, name = self._longest(parts, at)
                if name:
                    found[name] = None
                at += size
        return list(found)

    def _longest(self, parts: tuple[str, ...], at: int) -> tuple[int, str]:
        for words, name in self._by_first.get(parts[at], ()):
            if parts[at : at + len(words)] == words:
                return len(words), name
        return 1, ""

    def units(self, plain: Plain) -> Counter[str]:
        """Groups, singly and in unordered pairs."""
        names = self.names(plain)[:8]
        found = Counter(f"<{n}>" for n in names)
        found.update(f"<{a}+{b}>" for a, b in combinations(sorted(names), 2))
        return found


@dataclass(frozen=True)
class Row:
    """One message in one block: the known units' indices and weights, and how much of its weight is known."""

    index: npt.NDArray[np.int32]
    weight: Floats
    known: float  # squared weight of the units the FAQ has
    total: float  # squared weight of all units, an unknown one at the highest inverse frequency


class Block:
    """A fitted kind of unit: vocabulary, inverse frequencies and postings."""

    def __init__(self, counts: Sequence[Counter[str]]) -> None:
        self.size = len(counts)
        frequency: Counter[str] = Counter(unit for c in counts for unit in c)
        self.vocabulary = {unit: i for i, unit in enumerate(frequency)}
        df = np.fromiter(frequency.values(), dtype=np.float64, count=len(frequency))
        self.idf = (np.log((1 + self.size) / (1 + df)) + 1).astype(np.float32)
        self._idf: list[float] = self.idf.tolist()
        self.top = math.log((1 + self.size) / 1) + 1
        self.names = list(frequency)
        self.rows = [self.row(c) for c in counts]
        self._post()

    def _post(self) -> None:
        lengths = [len(r.index) for r in self.rows]
        units = np.concatenate([r.index for r in self.rows]) if self.rows else np.zeros(0, np.int32)
        owners = np.repeat(np.arange(self.size, dtype=np.int32), lengths)
        weights = np.concatenate([r.weight for r in self.rows]) if self.rows else np.zeros(0, np.float32)
        order = np.argsort(units, kind="stable")
        self._owners, self._weights = owners[order], weights[order]
        self._starts = np.searchsorted(units[order], np.arange(len(self.vocabulary) + 1)).tolist()

    def row(self, counts: Counter[str]) -> Row:
        index: list[int] = []
        weight: list[float] = []
        unknown = 0.0
        for unit, n in counts.items():
            at = self.vocabulary.get(unit)
            damped = 1.0 if n == 1 else 1 + math.log(n)
            if at is None:
                unknown += (damped * self.top) ** 2
            else:
                index.append(at)
                weight.append(damped * self._idf[at])
        raw = np.asarray(weight, dtype=np.float32)
        known = float(raw @ raw)
        return Row(
            np.asarray(index, dtype=np.int32),
            raw / math.sqrt(known) if known else raw,
            known,
            known + unknown,
        )

    def scores(self, row: Row) -> Floats:
        """Cosine of the row's known part with every phrasing."""
        spans = [slice(self._starts[u], self._starts[u + 1]) for u in row.index.tolist()]
        if not spans:
            return np.zeros(self.size, dtype=np.float32)
        owners = np.concatenate([self._owners[span] for span in spans])
        parts = np.concatenate([self._weights[span] for span in spans])
        parts = parts * np.repeat(row.weight, [span.stop - span.start for span in spans])
        return np.bincount(owners, weights=parts, minlength=self.size).astype(np.float32)

    def gram(self) -> Floats:
        """All phrasings against all."""
        return np.stack([self.scores(row) for row in self.rows])

    def shared(self, row: Row, other: int) -> list[tuple[str, float]]:
        """Units the row has in common with phrasing `other`, heaviest first, with their parts."""
        theirs = dict(zip(self.rows[other].index.tolist(), self.rows[other].weight.tolist(), strict=True))
        both = [
            (self.names[u], w * theirs[u])
            for u, w in zip(row.index.tolist(), row.weight.tolist(), strict=True)
            if u in theirs
        ]
        return sorted(both, key=lambda b: -b[1])
