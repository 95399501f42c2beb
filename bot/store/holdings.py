"""Where a buyer's data lies: every table of ours, what names the person in it, and what becomes of it.

A test fails where a table is added that stands neither in `HOLDINGS` nor in `NOTHING`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Double, LargeBinary, Table, func, or_, select, tuple_

from bot.cases.order import from_json
from bot.store import tables as t
from bot.store.person import Person
from bot.store.tries import plain

Key = Literal["chat", "case", "order", "number", "parcel", "subject"]
Fate = Literal["erased", "kept"]


@dataclass(frozen=True)
class Holding:
    """`key` is what `column` names. "kept": the row stays, without what tells who it was (`erase.py` says how).

    `hidden` columns leave the house for nobody: whose they are, or what they hold, is not the buyer's.
    `part` is the name in the export.
    """

    table: Table
    part: str
    key: Key = "chat"
    column: str = "chat"
    fate: Fate = "erased"
    hidden: tuple[str, ...] = ()


HOLDINGS: tuple[Holding, ...] = (
    # Of a case first: they point at it.
    Holding(t.card, "card", "case", "case_id"),
    Holding(t.evidence, "evidence", "case", "case_id"),
    Holding(t.case_event, "timeline", "case", "case_id", "kept"),
    Holding(t.case, "cases", "case", "id", "kept"),
    Holding(t.orders, "orders", "order", "id", "kept"),
    Holding(t.proof_try, "failed_proofs", "number", "number"),
    Holding(t.parcel_asked, "parcels_asked_about", "parcel", "number"),
    Holding(t.message, "messages"),
    Holding(t.attachment, "files", hidden=("data",)),
    Holding(t.queue, "queue"),
    Holding(t.answer, "answered_by_people"),
    Holding(t.breach, "missed_targets"),
    Holding(t.tag, "tags"),
    Holding(t.chat_mark, "marks"),
    Holding(t.draft, "drafts"),
    Holding(t.block, "blocked"),
    Holding(t.merged_chat, "merged_with"),
    Holding(t.mention, "mentions"),
    Holding(t.alert, "alerts"),
    Holding(t.deadline, "timers_and_held_acts"),
    Holding(t.inbox, "received"),
    Holding(t.agent_watch, "followed_by_agents", hidden=("address",)),
    Holding(t.outbox, "sent", hidden=("owner", "claimed_until")),
    Holding(t.agent_line, "shown_to_agents", hidden=("address", "remote")),
    Holding(t.chat, "conversations", fate="kept"),
    Holding(t.audit, "audit", "subject", "subject", "kept", hidden=("address",)),
)
# Nothing of a buyer in them, and why.
NOTHING: dict[str, str] = {
    "agent": "the shop's own people",
    "agent_account": "how they sign in",
    "agent_key": "their links and sessions",
    "agent_messenger": "their own chats in a messenger",
    "agent_presence": "whether they are there",
    "agent_recovery": "their codes",
    "agent_session": "their devices",
    "agent_skill": "what they know",
    "invitation": "people to come",
    "attempt": "sign-in tries at the desk",
    "cursor": "where a messenger is read on",
    "lease": "which process does what",
    "order_cursor": "where an order source is read on",
}
STEPS = len(HOLDINGS)


def theirs(conn: Connection, held: Holding, person: Person) -> ColumnElement[bool]:
    """Which rows of the table are this person's."""
    column = held.table.c[held.column]
    if held.table is t.attachment:
        # A photo that hangs on their case, in a conversation that is another's now. Read here: when photos are
        # deleted, what they hung on is gone.
        hung = select(t.evidence.c.attachment_id).where(t.evidence.c.case_id.in_(person.cases))
        ids = conn.execute(hung).scalars().all()
        return or_(column.in_(person.chats), column.in_(person.shared) & t.attachment.c.id.in_(ids))
    if held.table is t.deadline:
        return or_(column.in_(person.chats), t.deadline.c.subject.in_(person.cases))
    if held.table is t.block:
        return or_(column.in_(person.chats), t.block.c.buyer.in_(person.buyers))
    if held.table is t.merged_chat:
        return or_(column.in_(person.chats), t.merged_chat.c.into.in_(person.chats))
    if held.table is t.outbox:
        return or_(column.in_(person.chats), tuple_(column, t.outbox.c.n).in_(_copies(conn, person)))
    return column.in_(_keys(conn, held.key, person))


def _copies(conn: Connection, person: Person) -> list[tuple[str, int]]:
    """What of their words was sent on to agents in a messenger, and changed there."""
    a, o = t.agent_line.c, t.outbox.c
    shown = {(r.address, r.n) for r in conn.execute(select(a.address, a.n).where(a.chat.in_(person.chats)))}
    there = select(o.chat, o.n, o.key).where(o.chat.in_({address for address, _ in shown}))
    rows = [(r, _LINE.match(r.key)) for r in conn.execute(there)] if shown else []
    return [(r.chat, r.n) for r, line in rows if line and (r.chat, int(line[1])) in shown]


_LINE = re.compile(r"[me](\d+)(?::|$)")


def _keys(conn: Connection, key: Key, person: Person) -> Sequence[str]:
    match key:
        case "chat":
            return person.chats
        case "case":
            return person.cases
        case "order":
            return person.orders
        case "number":
            return [plain(number) for number in person.orders]
        case "parcel":
            return parcels(conn, person)
        case "subject":
            return [*person.names, *person.cases, *person.orders]


def parcels(conn: Connection, person: Person) -> list[str]:
    """The couriers' numbers of what they were sent and what they sent back."""
    rows = conn.execute(select(t.orders.c.data).where(t.orders.c.id.in_(person.orders))).scalars()
    sent = [from_json(data) for data in rows]
    slots = conn.execute(select(t.case.c.slots).where(t.case.c.id.in_(person.cases))).scalars()
    back = [str(s["tracking"]) for s in slots if (s or {}).get("tracking")]
    return sorted(
        {o.tracking for o in sent if o.tracking} | {p.parcel for o in sent for p in o.parcels} | {*back}
    )


def counts(conn: Connection, person: Person) -> dict[str, int]:
    """How many rows there are of each part; those without any are left out."""
    found = {
        held.part: conn.execute(
            select(func.count()).select_from(held.table).where(theirs(conn, held, person))
        ).scalar_one()
        for held in HOLDINGS
    }
    return {part: n for part, n in found.items() if n}


def columns(held: Holding) -> list[Any]:
    """Those that are shown; bytes never are."""
    return [c for c in held.table.c if c.name not in held.hidden and not isinstance(c.type, LargeBinary)]


def is_time(held: Holding, name: str) -> bool:
    """Our only fractions are instants, in UTC epoch seconds."""
    return isinstance(held.table.c[name].type, Double)
