"""Timers as rows: set, moved and stopped in the handler's transaction; a due one becomes an inbox row, once.

Every change raises `gen`, and the inbox row carries it, so that a timer which fired while being moved is ignored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.messages import Incoming
from bot.store.db import insert
from bot.store.inbox import Settle, put
from bot.store.tables import chat, deadline

HELD = "act"  # the subject of an agent's act that may still be taken back: its ring is the act (`held.py`)


def set_deadline(
    conn: Connection, chat: str, subject: str, name: str, due: datetime, payload: dict[str, Any] | None = None
) -> None:
    """Start the timer, or move it where it runs already. `due` is aware."""
    row = insert(conn, deadline).values(
        chat=chat, subject=subject, name=name, due_at=due.timestamp(), payload=payload or {}, gen=1
    )
    values = {
        "due_at": due.timestamp(),
        "payload": payload or {},
        "gen": deadline.c.gen + 1,
        "closed_at": None,
    }
    conn.execute(row.on_conflict_do_update(index_elements=["chat", "subject", "name"], set_=values))


def stop_deadlines(conn: Connection, chat: str, subject: str, now: float, name: str | None = None) -> None:
    """Stop the subject's timer `name`, or all of them."""
    d = deadline.c
    which = [d.chat == chat, d.subject == subject] + ([d.name == name] if name else [])
    # Those that rang already too: their rings may still wait in the inbox.
    conn.execute(
        update(deadline).where(*which).values(closed_at=func.coalesce(d.closed_at, now), gen=d.gen + 1)
    )


def still_rings(conn: Connection, event: Incoming) -> bool:
    """Whether the timer behind this ring is as it was when it rang: neither stopped nor moved since."""
    d, data = deadline.c, event.data
    where = (d.chat == event.chat, d.subject == data["subject"], d.name == data["name"], d.gen == data["gen"])
    return conn.execute(select(d.gen).where(*where)).first() is not None


def running(conn: Connection, chat: str) -> dict[tuple[str, str], datetime]:
    """(subject, name) → when it falls due, of this conversation's open timers."""
    d = deadline.c
    rows = conn.execute(select(d.subject, d.name, d.due_at).where(d.chat == chat, d.closed_at.is_(None)))
    return {(r.subject, r.name): datetime.fromtimestamp(r.due_at, UTC) for r in rows}


def fire_due(conn: Connection, now: float, limit: int = 200) -> int:
    """Turn what is due into inbox rows, in the order it fell due, and close it: one transaction, so exactly once.

    Of up to `limit` conversations; one that another worker holds is left for the next round.
    """
    d = deadline.c
    due = (d.closed_at.is_(None), d.due_at <= now)
    # No GROUP BY: for it SQLite reads every timer there is, and this is asked in every idle round.
    first = select(d.chat).where(*due).order_by(d.due_at).limit(limit)
    chats = list(dict.fromkeys(conn.execute(first).scalars()))
    if not chats:
        return 0
    # The conversation is locked before its timers, as everywhere; so two workers never split one's timers either.
    mine = select(chat.c.chat).where(chat.c.chat.in_(chats)).with_for_update(skip_locked=True)
    held = list(conn.execute(mine).scalars())
    columns = (d.chat, d.subject, d.name, d.due_at, d.payload, d.gen)
    rows = list(
        conn.execute(select(*columns).where(d.chat.in_(held), *due).order_by(d.due_at, d.name.desc()))
    )
    rows = [r for r in rows if _close(conn, r, now)]
    events = [_ring(r) for r in rows]
    put(conn, events, now, Settle())
    return len(events)


def _ring(r: Any) -> Incoming:
    if r.subject == HELD:
        agent, act = r.payload["agent"], r.payload["act"]
        return Incoming(r.chat, key=r.name, kind="agent", name=agent, data=act)
    data = {**r.payload, "subject": r.subject, "name": r.name, "due": r.due_at, "gen": r.gen}
    return Incoming(r.chat, key=f"{r.subject}/{r.name}/{r.gen}", kind="timer", data=data)


def _close(conn: Connection, r: Any, now: float) -> bool:
    """False where it was moved or stopped meanwhile, from another conversation of the same buyer."""
    d = deadline.c
    this = (d.chat == r.chat, d.subject == r.subject, d.name == r.name, d.gen == r.gen, d.closed_at.is_(None))
    return conn.execute(update(deadline).where(*this).values(closed_at=now)).rowcount > 0


def next_due(conn: Connection) -> float | None:
    """When the next timer falls due (UTC epoch seconds)."""
    return conn.execute(select(func.min(deadline.c.due_at)).where(deadline.c.closed_at.is_(None))).scalar()
