"""The embedded order source: the orders table of our own database, filled by import, demo or order news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cases.order import Order
from bot.orders.base import Changes, Flags, proves
from bot.store.db import Database
from bot.store.orders import orders_of, read_lines, read_order


class EmbeddedOrders:
    """Keeps no cases and carries nothing out: refunds are a person's work, booked on the case here."""

    flags = Flags()

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, number: str, proof: str) -> list[Order]:
        lines = self._database.read(lambda conn: read_lines(conn, number))
        return [order for order in lines if proves(order, number, proof)]

    def get(self, order_id: str) -> Order | None:
        return self._database.read(lambda conn: read_order(conn, order_id))

    def of(self, buyer: str) -> Sequence[Order]:
        return self._database.read(lambda conn: orders_of(conn, buyer))

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        return None

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        return ()

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        return None

    def changes(self, cursor: str) -> Changes:
        return Changes(cursor=cursor)

    def close(self) -> None:
        """The database is its owner's to close."""
