"""The promises that the cases made, read from their timelines. Read-only; what a promise is: `cases/promises.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection, or_, select

from bot.cases.case import Case, Entry
from bot.cases.policy import Policy
from bot.cases.promises import Promise, promises
from bot.store.cases import as_case, as_entry
from bot.store.tables import case, case_event


def histories(conn: Connection, since: float) -> Iterator[tuple[Case, list[Entry]]]:
    """Every case that is open, or that something happened to from `since` (UTC epoch seconds) on, with its timeline."""
    wanted = or_(case.c.updated_at >= since, case.c.closed_at.is_(None))
    known = {r.id: as_case(r) for r in conn.execute(select(case).where(wanted))}
    e = case_event.c
    lines = conn.execute(
        select(case_event).join(case, case.c.id == e.case_id).where(wanted).order_by(e.case_id, e.n)
    )
    for case_id, rows in groupby(lines, lambda r: r.case_id):
        yield known[case_id], [as_entry(r) for r in rows]


def ledger(conn: Connection, policy: Policy, since: float, now: datetime) -> list[Promise]:
    """The promises that ended from `since` on (UTC epoch seconds), and those that run or stand broken still."""
    return ledger_of(histories(conn, since), policy, since, now)


def ledger_of(
    told: Iterable[tuple[Case, list[Entry]]], policy: Policy, since: float, now: datetime
) -> list[Promise]:
    """The same of histories that were read already."""
    start = datetime.fromtimestamp(since, UTC)
    return [
        p
        for found, entries in told
        for p in promises(found, entries, policy, now)
        if p.ended is None or p.ended >= start or not p.moved
    ]
