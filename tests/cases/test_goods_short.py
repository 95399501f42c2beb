"""Wrong or missing: another parcel, the weight at packing, what a missing piece is worth."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.rules.goods_short import missing_refund, parcels_on_the_way, rest_is_on_the_way, weight_verdict
from tests.cases.shop import at, key, order

NOW = at("2026-03-10 12:00")
FIRST = {"parcel": "P1", "qty": 2, "status": "signed", "signed_at": "2026-03-09 10:00"}
SECOND = {"parcel": "P2", "qty": 1, "first_scan": "2026-03-08 10:00", "eta": "2026-03-12 18:00"}
THIRD = {"parcel": "P3", "qty": 2, "eta": "2026-03-14 18:00"}


@pytest.mark.parametrize(
    ("parcels", "missing", "parts", "eta"),
    [
        ([FIRST, SECOND], 1, ("P2",), "2026-03-12 18:00"),
        ([FIRST, SECOND, THIRD], 3, ("P2", "P3"), "2026-03-14 18:00"),
        ([FIRST, SECOND], 2, None, None),  # more is missing than is under way
        ([FIRST], 1, None, None),  # everything was signed for
        ([], 1, None, None),
    ],
)
def test_what_travels_in_another_parcel_is_not_missing(
    parcels: list[dict[str, Any]], missing: int, parts: tuple[str, ...] | None, eta: str | None
) -> None:
    refusal = rest_is_on_the_way(order(qty=5, parcels=parcels), missing, NOW)
    assert key(refusal) == ("rest_on_the_way" if parts else None)
    if refusal:
        assert refusal.data["parcels"] == parts
        assert refusal.data["eta"] == (at(eta) if eta else None)


@pytest.mark.parametrize(("signed", "under_way"), [("2026-03-10 12:00", False), ("2026-03-10 12:01", True)])
def test_a_parcel_signed_later_was_still_under_way_at_the_time(signed: str, under_way: bool) -> None:
    parts = parcels_on_the_way(order(parcels=[{**FIRST, "signed_at": signed}]), NOW)
    assert [part.parcel for part in parts] == (["P1"] if under_way else [])


@pytest.mark.parametrize(("ok", "verdict"), [(None, "unknown"), (True, "denies"), (False, "agrees")])
def test_a_right_weight_speaks_against_the_claim(ok: bool | None, verdict: str) -> None:
    assert weight_verdict(order(packing_weight_ok=ok)) == verdict


@pytest.mark.parametrize(
    ("fields", "missing", "amount"),
    [
        ({"qty": 3, "paid": "100.00"}, 1, "33.33"),
        ({"qty": 3, "paid": "100.00"}, 2, "66.66"),
        ({"qty": 3, "paid": "100.00"}, 3, "100.00"),
        ({"qty": 3, "paid": "100.00"}, 9, "100.00"),
        ({"qty": 3, "unit_paid": "34.00", "paid": "100.00"}, 2, "68.00"),
        ({"qty": 2, "unit_paid": "60.00", "paid": "100.00"}, 1, "60.00"),
    ],
)
def test_a_missing_piece_is_worth_what_was_paid_for_it(
    fields: dict[str, Any], missing: int, amount: str
) -> None:
    assert missing_refund(order(**fields), missing) == Decimal(amount)


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 40), st.integers(0, 10**6))
def test_missing_pieces_never_cost_more_than_is_left_of_the_money(
    cents: int, qty: int, missing: int, refunded: int
) -> None:
    paid, back = Decimal(cents) / 100, Decimal(refunded) / 100
    amount = missing_refund(order(paid=str(paid), qty=qty), missing, back)
    assert 0 <= amount <= max(Decimal(0), paid - back)
