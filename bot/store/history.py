"""A buyer's history, as the side column shows it: talks with people, cases, orders, ratings, tags. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.cases.case import Case
from bot.cases.order import Order
from bot.store import cases, merged, orders
from bot.store.agents import Agent
from bot.store.search import seen_by
from bot.store.tables import agent, chat, queue, tag

MOST = 20  # of a group, the newest


@dataclass(frozen=True)
class Talk:
    """A place in the queue and how it ended; `agent` as buyers see them. `n` is the line at which it began."""

    chat: str
    n: int
    began: datetime
    ended: datetime | None
    agent: str
    outcome: str


@dataclass(frozen=True)
class Other:
    """Another conversation of the same buyer."""

    chat: str
    last: datetime


@dataclass(frozen=True)
class History:
    talks: tuple[Talk, ...]
    others: tuple[Other, ...]
    cases: tuple[Case, ...]
    orders: tuple[Order, ...]
    tags: tuple[str, ...]

    @property
    def ratings(self) -> tuple[Case, ...]:
        """Cases whose buyer told how it went, of those here."""
        return tuple(c for c in self.cases if c.slots.get("rating"))


def history(conn: Connection, key: str, reader: Agent) -> History | None:
    """What `reader` may see of the buyer of this conversation; None where there is none such, or not for them."""
    c = chat.c
    row = conn.execute(select(c.buyer).where(c.chat == key, seen_by(reader, c.chat))).first()
    if row is None:
        return None
    together = merged.members(conn, key)
    buyer = row.buyer or next(filter(None, merged.accounts(conn, together).values()), None)
    chats = _chats(conn, key, buyer, reader)
    keys = [r.chat for r in chats]
    return History(
        talks=tuple(_talks(conn, keys)),
        others=tuple(Other(r.chat, _when(r.updated_at)) for r in chats if r.chat not in together),
        cases=tuple(_cases(conn, together, buyer)),
        orders=tuple(orders.orders_of(conn, buyer, MOST)) if buyer else (),
        tags=tuple(_tags(conn, keys)),
    )


def _chats(conn: Connection, key: str, buyer: str | None, reader: Agent) -> Sequence[Any]:
    """This one, those it is shown as one with, and the account's others, the last touched first."""
    c = chat.c
    here = c.chat.in_(merged.members(conn, key))
    theirs = or_(here, c.buyer == buyer) if buyer else here
    query = select(c.chat, c.updated_at).where(theirs, seen_by(reader, c.chat))
    return conn.execute(query.order_by(c.updated_at.desc(), c.chat).limit(MOST + 1)).all()


def _cases(conn: Connection, together: Sequence[str], buyer: str | None) -> list[Case]:
    found = {c.id: c for key in together for c in cases.cases_of(conn, key, buyer)}
    return sorted(found.values(), key=lambda c: c.updated_at, reverse=True)[:MOST]


def _talks(conn: Connection, keys: Sequence[str]) -> list[Talk]:
    q = queue.c
    query = (
        select(q.chat, q.n, q.queued_at, q.closed_at, q.outcome, q.agent, agent.c.display)
        .join(agent, agent.c.name == q.agent, isouter=True)
        .where(q.chat.in_(keys), q.closed_at.is_not(None))
        .order_by(q.closed_at.desc(), q.chat)
        .limit(MOST)
    )
    return [
        Talk(r.chat, r.n, _when(r.queued_at), _when(r.closed_at), r.display or r.agent or "", r.outcome or "")
        for r in conn.execute(query)
    ]


def _tags(conn: Connection, keys: Sequence[str]) -> list[str]:
    t = tag.c
    found = conn.execute(select(t.tag).where(t.chat.in_(keys)).order_by(t.at.desc(), t.tag)).scalars()
    return list(dict.fromkeys(found))[:MOST]


def _when(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
