"""The queue of chats that wait for a person, and who has which. A claim is one conditional statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.handoff.priority import priority, score
from bot.messages import Incoming
from bot.store.db import insert
from bot.store.inbox import Settle, put
from bot.store.tables import alert, chat, queue


@dataclass(frozen=True)
class Entry:
    """A live place in the queue; `agent` is None while it waits. Times are aware UTC."""

    chat: str
    n: int
    priority: str
    score: int
    reasons: tuple[str, ...]
    lang: str
    queued_at: datetime
    agent: str | None
    claimed_at: datetime | None


def enqueue(conn: Connection, key: str, reasons: Sequence[str], base: int, lang: str, now: float) -> Entry:
    """Put the conversation in the queue; one that is there already keeps its place and gains the new reasons."""
    if old := live(conn, key):
        merged = list(dict.fromkeys([*old.reasons, *reasons]))
        values: dict[str, Any] = {
            "reasons": merged,
            "priority": priority(merged),
            "score": max(old.score, base),
        }
        conn.execute(update(queue).where(queue.c.chat == key, queue.c.n == old.n).values(values))
    else:
        n = conn.execute(select(chat.c.msg_seq).where(chat.c.chat == key)).scalar_one()
        again = conn.execute(select(queue.c.n).where(queue.c.chat == key, queue.c.n == n)).first()
        if again:  # handed back and asked for again with nothing said between: the number must still be new
            n = conn.execute(
                update(chat)
                .where(chat.c.chat == key)
                .values(msg_seq=chat.c.msg_seq + 1)
                .returning(chat.c.msg_seq)
            ).scalar_one()
        row = {
            "priority": priority(reasons),
            "score": base,
            "reasons": list(reasons),
            "lang": lang,
            "queued_at": _behind_the_others(conn, now),
        }
        conn.execute(queue.insert().values(chat=key, n=n, **row))
    entry = live(conn, key)
    assert entry is not None
    return entry


def _behind_the_others(conn: Connection, now: float) -> float:
    """`now`, or just after the last of those who came in the same instant: ties go to the older."""
    last = conn.execute(select(func.max(queue.c.queued_at)).where(queue.c.closed_at.is_(None))).scalar()
    return max(now, last + 1e-5) if last is not None and last >= now else now


def live(conn: Connection, key: str) -> Entry | None:
    row = conn.execute(select(queue).where(queue.c.chat == key, queue.c.closed_at.is_(None))).first()
    return _entry(row) if row else None


def waiting(conn: Connection, now: float) -> list[Entry]:
    """Chats nobody has yet, the most urgent first, then the longest waiting."""
    rows = conn.execute(select(queue).where(queue.c.closed_at.is_(None), queue.c.agent.is_(None))).all()
    return [
        _entry(r)
        for r in sorted(rows, key=lambda r: (-score(r.score, now - r.queued_at), r.queued_at, r.chat))
    ]


def position(conn: Connection, key: str, now: float) -> int | None:
    """Its place in the queue, from 1; None when it does not wait."""
    order = [e.chat for e in waiting(conn, now)]
    return order.index(key) + 1 if key in order else None


def held_by(conn: Connection, agent_name: str) -> list[Entry]:
    rows = conn.execute(
        select(queue)
        .where(queue.c.agent == agent_name, queue.c.closed_at.is_(None))
        .order_by(queue.c.claimed_at)
    )
    return [_entry(r) for r in rows]


def claim(conn: Connection, key: str, agent_name: str, now: float) -> bool:
    """Take the chat. Of any number of agents on any number of hosts exactly one gets True."""
    _lock(conn, key)
    take = update(queue).where(queue.c.chat == key, queue.c.closed_at.is_(None), queue.c.agent.is_(None))
    if not conn.execute(take.values(agent=agent_name, claimed_at=now)).rowcount:
        return False
    _act(conn, key, agent_name, f"claim:{now}", {"do": "claim"}, now)
    return True


def act(conn: Connection, key: str, agent_name: str, act_key: str, data: dict[str, Any], now: float) -> bool:
    """An agent's act on a chat they hold ({"do": "reply" | "note" | "release" | "resolve" | …}); False if they do not.

    `act_key` makes a double click or a resent form one act. The check and the row are one transaction.
    """
    _lock(conn, key)
    entry = live(conn, key)
    if entry is None or entry.agent != agent_name:
        return False
    _act(conn, key, agent_name, act_key, data, now)
    return True


def _lock(conn: Connection, key: str) -> None:
    """The conversation first, then its place in the queue: the order in which the engine locks them, too."""
    conn.execute(select(chat.c.chat).where(chat.c.chat == key).with_for_update())


def _act(conn: Connection, key: str, agent_name: str, act_key: str, data: dict[str, Any], now: float) -> None:
    put(
        conn,
        [Incoming(key, key=f"{agent_name}:{act_key}", kind="agent", name=agent_name, data=data)],
        now,
        Settle(),
    )


def close(conn: Connection, key: str, outcome: str, now: float) -> None:
    conn.execute(
        update(queue)
        .where(queue.c.chat == key, queue.c.closed_at.is_(None))
        .values(closed_at=now, outcome=outcome)
    )


def add_alert(conn: Connection, key: str, alert_key: str, text: dict[str, str], now: float) -> None:
    """Tell the agents something, once per key. `text` is {"zh": …, "en": …}."""
    conn.execute(
        insert(conn, alert).values(chat=key, key=alert_key, at=now, text=text).on_conflict_do_nothing()
    )


def alerts(conn: Connection, after: float) -> list[tuple[str, datetime, dict[str, str]]]:
    """(conversation, when, words) of the alerts after `after` (UTC epoch seconds), oldest first."""
    rows = conn.execute(select(alert).where(alert.c.at > after).order_by(alert.c.at))
    return [(r.chat, datetime.fromtimestamp(r.at, UTC), r.text) for r in rows]


def _entry(r: Any) -> Entry:
    claimed = datetime.fromtimestamp(r.claimed_at, UTC) if r.claimed_at else None
    queued = datetime.fromtimestamp(r.queued_at, UTC)
    return Entry(r.chat, r.n, r.priority, r.score, tuple(r.reasons), r.lang, queued, r.agent, claimed)
