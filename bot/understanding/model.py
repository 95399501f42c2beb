"""One language's trained model: kernel softmax regression, mixed with the nearest phrasing, with honest confidence.

Confidence is learnt from the FAQ itself: phrasings held out in turn show how sure a right guess looks, topics held out
in turn show how sure a guess looks when the right answer does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.understanding.features import Features
from bot.understanding.softmax import Array, fit_softmax, log_softmax, minimise
from bot.understanding.units import Floats

FOLDS = 3
DIMENSIONS = 400
# Beyond so many phrasings the regression rests on some of them, evenly spread over the topics: its cost grows with
# the square of their number.
LARGE, LANDMARKS = 2800, 1500
# How much of the traffic is about none of the topics, as the calibration assumes.
STRANGE_SHARE = 0.2
NONE = "none"
COVER_POWER = 0.5  # how much strange words flatten a guess
# What counts for a topic: the regression on the FAQ, the practised weights, the nearest phrasing and its string ratio.
# Left to the FAQ's own phrasings these would lean on near-copies, of which a FAQ has many and buyers write few.
ALONE = np.array([1.0, 0.0, 1.0, 0.5])
# Tried on labelled messages: more of the nearest phrasing is a point more right in English, nothing in Chinese.
PRACTISED = {"zh": np.array([0.0, 1.0, 3.0, 0.0]), "en": np.array([0.0, 1.0, 5.0, 0.0])}
# What confidence is made from: log p, lead of the nearest phrasing, lead of log p, lead over "none", 1.
ABOUT = 5
FAR = 5.0  # log odds: a lead over "none" beyond this tells nothing more
TIE = 0.01  # penalty that keeps topics of few phrasings at the common confidence
# The same where an earlier trust is refined: how near to it the topics stay, and what is common to them.
NEAR_BEFORE = (0.1, 0.003)

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """What fitting finds; everything else is rebuilt from the phrasings. Arrays only, so it can be kept on disk."""

    rows: Indices  # the phrasings the regression rests on
    alpha: Floats  # their weights, by topics
    bias: Array
    trust: Array  # confidence = sigmoid(trust · what ABOUT names + own)
    own: Array  # by topics, the guessed one's own part in it
    threshold: Array  # lowest confidence with 95 % precision on held-out phrasings and topics

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {name: np.asarray(getattr(self, name)) for name in self.__dataclass_fields__}


def best_per_topic(values: Floats, starts: Indices) -> Floats:
    """Highest value among each topic's phrasings; phrasings of a topic stand together and begin at `starts`."""
    return np.asarray(np.maximum.reduceat(values, starts, axis=-1), dtype=np.float32)


def train(features: Features, labels: Indices, topics: Sequence[str], calibrate: bool = True) -> Trained:
    """Fit on phrasings sorted by topic; `labels` are indices into `topics`. Deterministic.

    `calibrate`: learn from held-out phrasings how far to trust a guess; without it, nothing is trusted.
    """
    rows = _landmarks(labels)
    kernel = features.gram(rows)
    basis = _basis(kernel[:, rows].astype(np.float64))
    z = np.asarray(kernel.T @ basis)
    weights, bias = fit_softmax(z, labels, len(topics))
    alpha = (basis @ weights).astype(np.float32)
    if not calibrate:
        return Trained(rows, alpha, bias, np.zeros(ABOUT), np.zeros(len(topics)), np.ones(1))
    held = _Held(features, kernel, z[rows], labels, rows, len(topics))
    seen = held.folds(_phrasing_folds(labels[rows]))
    strange = held.folds(labels[rows] % FOLDS)
    return Trained(rows, alpha, bias, *_calibrate(seen, strange, labels[rows], topics))


def _landmarks(labels: Indices) -> Indices:
    every = np.arange(len(labels))
    if len(labels) <= LARGE:
        return every
    return np.sort(np.random.default_rng(5).permutation(every)[:LANDMARKS])


def _basis(kernel: Array) -> Floats:
    """The kernel's leading directions, by subspace iteration: all of them would cost several times the fit."""
    size = min(DIMENSIONS + 20, len(kernel))
    basis = np.linalg.qr(kernel @ np.random.default_rng(3).standard_normal((len(kernel), size)))[0]
    for _ in range(2):
        basis = np.linalg.qr(kernel @ basis)[0]
    values, inner = np.linalg.eigh(basis.T @ kernel @ basis)
    top = [i for i in np.argsort(-values)[:DIMENSIONS] if values[i] > 1e-6 * values[-1]]
    return np.asarray(basis @ inner[:, top] / np.sqrt(values[top]), dtype=np.float32)


@dataclass(frozen=True)
class _Scores:
    x: Array  # rows by topics by what the mix weighs
    cover: Array


@dataclass(frozen=True)
class _Held:
    """Scores of phrasings by models that have not seen them; `rows` of all phrasings, with their kernel and z."""

    features: Features
    kernel: Floats
    z: Floats
    labels: Indices
    rows: Indices
    topics: int

    def folds(self, fold: Indices) -> _Scores:
        x = np.zeros((len(fold), self.topics, len(ALONE)))
        cover = np.zeros(len(fold))
        starts = np.searchsorted(self.labels, np.arange(self.topics))
        for f in range(FOLDS):
            out, kept = np.flatnonzero(fold == f), fold != f
            if not len(out) or not kept.any():
                continue
            weights, bias = fit_softmax(self.z[kept], self.labels[self.rows[kept]], self.topics)
            x[out, :, 0] = self.z[out] @ weights + bias
            hidden = self.rows[out]
            for i in out.tolist():
                near = self.kernel[i].copy()
                near[hidden] = 0
                ratio = self.features.ratio(self.features.texts[self.rows[i]], near)
                ratio[hidden] = 0
                x[i, :, 2] = best_per_topic(near, starts)
                x[i, :, 3] = best_per_topic(ratio, starts)
            cover[out] = self._cover(out, kept)
        return _Scores(x, cover)

    def _cover(self, out: Indices, kept: npt.NDArray[np.bool_]) -> Array:
        block = self.features.blocks["words"]
        known = np.zeros(len(block.units.names), dtype=bool)
        for i in self.rows[kept].tolist():
            known[block.rows[i].index] = True
        shares = []
        for i in self.rows[out].tolist():
            row = block.rows[i]
            square = row.weight**2
            strange = ~known[row.index]
            # An unknown unit counts at the highest inverse frequency, as it will in a real message.
            weight = np.where(strange, (block.units.top / block.units.idf[row.index]) ** 2 * square, square)
            shares.append(float(square[~strange].sum() / max(float(weight.sum()), 1e-9)))
        return np.asarray(shares)


def _phrasing_folds(labels: Indices) -> Indices:
    """Spread each topic's phrasings over the folds; neighbours in the file are often variants of one another."""
    order = np.random.default_rng(7).permutation(len(labels))
    fold = np.zeros(len(labels), dtype=np.int64)
    place: dict[int, int] = {}
    for i in order:
        label = int(labels[i])
        place[label] = place.get(label, label) + 1
        fold[i] = place[label] % FOLDS
    return fold


def sureness(x: Array, cover: float | Array, mix: Array) -> Array:
    """Log probabilities per topic, flattened where the FAQ knows little of the message; of one or of several."""
    flat = cover**COVER_POWER
    return log_softmax((x @ mix) * (flat if isinstance(flat, float) else flat[:, None]))


def lead(x: Array, guess: Indices) -> Array:
    """How much nearer the nearest phrasing of the guessed topic is than that of any other."""
    near = x[..., 2].copy()
    rows = np.arange(len(guess))
    best = near[rows, guess]
    near[rows, guess] = -1.0
    return np.asarray(best - near.max(axis=-1))


def _about(scores: _Scores, logp: Array, guess: Indices, none: int) -> Array:
    top = np.sort(logp, axis=1)
    over = np.minimum(top[:, -1] - logp[:, none], FAR) if none >= 0 else np.full(len(top), FAR)
    found = [top[:, -1], lead(scores.x, guess), top[:, -1] - top[:, -2], over, np.ones(len(top))]
    return np.stack(found, axis=1)


def _calibrate(
    seen: _Scores, strange: _Scores, labels: Indices, topics: Sequence[str]
) -> tuple[Array, Array, Array]:
    none = topics.index(NONE) if NONE in topics else -1
    log_seen, log_strange = sureness(seen.x, seen.cover, ALONE), sureness(strange.x, strange.cover, ALONE)
    guess_seen, guess_strange = log_seen.argmax(1), log_strange.argmax(1)
    # A guess "none of ours" answers nothing, so it can neither keep nor break a promise of precision.
    keep_seen, keep_strange = guess_seen != none, (guess_strange != none) & (labels != none)
    about = np.concatenate(
        [
            _about(seen, log_seen, guess_seen, none)[keep_seen],
            _about(strange, log_strange, guess_strange, none)[keep_strange],
        ]
    )
    guess = np.concatenate([guess_seen[keep_seen], guess_strange[keep_strange]])
    right = np.concatenate([(guess_seen == labels)[keep_seen], np.zeros(int(keep_strange.sum()), dtype=bool)])
    n_seen, n_strange = int(keep_seen.sum()), max(int(keep_strange.sum()), 1)
    weight = np.concatenate(
        [
            np.full(n_seen, (1 - STRANGE_SHARE) / max(n_seen, 1)),
            np.full(len(right) - n_seen, STRANGE_SHARE / n_strange),
        ]
    )
    trust, own = fit_trust(about, guess, right, weight, len(topics))
    confidence = 1 / (1 + np.exp(-np.clip(about @ trust + own[guess], -40, 40)))
    return trust, own, np.array([_threshold(confidence, right, weight, 0.95)])


def fit_trust(
    x: Array,
    guess: Indices,
    right: npt.NDArray[np.bool_],
    weight: Array,
    topics: int,
    before: tuple[Array, Array] | None = None,
) -> tuple[Array, Array]:
    """How confidence follows from what is seen of a guess (rows of x), and each topic's own part in it. `before`: the
    same as found on other messages, to be refined."""
    sign = np.where(right, 1.0, -1.0)
    known = np.concatenate(before) if before else np.zeros(ABOUT + topics)
    tie, common = NEAR_BEFORE if before else (TIE, 0.0)
    pull = np.concatenate([np.full(ABOUT, common), np.full(topics, tie)])

    def objective(flat: Array) -> tuple[float, Array]:
        margin = sign * (x @ flat[:ABOUT] + flat[ABOUT:][guess])
        slope = -sign * weight / (1 + np.exp(np.clip(margin, -40, 40)))
        far = flat - known
        loss = float((np.logaddexp(0, -margin) * weight).sum()) + float(pull @ far**2) / 2
        found = np.concatenate([slope @ x, np.bincount(guess, weights=slope, minlength=topics)])
        return loss, found + pull * far

    start = known if before else np.array([1.0, *np.zeros(ABOUT - 1 + topics)])
    flat = minimise(objective, start, steps=120, tolerance=1e-7)
    return flat[:ABOUT], flat[ABOUT:]


def _threshold(confidence: Array, right: npt.NDArray[np.bool_], weight: Array, precision: float) -> float:
    """Lowest confidence at and above which the weighted share of right guesses reaches `precision`."""
    order = np.argsort(-confidence)
    share = np.cumsum(weight[order] * right[order]) / np.cumsum(weight[order])
    good = np.flatnonzero(share >= precision)
    return float(confidence[order][good[-1]]) if len(good) else 1.0
