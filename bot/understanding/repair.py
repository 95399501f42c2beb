"""Slips of the keyboard put right against the FAQ's own vocabulary: pinyin left as letters, homophones, latin typos."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.decode import MET, Decoder
from bot.understanding.normalise import Plain, has_chinese, tokens
from bot.understanding.pinyin import sound_of
from bot.understanding.units import stem

_MAX_WORDS = 40
NOTHING: Mapping[str, float] = {}
# Of pairs in a message of pinyin that no English word is in; different characters in one whose words may be English.
# Of 18,902 messages in English none is read as pinyin but names and "danke".
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
        self._chars, self._pairs, self._words = chars, pairs, words
        self._chars_of: dict[str, list[str]] = {}
        for char in sorted(chars, key=lambda char: -chars[char]):
            self._chars_of.setdefault(sound_of(char) or "", []).append(char)
        self._pair_of = _by_sound(pairs)
        self._decoder = Decoder(chars, pairs, self._chars_of)
        self._near: dict[tuple[str, int], list[str]] = {}  # words by first letter and length
        for word in words:
            if len(word) >= 4:
                self._near.setdefault((word[0], len(word)), []).append(word)

    def repair(self, plain: Plain) -> Repaired:
        changes: list[tuple[str, str]] = []
        clauses = tuple(
            [
                self._clause(clause, parts, changes)
                for clause, parts in zip(plain.clauses, plain.tokens, strict=True)
            ]
        )
        return Repaired(Plain(clauses), tuple(changes)) if changes else Repaired(plain, ())

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

    def _clause(self, clause: str, parts: tuple[str, ...], changes: list[tuple[str, str]]) -> str:
        if has_chinese(clause):
            return self._chinese(clause, parts, changes)
        words = clause.split()
        return " ".join([*(self._latin(w, changes) for w in words[:_MAX_WORDS]), *words[_MAX_WORDS:]])

    def met(self, word: str, in_faq: bool = False) -> bool:
        """Whether the FAQ (or practice, too) has this word, or this pair of Chinese characters."""
        if word in self._pairs or word in self._words:
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

    def _chinese(self, clause: str, typed: tuple[str, ...], changes: list[tuple[str, str]]) -> str:
        before = len(changes)
        parts = list(typed)
        if max(map(len, typed)) >= 4:
            parts = [char for part in typed for char in self._characters(part, changes)]
        if any(sound_of(part) for part in parts if part not in self._chars):
            for i in range(len(parts) - 1):
                if parts[i] in self._chars and parts[i + 1] in self._chars:
                    continue
                fixed = self._homophone(parts[i], parts[i + 1])
                if fixed:
                    changes.append((parts[i] + parts[i + 1], fixed))
                    parts[i], parts[i + 1] = fixed[0], fixed[1]
        self._misheard(parts, changes)
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

    def _misheard(self, parts: list[str], changes: list[tuple[str, str]]) -> None:
        """Puts right a character that fits neither neighbour where one of its sound fits both."""
        fits = [a + b in self._pairs for a, b in pairwise(parts)]
        for at in [at for at, (a, b) in enumerate(pairwise(fits), 1) if not a and not b]:
            if fits[at - 1] or not (
                sound := sound_of(parts[at])
            ):  # the one before may have been put right since
                continue
            first, wrong, last = parts[at - 1 : at + 2]
            for other in self._chars_of.get(sound, ()):
                if first + other in self._pairs and other + last in self._pairs:
                    changes.append((first + wrong + last, first + other + last))
                    parts[at] = other
                    fits[at - 1] = fits[at] = True
                    break

    def _homophone(self, first: str, second: str) -> str | None:
        a, b = sound_of(first), sound_of(second)
        return self._pair_of.get(f"{a} {b}") if a and b else None


def _letters(plain: Plain) -> list[str]:
    return [word for word in tokens(plain.text) if word.isalpha()][:_MAX_WORDS]


def _is_chinese(token: str) -> bool:
    """As `has_chinese` says of one of `tokens`, which is one character where it is Chinese."""
    return "一" <= token <= "鿿" or "㐀" <= token <= "䶿"


def _by_sound(texts: Mapping[str, float]) -> dict[str, str]:
    """Sound to the commonest text with it."""
    found: dict[str, str] = {}
    for text in sorted(texts, key=lambda text: -texts[text]):
        sounds = [sound for sound in map(sound_of, text) if sound]
        if len(sounds) == len(text):
            found.setdefault(" ".join(sounds), text)
    return found
