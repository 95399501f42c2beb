"""Phrasings that do not tell their topic from another: the same, nearly the same, and those another wins.

How a phrasing would fare were it not listed is found by training without it, a third of them at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from bot.knowledge.types import LANGS, Topic
from bot.messages import Lang
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing

NEAR = 92.0  # likeness (0 to 100) from which two phrasings are one to a buyer
FOLDS = 3
ENOUGH = 8  # phrasings below which leaving some out tells nothing about the others
SURE = 0.8  # confidence from which a phrasing that only its own entry saves is worth a warning
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Clash:
    """`text` of `topic` (number `n` in `lang`) goes to `other`; `by` is that phrasing or the confidence."""

    kind: Literal["same", "near", "won", "weak"]
    topic: str
    lang: Lang
    n: int
    text: str
    other: str
    by: str


def phrasings_of(topics: Mapping[str, Topic]) -> list[Phrasing]:
    """What the matcher is fitted on."""
    return [
        Phrasing(topic.id, lang, text)
        for topic in topics.values()
        for lang in LANGS
        for text in topic.phrasings.of(lang)
    ]


def twins(topics: Mapping[str, Topic]) -> Iterator[Clash]:
    """Phrasings of two topics that read the same, or nearly."""
    for lang in LANGS:
        rows = [
            (topic.id, n, text)
            for topic in topics.values()
            for n, text in enumerate(topic.phrasings.of(lang))
        ]
        bare = [_bare(text) for _, _, text in rows]
        likeness = process.cdist(bare, bare, scorer=fuzz.ratio, score_cutoff=NEAR)
        for i, j in zip(*likeness.nonzero(), strict=True):
            (topic, _, text), (other, n, again) = rows[i], rows[j]
            if i < j and topic != other:
                kind: Literal["same", "near"] = "same" if bare[i] == bare[j] else "near"
                yield Clash(kind, other, lang, n, again, topic, text)


def lost(
    topics: Mapping[str, Topic], lexicon: Lexicon, progress: Progress = lambda done, of: None
) -> Iterator[Clash]:
    """Phrasings that are, or were they not listed themselves surely would be, answered as another topic."""
    rows = [
        (Phrasing(topic.id, lang, text), n)
        for topic in topics.values()
        for lang in LANGS
        for n, text in enumerate(topic.phrasings.of(lang))
    ]
    everything = [row for row, _ in rows]
    for fold in range(FOLDS + 1):
        progress(fold, FOLDS + 1)
        last = fold == FOLDS
        kept = everything if last else [row for i, row in enumerate(everything) if i % FOLDS != fold]
        try:
            matcher = Matcher.fit(kept, lexicon)
        except ValueError:  # too few topics to tell one from another
            return
        for row, n in rows if last else rows[fold::FOLDS]:
            match = matcher.match(row.text)
            if match.topic == row.topic or match.action != "answer":
                continue
            confidence = f"{match.confidence:.2f}"
            if last:
                yield Clash("won", row.topic, row.lang, n, row.text, match.topic, confidence)
            elif match.confidence >= SURE and len(topics[row.topic].phrasings.of(row.lang)) >= ENOUGH:
                yield Clash("weak", row.topic, row.lang, n, row.text, match.topic, confidence)
    progress(FOLDS + 1, FOLDS + 1)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()
