"""Couriers are asked about parcels of open cases, seldom enough, and what they say reaches order and conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cases.order import from_data
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.parcels import Couriers
from bot.orders.tracker import Scan, Shipment
from bot.store import inbox
from bot.store.db import Database
from bot.store.orders import put_orders, read_order
from tests.orders.goods import SHANGHAI
from tests.orders.remote import open_case

NOW = datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
EVERY = timedelta(minutes=30)
PICKED = Scan(NOW - timedelta(days=3), "picked_up", "已揽收")
SIGNED = Scan(NOW - timedelta(days=1), "signed", "已签收")


class Courier:
    """Knows the parcels it is given, refuses the numbers in `refused`, and is away where it is told so."""

    every = EVERY

    def __init__(self) -> None:
        self.parcels: dict[str, Shipment] = {}
        self.refused: set[str] = set()
        self.away = False
        self.asked: list[tuple[str, str, str]] = []

    def track(self, carrier: str, number: str, phone_tail: str = "") -> Shipment | None:
        self.asked.append((carrier, number, phone_tail))
        if self.away:
            raise RetryLaterError("the courier is away")
        if number in self.refused:
            raise SourceRefusedError("the courier refuses")
        return self.parcels.get(number)

    def close(self) -> None:
        """Nothing to let go of."""


class Desk:
    def __init__(self, db: Database) -> None:
        self.db, self.courier, self.now = db, Courier(), NOW
        self.couriers = Couriers(self.courier, db, lambda: self.now, usual="yunda")

    def order(self, order_id: str, **fields: Any) -> None:
        made = from_data({"id": order_id, "status": "paid", "phone": "13812345566", **fields}, SHANGHAI)
        self.db.write(lambda conn: put_orders(conn, [made], 0.0))

    def knows(self, parcel: str, *scans: Scan) -> None:
        self.courier.parcels[parcel] = Shipment("", parcel, scans[-1].state, "", scans)

    def status(self, order_id: str) -> str:
        order = self.db.read(lambda conn: read_order(conn, order_id))
        assert order is not None
        return order.status


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_what_a_courier_says_reaches_the_order_and_the_conversation(desk: Desk) -> None:
    desk.order("T1", tracking="SF1234567890123")
    open_case(desk.db, "web:1", "T1")
    desk.knows("SF1234567890123", PICKED, SIGNED)
    assert desk.couriers.follow() == 1
    assert desk.status("T1") == "signed"
    rows = desk.db.read(lambda conn: inbox.pending(conn, "web:1", 10))
    assert [row.event.data["changed"] for row in rows] == [["status", "first_scan", "last_scan", "signed_at"]]


def test_only_orders_with_an_open_case_are_followed(desk: Desk) -> None:
    for order_id in ("T1", "T2", "T3"):
        desk.order(order_id, tracking=f"SF123456789012{order_id[1]}")
    open_case(desk.db, "web:1", "T1", "R-1")
    open_case(desk.db, "web:2", "T2", "R-2", closed=True)
    desk.couriers.follow()
    assert [number for _, number, _ in desk.courier.asked] == ["SF1234567890121"]


def test_an_order_somebody_asks_about_is_asked_about_without_a_case(desk: Desk) -> None:
    desk.order("T1", tracking="SF1234567890123")
    desk.knows("SF1234567890123", PICKED)
    assert desk.couriers.ask("T1") == 1
    assert desk.status("T1") == "shipped"
    assert desk.couriers.ask("T9") == 0


def test_no_number_is_asked_about_twice_within_half_an_hour(desk: Desk) -> None:
    desk.order("T1", tracking="SF1234567890123")
    desk.knows("SF1234567890123", PICKED)
    assert desk.couriers.ask("T1") == 1
    desk.now = NOW + EVERY - timedelta(seconds=1)
    assert desk.couriers.ask("T1") == 0
    desk.now = NOW + EVERY
    assert desk.couriers.ask("T1") == 1
    assert len(desk.courier.asked) == 2


def test_the_courier_is_told_by_the_number_else_it_is_the_usual_one(desk: Desk) -> None:
    desk.order("T1", tracking="SF1234567890123")
    desk.order("T2", tracking="4312345678901")
    for order_id in ("T1", "T2"):
        desk.couriers.ask(order_id)
    assert desk.courier.asked == [("shunfeng", "SF1234567890123", "5566"), ("yunda", "4312345678901", "5566")]


def test_every_parcel_of_a_split_shipment_is_asked_about(desk: Desk) -> None:
    desk.order("T1", qty=2, parcels=[{"parcel": "SF1234567890123"}, {"parcel": "SF1234567890124"}])
    desk.knows("SF1234567890123", PICKED, SIGNED)
    desk.knows("SF1234567890124", PICKED, SIGNED)
    assert desk.couriers.ask("T1") == 2
    assert desk.status("T1") == "signed"


def test_a_number_the_courier_refuses_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.order("T1", qty=2, parcels=[{"parcel": "SF1234567890123"}, {"parcel": "SF1234567890124"}])
    desk.courier.refused = {"SF1234567890123"}
    desk.knows("SF1234567890124", PICKED)
    assert desk.couriers.ask("T1") == 1


def test_a_courier_out_of_reach_is_told(desk: Desk) -> None:
    desk.order("T1", tracking="SF1234567890123")
    desk.courier.away = True
    with pytest.raises(RetryLaterError):
        desk.couriers.ask("T1")
    desk.courier.away = False
    desk.knows("SF1234567890123", PICKED)
    assert desk.couriers.ask("T1") == 1, "a question that reached nobody does not count"


def test_an_order_without_a_number_is_not_asked_about(desk: Desk) -> None:
    desk.order("T1")
    assert desk.couriers.ask("T1") == 0
    assert desk.courier.asked == []
