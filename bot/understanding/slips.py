"""Slips of the keyboard in words that an answer is made of: a letter left out, doubled or swapped, a character lost.

The matcher repairs long words against the whole FAQ (`repair.py`). Here the words are few and known beforehand, those
of the questions a flow asks and of the buyer's own goods, so that shorter words and single letters can be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

SHORTEST = 4  # letters of a word that is meant
LONG = 8  # letters of a phrase that one slip leaves as it was meant
SUBSTITUTED = 6  # letters from which another letter in one place is a slip, and no other word
_WORD = re.compile(r"(?<![a-z'\d])[a-z]+(?:'[a-z]+)?(?![a-z'\d])")
_CHINESE = re.compile(r"[一-鿿]+")
# What figures, sizes, sums and wishes are told with besides the words of the options.
_TOLD_WITH = """
size same yuan price cost costs three four five seven eight nine missing broken smashed refund money back
replacement resend send sent want need instead return exchange right wrong that correction
"""
TOLD_WITH = frozenset(_TOLD_WITH.split())
Slips = tuple[tuple[str, str], ...]


def english(text: str, words: frozenset[str], known: Callable[[str], bool]) -> Slips:
    """What was mistyped and which of `words` was meant. What is `known` is no slip, but for a letter typed twice."""
    typed = dict.fromkeys(_WORD.findall(text.lower().replace("’", "'")))
    found = []
    for word in typed:
        if len(word) < SHORTEST - 1 or word in words:
            continue
        meant = {other for other in _near(words).get((word[0], len(word)), ()) if _slipped(word, other)}
        if len(meant) > 1:  # "doubled" is surer than "left out": of "waant" the a is one too many
            meant = {other for other in meant if _doubled(word, other)} or meant
        if len(meant) == 1 and (not known(word) or _doubled(word, min(meant))):
            found.append((word, meant.pop()))
    return tuple(found)


@lru_cache(maxsize=64)
def _near(words: frozenset[str]) -> dict[tuple[str, int], list[str]]:
    """The words by the first letter and the length that a slip of theirs may have."""
    near: dict[tuple[str, int], list[str]] = {}
    for word in words:
        if len(word) >= SHORTEST:
            for first, length in {(word[i], len(word) + d) for i in (0, 1) for d in (-1, 0, 1)}:
                near.setdefault((first, length), []).append(word)
    return near


def _slipped(typed: str, meant: str) -> bool:
    if typed[0] != meant[0] and typed[:2] != meant[1::-1]:
        return False  # the first letter is rarely missed; it may come second
    replaced = len(typed) == len(meant) and sorted(typed) != sorted(meant)
    if replaced and len(meant) < SUBSTITUTED:
        return False
    if typed + "s" == meant or meant + "s" == typed:
        return False  # one and many
    return OSA.distance(typed, meant, score_cutoff=1) == 1


def one_off(phrase: str, text: str) -> bool:
    """Whether the words of the phrase (two at least) stand in the text, one of them with a slip."""
    words, typed = _WORD.findall(phrase), _WORD.findall(text)
    if len(words) < 2 or len(phrase) < LONG:
        return False
    windows = (typed[n : n + len(words)] for n in range(len(typed) - len(words) + 1))
    differ = ([(t, m) for t, m in zip(w, words, strict=True) if t != m] for w in windows)
    return any(len(d) == 1 and len(d[0][1]) >= SHORTEST and _slipped(*d[0]) for d in differ)


def _doubled(typed: str, meant: str) -> bool:
    """Typed with one letter twice."""
    return len(typed) == len(meant) + 1 and any(
        a == b and typed[:n] + typed[n + 1 :] == meant for n, (a, b) in enumerate(pairwise(typed))
    )


def chinese(text: str, phrases: Iterable[str], odd: frozenset[str]) -> Slips:
    """Phrases of which a character was lost inside: 质问题 is 质量问题. Only where the two characters that met are
    `odd`, a pair that nobody writes; else the shorter text means something of its own."""
    found = []
    for phrase in phrases:
        if len(phrase) < 3 or not _CHINESE.fullmatch(phrase):
            continue
        for n in range(1, len(phrase) - 1):
            left = phrase[:n] + phrase[n + 1 :]
            if phrase[n - 1] + phrase[n + 1] in odd and left in text:
                found.append((left, phrase))
    return tuple(found)


def pairs(text: str) -> frozenset[str]:
    """The pairs of Chinese characters beside each other."""
    return frozenset(a + b for run in _CHINESE.findall(text) for a, b in pairwise(run))
