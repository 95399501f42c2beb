"""What someone probably meant to write, for messages about unknown names. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to `word`, or None where nothing is close enough to be a slip of the pen."""
    found = process.extractOne(
        word, list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` to append to a message, or an empty text."""
    found = nearest(word, known)
    return f"; did you mean '{found}'?" if found else ""
