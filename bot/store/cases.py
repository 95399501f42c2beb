"""Cases and their append-only timelines, and the evidence that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.movers import PAYING, money
from bot.errors import BotError
from bot.messages import Attachment
from bot.store.db import insert
from bot.store.tables import attachment, case, case_event, evidence


def save_case(conn: Connection, c: Case, entries: Sequence[Entry]) -> None:
    """Write the case as it is now and append `entries`; the two always go together."""
    row = insert(conn, case).values(_row(c))
    upsert = row.on_conflict_do_update(
        index_elements=["id"],
        set_={k: v for k, v in _row(c).items() if k != "id"},
        where=case.c.chat == c.chat,
    )
    if not conn.execute(upsert.returning(case.c.id)).first():
        # Numbers are short enough to read out, so two conversations may draw the same one: never overwrite.
        raise BotError(f"the case number {c.id} belongs to another conversation")
    for e in entries:
        conn.execute(
            case_event.insert().values(
                case_id=e.case_id,
                n=e.n,
                at=e.at.timestamp(),
                who=e.who,
                event=e.event,
                from_status=e.from_status,
                to_status=e.to_status,
                why=e.why,
                rule=e.rule,
                policy_version=e.policy_version,
            )
        )


def cases_of(conn: Connection, chat: str, buyer: str | None, orders: Sequence[str] = ()) -> list[Case]:
    """The buyer's cases from every channel, this conversation's own, and open ones on `orders`, which they proved.

    The latest touched first. Of a conversation that somebody else used before, only what was filed by nobody known.
    """
    here = case.c.chat == chat
    if buyer:
        here = or_(and_(here, or_(case.c.buyer.is_(None), case.c.buyer == buyer)), case.c.buyer == buyer)
    latest = (case.c.updated_at.desc(), case.c.opened_at.desc(), case.c.id)
    return [
        as_case(r) for r in conn.execute(select(case).where(or_(here, _open_on(orders))).order_by(*latest))
    ]


def read_case(conn: Connection, case_id: str) -> Case | None:
    row = conn.execute(select(case).where(case.c.id == case_id)).first()
    return as_case(row) if row else None


def open_on(conn: Connection, orders: Sequence[str]) -> list[Case]:
    """Filed, open cases on these orders, whoever's they are."""
    if not orders:  # asked in every turn, and a search for nothing reads every case
        return []
    return [as_case(r) for r in conn.execute(select(case).where(_open_on(orders)).order_by(case.c.id))]


def refunds_on(conn: Connection, orders: Sequence[str]) -> list[tuple[str, str, Decimal]]:
    """(order, case, sum) of what was paid back for these orders or is under way, whoever's the cases are."""
    if not orders:
        return []
    paying = and_(case.c.order_id.in_(orders), case.c.status.in_(PAYING))
    found = [as_case(r) for r in conn.execute(select(case).where(paying).order_by(case.c.id))]
    return [(c.order_id or "", c.id, money(c) or Decimal(0)) for c in found]


def _open_on(orders: Sequence[str]) -> ColumnElement[bool]:
    return and_(case.c.order_id.in_(orders), case.c.closed_at.is_(None), case.c.status != Status.DRAFT)


def timeline(conn: Connection, case_id: str) -> list[Entry]:
    rows = conn.execute(select(case_event).where(case_event.c.case_id == case_id).order_by(case_event.c.n))
    return [as_entry(r) for r in rows]


def attach(
    conn: Connection,
    case_id: str,
    attachments: Sequence[Attachment],
    now: float,
    kinds: Sequence[str | None] = (),
) -> None:
    """Hang photos on the case; one that hangs there already stays as it is.

    `kinds`: which item of the case's checklist each of them fills, as far as that is known.
    """
    for a, kind in zip_longest(attachments, kinds[: len(attachments)]):
        conn.execute(
            insert(conn, evidence)
            .values(case_id=case_id, attachment_id=a.id, at=now, kind=kind)
            .on_conflict_do_nothing()
        )


def evidence_of(conn: Connection, case_id: str) -> list[Attachment]:
    """In the order they were hung on the case, an album's together and in its own order."""
    a = attachment.c
    query = (
        select(a.id, a.name, a.mime, a.size)
        .join(evidence, evidence.c.attachment_id == a.id)
        .where(evidence.c.case_id == case_id)
    )
    order = (evidence.c.at, func.coalesce(a.album, ""), a.place, a.at, a.id)
    return [Attachment(r.id, r.name, r.mime, r.size) for r in conn.execute(query.order_by(*order))]


def _row(c: Case) -> dict[str, Any]:
    return {
        "id": c.id,
        "chat": c.chat,
        "buyer": c.buyer,
        "order_id": c.order_id,
        "item": c.item,
        "type": c.type,
        "status": c.status,
        "slots": c.slots,
        "judged": c.judged,
        "events": c.events,
        "opened_at": c.opened_at.timestamp(),
        "updated_at": c.updated_at.timestamp(),
        "closed_at": c.closed_at.timestamp() if c.closed_at else None,
    }


def as_case(r: Any) -> Case:
    """A row of the table, for the queries of the modules beside this one."""
    return Case(
        id=r.id,
        chat=r.chat,
        type=CaseType(r.type),
        status=Status(r.status),
        opened_at=_when(r.opened_at),
        updated_at=_when(r.updated_at),
        buyer=r.buyer,
        order_id=r.order_id,
        item=r.item,
        slots=r.slots,
        judged=r.judged,
        events=r.events,
        closed_at=_when(r.closed_at) if r.closed_at else None,
    )


def as_entry(r: Any) -> Entry:
    """A row of the timeline, likewise."""
    return Entry(
        r.case_id,
        r.n,
        _when(r.at),
        r.who,
        r.event,
        _status(r.from_status),
        Status(r.to_status),
        r.why,
        r.rule,
        r.policy_version,
    )


def _when(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _status(value: str | None) -> Status | None:
    return Status(value) if value else None
