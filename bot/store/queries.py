"""Read-only views for the desk and the channels: no page joins tables of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, select

from bot.cases.case import Case, Entry
from bot.cases.order import Order
from bot.messages import Attachment
from bot.store import cases, conversations, deadlines, handoff, merged, orders
from bot.store.conversations import Message
from bot.store.tables import agent, chat, message


@dataclass(frozen=True)
class QueueRow:
    """A live chat as a list shows it; `last` is the newest line that is not a note. It opens `thread`."""

    entry: handoff.Entry
    buyer: str | None
    name: str
    last: Message | None
    thread: str

    @property
    def channel(self) -> str:
        return self.entry.chat.split(":")[0]


@dataclass(frozen=True)
class CaseView:
    case: Case
    timeline: tuple[Entry, ...]
    evidence: tuple[Attachment, ...]
    timers: dict[str, datetime]
    chat: str = ""  # in which of the buyer's conversations it can be acted on


@dataclass(frozen=True)
class ChatView:
    """All an agent sees of one conversation. `agent_name` is who has it now, as buyers see them.

    Of several that are shown as one: `parts` are these, `origins` says of each message whose it is, and `at` is the
    one that waits or is answered now.
    """

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
    at: str = ""
    parts: tuple[ChatView, ...] = ()
    origins: tuple[str, ...] = ()

    @property
    def channel(self) -> str:
        return self.chat.split(":")[0]

    @property
    def lines(self) -> list[tuple[str, Message]]:
        """Each message with the conversation it stands in."""
        return list(zip(self.origins or [self.chat] * len(self.messages), self.messages, strict=True))


def live_board(conn: Connection, now: float) -> tuple[list[QueueRow], dict[str, list[QueueRow]]]:
    """The waiting chats in order, and of each agent the chats they have."""
    held: dict[str, list[handoff.Entry]] = {}
    for entry in handoff.held(conn):
        held.setdefault(str(entry.agent), []).append(entry)
    waiting = handoff.waiting(conn, now)
    made = _made(conn, [*waiting, *(e for entries in held.values() for e in entries)])
    mine = {agent: _by_thread([made[e.chat] for e in entries]) for agent, entries in held.items()}
    return _by_thread([made[e.chat] for e in waiting]), mine


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
                key,
            )
            for c in cases.cases_of(conn, key, row.buyer)
        ),
        lang=(row.state or {}).get("lang", zone_lang),
        flags=tuple((row.state or {}).get("flags", ())),
        at=key,
    )


def thread_view(conn: Connection, key: str, last: int = 500) -> ChatView | None:
    """The same of all conversations that are shown as one with this one, in the order things were said."""
    top = merged.thread_of(conn, key)
    keys = [top, *merged.others(conn, top)]
    parts = [view for k in keys if (view := chat_view(conn, k, last=last))]
    if len(parts) < 2:
        return parts[0] if parts else None
    first = parts[0]
    said = sorted((m.at, v.chat, m.n, m) for v in parts for m in v.messages)[-last:]
    now = _answered_now(conn, parts)
    return replace(
        first,
        buyer=next((v.buyer for v in parts if v.buyer), None),
        name=next((v.name for v in parts if v.name), ""),
        entry=_entry(parts, now),
        agent_name=now.agent_name,
        messages=tuple(m for *_, m in said),
        origins=tuple(chat_key for _, chat_key, *_ in said),
        orders=tuple({o.id: o for v in parts for o in v.orders}.values()),
        cases=tuple(_cases(parts)),
        lang=now.lang,
        flags=tuple(dict.fromkeys(flag for v in parts for flag in v.flags)),
        at=now.chat,
        parts=tuple(parts),
    )


def _entry(parts: Sequence[ChatView], now: ChatView) -> handoff.Entry | None:
    """The place in the queue of the one that counts now, as urgent as the most urgent of them."""
    live = [v.entry for v in parts if v.entry]
    if now.entry is None:
        return None
    reasons = dict.fromkeys(reason for e in (now.entry, *live) for reason in e.reasons)
    return replace(now.entry, priority=min(e.priority for e in live), reasons=tuple(reasons))


def _cases(parts: Sequence[ChatView]) -> list[CaseView]:
    """Each once, as it stands in its own conversation, where its clocks run."""
    found: dict[str, CaseView] = {}
    for file in (c for view in parts for c in view.cases):
        if file.case.id not in found or file.case.chat == file.chat:
            found[file.case.id] = file
    return sorted(found.values(), key=lambda file: file.case.updated_at, reverse=True)


def _answered_now(conn: Connection, parts: Sequence[ChatView]) -> ChatView:
    """Of those an agent has, where the buyer wrote last; else the most urgent that waits; else, of all, the last."""
    held = [v for v in parts if v.entry and v.entry.agent]
    if waiting := [] if held else [v for v in parts if v.entry]:
        return min(waiting, key=lambda v: (v.entry.priority, v.entry.queued_at) if v.entry else ("", None))
    among = held or parts
    last = merged.last_written(conn, [v.chat for v in among])
    return next((v for v in among if v.chat == last), among[0])


def display_name(conn: Connection, agent_name: str) -> str:
    """How buyers see this agent."""
    return conn.execute(select(agent.c.display).where(agent.c.name == agent_name)).scalar() or agent_name


def _by_thread(found: Sequence[QueueRow]) -> list[QueueRow]:
    """A row a thread: of several places the first, with the newest words of them."""
    rows: dict[str, QueueRow] = {}
    for row in found:
        first = rows.setdefault(row.thread, row)
        if first.entry.priority > row.entry.priority:
            first = replace(first, entry=replace(first.entry, priority=row.entry.priority))
        if row.last and (not first.last or row.last.at > first.last.at):
            first = replace(first, last=row.last)
        rows[row.thread] = first
    return list(rows.values())


def _made(conn: Connection, entries: Sequence[handoff.Entry]) -> dict[str, QueueRow]:
    """The row of each place in the queue, by chat; two statements for all of them."""
    keys = [e.chat for e in entries]
    threads = merged.threads_of(conn, keys)
    line, c = message.alias(), chat.c
    newest = select(message.c.n).where(message.c.chat == c.chat, message.c.author != "note")
    is_last = line.c.n == newest.order_by(message.c.n.desc()).limit(1).correlate(chat).scalar_subquery()
    last = select(c.chat.label("whose"), c.buyer, c.name.label("called"), line)
    last = last.select_from(chat.outerjoin(line, and_(line.c.chat == c.chat, is_last)))
    known = {r.whose: r for r in conn.execute(last.where(c.chat.in_(keys)))}
    return {
        e.chat: QueueRow(
            e,
            (r := known[e.chat]).buyer,
            r.called,
            conversations.as_message(r) if r.n is not None else None,
            threads.get(e.chat, e.chat),
        )
        for e in entries
    }
