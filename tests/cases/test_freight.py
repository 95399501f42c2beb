"""Who pays which way, said before the yes; cash on delivery; what the insurance pays and what not."""

from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.policy import Payer
from bot.cases.rules.freight import (
    agreed_freight,
    collect_on_delivery_payer,
    collect_on_delivery_refused,
    exchange_freight,
    freight_insurance,
    insurance_refused,
    paid_by_buyer,
    return_freight,
)
from tests.cases.shop import POLICY, SHANGHAI, at, key, order


@pytest.mark.parametrize(
    ("fields", "fault", "broken", "payer"),
    [
        ({"free_shipping": True}, False, False, "buyer_pays_return_only"),
        ({"free_shipping": True, "freight_paid": 8}, False, False, "buyer_pays_return_only"),
        ({"freight_paid": 8}, False, False, "buyer_pays_all"),
        ({}, False, False, "buyer_pays_return_only"),  # nothing was charged for the way out
        (
            {"free_shipping": True},
            False,
            True,
            "buyer_pays_all",
        ),  # what stays is too little for free shipping
        ({"free_shipping": True}, True, False, "seller_pays_both_ways"),
        ({"freight_paid": 8}, True, False, "seller_pays_both_ways"),
        ({"free_shipping": True}, True, True, "seller_pays_both_ways"),
    ],
)
def test_the_payer_of_a_return_follows_from_fault_and_free_shipping(
    fields: dict[str, Any], fault: bool, broken: bool, payer: str
) -> None:
    assert return_freight(order(**fields), POLICY, fault, broken) == payer


def test_a_more_generous_shop_pays_itself() -> None:
    generous = POLICY.override({"freight.no_reason_free_shipping_item": "seller_pays"})
    assert return_freight(order(free_shipping=True), generous) == "seller_pays"


@pytest.mark.parametrize(("fault", "payer"), [(False, "buyer_pays_all"), (True, "seller_pays_both_ways")])
def test_an_exchange_without_a_reason_costs_the_buyer_every_way(fault: bool, payer: str) -> None:
    assert exchange_freight(POLICY, fault) == payer


def test_what_was_agreed_without_a_word_on_freight_the_shop_pays() -> None:
    assert agreed_freight(None, POLICY) == "seller_pays"
    assert agreed_freight("buyer_pays_return_only", POLICY) == "buyer_pays_return_only"


@pytest.mark.parametrize(
    ("payer", "legs"),
    [
        ("buyer_pays_return_only", ("back",)),
        ("buyer_pays_all", ("out", "back", "again")),
        ("seller_pays_both_ways", ()),
        ("seller_pays", ()),
    ],
)
def test_each_way_has_its_payer(payer: Payer, legs: tuple[str, ...]) -> None:
    assert paid_by_buyer(payer) == legs
    assert collect_on_delivery_payer(payer) == ("buyer" if "back" in legs else "seller")


@pytest.mark.parametrize(
    ("setting", "consent", "refused"),
    [
        ("only_with_prior_consent", False, True),
        ("only_with_prior_consent", True, False),
        ("never", True, True),
        ("accepted", False, False),
    ],
)
def test_cash_on_delivery_needs_leave_beforehand(setting: str, consent: bool, refused: bool) -> None:
    policy = POLICY.override({"freight.collect_on_delivery_return": setting})
    assert key(collect_on_delivery_refused(policy, consent)) == (
        "collect_on_delivery_refused" if refused else None
    )


def test_the_insurance_is_told_with_its_limit_and_its_72_hours_and_no_sum() -> None:
    facts = freight_insurance(POLICY, at("2026-03-12 10:00"))
    assert (facts.basis, facts.cap) == ("fixed_by_distance", Decimal(25))
    assert facts.arrives == at("2026-03-15 10:00")
    assert facts.arrives.tzinfo is UTC
    assert freight_insurance(POLICY).arrives is None


@pytest.mark.parametrize(
    ("fields", "exchange", "why"),
    [
        ({"insurance": True}, False, None),
        ({}, False, "insurance_none"),
        ({"insurance": True}, True, "insurance_not_for_exchange"),
        (
            {"insurance": True, "confirmed_at": "2026-03-09 10:00"},
            False,
            "insurance_after_success_depends_on_policy",
        ),
        (
            {"insurance": True, "confirmed_at": "2026-03-11 10:00"},
            False,
            None,
        ),  # asked before it was confirmed
    ],
)
def test_the_insurance_covers_returns_before_confirmation(
    fields: dict[str, Any], exchange: bool, why: str | None
) -> None:
    assert key(insurance_refused(order(**fields), POLICY, at("2026-03-10 10:00"), SHANGHAI, exchange)) == why


@pytest.mark.parametrize(
    ("setting", "why"), [("covered", None), ("not_covered", "insurance_after_success_not_covered")]
)
def test_what_an_insurer_says_of_the_time_after_confirmation_is_a_setting(
    setting: str, why: str | None
) -> None:
    policy = POLICY.override({"freight.insurance.covers_after_success": setting})
    confirmed = order(insurance=True, confirmed_at="2026-03-09 10:00")
    assert key(insurance_refused(confirmed, policy, at("2026-03-10 10:00"), SHANGHAI)) == why
