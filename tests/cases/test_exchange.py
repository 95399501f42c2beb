"""Exchanges: the goods there are, the days there are, and what begins anew."""

from typing import Any

import pytest

from bot.cases.rules.exchange import (
    exchange_no_stock,
    in_stock,
    may_exchange_faulty,
    may_exchange_without_reason,
)
from bot.cases.rules.quality import Fault, guarantee_restarts, quality_return_end
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

STOCK = {"stock": {"42": 3, "43": 0, "44": 1}}
PHONE = {"category": "electronics", "signed_at": "2026-03-08 18:20", "confirmed_at": "2026-03-08 19:00"}


@pytest.mark.parametrize(
    ("sku", "pieces", "there", "others"),
    [
        ("42", 1, True, None),
        ("42", 3, True, None),
        ("42", 4, False, ()),
        ("43", 1, False, ("42", "44")),
        ("43", 2, False, ("42",)),
        ("45", 1, None, None),  # nothing is known of it: asked for, not denied
    ],
)
def test_what_is_not_there_is_said_at_once_with_what_is(
    sku: str, pieces: int, there: bool | None, others: tuple[str, ...] | None
) -> None:
    shoes = order(**STOCK)
    assert in_stock(shoes, sku, pieces) is there
    refusal = exchange_no_stock(shoes, sku, pieces)
    assert (refusal.data["others"] if refusal else None) == others


@pytest.mark.parametrize(
    ("fields", "asked", "fault", "why"),
    [
        (PHONE, "2026-03-23 23:59:59", Fault("minor"), None),
        (PHONE, "2026-03-24 00:00", Fault("minor"), "exchange_too_late"),
        (PHONE, "2026-06-24 00:00", Fault("minor", failed_repairs=2), None),
        ({"category": "apparel", "signed_at": "2026-03-08 18:20"}, "2026-04-24 00:00", Fault(), None),
        ({"status": "shipped"}, "2026-03-10 00:00", Fault(), "return_on_the_way"),
        ({"status": "paid"}, "2026-03-10 00:00", Fault(), "return_not_shipped"),
        ({"status": "refunded"}, "2026-03-10 00:00", Fault(), "return_order_closed"),
    ],
)
def test_faulty_goods_are_exchanged_for_fifteen_days(
    fields: dict[str, Any], asked: str, fault: Fault, why: str | None
) -> None:
    assert key(may_exchange_faulty(order(**fields), POLICY, at(asked), SHANGHAI, fault)) == why


def test_a_shop_that_promised_longer_is_held_to_it() -> None:
    promised = at("2026-06-01 00:00")
    phone = order(**PHONE)
    assert (
        may_exchange_faulty(phone, POLICY, at("2026-05-31 23:59"), SHANGHAI, Fault("minor"), promised) is None
    )
    assert (
        key(may_exchange_faulty(phone, POLICY, promised, SHANGHAI, Fault("minor"), promised))
        == "exchange_too_late"
    )


@pytest.mark.parametrize(
    ("fields", "asked", "offered", "why"),
    [
        ({}, "2026-03-10 10:00", True, None),
        ({}, "2026-03-10 10:00", False, "exchange_not_offered"),
        ({}, "2026-03-16 00:00", True, "return_too_late"),
        ({"custom": True}, "2026-03-10 10:00", True, "return_excluded_custom_made"),
    ],
)
def test_without_a_reason_only_where_the_shop_offers_it_and_as_a_return_would_be(
    fields: dict[str, Any], asked: str, offered: bool, why: str | None
) -> None:
    goods = order(**{"signed_at": "2026-03-08 18:20", **fields})
    assert key(may_exchange_without_reason(goods, POLICY, at(asked), SHANGHAI, offered)) == why


def test_the_guarantee_begins_anew_with_the_new_goods() -> None:
    again = guarantee_restarts(at("2026-04-01 12:00"))
    assert quality_return_end(order(**PHONE), POLICY, SHANGHAI, again) == at("2026-04-09 00:00")
