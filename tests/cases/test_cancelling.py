"""Cancelling: open until a carrier has scanned the parcel, whatever the shop clicked."""

from typing import Any

import pytest

from bot.cases.rules.cancelling import may_cancel, shipped_at, shipped_without_consent, unscanned_pieces
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

ASKED = at("2026-03-10 12:00")
BEFORE, AFTER = "2026-03-10 11:59", "2026-03-10 12:01"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "paid"}, None),
        ({"status": "shipped"}, None),  # clicked "shipped", handed to nobody
        ({"status": "shipped", "first_scan": BEFORE}, "cancel_on_the_way"),
        ({"status": "shipped", "first_scan": "2026-03-10 12:00"}, "cancel_on_the_way"),  # the very moment
        ({"status": "shipped", "first_scan": AFTER}, None),  # sent after the request: the shop's loss
        ({"status": "delivered", "first_scan": BEFORE}, "cancel_on_the_way"),
        ({"status": "delivered"}, "cancel_on_the_way"),
        ({"status": "signed", "signed_at": BEFORE}, "cancel_received"),
        ({"status": "success", "confirmed_at": BEFORE}, "cancel_received"),
        ({"status": "signed"}, "cancel_received"),
        ({"status": "unpaid"}, "cancel_unpaid"),
        ({"status": "closed"}, "return_order_closed"),
        ({"status": "refunded", "refund": {"ref": "R1", "amount": "100"}}, "return_already_refunded"),
        ({"status": "shipped", "parcels": [{"parcel": "P1", "first_scan": BEFORE}]}, "cancel_on_the_way"),
        ({"status": "shipped", "parcels": [{"parcel": "P1"}]}, None),
    ],
)
def test_an_order_is_cancelled_until_its_first_scan(fields: dict[str, Any], why: str | None) -> None:
    assert key(may_cancel(order(**fields), POLICY, ASKED, SHANGHAI)) == why


@pytest.mark.parametrize("field", ["signed_at", "confirmed_at"])
def test_what_the_buyer_has_is_returned_and_the_refusal_says_since_when(field: str) -> None:
    refusal = may_cancel(order(status="success", **{field: BEFORE}), POLICY, ASKED, SHANGHAI)
    assert refusal is not None and refusal.data["signed"] == at(BEFORE)


@pytest.mark.parametrize(("scan", "without"), [(BEFORE, False), ("2026-03-10 12:00", False), (AFTER, True)])
def test_sending_after_the_request_is_the_shops_own_risk(scan: str, without: bool) -> None:
    assert shipped_without_consent(order(first_scan=scan), ASKED) is without
    assert not shipped_without_consent(order(), ASKED)


def test_the_first_scan_of_any_parcel_is_the_dispatch() -> None:
    parts = [{"parcel": "P1", "first_scan": AFTER}, {"parcel": "P2", "first_scan": BEFORE}, {"parcel": "P3"}]
    assert shipped_at(order(parcels=parts)) == at(BEFORE)
    assert shipped_at(order(status="shipped")) is None


def test_what_is_left_of_a_split_shipment_can_still_be_cancelled_and_the_refusal_says_how_much() -> None:
    parts = [{"parcel": "P1", "qty": 2, "first_scan": BEFORE}, {"parcel": "P2", "qty": 1}]
    split = order(status="shipped", qty=3, parcels=parts)
    refusal = may_cancel(split, POLICY, ASKED, SHANGHAI)
    assert refusal is not None and refusal.data["left"] == 1
    assert unscanned_pieces(order(qty=2, parcels=parts[:1])) == 0
    assert unscanned_pieces(order(qty=3)) == 3
    assert unscanned_pieces(order(qty=3, first_scan=BEFORE)) == 0
