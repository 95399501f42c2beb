"""What waits for the shop's people: cases to decide and refunds to pay, the soonest deadline first. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, func, select

from bot.cases.case import Case, Status
from bot.cases.movers import money, moved_by
from bot.cases.order import Order
from bot.store import cases, orders
from bot.store.tables import case, chat, deadline

TO_PAY = (Status.REFUNDING, Status.REFUND_FAILED)
TO_DECIDE = tuple(s for s in moved_by("shop") if s not in TO_PAY)
MOST = 50  # rows of a list; the whole number is told beside it


@dataclass(frozen=True)
class CaseRow:
    """A case as a list shows it. `name` is what the messenger calls the buyer; `due` its next deadline, aware UTC."""

    case: Case
    name: str
    item: str
    amount: Decimal | None
    due: datetime | None


@dataclass(frozen=True)
class CaseList:
    rows: tuple[CaseRow, ...]
    count: int  # of all of them, listed or not


def to_decide(conn: Connection, most: int = MOST) -> CaseList:
    """Open cases whose next move is the shop's, but for money that is on its way."""
    return _list(conn, TO_DECIDE, most)


def to_pay(conn: Connection, most: int = MOST) -> CaseList:
    """Refunds that were agreed and are not booked yet, failed ones among them."""
    return _list(conn, TO_PAY, most)


def _list(conn: Connection, statuses: tuple[Status, ...], most: int) -> CaseList:
    c, d = case.c, deadline.c
    open_ones = (c.closed_at.is_(None), c.status.in_(statuses))
    # A warning ("name:warn24") is no deadline of its own.
    runs = and_(d.chat == c.chat, d.subject == c.id, d.closed_at.is_(None), d.name.not_like("%:%"))
    due = select(func.min(d.due_at)).where(runs).scalar_subquery().label("due_at")
    # Sorted narrow: all the open ones are, and their rows are wide.
    first = select(c.id, due).where(*open_ones).order_by(due.is_(None), due, c.opened_at, c.id).limit(most)
    soonest = {r.id: r.due_at for r in conn.execute(first)}
    wide = select(case, chat.c.name.label("buyer_name")).join(chat, chat.c.chat == c.chat)
    found = {r.id: r for r in conn.execute(wide.where(c.id.in_(soonest)))}
    paid = {o.id: o for o in orders.read_orders(conn, [r.order_id for r in found.values() if r.order_id])}
    rows = tuple(
        _row(found[case_id], due_at, paid) for case_id, due_at in soonest.items() if case_id in found
    )
    count = conn.execute(select(func.count()).select_from(case).where(*open_ones)).scalar_one()
    return CaseList(rows, count)


def _row(r: Any, due_at: float | None, known: dict[str, Order]) -> CaseRow:
    found = cases.as_case(r)
    order = known.get(found.order_id or "")
    return CaseRow(
        case=found,
        name=r.buyer_name,
        item=found.item or (order.item if order else ""),
        amount=amount_of(found, order),
        due=datetime.fromtimestamp(due_at, UTC) if due_at is not None else None,
    )


def amount_of(found: Case, order: Order | None) -> Decimal | None:
    """What it is about: the sum that was agreed or judged, else what was paid for the order."""
    sum_ = money(found)
    return sum_ if sum_ is not None else (order.paid if order else None)
