"""Softmax regression on units and sentence vectors together: the training of `scripts.practise` (needs scipy)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.understanding.softmax import Array
from bot.understanding.units import Floats, Row

STRENGTH = 4.0  # inverse of the penalty, tried on labelled messages
STEPS = 100
Labels = npt.NDArray[np.int64]


def train(
    rows: Mapping[str, Sequence[Row]],
    vectors: Floats | None,
    scales: Mapping[str, float],
    taught: Sequence[tuple[int, int, float]],
) -> tuple[dict[str, Floats], Floats]:
    """Units by topics for each block, dimensions by topics for "vectors", and the biases. `taught`: a row, its topic
    and what that counts; a row may have several.

    All units at once: what a kernel's low rank leaves out is worth four points of a hundred.
    """
    from scipy import sparse

    names = list(rows)
    at, labels = (np.array(column, dtype=np.int64) for column in list(zip(*taught, strict=True))[:2])
    worth = np.array([weight for *_, weight in taught])
    parts = [_sparse(rows[name]) * np.float32(scales[name]) for name in names]
    dense = None if vectors is None else vectors[at] * np.float32(scales["vectors"])
    weights, bias = _fit(sparse.hstack(parts).tocsr()[at], dense, labels, worth)
    ends = np.cumsum([part.shape[1] for part in parts])
    columns = np.split(weights, ends if vectors is not None else ends[:-1])
    found = [*names, "vectors"] if vectors is not None else names
    return {n: head * np.float32(scales[n]) for n, head in zip(found, columns, strict=True)}, bias


def _sparse(rows: Sequence[Row]) -> Any:
    """One row a text, one column a unit."""
    from scipy import sparse

    ends = np.cumsum([0] + [len(row.index) for row in rows])
    index = np.concatenate([row.index for row in rows])
    return sparse.csr_matrix(
        (np.concatenate([row.weight for row in rows]), index, ends), shape=(len(rows), int(index.max()) + 1)
    )


def _fit(units: Any, vectors: Floats | None, labels: Labels, worth: Array) -> tuple[Floats, Floats]:
    """In single precision, the vectors apart from the sparse units: a few times faster than all of it as one."""
    from scipy.optimize import minimize

    n, size = units.shape
    width = size + (0 if vectors is None else vectors.shape[1])
    topics = int(labels.max()) + 1
    back = units.T.tocsr()
    share = (worth / worth.sum()).astype(np.float32)[:, None]
    penalty = 1 / (STRENGTH * worth.sum())
    at = np.arange(n)

    def objective(flat: Array) -> tuple[float, Array]:
        weights = flat[:-topics].reshape(width, topics).astype(np.float32)
        logits = units @ weights[:size] + flat[-topics:].astype(np.float32)
        if vectors is not None:
            logits += vectors @ weights[size:]
        logits -= logits.max(axis=1, keepdims=True)
        error = np.exp(logits)
        sums = error.sum(axis=1)
        loss = float((share[:, 0] * (np.log(sums) - logits[at, labels])).sum())
        error /= sums[:, None]
        error[at, labels] -= 1
        error *= share
        slopes = [back @ error] if vectors is None else [back @ error, vectors.T @ error]
        slope = np.concatenate(slopes) + np.float32(penalty) * weights
        loss += penalty / 2 * float((weights * weights).sum())
        return loss, np.concatenate([slope.ravel(), error.sum(axis=0)]).astype(np.float64)

    start = np.zeros((width + 1) * topics)
    options = {"maxiter": STEPS, "gtol": 1e-6, "ftol": 1e-7, "maxcor": 8}
    flat = minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x.astype(np.float32)
    return flat[:-topics].reshape(width, topics), flat[-topics:]
