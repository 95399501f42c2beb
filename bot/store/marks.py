"""Who is typing in a chat and who has it open just now: marks that run out by themselves. Times are UTC epoch seconds.

Hints for people, so that nobody talks over another: what may be done is decided by the lease alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, select

from bot.store.db import insert
from bot.store.tables import agent, chat_mark

Kind = Literal["typing", "looking"]
TYPING = 6.0  # seconds; whoever goes on typing says so again before
LOOKING = 75.0  # seconds; an open desk says so with every heartbeat
LOOKERS = 4  # shown of one chat
BUYER = ""


@dataclass(frozen=True)
class Mark:
    """`who`: an agent's account, or `BUYER`."""

    who: str
    kind: Kind
    until: float
    display: str = ""  # how buyers see that agent


def put(conn: Connection, chat: str, who: str, kind: Kind, until: float) -> None:
    row = insert(conn, chat_mark).values(chat=chat, who=who, kind=kind, until=until)
    conn.execute(row.on_conflict_do_update(index_elements=["chat", "who", "kind"], set_={"until": until}))


def drop(conn: Connection, chat: str, who: str, kind: Kind) -> bool:
    """False where there was none."""
    m = chat_mark.c
    return conn.execute(delete(chat_mark).where(m.chat == chat, m.who == who, m.kind == kind)).rowcount > 0


def forget_before(conn: Connection, now: float) -> None:
    """Those that ran out."""
    conn.execute(delete(chat_mark).where(chat_mark.c.until < now))


def live(conn: Connection, now: float) -> dict[str, tuple[Mark, ...]]:
    """Those that hold, by chat; of who looks a handful, however many desks have the chat open."""
    found: defaultdict[str, list[Mark]] = defaultdict(list)
    named = select(chat_mark, agent.c.display).join(agent, agent.c.name == chat_mark.c.who, isouter=True)
    for r in conn.execute(named.where(chat_mark.c.until > now).order_by(chat_mark.c.who, chat_mark.c.kind)):
        if r.kind == "typing" or sum(m.kind == "looking" for m in found[r.chat]) < LOOKERS:
            found[r.chat].append(Mark(r.who, r.kind, r.until, r.display or r.who))
    return {chat: tuple(marks) for chat, marks in found.items()}


def typing_until(conn: Connection, chat: str, now: float) -> float:
    """Until when an agent's typing shows to the buyer; 0 where none types."""
    m = chat_mark.c
    theirs = (m.chat == chat, m.kind == "typing", m.who != BUYER, m.until > now)
    return conn.execute(select(m.until).where(*theirs).order_by(m.until.desc()).limit(1)).scalar() or 0.0
