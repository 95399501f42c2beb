"""One language of the matcher: its phrasings in their blocks, what was trained on them, and how a message is judged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bot.understanding import cache as store
from bot.understanding import practice
from bot.understanding.features import NOT, SAME, Features, Seen, logits
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import (
    ABOUT,
    ALONE,
    FAR,
    NONE,
    PRACTISED,
    Indices,
    Trained,
    best_per_topic,
    sureness,
    train,
)
from bot.understanding.normalise import Plain, normalise
from bot.understanding.repair import Repairer
from bot.understanding.softmax import Array, log_softmax, sigmoid
from bot.understanding.units import Concepts, Floats, Said, word_units
from bot.understanding.vectors import Encoder

Action = Literal["answer", "clarify", "none"]

# Buyers do not write like a FAQ, so what held-out phrasings promise is too rosy: where only they can be asked, answers
# begin no lower than this.
ANSWER_FLOOR = 0.66
CLARIFY_FLOOR = 0.12
BEHIND = 1.0  # log odds: how far a topic that nobody practised begins behind the likeliest
# Characters that go into the sentence vector: its time grows with them, and more of them told nothing more.
ENCODED = {"zh": 45, "en": 160}
NO_LEANING: Mapping[str, float] = {}


@dataclass(frozen=True)
class Match:
    """`topic` is the best guess even where the action is not to answer; `candidates` are the top five, best first."""

    topic: str
    confidence: float
    action: Action
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Explanation:
    """Why a message was matched as it was, for people."""

    normalised: str
    repairs: tuple[tuple[str, str], ...]
    phrasings: tuple[tuple[str, str, float], ...]  # (topic, phrasing, likeness), best first
    shared: tuple[tuple[str, float], ...]  # units of the best phrasing too, with their parts of the likeness
    spoke: tuple[tuple[str, float], ...]  # words that practice taught to speak for the topic or against it
    cover: float
    thresholds: tuple[tuple[str, float], ...]
    match: Match


@dataclass(frozen=True)
class Reading:
    """A message repaired, in its units, and how alike it is to every phrasing."""

    changes: tuple[tuple[str, str], ...]
    seen: Seen
    practised: Said | None
    cover: float
    kernel: Floats
    ratio: Floats


class Side:
    def __init__(
        self,
        rows: Sequence[tuple[str, str]],
        lexicon: Lexicon,
        lang: str,
        vectors: Encoder | None,
        cache: Path | None,
    ) -> None:
        self.rows = sorted(rows)
        self.topics = sorted({topic for topic, _ in self.rows})
        self.none = self.topics.index(NONE) if NONE in self.topics else None
        self.labels: Indices = np.array([self.topics.index(t) for t, _ in self.rows], dtype=np.int64)
        self.starts = np.searchsorted(self.labels, np.arange(len(self.topics)))
        self.encoder, self.encoded = vectors, ENCODED[lang]
        self.practice = practice.load(lang, vectors is not None, self.topics)
        practised = bool(self.practice.known.all())
        name = store.key(self.rows, lexicon.digest(), lang, str(practised)) if cache else ""
        index = store.index(cache, lang, name)
        plains = index.plains or [normalise(text, lexicon) for _, text in self.rows]
        kept = None
        if vectors is not None and not practised:
            # Of topics nobody practised, the meaning of their phrasings is all there is.
            kept = store.vectors(cache, lang, vectors, [p.text for p in plains])
        concepts = Concepts(lexicon, lang)
        self.features = Features(plains, concepts, lang, kept, nearest=practised, kept=index.blocks)
        if not index.plains:
            store.keep(cache, lang, name, store.Index(plains, self.features.arrays()))
        self.features.beside(self.practice.units)
        self.mix = PRACTISED[lang] if self.practice.known.any() else ALONE
        self.repairer = Repairer(plains, self.practice.words())
        self.trained = None if practised else self._trained(lexicon, lang, cache)
        self.heads = self.features.heads(self.trained.alpha, self.trained.rows) if self.trained else {}
        trust = self.practice.trust
        if trust:
            self.trust, self.threshold = (trust.trust, trust.own), trust.answer
        elif self.trained:
            self.trust = (self.trained.trust, self.trained.own)
            self.threshold = max(ANSWER_FLOOR, float(self.trained.threshold[0]))
        else:  # practised, and its trust not measured yet: nothing is sure enough to be answered
            self.trust, self.threshold = (np.zeros(ABOUT), np.zeros(len(self.topics))), 1.0

    def _trained(self, lexicon: Lexicon, lang: str, cache: Path | None) -> Trained:
        name = store.key(self.rows, lexicon.digest(), lang, self.encoder.name if self.encoder else "")
        kept = store.load(cache, name)
        if kept is not None and kept.alpha.shape == (len(kept.rows), len(self.topics)):
            return kept
        trained = train(self.features, self.labels, self.topics, calibrate=self.practice.trust is None)
        store.save(cache, name, trained)
        return trained

    def read(self, plain: Plain) -> Reading:
        repaired = self.repairer.repair(plain)
        vector = (
            None if self.encoder is None else self.encoder.encode([repaired.plain.text[: self.encoded]])[0]
        )
        counts = self.features.count(repaired.plain)
        practised = self.practice.see(counts)
        seen = self.features.see(repaired.plain, vector, counts, practised.found if practised else NOT)
        cover = max(seen.cover, practised.cover["words"] if practised else 0.0)
        if repaired.changes:
            # A repair is a guess itself: half of the doubt about the message as typed stays.
            cover = (cover + self._cover(word_units(plain))) / 2
        kernel = self.features.kernel(seen)
        ratio = self.features.ratio(seen.text, kernel)
        return Reading(repaired.changes, seen, practised, cover, kernel, ratio)

    def _cover(self, words: Counter[str]) -> float:
        """Share of the words' weight that the FAQ or practice knows, 0 to 1."""
        practised = self.practice.units.get("words")
        found = practised.find(words) if practised else None
        faq = self.features.blocks["words"].units.cover(*self.features.find("words", words, found))
        return max(faq, practised.cover(*found)) if practised and found else faq

    def weigh(self, reading: Reading) -> Array:
        """Per topic, what the mix weighs: regression, practice, nearest phrasing, its string ratio."""
        known = self.practice.known
        practised = self.practice.logits(reading.practised, reading.seen.vector)
        faq = np.zeros(len(self.topics))
        if self.trained:
            faq = logits(reading.seen, self.heads) + self.trained.bias
            if known.any():
                # A topic of the shop's own has only its phrasings to speak for it, and begins a little behind the rest.
                practised[~known] = practised[known].max() - BEHIND + faq[~known] - faq[known].max()
        x = np.empty((len(self.topics), len(self.mix)))
        x[:, 0], x[:, 1] = faq, practised
        x[:, 2] = best_per_topic(reading.kernel, self.starts)
        x[:, 3] = best_per_topic(reading.ratio, self.starts)
        return x

    def logp(self, x: Array, cover: float) -> Array:
        return sureness(x, cover, self.mix)

    def evidence(self, x: Array, logp: Array) -> tuple[int, Array]:
        """The likeliest topic, and what its confidence is made from."""
        guess = int(logp.argmax())
        first, near = logp[guess], x[:, 2]
        over = FAR if self.none is None else min(first - logp[self.none], FAR)
        lead = first - _next(logp, guess)
        return guess, np.array([first, near[guess] - _next(near, guess), lead, over, 1.0])

    def judge(self, reading: Reading, leaning: Mapping[str, float] = NO_LEANING) -> Match:
        if not reading.cover:
            # No word of it is known: the regression would only tell which topic is the commonest.
            return Match(NONE, 1.0, "none", ((NONE, 1.0),))
        x = self.weigh(reading)
        logp = self.logp(x, reading.cover)
        if leaning:
            logp = log_softmax(logp + [leaning.get(topic, 0.0) for topic in self.topics])
        guess, about = self.evidence(x, logp)
        trust, own = self.trust
        sure = sigmoid(float(trust @ about + own[guess]))
        order = np.argsort(-logp)[:5]
        nearest = int(reading.ratio.argmax())
        if reading.ratio[nearest] >= SAME:
            # The FAQ says so itself; the regression may still think a neighbour likelier.
            same = int(self.labels[nearest])
            order = np.array([same, *(i for i in order if i != same)][:5])
            sure = max(sure, 0.99 if reading.ratio[nearest] > 0.999 else 0.97)
        return self._match(order, logp, sure)

    def _match(self, order: Indices, logp: Array, sure: float) -> Match:
        places, odds = order.tolist(), logp[order].tolist()
        best = self.topics[places[0]]
        candidates = tuple(
            [
                (self.topics[i], round(sure * min(math.exp(odd - odds[0]), 1.0), 4))
                for i, odd in zip(places, odds, strict=True)
            ]
        )
        action: Action = "none"
        if best != NONE and sure >= self.threshold:
            action = "answer"
        elif best != NONE and sure >= CLARIFY_FLOOR:
            action = "clarify"
        return Match(best, round(sure, 4), action, candidates)

    def explain(self, reading: Reading) -> Explanation:
        order = np.argsort(-reading.kernel)[:5]
        match = self.judge(reading)
        shared = [
            (unit, round(part * self.features.weights[name], 4))
            for name, row in reading.seen.rows.items()
            for unit, part in self.features.blocks[name].shared(row, int(order[0]))
        ]
        at = self.topics.index(match.topic) if match.topic in self.topics else 0
        spoke = self.practice.spoke(reading.practised, reading.seen.vector, at)
        return Explanation(
            normalised=reading.seen.text,
            repairs=reading.changes,
            phrasings=tuple((*self.rows[int(i)], round(float(reading.kernel[int(i)]), 4)) for i in order),
            shared=tuple(sorted(shared, key=lambda s: -s[1])[:12]),
            spoke=tuple((unit, round(weight, 2)) for unit, weight in spoke[:12]),
            cover=round(reading.cover, 4),
            thresholds=(("answer", round(self.threshold, 4)), ("clarify", CLARIFY_FLOOR)),
            match=match,
        )


def _next(values: Array, guess: int) -> float:
    """The highest of the others."""
    return max(
        float(values[:guess].max(initial=-math.inf)), float(values[guess + 1 :].max(initial=-math.inf))
    )
