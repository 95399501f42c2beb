"""The embedded order source's table: one row an order, its fields as JSON. `bot/orders/` gives it meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from bot.cases.order import Order, as_json, from_json
from bot.store.db import insert
from bot.store.tables import orders

CHUNK = 500


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
    upsert = row.on_conflict_do_update(
        index_elements=["id"], set_={k: row.excluded[k] for k in ("buyer", "data", "updated_at")}
    )
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


def orders_of(conn: Connection, buyer: str, limit: int = 50) -> list[Order]:
    rows = conn.execute(
        select(orders.c.data).where(orders.c.buyer == buyer).order_by(orders.c.id).limit(limit)
    )
    return [from_json(r.data) for r in rows]


def any_but_of(conn: Connection, buyers: Sequence[str]) -> bool:
    """Whether there is an order of anybody else than `buyers`."""
    others = orders.c.buyer.is_(None) | orders.c.buyer.not_in(buyers)
    return conn.execute(select(orders.c.id).where(others).limit(1)).first() is not None


def count_orders(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(orders)).scalar_one()
