"""Which parcels are followed at their couriers, and when each was asked about."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.cases.case import Status
from bot.cases.order import Order, from_json
from bot.store.db import insert
from bot.store.tables import case, orders, parcel_asked


def orders_with_open_cases(conn: Connection, limit: int) -> list[Order]:
    """Those whose case was touched last come last: the others wait longer for news."""
    open_case = (case.c.closed_at.is_(None), case.c.status != Status.DRAFT)
    query = select(orders.c.id, orders.c.data).join(case, case.c.order_id == orders.c.id).where(*open_case)
    rows = conn.execute(query.order_by(case.c.updated_at, orders.c.id))
    found = {row.id: row.data for row in rows}
    return [from_json(data) for data in list(found.values())[:limit]]


def may_ask(conn: Connection, number: str, now: float, every: float) -> bool:
    """Whether `number` was not asked about for `every` seconds; then it counts as asked now, and nobody else asks."""
    row = insert(conn, parcel_asked).values(number=number, asked_at=now)
    claim = row.on_conflict_do_update(
        index_elements=["number"],
        set_={"asked_at": now},
        where=parcel_asked.c.asked_at <= now - every,
    )
    return conn.execute(claim.returning(parcel_asked.c.number)).first() is not None


def not_asked(conn: Connection, number: str) -> None:
    """The question reached nobody: it may be asked again at once."""
    conn.execute(delete(parcel_asked).where(parcel_asked.c.number == number))
