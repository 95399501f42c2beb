"""Which clocks a status starts, and what happens when one runs out. Lengths are policy, the table is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.case import Case, Status
from bot.cases.policy import Policy

DRAFT_SILENCE = timedelta(hours=24)


@dataclass(frozen=True)
class Timer:
    """`figure` is its length in policy.yaml; `warn` are the spans before the end at which the buyer is told."""

    name: str
    figure: str
    event: str
    to: Status
    warn: tuple[timedelta, ...] = ()


_DAY = timedelta(days=1)

TIMERS: dict[Status, tuple[Timer, ...]] = {
    Status.DRAFT: (Timer("silent_24h", "", "silent_24h", Status.CLOSED_WITHDRAWN),),
    Status.AWAIT_RETURN: (
        Timer(
            "buyer_ship_back", "timers.buyer_ship_back", "timeout", Status.CLOSED_TIMEOUT, (2 * _DAY, _DAY)
        ),
    ),
    # The shop's silence is consent: the money goes back.
    Status.RETURN_IN_TRANSIT: (
        Timer(
            "seller_confirm_return_express",
            "timers.seller_confirm_return_express",
            "timeout",
            Status.REFUNDING,
        ),
    ),
}


def timers_of(case: Case, policy: Policy, now: datetime) -> list[tuple[str, datetime]]:
    """(name, due) of every clock that this status starts; a warning is named `<timer>:warn<hours>`."""
    started = []
    for timer in TIMERS.get(case.status, ()):
        length = policy.lookup(timer.figure) if timer.figure else DRAFT_SILENCE
        due = now + length
        started.append((timer.name, due))
        started += [
            (f"{timer.name}:warn{int(w.total_seconds() // 3600)}", due - w) for w in timer.warn if w < length
        ]
    return started


def timer_of(case: Case, name: str) -> Timer | None:
    """The timer `name` of this status; None where the case has moved on and the ring means nothing any more."""
    return next((t for t in TIMERS.get(case.status, ()) if t.name == name), None)
