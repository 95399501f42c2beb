"""How long a buyer will wait, honestly, and when they hear that they moved up in the queue. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

_ENOUGH = 3  # finished chats; fewer tell nothing
_STEP = 5  # minutes; above ten, a figure to the minute would promise too much


def waiting_time(ahead: int, agents_online: int, recent: Sequence[timedelta]) -> timedelta | None:
    """About how long until a person takes over, in whole minutes; None rather than a guess.

    `recent` is how long agents had each of the last chats. The median, since one chat kept open over lunch says
    nothing about the next; the queue moves on by one each time one of the agents is free.
    """
    if agents_online < 1 or len(recent) < _ENOUGH:
        return None
    usual = median(r / timedelta(minutes=1) for r in recent)
    minutes = math.ceil(usual * (ahead + 1) / agents_online)
    return timedelta(minutes=minutes if minutes <= 10 else math.ceil(minutes / _STEP) * _STEP)


def tells_place(
    told: int | None, told_at: datetime | None, place: int, now: datetime, every: timedelta
) -> bool:
    """Whether a waiting buyer hears their new `place` now: only a better one, and not more often than `every`."""
    if told is None or told_at is None:
        return True
    return place < told and now - told_at >= every
