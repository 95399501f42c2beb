"""What the report's figures are counted from: who wrote when, who was asked for, who answered. Read-only.

Times are UTC epoch seconds. Texts are never read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.tables import answer, message, queue

SPOKEN = ("buyer", "bot", "agent")


class Line(NamedTuple):
    chat: str
    at: float
    author: str


class Answered(NamedTuple):
    """A buyer's open words while a person was asked for; `answered` None where nobody has replied yet."""

    asked: float
    answered: float | None
    first: bool


def lines(conn: Connection, since: float, until: float) -> Iterable[Line]:
    """What buyers, bot and agents wrote, chat by chat and in order."""
    m = message.c
    query = select(m.chat, m.at, m.author).where(m.at >= since, m.at < until, m.author.in_(SPOKEN))
    return (Line(*row) for row in conn.execute(query.order_by(m.chat, m.n)))


def asked_for_a_person(conn: Connection, since: float, until: float) -> dict[str, list[float]]:
    """When each chat was put in the queue, reached or not."""
    q = queue.c
    found: dict[str, list[float]] = {}
    for chat, at in conn.execute(
        select(q.chat, q.queued_at).where(q.queued_at >= since, q.queued_at < until)
    ):
        found.setdefault(chat, []).append(at)
    return found


def peoples_rounds(conn: Connection, since: float, until: float) -> list[Answered]:
    """Rounds that were a person's to answer, by when they were asked."""
    a, q = answer.c, queue.c
    done = select(a.asked_at, a.answered_at, a.first).where(a.asked_at >= since, a.asked_at < until)
    waits = select(q.waiting_since, q.answered_at).where(
        q.closed_at.is_(None), q.waiting_since >= since, q.waiting_since < until
    )
    rounds = [Answered(r.asked_at, r.answered_at, bool(r.first)) for r in conn.execute(done)]
    return rounds + [Answered(r.waiting_since, None, r.answered_at is None) for r in conn.execute(waits)]
