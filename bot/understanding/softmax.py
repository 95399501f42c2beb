"""Softmax regression and the small optimiser under it, in numpy alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
STEPS = 40  # of the optimiser; twice as many change no answer
Objective = Callable[[Array], tuple[float, Array]]


def minimise(
    objective: Objective, start: Array, steps: int = 60, memory: int = 8, tolerance: float = 1e-4
) -> Array:
    """Limited-memory BFGS with a halving line search, for smooth convex functions of a flat vector."""
    x = start.copy()
    value, slope = objective(x)
    moves: list[tuple[Array, Array, float]] = []
    for _ in range(steps):
        if float(np.abs(slope).max(initial=0.0)) < tolerance:
            break
        direction = -_two_loop(slope, moves)
        downhill = float(direction @ slope)
        size = 1.0 if moves else min(1.0, 1.0 / (float(np.abs(slope).sum()) + 1e-12))
        for _ in range(25):
            new_value, new_slope = objective(x + size * direction)
            if new_value <= value + 1e-4 * size * downhill:
                break
            size *= 0.5
        else:
            break
        step, change = size * direction, new_slope - slope
        curvature = float(step @ change)
        if curvature > 1e-12:
            moves = [*moves[-(memory - 1) :], (step, change, 1.0 / curvature)]
        x, value, slope = x + step, new_value, new_slope
    return x


def _two_loop(slope: Array, moves: list[tuple[Array, Array, float]]) -> Array:
    q = slope.copy()
    parts: list[float] = []
    for step, change, rho in reversed(moves):
        part = rho * float(step @ q)
        q -= part * change
        parts.append(part)
    if moves:
        step, change, _ = moves[-1]
        q *= float(step @ change) / float(change @ change)
    for (step, change, rho), part in zip(moves, reversed(parts), strict=True):
        q += step * (part - rho * float(change @ q))
    return q


def log_softmax(logits: Array) -> Array:
    """Of each row, or of the one there is."""
    if logits.ndim == 1:  # every message comes through here
        shifted = logits - logits.max()
        return np.asarray(shifted - math.log(float(np.exp(shifted).sum())))
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def fit_softmax(
    z: npt.NDArray[np.floating[Any]], labels: npt.NDArray[np.int64], classes: int, strength: float = 15.0
) -> tuple[Array, Array]:
    """Weights (features by classes) and biases. `strength` is the inverse of the L2 penalty; small classes weigh more
    (balanced weights to the power one half), a class without rows gets a bias that keeps it out."""
    n, d = z.shape
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    per_class = np.sqrt(n / np.maximum(counts, 1) / max(1, int((counts > 0).sum())))
    weight = per_class[labels]
    present = counts > 0

    absent = None if present.all() else ~present
    rows = np.arange(n)
    scale = (weight * strength / n).astype(np.float32)
    z32 = np.ascontiguousarray(z, dtype=np.float32)

    def objective(flat: Array) -> tuple[float, Array]:
        """In single precision, which is twice as fast; the optimiser itself keeps double."""
        w = flat[: d * classes].reshape(d, classes)
        logits = z32 @ w.astype(np.float32) + flat[d * classes :].astype(np.float32)
        if absent is not None:
            logits[:, absent] = -30.0
        logits -= logits.max(axis=1, keepdims=True)
        error = np.exp(logits)
        sums = error.sum(axis=1, keepdims=True)
        loss = (
            float((scale * (np.log(sums[:, 0]) - logits[rows, labels])).sum())
            + 0.5 * float((w * w).sum()) / n
        )
        error /= sums
        error[rows, labels] -= 1.0
        error *= scale[:, None]
        if absent is not None:
            error[:, absent] = 0.0
        return loss, np.concatenate([(z32.T @ error + w / n).ravel(), error.sum(axis=0)])

    flat = minimise(objective, np.zeros(d * classes + classes), steps=STEPS)
    biases = flat[d * classes :].copy()
    biases[~present] = -30.0
    return flat[: d * classes].reshape(d, classes), biases


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(x, -40.0), 40.0)))
