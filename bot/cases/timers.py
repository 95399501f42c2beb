"""Which clocks a status starts, and what happens when one runs out. Lengths are policy, the table is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.case import Case, CaseType, Status
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
    types: tuple[CaseType, ...] = ()  # empty: every type


_DAY = timedelta(days=1)


def _decide(what: str, to: Status, case_type: CaseType) -> Timer:
    name = f"seller_decide_{what}"
    return Timer(name, f"timers.{name}", "timeout", to, types=(case_type,))


TIMERS: dict[Status, tuple[Timer, ...]] = {
    Status.DRAFT: (Timer("silent_24h", "", "silent_24h", Status.CLOSED_WITHDRAWN),),
    # The shop's silence is consent here too: what the buyer asked for is agreed.
    Status.PENDING_SELLER: (
        _decide("return", Status.AWAIT_RETURN, CaseType.RETURN_REFUND),
        _decide("exchange", Status.AWAIT_RETURN, CaseType.EXCHANGE),
        _decide("refund_only_shipped", Status.REFUNDING, CaseType.REFUND_ONLY),
        _decide("unshipped", Status.REFUNDING, CaseType.CANCEL_ORDER),
    ),
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
    for timer in _timers(case):
        length = policy.lookup(timer.figure) if timer.figure else DRAFT_SILENCE
        due = now + length
        started.append((timer.name, due))
        started += [
            (f"{timer.name}:warn{int(w.total_seconds() // 3600)}", due - w) for w in timer.warn if w < length
        ]
    return started


def timer_of(case: Case, name: str) -> Timer | None:
    """The timer `name` of this status; None where the case has moved on and the ring means nothing any more."""
    return next((t for t in _timers(case) if t.name == name), None)


def _timers(case: Case) -> list[Timer]:
    return [t for t in TIMERS.get(case.status, ()) if not t.types or case.type in t.types]
