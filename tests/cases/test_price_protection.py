"""Price protection: badge, days, the same goods, and what the difference leaves out."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.rules.badges import price_badge
from bot.cases.rules.price_protection import PriceNow, price_difference, price_not_protected, price_window_end
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

BOUGHT = {
    "paid_at": "2026-03-01 10:00",
    "signed_at": "2026-03-04 10:00",
    "sku": "red-M",
    "badges": ["价保15天"],
    "paid": "100.00",
}
LOWER = PriceNow("red-M", Decimal("80.00"))


@pytest.mark.parametrize(
    ("fields", "asked", "now", "why"),
    [
        ({}, "2026-03-16 23:59:59", LOWER, None),
        ({}, "2026-03-17 00:00", LOWER, "price_too_late"),
        ({"badges": ["7天无理由", "正品保证(赔3)"]}, "2026-03-05 10:00", LOWER, "price_no_badge"),
        ({}, "2026-03-05 10:00", PriceNow("red-L", Decimal("80.00")), "price_other_sku"),
        ({}, "2026-03-05 10:00", PriceNow("red-M", Decimal("100.00")), "price_not_lower"),
        ({}, "2026-03-05 10:00", PriceNow("red-M", Decimal("120.00")), "price_not_lower"),
        ({"sku": ""}, "2026-03-05 10:00", LOWER, None),  # an order without variants
    ],
)
def test_each_no_has_its_own_reason(
    fields: dict[str, Any], asked: str, now: PriceNow, why: str | None
) -> None:
    assert key(price_not_protected(order(**{**BOUGHT, **fields}), POLICY, at(asked), SHANGHAI, now)) == why


def test_a_shop_may_protect_every_price() -> None:
    every = POLICY.override({"price_protection.only_items_with_badge": False})
    assert (
        price_not_protected(order(**{**BOUGHT, "badges": []}), every, at("2026-03-05 10:00"), SHANGHAI, LOWER)
        is None
    )


@pytest.mark.parametrize(
    ("start", "fields", "campaign", "end"),
    [
        ("campaign_end", {}, "2026-03-03 23:59", "2026-03-19 00:00"),
        ("campaign_end", {}, None, "2026-03-17 00:00"),  # nobody knows of a campaign: from payment
        ("payment", {}, "2026-03-03 23:59", "2026-03-17 00:00"),
        ("receipt", {}, None, "2026-03-20 00:00"),
        ("receipt", {"signed_at": None, "confirmed_at": "2026-03-06 10:00"}, None, "2026-03-22 00:00"),
        ("receipt", {"signed_at": None}, None, None),  # not received, so not over
        ("payment", {"paid_at": "2028-02-14 10:00"}, None, "2028-03-01 00:00"),  # ends with a leap day
    ],
)
def test_the_days_count_from_what_the_badge_names(
    start: str, fields: dict[str, Any], campaign: str | None, end: str | None
) -> None:
    policy = POLICY.override({"price_protection.start": start})
    ended = at(campaign) if campaign else None
    assert price_window_end(order(**{**BOUGHT, **fields}), policy, SHANGHAI, ended) == (
        at(end) if end else None
    )


@pytest.mark.parametrize(
    ("now", "difference"),
    [
        (PriceNow("red-M", Decimal("80.00")), "20.00"),
        (
            PriceNow("red-M", Decimal("80.00"), red_packet=Decimal("5.00")),
            "15.00",
        ),  # a red packet is no lower price
        (PriceNow("red-M", Decimal("88.00"), freight=Decimal("8.00")), "20.00"),
        (PriceNow("red-M", Decimal("88.00"), tax=Decimal("8.00")), "20.00"),
        (PriceNow("red-M", Decimal("99.99")), "0.01"),
        (PriceNow("red-M", Decimal("101.00")), "0.00"),
    ],
)
def test_red_packets_freight_and_tax_count_neither_way(now: PriceNow, difference: str) -> None:
    assert price_difference(order(**BOUGHT), POLICY, now) == Decimal(difference)


def test_a_shop_may_count_red_packets_in() -> None:
    policy = POLICY.override({"price_protection.excludes": ["freight", "tax"]})
    now = PriceNow("red-M", Decimal("80.00"), red_packet=Decimal("5.00"))
    assert price_difference(order(**BOUGHT), policy, now) == Decimal("20.00")


def test_each_piece_counts_and_what_went_back_already_is_left_out() -> None:
    three = order(**{**BOUGHT, "qty": 3, "paid": "300.00"})
    assert price_difference(three, POLICY, LOWER) == Decimal("60.00")
    assert price_difference(three, POLICY, LOWER, refunded=Decimal("270.00")) == Decimal("30.00")


@given(st.integers(0, 10**6), st.integers(1, 20), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_difference_is_never_above_what_is_left_of_the_money(
    cents: int, qty: int, now: int, back: int
) -> None:
    paid, refunded = Decimal(cents) / 100, Decimal(back) / 100
    bought = order(**{**BOUGHT, "qty": qty, "paid": str(paid)})
    difference = price_difference(bought, POLICY, PriceNow("red-M", Decimal(now) / 100), refunded)
    assert 0 <= difference <= max(Decimal(0), paid - refunded)


@pytest.mark.parametrize(
    ("badge", "counts"),
    [
        ("价保15天", True),
        ("價保", True),
        ("买贵必赔", True),
        ("买贵退差", True),
        ("保价30天", True),
        ("Price protection", True),
        ("price match guarantee", True),
        ("保价运输", False),  # insured carriage
        ("正品保证", False),
    ],
)
def test_which_badge_protects_a_price(badge: str, counts: bool) -> None:
    assert price_badge(order(badges=[badge])) == (badge if counts else "")
