"""Places in the queue, as they stand: whose a chat is, since when it waits, and whom it is shown as one with.

Nothing is done here but locking; `handoff` and `owners` do. Times in rows are UTC epoch seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.store import clocks, merged
from bot.store.tables import chat, queue


@dataclass(frozen=True)
class Entry:
    """A live place in the queue; `agent` is None while it waits. Times are aware UTC.

    `lease` rises with each owner; `fits` is whether it suits the agent it was listed for.
    """

    chat: str
    n: int
    priority: str
    score: int
    reasons: tuple[str, ...]
    lang: str
    queued_at: datetime
    agent: str | None
    claimed_at: datetime | None
    skill: str = ""
    lease: int = 0
    lease_until: datetime | None = None
    waiting_since: datetime | None = None  # the buyer's first words that nobody has answered
    told_place: int = 0
    told_at: datetime | None = None
    last_agent: str | None = None  # who let it go last
    fits: bool = True


def live(conn: Connection, key: str) -> Entry | None:
    row = live_row(conn, key)
    return entry_of(row) if row else None


def live_row(conn: Connection, key: str) -> Any:
    """The same as the database has it, for the modules beside this one."""
    return conn.execute(select(queue).where(queue.c.chat == key, queue.c.closed_at.is_(None))).first()


def outcome_of(conn: Connection, key: str, n: int) -> str | None:
    """How the conversation's place `n` in the queue ended; None where it has not."""
    return conn.execute(select(queue.c.outcome).where(queue.c.chat == key, queue.c.n == n)).scalar()


def holder(conn: Connection, key: str) -> str | None:
    """Who has the chats that are shown as one with this one."""
    rows = [live_row(conn, other) for other in merged.others(conn, key)]
    return next((row.agent for row in rows if row is not None and row.agent), None)


def held_along(conn: Connection, key: str, agent_name: str | None) -> list[Any]:
    """The places of the chats that are shown as one with this one, and that this agent has."""
    if agent_name is None:
        return []
    rows = [live_row(conn, other) for other in merged.others(conn, key)]
    return [row for row in rows if row is not None and row.agent == agent_name]


def lock(conn: Connection, key: str, skip: bool = False) -> bool:
    """The conversation first, then its place in the queue: the order in which the engine locks them, too.

    With those that are shown as one with it. With `skip`, False where somebody else is busy with one of them.
    """
    together: tuple[str, ...] = ()
    found = merged.members(conn, key)
    while together != found:  # until nobody merged one more before we had them all
        together = found
        mine = select(chat.c.chat).where(chat.c.chat.in_(together)).order_by(chat.c.chat)
        got = set(conn.execute(mine.with_for_update(skip_locked=skip)).scalars())
        found = merged.members(conn, key)
    return key in got and (not skip or got >= merged.accounts(conn, together).keys())


def entry_of(r: Any) -> Entry:
    def instant(at: float | None) -> datetime | None:
        return datetime.fromtimestamp(at, UTC) if at is not None else None

    return Entry(
        r.chat,
        r.n,
        r.priority,
        r.score,
        tuple(r.reasons),
        r.lang,
        clocks.instant(r.queued_at),
        r.agent,
        instant(r.claimed_at),
        r.skill,
        r.lease,
        instant(r.lease_until),
        instant(r.waiting_since),
        r.told_place,
        instant(r.told_at),
        r.last_agent,
    )
