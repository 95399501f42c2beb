"""Outbox rows: what is to be done outside. At least once, in order, one in flight per conversation and lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, or_, select, tuple_, update

from bot.store.tables import chat, outbox

LEASE = 30.0  # seconds a claim holds; a dead sender's rows are free again after it


@dataclass(frozen=True)
class Job:
    chat: str
    n: int
    key: str
    kind: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Booking:
    """What became of a job: done (with the messenger's id), to be tried again at `again_at`, or given up (`error`).

    Again without an error means that it was not tried at all: it only waited for its turn.
    """

    job: Job
    remote_id: str | None = None
    error: str | None = None
    again_at: float | None = None


def add(conn: Connection, key_of_chat: str, rows: Sequence[dict[str, Any]]) -> None:
    """Number and store `rows` ({key, kind, payload, lane?}) in the caller's transaction."""
    if not rows:
        return
    bump = (
        update(chat)
        .where(chat.c.chat == key_of_chat)
        .values(out_seq=chat.c.out_seq + len(rows))
        .returning(chat.c.out_seq)
    )
    first = int(conn.execute(bump).scalar_one()) - len(rows) + 1
    conn.execute(
        outbox.insert(),
        [{"lane": "send", **r, "chat": key_of_chat, "n": first + i} for i, r in enumerate(rows)],
    )


def claim(conn: Connection, owner: str, now: float, limit: int, channels: Sequence[str]) -> list[Job]:
    """Take the heads of up to `limit` (conversation, lane) pairs of these channels, by compare-and-set."""
    c = outbox.c
    head = _heads()
    free = (
        select(c.chat, c.n)
        .join(head, and_(head.c.chat == c.chat, head.c.n == c.n))
        .where(
            c.claimed_until < now,
            c.not_before <= now,
            _of(channels),
        )
        .order_by(c.not_before)
        .limit(limit)
    )
    jobs = []
    for row in conn.execute(free).all():
        take = (
            update(outbox)
            .where(c.chat == row.chat, c.n == row.n, c.done_at.is_(None), c.claimed_until < now)
            .values(owner=owner, claimed_until=now + LEASE, attempts=c.attempts + 1)
            .returning(c.chat, c.n, c.key, c.kind, c.payload, c.attempts)
        )
        if got := conn.execute(take).first():
            jobs.append(Job(*got))
    return jobs


def book(conn: Connection, bookings: Sequence[Booking], now: float, owner: str) -> None:
    """Record outcomes. Shares the transaction of the next claim, which halves the commits.

    A row whose lease ran out and that another sender has taken since is that sender's to book.
    """
    for b in bookings:
        mine = or_(outbox.c.owner == owner, outbox.c.owner.is_(None))
        where = (outbox.c.chat == b.job.chat, outbox.c.n == b.job.n, outbox.c.done_at.is_(None), mine)
        values: dict[str, Any] = {"claimed_until": 0, "owner": None, "error": b.error}
        if b.again_at is None:
            values |= {"done_at": now, "remote_id": b.remote_id}
        else:
            values |= {"not_before": b.again_at}
            if b.error is None:
                values["attempts"] = outbox.c.attempts - 1
        conn.execute(update(outbox).where(*where).values(values))


def release(conn: Connection, owner: str, keep: Sequence[Job] = ()) -> None:
    """Free what this sender had claimed before it died: its name is stable over restarts, and unique.

    `keep` is what it is sending now.
    """
    where = [outbox.c.owner == owner, outbox.c.done_at.is_(None)]
    if keep:
        where.append(tuple_(outbox.c.chat, outbox.c.n).not_in([(job.chat, job.n) for job in keep]))
    conn.execute(update(outbox).where(*where).values(claimed_until=0, owner=None))


def next_due(conn: Connection, channels: Sequence[str]) -> float | None:
    """When the next head of a lane of these channels may go (UTC epoch seconds), None while there is none.

    What stands behind a head waits for it, however long ago it was due itself.
    """
    c = outbox.c
    head = _heads()
    latest = func.max if conn.dialect.name == "sqlite" else func.greatest
    query = select(func.min(latest(c.not_before, c.claimed_until))).join(
        head, and_(head.c.chat == c.chat, head.c.n == c.n)
    )
    return conn.execute(query.where(_of(channels))).scalar()


def _heads() -> Subquery:
    c = outbox.c
    open_rows = select(c.chat, func.min(c.n).label("n")).where(c.done_at.is_(None))
    return open_rows.group_by(c.chat, c.lane).subquery()


def _of(channels: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(outbox.c.chat.startswith(f"{name}:") for name in channels))


def waiting(conn: Connection) -> int:
    return conn.execute(
        select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
    ).scalar_one()
