"""What two messages can share: words and characters, word pieces, sounds, and the concepts of the lexicon.

Each kind is a block of its own with its own inverse document frequencies. A message becomes one unit-length sparse row
per block; a fitted block answers "how alike is this row to every phrasing" through an inverted index.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, combinations, pairwise, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.understanding.lexicon import Lexicon
from bot.understanding.normalise import Plain, tokens
from bot.understanding.pinyin import sound_of

Floats = npt.NDArray[np.float32]
# A unit met so many times counts so much: 1 + log n.
_DAMPED = np.array([0.0, *(1 + math.log(n) for n in range(1, 400))], dtype=np.float32)
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
    found: list[str] = []
    for parts in stems(plain):
        found += parts
        found += map(" ".join, pairwise(parts))
    return Counter(found)


@lru_cache(maxsize=8)  # several kinds of units ask for the same message
def stems(plain: Plain) -> tuple[tuple[str, ...], ...]:
    """The stems of each clause."""
    return tuple(tuple(map(stem, clause)) for clause in plain.tokens)


def piece_units(plain: Plain) -> Counter[str]:
    """Pieces of three letters of latin words, so that a typo leaves most of a word in place."""
    words = [word for clause in plain.tokens for word in clause if len(word) >= 4 and word.isascii()]
    return Counter([piece for word in words for piece in _pieces(word)])


@lru_cache(maxsize=16384)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"_{word}_"
    return tuple(padded[i : i + 3] for i in range(len(padded) - 2))


def sound_units(plain: Plain) -> Counter[str]:
    """Fuzzy syllables of Chinese characters, singly and in pairs: homophones are the commonest typing slip."""
    found: list[str] = []
    for clause in plain.tokens:
        sounds = list(map(sound_of, clause))
        if any(sounds):  # only where something in it is Chinese
            heard = [sound or token for sound, token in zip(sounds, clause, strict=True)]
            found += heard
            found += map(" ".join, pairwise(heard))
    return Counter(found)


class Concepts:
    """Finds the lexicon's groups in a message, the longest word first, each stretch of text used once; and its
    patterns, anywhere in the normalised text."""

    def __init__(self, lexicon: Lexicon, lang: str) -> None:
        self._groups: dict[tuple[str, ...], str] = {}
        for name, words in lexicon.concepts.items():
            for word in words:
                if parts := tuple(stem(t) for t in tokens(word)):
                    self._groups.setdefault(parts, name)
        sizes: dict[str, set[int]] = {}
        for parts in self._groups:
            sizes.setdefault(parts[0], set()).add(len(parts))
        # How long words that begin so are, the longest first.
        self._sizes = {first: sorted(its, reverse=True) for first, its in sizes.items()}
        of_lang = lexicon.patterns.get(lang, {})
        self._patterns = [(name, [re.compile(one) for one in any_of]) for name, any_of in of_lang.items()]

    def names(self, plain: Plain) -> list[str]:
        """Group names in the order met, with repeats left out; those of patterns first."""
        text = plain.text
        found: dict[str, None] = {}
        for group, patterns in self._patterns:
            # One by one: each jumps to where it may begin, which all of them as one would not.
            if any(pattern.search(text) for pattern in patterns):
                found[group] = None
        for parts in stems(plain):
            after = 0
            for at, part in enumerate(parts):
                if at >= after and (sizes := self._sizes.get(part)):
                    for size in sizes:
                        if name := self._groups.get(parts[at : at + size]):
                            found[name] = None
                            after = at + size
                            break
        return list(found)

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

    @property
    def cover(self) -> float:
        """The known share, 0 to 1."""
        return self.known / self.total if self.total else 0.0


# Phrasings, a unit of a message after the other, and what each unit adds to each of them.
Posting = tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]
Places = npt.NDArray[np.int32]  # of units in a vocabulary; -1 where it has none
Times = npt.NDArray[np.int64]  # how often each is met


def added(postings: Iterable[Posting], size: int) -> Floats:
    """The sum of postings, for each of `size` phrasings."""
    owners, parts = zip(*postings, strict=True)
    return np.bincount(np.concatenate(owners), np.concatenate(parts), size).astype(np.float32)


class Vocabulary:
    """The units of one kind that are known, and how much each tells: the rarer, the more."""

    def __init__(self, names: Sequence[str], idf: Floats, size: int) -> None:
        self.names = list(names)
        self.idf = idf
        self._size = size  # texts
        self.top = math.log(1 + size) + 1  # what a unit weighs that no text has
        self._weights = np.append(idf, np.float32(self.top))  # the last is an unknown unit's

    @cached_property
    def index(self) -> dict[str, int]:
        return dict(zip(self.names, range(len(self.names)), strict=True))

    @classmethod
    def of(cls, counts: Sequence[Counter[str]], least: int = 1) -> Vocabulary:
        """The units that at least so many of the texts have."""
        frequency: Counter[str] = Counter(unit for c in counts for unit in c)
        kept = {unit: n for unit, n in frequency.items() if n >= least}
        df = np.fromiter(kept.values(), dtype=np.float64, count=len(kept))
        idf = (np.log((1 + len(counts)) / (1 + df)) + 1).astype(np.float32)
        return cls(list(kept), idf, len(counts))

    def frequencies(self) -> dict[str, float]:
        """The units and how many texts have each, as near as their weights tell."""
        often = (1 + self._size) / np.exp(self.idf.astype(np.float64) - 1) - 1
        return dict(zip(self.names, often.tolist(), strict=True))

    def weigh(self, index: Places, times: Times) -> Floats:
        """Of units met so many times each."""
        weight: Floats = self._weights[index] * _DAMPED.take(times, mode="clip")
        return weight

    def find(self, counts: Counter[str]) -> tuple[Places, Times]:
        index = np.fromiter(map(self.index.get, counts, repeat(-1)), np.int32, len(counts))
        return index, np.fromiter(counts.values(), np.int64, len(counts))

    def cover(self, index: Places, times: Times) -> float:
        """The share of the units' weight that is known, 0 to 1; what a row of them says of it."""
        square = self.weigh(index, times) ** 2
        total = float(square.sum())
        return float(square @ (index >= 0)) / total if total else 0.0

    def row(self, index: Places, times: Times) -> Row:
        weight = self.weigh(index, times)
        total = known = float(weight @ weight)
        met = index >= 0
        if not met.all():
            index, weight = index[met], weight[met]
            known = float(weight @ weight)
        return Row(index, weight / np.float32(math.sqrt(known)) if known else weight, known, total)


class Beside:
    """One vocabulary's places by another's, so that a unit of a message is looked up once for both."""

    def __init__(self, units: Vocabulary, other: Vocabulary) -> None:
        own = dict(zip(units.names, range(len(units.names)), strict=True))
        self._places = np.fromiter((own.pop(name, -1) for name in chain(other.names, ("",))), np.int32)
        self._rest = own  # what the other has not

    def find(self, theirs: Places, counts: Counter[str]) -> Places:
        """The units' own places, from those in the other vocabulary."""
        found: Places = self._places[theirs]
        strange = (theirs < 0).nonzero()[0].tolist()
        if strange and self._rest:
            names = tuple(counts)
            found[strange] = [self._rest.get(names[at], -1) for at in strange]
        return found


@dataclass(frozen=True)
class Said:
    """A message's units of several kinds one after another, as `Joint` has them: their places, their weights (of unit
    length in each kind, 0 where unknown), the share of each kind's weight that is known, 0 to 1, and what was found of
    each kind in its vocabulary."""

    index: npt.NDArray[np.int64]
    weight: Floats
    cover: Mapping[str, float]
    found: Mapping[str, tuple[Places, Times]]


class Joint:
    """Vocabularies of several kinds with a weight for each unit and topic, in one table: a message is looked up and
    judged in a few steps, whatever the number of kinds. Each kind begins with a row of zeros, for what is unknown.
    `width` is what the table is kept in: half precision takes half of the memory, and the trained weights have no more;
    a message's rows are widened, which takes up to 0.03 ms."""

    def __init__(
        self,
        kinds: Mapping[str, Vocabulary],
        heads: Mapping[str, npt.NDArray[np.floating[Any]]],
        topics: int,
        width: np.dtype[Any],
    ) -> None:
        self._kinds = kinds
        begins = np.cumsum([0, *(len(units.names) + 1 for units in kinds.values())]).tolist()
        self._begins = dict(zip(kinds, begins[:-1], strict=True))
        self._firsts = np.array(begins[:-1], dtype=np.int64) + 1
        self.weights = np.zeros(begins[-1], dtype=np.float32)
        self.table = np.zeros((begins[-1], topics), dtype=width)
        for (name, units), begin in zip(kinds.items(), self._begins.values(), strict=True):
            self.weights[begin] = units.top
            self.weights[begin + 1 : begin + 1 + len(units.names)] = units.idf
            self.head(name)[:] = heads[name]

    def head(self, name: str) -> npt.NDArray[np.floating[Any]]:
        """One kind's part of the table."""
        begin = self._begins[name] + 1
        return self.table[begin : begin + len(self._kinds[name].names)]

    def see(self, counts: Mapping[str, Counter[str]]) -> Said:
        found = {name: units.find(counts[name]) for name, units in self._kinds.items()}
        sizes = [len(index) for index, _ in found.values()]
        index = np.concatenate([index for index, _ in found.values()]).astype(np.int64)
        times = np.concatenate([times for _, times in found.values()])
        met = index >= 0
        index += np.repeat(self._firsts, sizes)
        weight = self.weights.take(index) * _DAMPED.take(times, mode="clip")
        cover, at = {}, 0
        known = weight * met
        for name, size in zip(self._kinds, sizes, strict=True):
            every, of_kind = weight[at : at + size], known[at : at + size]
            total, square = float(every @ every), float(of_kind @ of_kind)
            cover[name] = square / total if total else 0.0
            if square:
                of_kind /= np.float32(math.sqrt(square))
            at += size
        return Said(index, known, cover, found)

    def logits(self, said: Said) -> Floats:
        """What the units say for each topic."""
        logits: Floats = said.weight @ self.rows(said)
        return logits

    def rows(self, said: Said) -> Floats:
        """The weights of each of the message's units."""
        return self.table.take(said.index, axis=0).astype(np.float32, copy=False)

    def names(self, said: Said) -> list[str]:
        """The message's units, "" for an unknown one."""
        every = [name for units in self._kinds.values() for name in ("", *units.names)]
        return [every[at] for at in said.index.tolist()]


@dataclass(frozen=True)
class Flat:
    """All phrasings' rows one after another: whose unit it is, which, its weight; and the rows' squared lengths."""

    owners: npt.NDArray[np.int32]
    units: npt.NDArray[np.int32]
    weights: Floats
    squares: npt.NDArray[np.float64]

    @classmethod
    def of(cls, counts: Sequence[Counter[str]], known: Vocabulary) -> Flat:
        """What `known.row` gives for each of them, all at once."""
        units = np.fromiter(map(known.index.get, chain.from_iterable(counts), repeat(-1)), np.int32)
        owners = np.repeat(np.arange(len(counts), dtype=np.int32), [len(c) for c in counts])
        times = np.fromiter(chain.from_iterable(c.values() for c in counts), np.int64, len(units))
        met = units >= 0
        units, owners = units[met], owners[met]
        weights = known.weigh(units, times[met])
        squares = np.asarray(np.bincount(owners, weights * weights, len(counts)), dtype=np.float64)
        return cls(owners, units, (weights / np.sqrt(squares)[owners]).astype(np.float32), squares)


class Block:
    """A fitted kind of unit: vocabulary, the phrasings' rows and postings."""

    def __init__(self, units: Vocabulary, flat: Flat) -> None:
        self.units, self._flat = units, flat
        self.size = len(flat.squares)
        order = np.argsort(flat.units, kind="stable")
        # In the widths that `np.bincount` adds up without converting them first.
        self._owners, self._weights = (
            flat.owners[order].astype(np.intp),
            flat.weights[order].astype(np.float64),
        )
        self._starts = np.searchsorted(flat.units[order], np.arange(len(units.names) + 1))

    @classmethod
    def of(cls, counts: Sequence[Counter[str]], least: int = 1) -> Block:
        units = Vocabulary.of(counts, least)
        return cls(units, Flat.of(counts, units))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it, to be kept on disk."""
        return {"names": np.array(self.units.names), "idf": self.units.idf, **vars(self._flat)}

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Block:
        flat = Flat(*(arrays[name] for name in Flat.__dataclass_fields__))
        return cls(Vocabulary(arrays["names"].tolist(), arrays["idf"], len(flat.squares)), flat)

    @cached_property
    def rows(self) -> list[Row]:
        """Each phrasing's, of the units that are known."""
        flat = self._flat
        ends = np.searchsorted(flat.owners, np.arange(self.size + 1)).tolist()
        spans = [slice(a, b) for a, b in pairwise(ends)]
        return [
            Row(flat.units[span], flat.weights[span], square, square)
            for span, square in zip(spans, flat.squares.tolist(), strict=True)
        ]

    def postings(self, row: Row, weight: float) -> Posting:
        """Adding them up gives `weight` times the cosine of the row's known part with every phrasing."""
        begins = self._starts[row.index]
        sizes = self._starts[row.index + 1] - begins
        ends = sizes.cumsum()
        at = np.repeat(begins - ends + sizes, sizes)
        at += np.arange(len(at))
        parts = np.repeat((row.weight * weight).astype(np.float64), sizes)
        parts *= self._weights.take(at)
        return self._owners.take(at), parts

    def spread(self, alpha: Floats, rows: npt.NDArray[np.int64]) -> Floats:
        """Weights of some phrasings (rows by topics) handed on to the units they are made of (units by topics)."""
        found = np.zeros((len(self.units.names), alpha.shape[1]), dtype=np.float32)
        for at, weights in zip(rows.tolist(), alpha, strict=True):
            # A phrasing names a unit once, so plain indexing adds what np.add.at would.
            found[self.rows[at].index] += self.rows[at].weight[:, None] * weights
        return found

    def shared(self, row: Row, other: int) -> list[tuple[str, float]]:
        """Units the row has in common with phrasing `other`, heaviest first, with their parts."""
        theirs = dict(zip(self.rows[other].index.tolist(), self.rows[other].weight.tolist(), strict=True))
        both = [
            (self.units.names[u], w * theirs[u])
            for u, w in zip(row.index.tolist(), row.weight.tolist(), strict=True)
            if u in theirs
        ]
        return sorted(both, key=lambda b: -b[1])
