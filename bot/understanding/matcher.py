"""What a message is about: the one class the rest of the program asks. No model download, no clock; text in, Match out.

The only reading and writing is the optional folder of fitted arrays, through `cache`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from bot.understanding import cache as store
from bot.understanding.features import Features, Likeness
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import NONE, Trained, best_per_topic, sureness, train
from bot.understanding.normalise import Plain, has_chinese, normalise
from bot.understanding.repair import Repaired, Repairer
from bot.understanding.softmax import sigmoid
from bot.understanding.units import Concepts

Action = Literal["answer", "clarify", "none"]

# Buyers do not write like a FAQ, so what held-out phrasings promise is too rosy; these floors were set on labelled
# real messages so that at least 95 of 100 answers are right and a choice of three mostly holds the right topic.
ANSWER_FLOOR = {"zh": 0.66, "en": 0.65}
CLARIFY_FLOOR = 0.15
STRANGE = 0.06  # likeness to the nearest phrasing below which nothing is known of a message
SAME = 0.93  # ratio from which a message counts as a phrasing of the FAQ itself


@dataclass(frozen=True)
class Phrasing:
    topic: str
    lang: Literal["zh", "en"]
    text: str


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
    shared: tuple[
        tuple[str, float], ...
    ]  # units shared with the best phrasing, with their parts of the likeness
    cover: float
    thresholds: tuple[tuple[str, float], ...]
    match: Match


@dataclass(frozen=True)
class _Reading:
    plain: Plain
    changes: tuple[tuple[str, str], ...]
    like: Likeness
    cover: float


class _Side:
    """One language: its phrasings in their blocks and what was trained on them."""

    def __init__(
        self, rows: Sequence[tuple[str, str]], lexicon: Lexicon, lang: str, cache: Path | None
    ) -> None:
        self.rows = sorted(rows)
        self.topics = sorted({topic for topic, _ in self.rows})
        self.labels: npt.NDArray[np.int64] = np.array(
            [self.topics.index(t) for t, _ in self.rows], dtype=np.int64
        )
        self.starts = np.searchsorted(self.labels, np.arange(len(self.topics)))
        plains = [normalise(text, lexicon) for _, text in self.rows]
        self.features = Features(plains, Concepts(lexicon), lang)
        self.repairer = Repairer(plains)
        self.trained = self._trained(lexicon, lang, cache)
        self.threshold = ANSWER_FLOOR[lang]

    def _trained(self, lexicon: Lexicon, lang: str, cache: Path | None) -> Trained:
        name = store.key(self.rows, lexicon.digest(), lang)
        kept = store.load(cache, name)
        if kept is not None and kept.alpha.shape == (len(self.rows), len(self.topics)):
            return kept
        trained = train(self.features, self.labels, self.topics)
        store.save(cache, name, trained)
        return trained

    def read(self, plain: Plain) -> _Reading:
        repaired: Repaired = self.repairer.repair(plain)
        like = self.features.likeness(repaired.plain)
        cover = like.cover
        if repaired.changes:
            # A repair is a guess itself: half of the doubt about the message as typed stays.
            cover = (cover + self.features.likeness(plain).cover) / 2
        return _Reading(repaired.plain, repaired.changes, like, cover)

    def judge(self, reading: _Reading) -> Match:
        like, trained = reading.like, self.trained
        x = np.stack(
            [
                like.kernel @ trained.alpha + trained.bias,
                best_per_topic(like.kernel, self.starts),
                best_per_topic(like.ratio, self.starts),
            ],
            axis=-1,
        )
        logp = sureness(x, np.asarray(reading.cover), trained.mix)
        near = float(like.kernel.max())
        if near < STRANGE:
            # Nothing in common with any phrasing: the regression would only tell which topic has most of them.
            return Match(NONE, round(1 - near, 4), "none", ((NONE, round(1 - near, 4)),))
        order = np.argsort(-logp)[:5]
        sure = sigmoid(float(trained.slope[0] * logp[order[0]] + trained.slope[1]))
        nearest = int(like.ratio.argmax())
        if like.ratio[nearest] >= SAME:
            # The FAQ says so itself; the regression may still think a neighbour likelier.
            first = int(self.labels[nearest])
            order = np.array([first, *(i for i in order if i != first)][:5])
            sure = max(sure, 0.99 if like.ratio[nearest] > 0.999 else 0.97)
        return self._match(order, logp, sure)

    def _match(self, order: npt.NDArray[np.int64], logp: npt.NDArray[np.float64], sure: float) -> Match:
        best = self.topics[int(order[0])]
        scale = np.minimum(np.exp(logp[order] - logp[order[0]]), 1.0)
        candidates = tuple(
            (self.topics[int(i)], round(sure * float(s), 4)) for i, s in zip(order, scale, strict=True)
        )
        action: Action = "none"
        if best != NONE and sure >= self.threshold:
            action = "answer"
        elif best != NONE and sure >= CLARIFY_FLOOR:
            action = "clarify"
        return Match(best, round(sure, 4), action, candidates)

    def explain(self, reading: _Reading) -> Explanation:
        order = np.argsort(-reading.like.kernel)[:5]
        shared = [
            (unit, round(part * self.features.weights[name], 4))
            for name, row in reading.like.rows.items()
            for unit, part in self.features.blocks[name].shared(row, int(order[0]))
        ]
        return Explanation(
            normalised=reading.plain.text,
            repairs=reading.changes,
            phrasings=tuple(
                (*self.rows[int(i)], round(float(reading.like.kernel[int(i)]), 4)) for i in order
            ),
            shared=tuple(sorted(shared, key=lambda s: -s[1])[:12]),
            cover=round(reading.cover, 4),
            thresholds=(("answer", round(self.threshold, 4)), ("clarify", CLARIFY_FLOOR)),
            match=self.judge(reading),
        )


_NOTHING = Match(NONE, 1.0, "none", ((NONE, 1.0),))


class Matcher:
    """Both languages. Immutable after `fit`, so one instance serves every thread and is swapped whole on a reload."""

    def __init__(self, sides: dict[str, _Side], lexicon: Lexicon) -> None:
        self._sides = sides
        self._lexicon = lexicon

    @classmethod
    def fit(cls, phrasings: Sequence[Phrasing], lexicon: Lexicon, cache: Path | None = None) -> Matcher:
        """Train on the FAQ's phrasings. `cache` is a folder of fitted arrays keyed by content; a broken or old file in
        it is ignored. Raises ValueError where a language has fewer than two topics."""
        by_lang = {lang: [(p.topic, p.text) for p in phrasings if p.lang == lang] for lang in ("zh", "en")}
        for lang, rows in by_lang.items():
            if rows and len({topic for topic, _ in rows}) < 2:
                raise ValueError(
                    f"matcher: language '{lang}' has phrasings of one topic only; write a second topic"
                )
        langs = [lang for lang, rows in by_lang.items() if rows]
        # The arithmetic runs outside Python's lock, so two cores fit both languages at once.
        with ThreadPoolExecutor(max_workers=2) as pool:
            sides = pool.map(lambda lang: _Side(by_lang[lang], lexicon, lang, cache), langs)
            return cls(dict(zip(langs, sides, strict=True)), lexicon)

    def match(self, text: str) -> Match:
        """The topic of one message (or of a burst joined by newlines). Never raises on any text."""
        plain, side = self._read(text)
        return _NOTHING if side is None else side.judge(side.read(plain))

    def explain(self, text: str) -> Explanation:
        """The same, with what it rests on."""
        plain, side = self._read(text)
        if side is None:
            return Explanation(plain.text, (), (), (), 0.0, (), _NOTHING)
        return side.explain(side.read(plain))

    def _read(self, text: str) -> tuple[Plain, _Side | None]:
        """The normalised text and the language side that judges it; no side where nothing is asked."""
        plain = normalise(text, self._lexicon)
        if plain.empty or all(clause in self._lexicon.acknowledgements for clause in plain.clauses):
            return plain, None
        if has_chinese(plain.text):
            return plain, self._sides.get("zh")
        zh = self._sides.get("zh")
        if zh is not None and zh.repairer.reads_as_pinyin(plain) and not self._reads_as_english(plain):
            return zh.repairer.from_pinyin(plain), zh
        return plain, self._sides.get("en")

    def _reads_as_english(self, plain: Plain) -> bool:
        english = self._sides.get("en")
        return english is not None and english.repairer.knows(plain)
