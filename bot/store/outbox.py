"""Outbox rows: what is to be done outside. At least once, in order, one in flight per conversation and lane.

The lane "send" is what a conversation's reader sees: messages, their changes and withdrawals. Everything else is
a job (photos to fetch, money to pay back, orders to look up), which never stands in its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, or_, select, tuple_, update

from bot.messages import Incoming, Outgoing
from bot.store.inbox import Settle, put
from bot.store.tables import chat, outbox

Part = Literal["send", "job"]
JOBS = "job"  # the lane of what a conversation wants done elsewhere, one after the other
LEASE = 30.0  # seconds a claim holds; a dead sender's rows are free again after it
# Money longer than all tries of one call may take together: some shop systems know no idempotency keys, so that two
# who look for the payment at the same time would both find none and both pay.
MONEY = "refund"
MONEY_LEASE = 180.0


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

    Again without an error means that it was not tried at all: it only waited for its turn. `gone`: what was to be
    changed is not there any more. `news` happens to the conversation in the same transaction.
    """

    job: Job
    remote_id: str | None = None
    error: str | None = None
    again_at: float | None = None
    gone: bool = False
    reason: str = ""  # why a file was not taken, as `photos.Reason` has it
    news: Incoming | None = None


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


def add_once(conn: Connection, key_of_chat: str, row: dict[str, Any]) -> None:
    """As `add`, but nothing where this conversation has a row of this key already."""
    known = select(outbox.c.n).where(outbox.c.chat == key_of_chat, outbox.c.key == row["key"])
    if conn.execute(known).first() is None:
        add(conn, key_of_chat, [row])


def add_edit(conn: Connection, message: Outgoing) -> None:
    """The message is to be changed where it was sent. An older change that nobody has begun is this one from now on."""
    c = outbox.c
    same = (c.chat == message.chat, c.key.like(f"e{message.n}:%"), c.done_at.is_(None), c.owner.is_(None))
    # Skipped where a sender is just taking it: then this is a row of its own, and nobody waits for anybody.
    older = conn.execute(select(c.n).where(*same).with_for_update(skip_locked=True)).scalars().all()
    if older:
        last = (c.chat == message.chat, c.n == max(older))
        conn.execute(
            update(outbox)
            .where(*last)
            .values(payload=message.as_json(), attempts=0, not_before=0, error=None)
        )
    else:
        add(conn, message.chat, [{"key": message.key, "kind": "edit", "payload": message.as_json()}])


def cancel(conn: Connection, key_of_chat: str, n: int, now: float) -> bool:
    """True where message `n` had not been tried yet and never will be."""
    c = outbox.c
    fresh = (c.chat == key_of_chat, c.key == f"m{n}", c.attempts == 0, c.done_at.is_(None), c.owner.is_(None))
    row = conn.execute(select(c.n).where(*fresh).with_for_update(skip_locked=True)).first()
    if row is None:
        return False
    mine = update(outbox).where(c.chat == key_of_chat, c.done_at.is_(None))
    ended = {"done_at": now, "error": "withdrawn before it was sent"}
    conn.execute(mine.where(or_(c.n == row.n, c.key.like(f"e{n}:%"))).values(ended))
    return True


def remote_id(conn: Connection, key_of_chat: str, n: int) -> str | None:
    """The messenger's own id of message `n`, by its latest delivery or change; None where it never arrived."""
    c = outbox.c
    rows = or_(c.key == f"m{n}", c.key.like(f"e{n}:%"))
    where = (c.chat == key_of_chat, rows, c.done_at.is_not(None), c.remote_id.is_not(None))
    return conn.execute(select(c.remote_id).where(*where).order_by(c.n.desc()).limit(1)).scalar()


def claim(
    conn: Connection, owner: str, now: float, limit: int, channels: Sequence[str], part: Part | None = None
) -> list[Job]:
    """Take the heads of up to `limit` (conversation, lane) pairs of these channels, by compare-and-set.

    `part` takes only what readers see, or only jobs.
    """
    c = outbox.c
    head = _heads(part)
    free = (
        select(c.chat, c.n, c.kind)
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
        until = now + (MONEY_LEASE if row.kind == MONEY else LEASE)
        take = (
            update(outbox)
            .where(c.chat == row.chat, c.n == row.n, c.done_at.is_(None), c.claimed_until < now)
            .values(owner=owner, claimed_until=until, attempts=c.attempts + 1)
            .returning(c.chat, c.n, c.key, c.kind, c.payload, c.attempts)
        )
        if got := conn.execute(take).first():
            jobs.append(Job(*got))
    return jobs


def book(conn: Connection, bookings: Sequence[Booking], now: float, owner: str) -> list[Booking]:
    """Record outcomes; returns those that counted. Shares the transaction of the next claim, which halves the commits.

    A row whose lease ran out and that another sender has taken since is that sender's to book.
    """
    counted = []
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
        if conn.execute(update(outbox).where(*where).values(values)).rowcount:
            counted.append(b)
    # Together, since `put` locks conversations in order.
    put(conn, [b.news for b in counted if b.news], now, Settle())
    return counted


def release(conn: Connection, owner: str, keep: Sequence[Job] = ()) -> None:
    """Free what this sender had claimed before it died: its name is stable over restarts, and unique.

    `keep` is what it is sending now. Money stays claimed until its time is over: what was asked for just before the
    end may be under way on the far side, where it cannot be seen yet.
    """
    where = [outbox.c.owner == owner, outbox.c.done_at.is_(None), outbox.c.kind != MONEY]
    if keep:
        where.append(tuple_(outbox.c.chat, outbox.c.n).not_in([(job.chat, job.n) for job in keep]))
    conn.execute(update(outbox).where(*where).values(claimed_until=0, owner=None))


def next_due(conn: Connection, channels: Sequence[str], part: Part | None = None) -> float | None:
    """When the next head of a lane of these channels may go (UTC epoch seconds), None while there is none.

    What stands behind a head waits for it, however long ago it was due itself.
    """
    c = outbox.c
    head = _heads(part)
    latest = func.max if conn.dialect.name == "sqlite" else func.greatest
    query = select(func.min(latest(c.not_before, c.claimed_until))).join(
        head, and_(head.c.chat == c.chat, head.c.n == c.n)
    )
    return conn.execute(query.where(_of(channels))).scalar()


def _heads(part: Part | None) -> Subquery:
    c = outbox.c
    open_rows = select(c.chat, func.min(c.n).label("n")).where(c.done_at.is_(None))
    if part is not None:
        open_rows = open_rows.where(c.lane == "send" if part == "send" else c.lane != "send")
    return open_rows.group_by(c.chat, c.lane).subquery()


def _of(channels: Sequence[str]) -> ColumnElement[bool]:
    """Money and look-ups concern the shop's system, so they go on where a messenger is not served (any more)."""
    ours = [outbox.c.chat.startswith(f"{name}:") for name in channels]
    return or_(outbox.c.lane == JOBS, *ours)


def waiting(conn: Connection) -> int:
    return conn.execute(
        select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
    ).scalar_one()
