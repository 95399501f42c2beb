"""Read-only views for the desk and the channels: no page joins tables of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.cases.case import Case, Entry
from bot.cases.order import Order
from bot.messages import Attachment
from bot.store import cases, conversations, deadlines, handoff, orders
from bot.store.conversations import Message
from bot.store.tables import agent, chat, message


@dataclass(frozen=True)
class QueueRow:
    """A live chat as a list shows it; `last` is the newest line that is not a note."""

    entry: handoff.Entry
    buyer: str | None
    name: str
    last: Message | None

    @property
    def channel(self) -> str:
        return self.entry.chat.split(":")[0]


@dataclass(frozen=True)
class CaseView:
    case: Case
    timeline: tuple[Entry, ...]
    evidence: tuple[Attachment, ...]
    timers: dict[str, datetime]


@dataclass(frozen=True)
class ChatView:
    """All an agent sees of one conversation. `agent_name` is who has it now, as buyers see them."""

    chat: str
    buyer: str | None
    name: str
    entry: handoff.Entry | None
    agent_name: str
    messages: tuple[Message, ...]
    orders: tuple[Order, ...]
    cases: tuple[CaseView, ...]
    lang: str
    flags: tuple[str, ...] = ()  # what the buyer's words carried: anger, a threat, …


def live_rows(conn: Connection, now: float) -> list[QueueRow]:
    """The waiting chats in order, for the desk's left column."""
    return [_row(conn, e) for e in handoff.waiting(conn, now)]


def held_rows(conn: Connection, agent_name: str) -> list[QueueRow]:
    """The chats this agent has, for the desk's left column."""
    return [_row(conn, e) for e in handoff.held_by(conn, agent_name)]


def chat_view(conn: Connection, key: str, zone_lang: str = "zh", last: int = 500) -> ChatView | None:
    """None where there is no such conversation."""
    row = conn.execute(select(chat.c.buyer, chat.c.name, chat.c.state).where(chat.c.chat == key)).first()
    if row is None:
        return None
    entry = handoff.live(conn, key)
    timers = deadlines.running(conn, key)
    proved = tuple((row.state or {}).get("proved", ()))
    whose = orders.orders_of(conn, row.buyer) if row.buyer else []
    more = [o for o in orders.read_orders(conn, proved) if o.id not in {w.id for w in whose}]
    return ChatView(
        chat=key,
        buyer=row.buyer,
        name=row.name,
        entry=entry,
        agent_name=display_name(conn, entry.agent) if entry and entry.agent else "",
        messages=tuple(conversations.transcript(conn, key, notes=True, last=last)),
        orders=(*whose, *more),
        cases=tuple(
            CaseView(
                c,
                tuple(cases.timeline(conn, c.id)),
                tuple(cases.evidence_of(conn, c.id)),
                {name: due for (subject, name), due in timers.items() if subject == c.id},
            )
            for c in cases.cases_of(conn, key, row.buyer)
        ),
        lang=(row.state or {}).get("lang", zone_lang),
        flags=tuple((row.state or {}).get("flags", ())),
    )


def display_name(conn: Connection, agent_name: str) -> str:
    """How buyers see this agent."""
    return conn.execute(select(agent.c.display).where(agent.c.name == agent_name)).scalar() or agent_name


def _row(conn: Connection, e: handoff.Entry) -> QueueRow:
    who = conn.execute(select(chat.c.buyer, chat.c.name).where(chat.c.chat == e.chat)).one()
    newest = (
        select(message)
        .where(message.c.chat == e.chat, message.c.author != "note")
        .order_by(message.c.n.desc())
        .limit(1)
    )
    last = conn.execute(newest).first()
    return QueueRow(e, who.buyer, who.name, conversations.as_message(last) if last else None)
