"""Our table of orders: the embedded source itself, or the mirror of a remote one. `bot/orders/` gives it meaning.

One row a line of an order, its fields as JSON, with the time it was read from its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from bot.cases.order import Order, as_json, from_json
from bot.orders.base import line_id
from bot.store.db import insert
from bot.store.tables import orders

CHUNK = 500
ERASED = "erased:"  # what stands for a buyer whose data was erased begins so; who it was is nowhere
SOME_LINES, MOST_LINES = 10, 100  # of one order: as many as are looked for at first, and at all


def put_orders(conn: Connection, many: Iterable[Order], now: float) -> int:
    """Insert or replace; returns how many. In chunks, so that a hundred thousand stay cheap in one transaction."""
    count = 0
    batch: list[Order] = []
    for order in many:
        batch.append(order)
        if len(batch) == CHUNK:
            count += _put(conn, batch, now)
            batch = []
    return count + _put(conn, batch, now)


def _put(conn: Connection, batch: Sequence[Order], now: float) -> int:
    if not batch:
        return 0
    row = insert(conn, orders)
    fresh = {k: row.excluded[k] for k in ("buyer", "data", "updated_at")}
    upsert = row.on_conflict_do_update(index_elements=["id"], set_={**fresh, "version": orders.c.version + 1})
    conn.execute(
        upsert, [{"id": o.id, "buyer": o.buyer, "data": as_json(o), "updated_at": now} for o in batch]
    )
    return len(batch)


def read_order(conn: Connection, order_id: str) -> Order | None:
    row = conn.execute(select(orders.c.data).where(orders.c.id == order_id)).first()
    return from_json(row.data) if row else None


def read_orders(conn: Connection, ids: Sequence[str]) -> list[Order]:
    return [
        from_json(r.data)
        for r in conn.execute(select(orders.c.data).where(orders.c.id.in_(ids)).order_by(orders.c.id))
    ]


def read_lines(conn: Connection, number: str) -> list[Order]:
    """The order's lines, in their order; `number` as a buyer types it. Whose they are is the caller's to check."""
    typed = number.strip().lstrip("#").strip()
    found = read_orders(
        conn, list(dict.fromkeys((typed, *(line_id(typed, line) for line in range(1, SOME_LINES)))))
    )
    if len(found) >= SOME_LINES - 1:
        found = read_orders(conn, [line_id(typed, line) for line in range(1, MOST_LINES)])
    return sorted(found, key=lambda order: (len(order.id), order.id))


def read_at(conn: Connection, ids: Sequence[str]) -> dict[str, datetime]:
    """When each of these orders was last read from its source (aware UTC); those not here are left out."""
    rows = conn.execute(select(orders.c.id, orders.c.updated_at).where(orders.c.id.in_(ids)))
    return {r.id: datetime.fromtimestamp(r.updated_at, UTC) for r in rows}


def orders_of(conn: Connection, buyer: str, limit: int = 50) -> list[Order]:
    rows = conn.execute(
        select(orders.c.data).where(orders.c.buyer == buyer).order_by(orders.c.id).limit(limit)
    )
    return [from_json(r.data) for r in rows]


def any_but_of(conn: Connection, buyers: Sequence[str]) -> bool:
    """Whether there is an order of anybody else than `buyers`; those of who was erased are nobody's."""
    erased = orders.c.buyer.startswith(ERASED, autoescape=True)
    others = orders.c.buyer.is_(None) | (orders.c.buyer.not_in(buyers) & ~erased)
    return conn.execute(select(orders.c.id).where(others).limit(1)).first() is not None


def count_orders(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(orders)).scalar_one()
