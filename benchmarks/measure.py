"""What is measured on labelled messages, and the floors the product has to hold. No matcher and no printing here.

A line of a file is `{"text", "topic", "also"?: [topic, …]}`; a guess is right where it is `topic` or one of `also`.
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from bot.understanding.normalise import has_chinese

Lang = Literal["zh", "en"]
Ranking = tuple[tuple[str, float], ...]  # topics with their scores, best first
Known = tuple[str, str]  # a phrasing: its topic, its text

NONE = "none"
PRECISION = 0.95  # what an answer given without asking has to hold
FOLDS = 5
RESAMPLES = 2000


@dataclass(frozen=True)
class Row:
    text: str
    topic: str
    also: frozenset[str] = frozenset()

    def accepts(self, topic: str) -> bool:
        return topic == self.topic or topic in self.also

    def courteous(self) -> Row:
        """The same with a greeting and thanks around it: where it asked nothing, it now says just that."""
        return (
            replace(self, also=self.also | {"chat.greeting", "chat.thanks"}) if self.topic == NONE else self
        )


@dataclass(frozen=True)
class Guess:
    ranking: Ranking
    answers: bool  # without asking back
    ms: float

    @property
    def topic(self) -> str:
        return self.ranking[0][0] if self.ranking else NONE

    @property
    def score(self) -> float:
        return self.ranking[0][1] if self.ranking else 0.0


@dataclass(frozen=True)
class Floor:
    """What the matcher has to reach; `none` and `loss` are the most it may have."""

    top1: float
    top3: float
    share: float
    loss: float
    precision: float = PRECISION
    none: float = 0.05


FLOORS: dict[tuple[Lang, bool], Floor] = {  # by language, and with vectors or without
    ("zh", True): Floor(0.78, 0.93, 0.45, 0.03),
    ("zh", False): Floor(0.70, 0.90, 0.30, 0.03),
    ("en", True): Floor(0.76, 0.92, 0.40, 0.04),
    ("en", False): Floor(0.68, 0.88, 0.28, 0.04),
}


@dataclass(frozen=True)
class Score:
    """Shares of 1; NaN where there was nothing to take a share of. `ms50` and `ms99` are milliseconds."""

    top1: float
    low: float  # of top1, 95 % bootstrap interval
    high: float
    top3: float  # NaN for a method that names one topic only
    precision: float  # of the answers
    share: float  # of the messages that have a topic: answered
    none: float  # of the messages that have none: answered all the same
    hindsight: float  # of the messages that have a topic: answered at the best threshold that keeps PRECISION
    ms50: float
    ms99: float


def read_rows(file: Path) -> list[Row]:
    """Raises ValueError naming the line where text or topic is missing."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            data = json.loads(line)
            if not {"text", "topic"} <= data.keys():
                raise ValueError(f"{file}:{number}: a message needs text and topic")
            rows.append(Row(data["text"], data["topic"], frozenset(data.get("also", ()))))
    return rows


def language(texts: Sequence[str]) -> Lang:
    """Chinese where at least half of the messages hold Chinese characters."""
    return "zh" if sum(map(has_chinese, texts)) * 2 >= len(texts) else "en"


def score(rows: Sequence[Row], guesses: Sequence[Guess]) -> Score:
    hits = [row.accepts(guess.topic) for row, guess in zip(rows, guesses, strict=True)]
    third = [
        any(row.accepts(topic) for topic, _ in guess.ranking[:3] or ((NONE, 0.0),))
        for row, guess in zip(rows, guesses, strict=True)
    ]
    low, high = interval(hits)
    ms50, ms99 = np.percentile([guess.ms for guess in guesses], (50, 99)) if guesses else (math.nan, math.nan)
    return Score(
        top1=mean(hits),
        low=low,
        high=high,
        top3=mean(third) if any(len(guess.ranking) > 1 for guess in guesses) else math.nan,
        precision=mean([hit for hit, guess in zip(hits, guesses, strict=True) if guess.answers]),
        share=mean([g.answers for row, g in zip(rows, guesses, strict=True) if row.topic != NONE]),
        none=mean([_talks_past(row, g) for row, g in zip(rows, guesses, strict=True) if row.topic == NONE]),
        hindsight=hindsight(rows, guesses),
        ms50=float(ms50),
        ms99=float(ms99),
    )


def _talks_past(row: Row, guess: Guess) -> bool:
    """A message without a topic is answered as if it had one; small talk that is accepted harms nobody."""
    return guess.answers and not (guess.topic.startswith("chat.") and guess.topic in row.also)


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def interval(hits: Sequence[bool], seed: int = 1) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of a share."""
    if not hits:
        return math.nan, math.nan
    # Drawing n times from n hits and misses is one binomial draw.
    draws = np.random.default_rng(seed).binomial(len(hits), mean(hits), RESAMPLES) / len(hits)
    low, high = np.percentile(draws, (2.5, 97.5))
    return float(low), float(high)


def hindsight(rows: Sequence[Row], guesses: Sequence[Guess]) -> float:
    """Share of the messages with a topic that one threshold on the score answers, chosen on these very messages so
    that PRECISION of all answers are right."""
    asked = sum(row.topic != NONE for row in rows)
    tried = [(g.score, row.accepts(g.topic)) for row, g in zip(rows, guesses, strict=True) if g.topic != NONE]
    at = lowest(tried)
    answered = sum(
        row.topic != NONE and guess.topic != NONE and guess.score >= at
        for row, guess in zip(rows, guesses, strict=True)
    )
    return answered / asked if asked else math.nan


def lowest(tried: Sequence[tuple[float, bool]]) -> float:
    """The lowest score from which on PRECISION of (score, right) are right; infinite where no score is."""
    best, right = math.inf, 0
    ordered = sorted(tried, reverse=True)
    for count, (value, hit) in enumerate(ordered, 1):
        right += hit
        tied = count < len(ordered) and ordered[count][0] == value
        if not tied and right >= PRECISION * count:
            best = value
    return best


def folds(known: Sequence[Known], most: int, seed: int = 1) -> Iterator[tuple[list[Known], list[Known]]]:
    """FOLDS times: what to learn from, and up to `most / FOLDS` phrasings held out; each topic dealt out evenly."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, not a secret
    by_topic: dict[str, list[Known]] = defaultdict(list)
    for item in sorted(known):
        by_topic[item[0]].append(item)
    parts: list[list[Known]] = [[] for _ in range(FOLDS)]
    for items in by_topic.values():
        chance.shuffle(items)
        for at, item in enumerate(items, chance.randrange(FOLDS)):
            parts[at % FOLDS].append(item)
    for held in parts:
        rest = [item for part in parts if part is not held for item in part]
        yield rest, chance.sample(held, min(most // FOLDS, len(held)))


def threshold(
    build: Callable[[Sequence[Known]], Callable[[str], Ranking]], known: Sequence[Known], most: int
) -> float:
    """Where a method may answer without asking, from the FAQ alone: `lowest` on phrasings it did not learn."""
    tried: list[tuple[float, bool]] = []
    for learnt, held in folds(known, most):
        rank = build(learnt)
        for topic, text in held:
            ranking = rank(text)
            if ranking and ranking[0][0] != NONE:
                tried.append((ranking[0][1], ranking[0][0] == topic))
    return lowest(tried)
