"""The embedded order source, who may see an order, and the demo shop."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.order import Order, from_data
from bot.cases.rules.returns import return_window_end
from bot.knowledge.load import load
from bot.orders.base import OrderSource, proves
from bot.orders.demo import EMMA, LIN, demo_orders
from bot.orders.embedded import EmbeddedOrders
from bot.store.db import Database
from bot.store.orders import put_orders
from tests.knowledge.shop import SHIPPED

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 10, 6, 5, tzinfo=UTC)


def order(phone: str = "13812345566") -> Order:
    return from_data({"id": "T1001", "status": "signed", "buyer": "B1", "phone": phone}, SHANGHAI)


@pytest.mark.parametrize(
    ("number", "proof", "fits"),
    [
        ("T1001", "5566", True),
        (" t1001 ", "尾号5566", True),
        ("T1001", "138 1234 5566", True),
        ("T1001", "5567", False),
        ("T1002", "5566", False),
        ("T1001", "566", False),
        ("T1001", "", False),
        ("T1001", "99915566", False),
        ("", "5566", False),
    ],
)
def test_an_order_is_proved_by_its_number_and_its_phone(number: str, proof: str, fits: bool) -> None:
    assert proves(order(), number, proof) is fits


@pytest.mark.parametrize("proof", ["", "0000", "none"])
def test_an_order_without_a_phone_cannot_be_proved(proof: str) -> None:
    assert not proves(order(phone=""), "T1001", proof)


def test_the_embedded_source_never_tells_which_half_was_wrong(database: Database) -> None:
    database.write(lambda conn: put_orders(conn, [order()], 0.0))
    source: OrderSource = EmbeddedOrders(database)
    assert [found.id for found in source.find("T1001", "5566")] == ["T1001"]
    assert source.find("T1001", "0000") == source.find("T9999", "5566") == []
    assert [found.id for found in source.of("B1")] == ["T1001"]
    assert source.get("T9999") is None


def test_a_source_that_keeps_no_cases_says_so(database: Database) -> None:
    source = EmbeddedOrders(database)
    assert (source.flags.live, source.flags.files, source.flags.acts, source.flags.reports) == (
        True,
        False,
        False,
        False,
    )
    assert source.file("key", "T1001", {}) is None
    assert source.act("key", "T1001", "refund", {}) is None
    assert (source.cases("T1001"), source.changes("7").cursor) == ((), "7")


def test_the_demo_shop_has_a_dozen_orders_of_two_buyers() -> None:
    orders = demo_orders(NOW, SHANGHAI)
    assert len({found.id for found in orders}) == len(orders) >= 12
    assert {found.buyer for found in orders} == {LIN, EMMA}
    assert {found.status for found in orders} >= {
        "paid",
        "shipped",
        "delivered",
        "signed",
        "success",
        "refunded",
    }
    assert {found.category for found in orders} >= {"apparel", "electronics", "food", "fresh", "home"}
    assert any(found.custom for found in orders)
    assert any(found.waiver_confirmed_at for found in orders)
    assert any(found.insurance for found in orders)


@pytest.mark.parametrize("hour", [0, 6, 15, 16, 23])
@pytest.mark.parametrize("day", ["2026-03-10", "2026-01-01", "2028-02-29"])
def test_the_dates_of_the_demo_make_sense_whenever_it_starts(day: str, hour: int) -> None:
    now = datetime.fromisoformat(f"{day} {hour:02}:03").replace(tzinfo=UTC)
    for found in demo_orders(now, SHANGHAI):
        refunded = found.refund.at if found.refund else None
        way = (
            found.created_at,
            found.paid_at,
            found.first_scan,
            found.signed_at,
            found.confirmed_at,
            found.returned_at,
            refunded,
        )
        passed = [moment for moment in way if moment]
        assert passed == sorted(passed), found.id
        assert passed[-1] <= now, found.id
        assert found.status != "shipped" or (found.eta and found.eta > now), found.id


def test_the_demo_holds_orders_inside_and_past_the_window_at_any_time() -> None:
    policy = load(SHIPPED).policy
    for hours in range(0, 48, 5):
        now = NOW + timedelta(hours=hours)
        ends = {found.id: return_window_end(found, policy, SHANGHAI) for found in demo_orders(now, SHANGHAI)}
        inside = {name for name, end in ends.items() if end and now < end}
        past = {name for name, end in ends.items() if end and now >= end}
        assert {"T1001", "T1002", "T1009"} <= inside
        assert {"T1003", "T1013"} <= past


def test_every_demo_order_says_what_was_bought_for_how_much_and_how_it_was_paid() -> None:
    ways = set(load(SHIPPED).policy.refund.eta_by_channel.__dataclass_fields__)
    assert all(found.paid > 0 and found.item and found.pay in ways for found in demo_orders(NOW, SHANGHAI))
