"""Slips of the keyboard put right against the FAQ's own vocabulary: pinyin left as letters, homophones, latin typos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.understanding.normalise import Plain, has_chinese, tokens
from bot.understanding.pinyin import fuzzy, sound_of, split_syllables

_MAX_WORDS = 40


@dataclass(frozen=True)
class Repaired:
    """The message after repair and what was changed, as (before, after) pairs."""

    plain: Plain
    changes: tuple[tuple[str, str], ...]


class Repairer:
    """Knows the characters, character pairs and words of one language's phrasings."""

    def __init__(self, texts: Iterable[Plain]) -> None:
        chars: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for plain in texts:
            for clause in plain.clauses:
                parts = tokens(clause)
                chars.update(p for p in parts if has_chinese(p))
                pairs.update(a + b for a, b in pairwise(parts) if has_chinese(a) and has_chinese(b))
                words.update(p for p in parts if p.isascii() and p.isalpha())
        self._chars, self._pairs, self._words = chars, pairs, words
        self._char_of = _by_sound(chars)
        self._pair_of = _by_sound(pairs)
        self._near: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= 4:
                self._near.setdefault(word[0], []).append(word)

    def repair(self, plain: Plain) -> Repaired:
        changes: list[tuple[str, str]] = []
        clauses = tuple(self._clause(clause, changes) for clause in plain.clauses)
        return Repaired(Plain(clauses), tuple(changes)) if changes else Repaired(plain, ())

    def reads_as_pinyin(self, plain: Plain) -> bool:
        """True where a message in latin letters is pinyin of words the FAQ has ("tuikuan duojiu daozhang")."""
        words = [w for w in tokens(plain.text) if w.isalpha()][:_MAX_WORDS]
        if not words or not self._pairs:
            return False
        read = sum(len(w) for w in words if len(w) <= 2 or self._from_pinyin(w))
        return read >= 0.75 * sum(map(len, words))

    def knows(self, plain: Plain) -> bool:
        """True where at least half of the letters are in words the FAQ has."""
        words = [w for w in tokens(plain.text) if w.isalpha()][:_MAX_WORDS]
        return 2 * sum(len(w) for w in words if w in self._words) >= sum(map(len, words)) > 0

    def from_pinyin(self, plain: Plain) -> Plain:
        """A whole message of pinyin as characters; syllables typed apart are read together."""
        joined = "".join(t for t in tokens(plain.text) if t.isalpha())
        whole = self._from_pinyin(joined)
        if whole:
            return Plain((whole,))
        return Plain(tuple("".join(self._from_pinyin(w) or w for w in tokens(c)) for c in plain.clauses))

    def _clause(self, clause: str, changes: list[tuple[str, str]]) -> str:
        if has_chinese(clause):
            return self._chinese(clause, changes)
        words = clause.split()
        return " ".join([*(self._latin(w, changes) for w in words[:_MAX_WORDS]), *words[_MAX_WORDS:]])

    def _latin(self, word: str, changes: list[tuple[str, str]]) -> str:
        if len(word) < 5 or word in self._words or not (word.isascii() and word.isalpha()):
            return word
        allowed = 1 if len(word) < 9 else 2
        best: tuple[int, int, str] | None = None
        for other in self._near.get(word[0], ()):
            if abs(len(other) - len(word)) <= allowed:
                far = OSA.distance(word, other, score_cutoff=allowed)
                # An inflection ("needed", "needs") is no typo; the stems meet anyway.
                if far <= allowed and not (word.startswith(other) or other.startswith(word)):
                    best = min(best or (9, 0, ""), (far, -self._words[other], other))
        if best is None:
            return word
        changes.append((word, best[2]))
        return best[2]

    def _chinese(self, clause: str, changes: list[tuple[str, str]]) -> str:
        parts: list[str] = []
        for part in tokens(clause):
            if part.isascii() and part.isalpha() and len(part) >= 4 and part not in self._words:
                characters = self._from_pinyin(part)
                if characters:
                    changes.append((part, characters))
                    parts.extend(characters)
                    continue
            parts.append(part)
        for i in range(len(parts) - 1):
            fixed = self._homophone(parts[i], parts[i + 1])
            if fixed:
                changes.append((parts[i] + parts[i + 1], fixed))
                parts[i], parts[i + 1] = fixed[0], fixed[1]
        return "".join(p if has_chinese(p) else f" {p} " for p in parts).strip()

    def _homophone(self, first: str, second: str) -> str | None:
        if first in self._chars and second in self._chars:
            return None
        a, b = sound_of(first), sound_of(second)
        return self._pair_of.get(f"{a} {b}") if a and b else None

    def _from_pinyin(self, word: str) -> str | None:
        """Characters for a word of pinyin, pairs of the FAQ first; None unless at least one pair is found."""
        split = split_syllables(word) if 4 <= len(word) <= 60 and word.isascii() else None
        if split is None:
            return None
        sounds = [fuzzy(s) for s in split]
        out: list[str] = []
        found = at = 0
        while at < len(sounds):
            pair = self._pair_of.get(" ".join(sounds[at : at + 2])) if at + 1 < len(sounds) else None
            single = self._char_of.get(sounds[at])
            if pair:
                out.append(pair)
                found, at = found + 1, at + 2
            elif single:
                out.append(single)
                at += 1
            else:
                return None
        return "".join(out) if found * 2 >= len(sounds) / 2 and found else None


def _by_sound(texts: Counter[str]) -> dict[str, str]:
    """Sound to the commonest text with it."""
    found: dict[str, str] = {}
    for text, _ in texts.most_common():
        sounds = [sound_of(ch) for ch in text]
        if all(sounds):
            found.setdefault(" ".join(s for s in sounds if s), text)
    return found
