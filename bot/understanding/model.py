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

FOLDS = 5
DIMENSIONS = 256
# How much of the traffic is about none of the topics, as the calibration assumes.
STRANGE_SHARE = 0.2
NONE = "none"
COVER_POWER = 0.5  # how much strange words flatten a guess


@dataclass(frozen=True)
class Trained:
    """What fitting finds; everything else is rebuilt from the phrasings. Arrays only, so it can be kept on disk."""

    alpha: Floats  # phrasings by topics
    bias: Array
    mix: Array  # weights of regression, best likeness and best ratio
    slope: Array  # confidence = sigmoid(slope[0] * log p + slope[1])
    threshold: Array  # lowest confidence with 95 % precision on held-out phrasings and topics

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {name: np.asarray(getattr(self, name)) for name in self.__dataclass_fields__}


def best_per_topic(values: Floats, starts: npt.NDArray[np.int64]) -> Floats:
    """Highest value among each topic's phrasings; phrasings of a topic stand together and begin at `starts`."""
    return np.asarray(np.maximum.reduceat(values, starts, axis=-1), dtype=np.float32)


def train(features: Features, labels: npt.NDArray[np.int64], topics: Sequence[str]) -> Trained:
    """Fit on phrasings sorted by topic; `labels` are indices into `topics`. Deterministic."""
    kernel, ratio = features.gram()
    values, vectors = _leading(kernel.astype(np.float64), DIMENSIONS)
    z = vectors * np.sqrt(values)
    weights, bias = fit_softmax(z, labels, len(topics))
    alpha = (vectors / np.sqrt(values)) @ weights

    starts = np.searchsorted(labels, np.arange(len(topics)))
    held = _Held(features, kernel, ratio, z, labels, starts, len(topics))
    seen = held.folds(_phrasing_folds(labels))
    strange = held.folds(labels % FOLDS)
    mix = _fit_mix(seen.x, labels)
    slope, threshold = _calibrate(seen, strange, mix, labels, topics)
    return Trained(alpha.astype(np.float32), bias, mix, slope, threshold)


def _leading(kernel: Array, count: int) -> tuple[Array, Array]:
    """The largest eigenvalues and their vectors by subspace iteration: all of them would cost several times the fit."""
    size = min(count + 20, len(kernel))
    basis = np.linalg.qr(kernel @ np.random.default_rng(3).standard_normal((len(kernel), size)))[0]
    for _ in range(2):
        basis = np.linalg.qr(kernel @ basis)[0]
    values, inner = np.linalg.eigh(basis.T @ kernel @ basis)
    top = [i for i in np.argsort(-values)[:count] if values[i] > 1e-6 * values[-1]]
    return values[top], basis @ inner[:, top]


@dataclass(frozen=True)
class _Scores:
    x: Array  # rows by topics by (regression, likeness, ratio)
    cover: Array


@dataclass(frozen=True)
class _Held:
    features: Features
    kernel: Floats
    ratio: Floats
    z: Array
    labels: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    topics: int

    def folds(self, fold: npt.NDArray[np.int64]) -> _Scores:
        """Scores of every phrasing by a model that has not seen its fold."""
        x = np.zeros((len(fold), self.topics, 3))
        cover = np.zeros(len(fold))
        for f in range(FOLDS):
            out, kept = fold == f, fold != f
            if not out.any() or not kept.any():
                continue
            weights, bias = fit_softmax(self.z[kept], self.labels[kept], self.topics)
            x[out, :, 0] = self.z[out] @ weights + bias
            x[out, :, 1] = best_per_topic(np.where(kept, self.kernel[out], 0), self.starts)
            x[out, :, 2] = best_per_topic(np.where(kept, self.ratio[out], 0), self.starts)
            cover[out] = self._cover(out, kept)
        return _Scores(x, cover)

    def _cover(self, out: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_]) -> Array:
        block = self.features.blocks["words"]
        known = np.zeros(len(block.vocabulary), dtype=bool)
        for i in np.flatnonzero(kept):
            known[block.rows[i].index] = True
        shares = []
        for i in np.flatnonzero(out):
            row = block.rows[i]
            square = row.weight**2
            strange = ~known[row.index]
            # An unknown unit counts at the highest inverse frequency, as it will in a real message.
            weight = np.where(strange, (block.top / block.idf[row.index]) ** 2 * square, square)
            shares.append(float(square[~strange].sum() / max(float(weight.sum()), 1e-9)))
        return np.asarray(shares)


def _phrasing_folds(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Spread each topic's phrasings over the folds; neighbours in the file are often variants of one another."""
    order = np.random.default_rng(7).permutation(len(labels))
    fold = np.zeros(len(labels), dtype=np.int64)
    place: dict[int, int] = {}
    for i in order:
        label = int(labels[i])
        place[label] = place.get(label, label) + 1
        fold[i] = place[label] % FOLDS
    return fold


def _fit_mix(x: Array, labels: npt.NDArray[np.int64]) -> Array:
    rows = np.arange(len(labels))

    def objective(theta: Array) -> tuple[float, Array]:
        logp = log_softmax(x @ theta)
        loss = -float(logp[rows, labels].mean())
        error = np.exp(logp)
        error[rows, labels] -= 1.0
        return loss, np.einsum("nt,ntk->k", error, x) / len(labels)

    return np.maximum(minimise(objective, np.array([1.0, 1.0, 1.0])), 0.0)


def sureness(x: Array, cover: Array, mix: Array) -> Array:
    """Log probabilities per topic, flattened where the FAQ knows little of the message."""
    return log_softmax((x @ mix) * (cover**COVER_POWER)[..., None])


def _calibrate(
    seen: _Scores, strange: _Scores, mix: Array, labels: npt.NDArray[np.int64], topics: Sequence[str]
) -> tuple[Array, Array]:
    none = topics.index(NONE) if NONE in topics else -1
    log_seen, log_strange = sureness(seen.x, seen.cover, mix), sureness(strange.x, strange.cover, mix)
    guess_seen, guess_strange = log_seen.argmax(1), log_strange.argmax(1)
    # A guess "none of ours" answers nothing, so it can neither keep nor break a promise of precision.
    keep_seen, keep_strange = guess_seen != none, (guess_strange != none) & (labels != none)
    logp = np.concatenate([log_seen.max(1)[keep_seen], log_strange.max(1)[keep_strange]])
    right = np.concatenate([(guess_seen == labels)[keep_seen], np.zeros(int(keep_strange.sum()), dtype=bool)])
    n_seen, n_strange = int(keep_seen.sum()), max(int(keep_strange.sum()), 1)
    weight = np.concatenate(
        [
            np.full(n_seen, (1 - STRANGE_SHARE) / max(n_seen, 1)),
            np.full(len(right) - n_seen, STRANGE_SHARE / n_strange),
        ]
    )
    slope = _fit_logistic(logp, right, weight)
    confidence = 1 / (1 + np.exp(-(slope[0] * logp + slope[1])))
    return slope, np.array([_threshold(confidence, right, weight, 0.95)])


def _fit_logistic(x: Array, right: npt.NDArray[np.bool_], weight: Array) -> Array:
    def objective(ab: Array) -> tuple[float, Array]:
        margin = np.where(right, 1.0, -1.0) * (ab[0] * x + ab[1])
        wrong = 1 / (1 + np.exp(np.clip(margin, -40, 40)))
        slope = -np.where(right, 1.0, -1.0) * wrong * weight
        loss = float((np.logaddexp(0, -margin) * weight).sum())
        return loss, np.array([float(slope @ x), float(slope.sum())])

    return minimise(objective, np.array([1.0, 0.0]), steps=80, tolerance=1e-7)


def _threshold(confidence: Array, right: npt.NDArray[np.bool_], weight: Array, precision: float) -> float:
    """Lowest confidence at and above which the weighted share of right guesses reaches `precision`."""
    order = np.argsort(-confidence)
    share = np.cumsum(weight[order] * right[order]) / np.cumsum(weight[order])
    good = np.flatnonzero(share >= precision)
    return float(confidence[order][good[-1]]) if len(good) else 1.0
