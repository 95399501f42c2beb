"""Acts on cases that an agent may still take back: held for some seconds, then they go the way of every act.

A held act is a deadline whose ring is the agent's act itself, so it survives a restart, happens once, and is ordered
with everything else. Who may act is checked when it is held; what was let in stands. Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.handoff.rules import DEFAULT, Rules
from bot.store import audit, handoff, presence
from bot.store.deadlines import HELD, set_deadline, stop_deadlines
from bot.store.places import holder
from bot.store.tables import deadline, queue

SECONDS = 10.0  # how long one may think better of it


@dataclass(frozen=True)
class Held:
    """An act that has not been done yet. `id` is the page's own, `said` what the buyer will read."""

    id: str
    agent: str
    do: str
    case: str
    said: str
    due: datetime
    chat: str = ""


def hold_act(
    conn: Connection,
    key: str,
    agent_name: str,
    act_key: str,
    data: Mapping[str, Any],
    now: float,
    rules: Rules = DEFAULT,
    said: str = "",
) -> bool:
    """Do `data` in ten seconds unless it is taken back. False where another agent has the chat.

    The same `act_key` again is the same act: its seconds are not begun anew. It renews the lease of who has the chat.
    """
    handoff.lock(conn, key)
    live = handoff.live(conn, key)
    if holder(conn, key) not in (None, agent_name) or (live and live.agent not in (None, agent_name)):
        return False
    name = _name(agent_name, act_key)
    d = deadline.c
    known = select(d.gen).where(d.chat == key, d.subject == HELD, d.name == name)
    if conn.execute(known).first() is not None:
        return True
    due = datetime.fromtimestamp(now + SECONDS, UTC)
    set_deadline(conn, key, HELD, name, due, {"agent": agent_name, "act": dict(data), "said": said})
    audit.note(conn, agent_name, f"case.{data['do']}", str(data.get("case", "")), {}, now)
    presence.note(conn, agent_name, acted_at=now)
    if live is not None and live.agent == agent_name:
        mine = (queue.c.chat == key, queue.c.n == live.n)
        conn.execute(update(queue).where(*mine).values(acted_at=now))
        handoff.hold(conn, key, now, rules)
    return True


def take_back(conn: Connection, key: str, agent_name: str, act_key: str, now: float) -> bool:
    """The agent thought better of it. False where it is done already, or was nobody's: it cannot be taken back."""
    handoff.lock(conn, key)
    mine = next((h for h in held_in(conn, key) if h.agent == agent_name and h.id == act_key), None)
    if mine is None:
        return False
    stop_deadlines(conn, key, HELD, now, _name(agent_name, act_key))
    audit.note(conn, agent_name, "case.taken_back", mine.case, {}, now)
    return True


def held_in(conn: Connection, key: str) -> list[Held]:
    """What is about to be done in this chat, the next first."""
    d = deadline.c
    where = (d.chat == key, d.subject == HELD, d.closed_at.is_(None))
    rows = conn.execute(select(d.name, d.due_at, d.payload).where(*where).order_by(d.due_at, d.name))
    return [replace(_held(r), chat=key) for r in rows]


def _name(agent_name: str, act_key: str) -> str:
    """As the act will be named in the inbox, where it must be new."""
    return f"{agent_name}:{act_key}"


def _held(r: Any) -> Held:
    agent, act = str(r.payload["agent"]), r.payload["act"]
    return Held(
        id=r.name.removeprefix(f"{agent}:"),
        agent=agent,
        do=str(act["do"]),
        case=str(act.get("case", "")),
        said=str(r.payload.get("said", "")),
        due=datetime.fromtimestamp(r.due_at, UTC),
    )
