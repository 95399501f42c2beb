"""The embedded source passes the suite every order source must pass."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from bot.cases.order import from_data
from bot.orders.base import OrderSource, line_id
from bot.orders.embedded import EmbeddedOrders
from bot.store.db import Database
from bot.store.orders import put_orders
from tests.orders.conformance import Conformance
from tests.orders.goods import SHANGHAI, FourOrders, orders


class EmbeddedShop(FourOrders):
    def __init__(self, database: Database) -> None:
        database.write(lambda conn: put_orders(conn, orders(), 0.0))
        self.source: OrderSource = EmbeddedOrders(database)
        self._away = Database("postgresql://nobody@127.0.0.1:1/nothing")

    def news(self, order_id: str) -> str:
        raise NotImplementedError("the embedded source is where the news goes")

    def ignore_filters(self) -> None:
        """Our own table is the far side."""

    def away(self) -> OrderSource:
        return EmbeddedOrders(self._away)

    def refunded(self, order_id: str) -> Decimal:
        raise NotImplementedError("refunds are a person's work here")

    def close(self) -> None:
        self._away.close()


class TestEmbedded(Conformance):
    @pytest.fixture
    def shop(self, database: Database) -> Iterator[EmbeddedShop]:
        shop = EmbeddedShop(database)
        yield shop
        shop.close()


def test_an_order_of_many_goods_is_found_whole_and_in_order(database: Database) -> None:
    rows = [{"id": line_id("T7", n), "status": "paid", "phone": "13812345566"} for n in range(1, 13)]
    other = {"id": "T7-2X", "status": "paid", "phone": "13812345566"}
    many = [from_data(row, SHANGHAI) for row in [*reversed(rows), other]]
    database.write(lambda conn: put_orders(conn, many, 0.0))
    found = EmbeddedOrders(database).find("t7", "5566")
    assert [order.id for order in found] == ["T7", *(f"T7-{n}" for n in range(2, 13))]
