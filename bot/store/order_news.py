"""News of orders: the row is changed and every conversation concerned hears of it, in one transaction.

The one way for a remote source's mirror, a courier's scans and rehearsals; and where the mirror reads on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.cases.order import Order, change, from_data, from_json
from bot.messages import Incoming
from bot.store.cases import open_on
from bot.store.db import insert
from bot.store.inbox import Settle, put
from bot.store.orders import put_orders
from bot.store.tables import chat, order_cursor, orders

News = tuple[str, Mapping[str, Any]]  # an order's id, and the fields that changed
AT_ONCE = Settle(0, 0)
UTC_ZONE = ZoneInfo("UTC")


def take_news(conn: Connection, news: Iterable[News], now: float, zone: ZoneInfo = UTC_ZONE) -> int:
    """Change the orders and tell the conversations concerned; returns how many inbox rows that made.

    Concerned: each conversation with a filed, open case on the order, and the latest one of the buyer whose order
    it is; one row each, `kind="order"`, `data={"order": id, "changed": [field names]}`. What changes nothing tells
    nobody, and neither does an order seen for the first time. Naive times in `news` are in `zone`; raises `BotError`
    where a field cannot be read.
    """
    told: list[Incoming] = []
    for order_id, named in news:
        before = _locked(conn, order_id)
        after = change(before, named, zone) if before else from_data({"id": order_id, **named}, zone)
        put_orders(conn, [after], now)
        if before and (changed := _changed(before, after)):
            key = f"{order_id}/{_version(conn, order_id)}"
            told += [
                Incoming(chat, key=key, kind="order", data={"order": order_id, "changed": changed})
                for chat in _concerned(conn, after)
            ]
    return put(conn, told, now, AT_ONCE) if told else 0


def read_cursor(conn: Connection, source: str) -> str:
    """Where the mirror of this source reads on; empty before the first time."""
    return conn.execute(select(order_cursor.c.value).where(order_cursor.c.source == source)).scalar() or ""


def move_cursor(conn: Connection, source: str, before: str, after: str) -> bool:
    """False where another process moved it meanwhile: it has the same news, so the caller's must be dropped."""
    conn.execute(insert(conn, order_cursor).values(source=source, value="").on_conflict_do_nothing())
    c = order_cursor.c
    here = update(order_cursor).where(c.source == source, c.value == before).values(value=after)
    return conn.execute(here).rowcount > 0


def _locked(conn: Connection, order_id: str) -> Order | None:
    row = conn.execute(select(orders.c.data).where(orders.c.id == order_id).with_for_update()).first()
    return from_json(row.data) if row else None


def _version(conn: Connection, order_id: str) -> int:
    return int(conn.execute(select(orders.c.version).where(orders.c.id == order_id)).scalar_one())


def _changed(before: Order, after: Order) -> list[str]:
    return [f.name for f in fields(Order) if getattr(before, f.name) != getattr(after, f.name)]


def _concerned(conn: Connection, order: Order) -> Sequence[str]:
    """One that stands here twice hears once: the inbox takes a row of the same key only once."""
    chats = [case.chat for case in open_on(conn, [order.id])]
    if order.buyer:
        theirs = select(chat.c.chat).where(chat.c.buyer == order.buyer)
        latest = conn.execute(theirs.order_by(chat.c.updated_at.desc(), chat.c.chat).limit(1)).scalar()
        chats += [latest] if latest else []
    return chats
