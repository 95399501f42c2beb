"""What the dashboard shows, read at one instant: the queue now, today, the open cases, the last thirty days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.cases.case import Status
from bot.cases.policy import Policy
from bot.cases.promises import Outcome, Promise
from bot.insight.case_figures import promise_figures, satisfaction
from bot.insight.period import Period
from bot.insight.value import Value
from bot.store import figures_read, promises
from bot.store.figures import QUICK, Figures, figures
from bot.store.figures_read import Answered

DAYS_SHOWN = 14  # of promises, as columns


@dataclass(frozen=True)
class Column:
    """One column of a chart: `good` at the foot, `bad` on top of it."""

    label: str
    good: int
    bad: int


@dataclass(frozen=True)
class Standing:
    """Open cases of one status; `overdue` of them wait longer than the buyer was promised."""

    status: Status
    cases: int
    overdue: int


@dataclass(frozen=True)
class Board:
    """`today` is since midnight on the shop's clock; `month` the figures of thirty days, by key."""

    now: datetime
    today: Figures
    hours: tuple[Column, ...]
    standings: tuple[Standing, ...]
    days: tuple[Column, ...]
    month: Mapping[str, Value]


def read_board(conn: Connection, policy: Policy, now: datetime, zone: ZoneInfo) -> Board:
    today, month = Period.today(now, zone), Period.of_days(None, None, now, zone)
    start = today.since.timestamp()
    told = list(promises.histories(conn, month.since.timestamp()))
    ledger = promises.ledger_of(told, policy, month.since.timestamp(), now)
    cases = [case for case, _ in told]
    values = [*promise_figures(ledger, month), *satisfaction(cases, month)]
    open_ones: Counter[Status] = Counter(
        c.status for c in cases if c.is_open and c.status is not Status.DRAFT
    )
    return Board(
        now=now,
        today=figures(conn, start, now.timestamp()),
        hours=hours_of(figures_read.peoples_rounds(conn, start, now.timestamp()), today),
        standings=_standings(open_ones, ledger),
        days=days_of(ledger, month),
        month={v.key: v for v in values},
    )


def hours_of(rounds: Sequence[Answered], today: Period) -> tuple[Column, ...]:
    """Rounds by the hour they were asked in: answered within three minutes, and later or not yet."""
    good, bad = Counter[int](), Counter[int]()
    for r in rounds:
        took = (r.answered or today.now.timestamp()) - r.asked
        if took > QUICK:
            bad[today.clock(r.asked).hour] += 1
        elif r.answered is not None:
            good[today.clock(r.asked).hour] += 1
    return tuple(Column(f"{hour:02}", good[hour], bad[hour]) for hour in range(24))


def days_of(ledger: Sequence[Promise], month: Period) -> tuple[Column, ...]:
    """Promises by the day they ended on: kept and broken."""
    ended = Counter((month.day(p.ended), p.outcome) for p in ledger if p.ended)
    last = month.day(month.now)
    days: list[date] = [last - timedelta(days=n) for n in reversed(range(DAYS_SHOWN))]
    return tuple(Column(f"{day:%m-%d}", ended[day, Outcome.KEPT], ended[day, Outcome.BROKEN]) for day in days)


def _standings(open_ones: Counter[Status], ledger: Sequence[Promise]) -> tuple[Standing, ...]:
    late = {p.case.id: p.case.status for p in ledger if p.outcome is Outcome.BROKEN and not p.moved}
    overdue = Counter(late.values())
    return tuple(Standing(s, open_ones[s], overdue[s]) for s in Status if open_ones[s])
