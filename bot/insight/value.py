"""One figure: a number, its unit, and from how many it is told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

Unit = Literal["count", "seconds", "share"]


@dataclass(frozen=True)
class Value:
    """`value` is None where there is nothing to tell it from; a share is 0 to 1. `of`: how many it is told from."""

    key: str
    unit: Unit
    value: float | None
    of: int | None = None


def count(key: str, n: int) -> Value:
    return Value(key, "count", n)


def average(key: str, seconds: Sequence[float]) -> Value:
    return Value(key, "seconds", fmean(seconds) if seconds else None, len(seconds))


def share(key: str, hits: int, of: int) -> Value:
    return Value(key, "share", hits / of if of else None, of)


def shown(value: Value) -> str:
    """As a person reads it: 12.5 %, 1:02:03, 4:05, 0:07, 118; an en dash where there is nothing to tell."""
    if value.value is None:
        return "–"
    if value.unit == "share":
        return f"{value.value:.1%}"
    return span(value.value) if value.unit == "seconds" else f"{value.value:,.0f}"


def span(seconds: float) -> str:
    """Hours, minutes and seconds; days once there are three of them."""
    whole = max(round(seconds), 0)
    minutes, s = divmod(whole, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    if days >= 3:
        return f"{days} d {h} h"
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"
