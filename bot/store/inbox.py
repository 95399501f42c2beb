"""Inbox rows: everything that happens. A redelivered row is dropped; rows of a conversation are numbered in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from bot.messages import Incoming
from bot.store import merged
from bot.store.db import insert
from bot.store.tables import chat, cursor, inbox, merged_chat, queue


@dataclass(frozen=True)
class Settle:
    """A burst is answered once: `pause` seconds after its last message, at most `most` after its first.

    A buyer who is seen typing has twice the pause.
    """

    pause: float = 1.0
    most: float = 4.0


@dataclass(frozen=True)
class Row:
    chat: str
    n: int
    payload: dict[str, Any]
    received_at: float
    attempts: int

    @property
    def kind(self) -> str:
        return str(self.payload.get("kind"))

    @property
    def event(self) -> Incoming:
        """Raises where the row cannot be read, which is then a fault of this row alone."""
        return Incoming.from_json(self.payload)


def put(
    conn: Connection,
    events: Sequence[Incoming],
    now: float,
    settle: Settle,
    at: tuple[str, int] | None = None,
) -> int:
    """Store `events`, and the channel's cursor with them, in the caller's transaction. Returns how many were new."""
    by_chat: dict[str, list[Incoming]] = defaultdict(list)
    for event in events:
        by_chat[event.chat].append(event)
    new = sum(
        _put_chat(conn, key, by_chat[key], now, settle) for key in sorted(by_chat)
    )  # sorted: no deadlocks
    if at:
        set_cursor(conn, *at)
    return new


def set_cursor(conn: Connection, name: str, value: int) -> None:
    """Where the channel `name` reads on."""
    row = insert(conn, cursor).values(name=name, value=value)
    conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _put_chat(conn: Connection, key: str, events: list[Incoming], now: float, settle: Settle) -> int:
    first = _reserve(conn, key, len(events))
    rows = [
        {
            "chat": key,
            "n": first + i,
            "source": e.source,
            "key": e.key,
            "payload": e.as_json(),
            "received_at": now,
        }
        for i, e in enumerate(events)
    ]
    done = conn.execute(insert(conn, inbox).on_conflict_do_nothing(), rows) if len(rows) == 1 else None
    new = (
        done.rowcount
        if done is not None
        else sum(conn.execute(insert(conn, inbox).values(r).on_conflict_do_nothing()).rowcount for r in rows)
    )
    if new:
        _schedule(conn, key, any(e.kind not in ("message", "edit") for e in events), now, settle)
    return new


def _reserve(conn: Connection, key: str, count: int) -> int:
    """Numbers `count` rows under the conversation's row lock, so that number order is commit order."""
    conn.execute(insert(conn, chat).values(chat=key).on_conflict_do_nothing())
    bump = (
        update(chat).where(chat.c.chat == key).values(in_seq=chat.c.in_seq + count).returning(chat.c.in_seq)
    )
    return int(conn.execute(bump).scalar_one()) - count + 1


def _schedule(conn: Connection, key: str, at_once: bool, now: float, settle: Settle) -> None:
    burst = conn.execute(select(chat.c.burst_at).where(chat.c.chat == key)).scalar_one() or now
    with_agent = conn.execute(
        select(queue.c.chat).where(
            queue.c.chat == key, queue.c.closed_at.is_(None), queue.c.agent.is_not(None)
        )
    ).first()
    due = now if at_once or with_agent else min(now + settle.pause, burst + settle.most)
    failing = select(inbox.c.n).where(inbox.c.chat == key, inbox.c.done_at.is_(None), inbox.c.attempts > 0)
    if conn.execute(failing.limit(1)).first():
        # A turn that failed keeps its pause: a busy buyer must not use up its tries.
        due = max(due, conn.execute(select(chat.c.not_before).where(chat.c.chat == key)).scalar_one())
    conn.execute(
        update(chat).where(chat.c.chat == key).values(not_before=due, burst_at=burst, updated_at=now)
    )


def still_typing(conn: Connection, key: str, now: float, settle: Settle) -> bool:
    """The buyer goes on typing: a burst that is still open waits a little longer. False where none is."""
    c = chat.c
    row = conn.execute(select(c.burst_at, c.not_before).where(c.chat == key)).first()
    if row is None or row.burst_at is None or row.not_before <= now:
        return False
    due = min(now + 2 * settle.pause, row.burst_at + settle.most)
    open_still = (c.chat == key, c.burst_at == row.burst_at, c.not_before > now, c.not_before < due)
    return conn.execute(update(chat).where(*open_still).values(not_before=due)).rowcount > 0


def cursor_of(conn: Connection, name: str) -> int:
    """Where the channel `name` reads on; 0 at the very start."""
    return conn.execute(select(cursor.c.value).where(cursor.c.name == name)).scalar() or 0


def lock_due(conn: Connection, now: float, limit: int) -> list[str]:
    """Conversations with work that is due, oldest first, locked for this transaction; others' are skipped."""
    oldest = func.min(inbox.c.received_at)
    seen = (
        select(inbox.c.chat)
        .join(chat, chat.c.chat == inbox.c.chat)
        .where(inbox.c.done_at.is_(None), chat.c.not_before <= now)
        .group_by(inbox.c.chat)
        .order_by(oldest)
        .limit(limit * 4)
    )
    keys = list(conn.execute(seen).scalars())
    if not keys:
        return []
    mine = (
        select(chat.c.chat)
        .where(chat.c.chat.in_(keys), chat.c.not_before <= now)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    got = set(conn.execute(mine).scalars())
    whole = _with_their_others(conn, got)
    return [k for k in keys if k in whole]


def _with_their_others(conn: Connection, got: set[str]) -> set[str]:
    """Those of `got` with which all that is shown as one with them could be locked, too; the rest waits.

    Nobody is waited for with locks in hand, so the engine is never part of a deadlock.
    """
    m = merged_chat.c
    pairs = conn.execute(select(m.chat, m.into).where(or_(m.chat.in_(got), m.into.in_(got)))).all()
    if not pairs:
        return got
    together = {k: set(merged.members(conn, k)) for k in got & {name for pair in pairs for name in pair}}
    more = set().union(*together.values()) - got
    there = set(merged.accounts(conn, more))
    theirs = select(chat.c.chat).where(chat.c.chat.in_(there)).with_for_update(skip_locked=True)
    locked = got | set(conn.execute(theirs).scalars())
    return {k for k in got if not (together.get(k, set()) & (got | there)) - locked}


def pending(conn: Connection, key: str, limit: int) -> list[Row]:
    """The conversation's open rows, read after its lock is held: read before, another worker may have done them."""
    c = inbox.c
    rows = conn.execute(
        select(c.chat, c.n, c.payload, c.received_at, c.attempts)
        .where(c.chat == key, c.done_at.is_(None))
        .order_by(c.n)
        .limit(limit)
    )
    return [Row(*r) for r in rows]


def done(conn: Connection, rows: Sequence[Row], now: float) -> None:
    numbers = [r.n for r in rows]
    conn.execute(
        update(inbox).where(inbox.c.chat == rows[0].chat, inbox.c.n.in_(numbers)).values(done_at=now)
    )
    conn.execute(update(chat).where(chat.c.chat == rows[0].chat).values(burst_at=0))


def failed(
    conn: Connection, rows: Sequence[Row], error: str, now: float, wait: float, quarantine: bool
) -> None:
    """Count a failed attempt: tried again after `wait` seconds, or set aside for good so that what follows goes on."""
    numbers = [r.n for r in rows]
    where = (inbox.c.chat == rows[0].chat, inbox.c.n.in_(numbers))
    conn.execute(
        update(inbox)
        .where(*where)
        .values(attempts=inbox.c.attempts + 1, error=error[:500], done_at=now if quarantine else None)
    )
    conn.execute(
        update(chat).where(chat.c.chat == rows[0].chat).values(not_before=now if quarantine else now + wait)
    )


def faults(conn: Connection) -> list[str]:
    """What went wrong with turns that failed, tried again since or not."""
    return list(conn.execute(select(inbox.c.error).where(inbox.c.error.is_not(None))).scalars())


def next_due(conn: Connection) -> float | None:
    """When the next conversation falls due (UTC epoch seconds); None while nothing waits."""
    # From the open rows, which are few, to their conversations: the other way round all of these are read.
    waiting = select(inbox.c.chat).where(inbox.c.done_at.is_(None))
    soonest = select(func.min(chat.c.not_before)).where(chat.c.chat.in_(waiting))
    return conn.execute(soonest).scalar()
