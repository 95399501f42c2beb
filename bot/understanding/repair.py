"""Slips of the keyboard put right against what buyers write: pinyin left as letters, Chinese slips, latin typos."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.channel import Channel
from bot.understanding.decode import MET, Decoder
from bot.understanding.neighbours import Neighbours
from bot.understanding.normalise import Plain, has_chinese, tokens
from bot.understanding.units import stem

_MAX_WORDS = 40
_LOOKED_AT = 50  # characters: a slip in a clause that begins later changes no topic
NOTHING: Mapping[str, float] = {}
# Of pairs in a message of pinyin that no English word is in; different characters in one whose words may be English.
# Of 18,902 messages in English two are read as pinyin, "danke" and "Worange".
_MET_AT_LEAST, _NO_CHANCE = 0.3, 4
LEAST_STEM = 4  # letters: shorter ones are left of too many words, mistyped ones too


@dataclass(frozen=True)
class Repaired:
    """The message after repair and what was changed, as (before, after) pairs."""

    plain: Plain
    changes: tuple[tuple[str, str], ...]


class Repairer:
    """Knows the characters, character pairs and words of one language's phrasings, and those `met` elsewhere (units
    of `units.word_units`, with how many texts have each)."""

    def __init__(self, texts: Iterable[Plain], met: Mapping[str, float] = NOTHING) -> None:
        chars: defaultdict[str, float] = defaultdict(float)
        pairs: defaultdict[str, float] = defaultdict(float)
        words: Counter[str] = Counter()
        for clause in (clause for plain in texts for clause in plain.tokens):
            for part in clause:
                if "㐀" <= part <= "鿿":
                    chars[part] += 1
            for a, b in pairwise(clause):
                if "㐀" <= a <= "鿿" and "㐀" <= b <= "鿿":
                    pairs[a + b] += 1
            words.update([part for part in clause if part.isascii() and part.isalpha()])
        for unit, often in met.items():
            if "㐀" <= unit < "ꀀ":  # a Chinese character, or a pair that begins with one
                first, _, second = unit.partition(" ")
                if not second:
                    chars[first] += often
                elif "㐀" <= second <= "鿿":
                    pairs[first + second] += often
        self._met = frozenset(met)
        self._words = words
        self._neighbours = Neighbours(chars, pairs)
        self._decoder = Decoder(self._neighbours)
        self._channel = Channel(self._neighbours)
        self._near: dict[tuple[str, int], list[str]] = {}  # words by first letter and length
        for word in words:
            if len(word) >= 4:
                self._near.setdefault((word[0], len(word)), []).append(word)

    def repair(self, plain: Plain) -> Repaired:
        changes: list[tuple[str, str]] = []
        clauses, at = [], 0
        for clause, parts in zip(plain.clauses, plain.tokens, strict=True):
            if has_chinese(clause):
                clause = self._chinese(clause, parts, changes, at < _LOOKED_AT)
            else:
                words = clause.split()
                mended = [self._latin(word, changes) for word in words[:_MAX_WORDS]]
                clause = " ".join([*mended, *words[_MAX_WORDS:]])
            clauses.append(clause)
            at += len(clause)
        return Repaired(Plain(tuple(clauses)), tuple(changes)) if changes else Repaired(plain, ())

    def reads_as_pinyin(self, plain: Plain, doubted: bool) -> bool:
        """True where a message in latin letters is pinyin of words buyers write ("tuikuan duojiu daozhang").

        `doubted`: its words may be English as well ("you mei you"), so more of it must be what buyers write.
        """
        read = self._decoder.read(_letters(plain), MET if doubted else _MET_AT_LEAST)
        return read is not None and (not doubted or len(set(read)) >= _NO_CHANCE)

    def knows(self, plain: Plain) -> bool:
        """True where at least half of the letters are in words the FAQ has."""
        words = _letters(plain)
        return 2 * sum(len(w) for w in words if self._known(w)) >= sum(map(len, words)) > 0

    def from_pinyin(self, plain: Plain) -> Plain:
        """A message of pinyin as characters, as far as it is read as such."""
        return Plain(
            tuple(self._decoder.read([w for w in tokens(c) if w.isalpha()], 0.0) or c for c in plain.clauses)
        )

    def met(self, word: str, in_faq: bool = False) -> bool:
        """Whether the FAQ (or practice, too) has this word, or this pair of Chinese characters."""
        if word in self._neighbours.pairs or word in self._words:
            return True
        return not in_faq and len(stem(word)) >= LEAST_STEM and stem(word) in self._met

    def _known(self, word: str) -> bool:
        return word in self._words or stem(word) in self._met

    def _latin(self, word: str, changes: list[tuple[str, str]]) -> str:
        if len(word) < 5 or self._known(word) or not (word.isascii() and word.isalpha()):
            return word
        allowed = 1 if len(word) < 9 else 2
        best: tuple[int, int, str] | None = None
        for size in range(len(word) - allowed, len(word) + allowed + 1):
            others = self._near.get((word[0], size), ())
            for other, far, _ in process.extract(
                word, others, scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                # An inflection ("needed", "needs") is no typo; the stems meet anyway.
                if not (word.startswith(other) or other.startswith(word)):
                    best = min(best or (9, 0, ""), (far, -self._words[other], other))
        if best is None:
            return word
        changes.append((word, best[2]))
        return best[2]

    def _chinese(
        self, clause: str, typed: tuple[str, ...], changes: list[tuple[str, str]], slips: bool
    ) -> str:
        before = len(changes)
        parts = list(typed)
        if max(map(len, typed)) >= 4:
            parts = [char for part in typed for char in self._characters(part, changes)]
        for begin, end, text in reversed(self._channel.meant(parts) if slips else ()):
            changes.append(("".join(parts[begin:end]), text))
            parts[begin:end] = text
        if len(changes) == before:
            return clause
        return "".join([p if _is_chinese(p) else f" {p} " for p in parts]).strip()

    def _characters(self, part: str, changes: list[tuple[str, str]]) -> Iterable[str]:
        """Those of a word of pinyin; anything else as it is."""
        if len(part) < 4 or not (part.isascii() and part.isalpha()) or self._known(part):
            return (part,)
        characters = self._decoder.read([part])
        if characters is None:
            return (part,)
        changes.append((part, characters))
        return characters


def _letters(plain: Plain) -> list[str]:
    return [word for word in tokens(plain.text) if word.isalpha()][:_MAX_WORDS]


def _is_chinese(token: str) -> bool:
    """As `has_chinese` says of one of `tokens`, which is one character where it is Chinese."""
    return "一" <= token <= "鿿" or "㐀" <= token <= "䶿"
