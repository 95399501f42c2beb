"""Every "no" there is: its key, where it is written, what its words may use, and whether a fault would open a road."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.rules.address import may_change_address
from bot.cases.rules.after_sale import after_sale_closed
from bot.cases.rules.cancelling import may_cancel
from bot.cases.rules.compensation import no_delay_compensation
from bot.cases.rules.counterfeit import report_not_accepted
from bot.cases.rules.delivery import not_delivered_yet
from bot.cases.rules.exchange import exchange_no_stock, may_exchange_faulty, may_exchange_without_reason
from bot.cases.rules.freight import collect_on_delivery_refused, insurance_refused
from bot.cases.rules.goods_short import rest_is_on_the_way
from bot.cases.rules.intact import goods_not_intact
from bot.cases.rules.invoice import may_invoice
from bot.cases.rules.logistics import not_lost_yet
from bot.cases.rules.platform import applied_too_often, platform_not_open
from bot.cases.rules.price_protection import PriceNow, price_not_protected
from bot.cases.rules.quality import Fault
from bot.cases.rules.refund_only import refund_needs_return
from bot.cases.rules.refunds import channel_closed, other_way_refused, refund_above_paid
from bot.cases.rules.refusal import Refusal
from bot.cases.rules.reopening import may_not_reopen
from bot.cases.rules.returns import door_refusal_not_open, may_return
from tests.cases.shop import POLICY, SHANGHAI, at, order

NOW = at("2026-03-10 12:00")
LONG_AFTER = at("2026-06-10 12:00")
SENT = {"status": "shipped", "first_scan": "2026-03-08 10:00"}
DONE = {"status": "success", "signed_at": "2026-03-04 10:00", "confirmed_at": "2026-03-05 10:00"}
PROTECTED = {"badges": ["价保"], "paid_at": "2026-03-08 10:00", "sku": "red-M"}
PHONE = {**DONE, "category": "electronics"}
MINOR = Fault("minor")
CHEAPER = PriceNow("red-M", Decimal("80.00"))


def case(status: Status) -> Case:
    return Case("A1", "c1", CaseType.QUALITY_CLAIM, status, at("2026-03-01 12:00"), at("2026-03-01 12:00"))


def judged(
    rule: Callable[..., Refusal | None], fields: dict[str, Any], *more: Any, now: Any = NOW
) -> Refusal | None:
    return rule(order(**fields), POLICY, now, SHANGHAI, *more)


ROAD, NO_ROAD = True, False  # does a fault of the goods open another road?

NOES = [
    ("return_too_late", ROAD, judged(may_return, DONE, now=LONG_AFTER)),
    ("return_not_shipped", NO_ROAD, judged(may_return, {"status": "paid"})),
    ("return_on_the_way", NO_ROAD, judged(may_return, SENT)),
    ("return_on_the_way_no_door", NO_ROAD, judged(may_return, {**SENT, "custom": True})),
    ("return_order_closed", NO_ROAD, judged(may_return, {"status": "closed"})),
    ("return_already_refunded", NO_ROAD, judged(may_return, {"status": "refunded", "refund": {"ref": "R1"}})),
    ("return_excluded_custom_made", ROAD, judged(may_return, {"custom": True})),
    (
        "return_excluded_by_confirmation",
        ROAD,
        judged(may_return, {"waiver_confirmed_at": "2026-03-01 10:00"}),
    ),
    ("return_condition", ROAD, goods_not_intact(order(), POLICY, {"soiled"})),
    ("cancel_unpaid", NO_ROAD, judged(may_cancel, {"status": "unpaid"})),
    ("cancel_received", ROAD, judged(may_cancel, DONE)),
    ("cancel_on_the_way", NO_ROAD, judged(may_cancel, SENT)),
    ("cancel_on_the_way_no_door", NO_ROAD, judged(may_cancel, {**SENT, "category": "生鲜"})),
    ("refund_above_paid", NO_ROAD, refund_above_paid(order(), Decimal(101))),
    ("refund_channel_closed", NO_ROAD, channel_closed(order(paid_at="2024-03-01 10:00"), POLICY, NOW)),
    ("refund_route", NO_ROAD, other_way_refused(order(), POLICY, NOW)),
    ("refund_needs_return", NO_ROAD, refund_needs_return(order(**DONE))),
    ("collect_on_delivery_refused", NO_ROAD, collect_on_delivery_refused(POLICY)),
    ("insurance_none", NO_ROAD, judged(insurance_refused, {})),
    ("insurance_not_for_exchange", NO_ROAD, judged(insurance_refused, {"insurance": True}, True)),
    (
        "insurance_after_success_depends_on_policy",
        NO_ROAD,
        judged(insurance_refused, {**DONE, "insurance": True}),
    ),
    ("after_sale_closed", NO_ROAD, judged(after_sale_closed, DONE, now=LONG_AFTER)),
    ("report_not_accepted", NO_ROAD, report_not_accepted("other")),
    ("exchange_too_late", NO_ROAD, judged(may_exchange_faulty, PHONE, MINOR, now=LONG_AFTER)),
    ("exchange_out_of_stock", NO_ROAD, exchange_no_stock(order(stock={"red-M": 0}), "red-M")),
    ("exchange_not_offered", ROAD, judged(may_exchange_without_reason, DONE, False)),
    ("rest_on_the_way", NO_ROAD, rest_is_on_the_way(order(parcels=[{"parcel": "P2"}]), 1, NOW)),
    ("not_delivered_yet", NO_ROAD, not_delivered_yet(order(**SENT))),
    ("not_lost_yet", NO_ROAD, not_lost_yet(order(**SENT), POLICY, NOW)),
    ("lost_but_signed", NO_ROAD, not_lost_yet(order(**DONE), POLICY, NOW)),
    ("lost_but_not_sent", NO_ROAD, not_lost_yet(order(status="paid"), POLICY, NOW)),
    ("door_refusal_not_open", ROAD, judged(door_refusal_not_open, {**SENT, "custom": True})),
    (
        "delay_none",
        NO_ROAD,
        no_delay_compensation(order(status="paid", paid_at="2026-03-10 10:00"), POLICY, NOW),
    ),
    (
        "delay_compensation_none",
        NO_ROAD,
        no_delay_compensation(order(status="paid", paid_at="2026-03-01 10:00"), POLICY, NOW),
    ),
    ("price_no_badge", NO_ROAD, judged(price_not_protected, {}, CHEAPER)),
    ("price_too_late", NO_ROAD, judged(price_not_protected, PROTECTED, CHEAPER, now=LONG_AFTER)),
    ("price_other_sku", NO_ROAD, judged(price_not_protected, PROTECTED, PriceNow("red-L", Decimal(80)))),
    ("price_not_lower", NO_ROAD, judged(price_not_protected, PROTECTED, PriceNow("red-M", Decimal(100)))),
    ("platform_too_late", NO_ROAD, platform_not_open(case(Status.REJECTED), POLICY, NOW)),
    ("platform_not_yet", NO_ROAD, platform_not_open(case(Status.PENDING_SELLER), POLICY, NOW)),
    ("platform_already", NO_ROAD, platform_not_open(case(Status.PLATFORM_REVIEW), POLICY, NOW)),
    ("platform_case_closed", NO_ROAD, platform_not_open(case(Status.CLOSED_REFUNDED), POLICY, NOW)),
    ("applied_too_often", NO_ROAD, applied_too_often("连衣裙", 5)),
    ("reopen_not_closed", NO_ROAD, may_not_reopen(case(Status.DRAFT), order(), POLICY, NOW, SHANGHAI)),
    ("address_on_the_way", NO_ROAD, judged(may_change_address, SENT)),
    ("address_delivered", NO_ROAD, judged(may_change_address, DONE)),
    ("address_order_closed", NO_ROAD, judged(may_change_address, {"status": "closed"})),
    ("invoice_nothing_paid", NO_ROAD, may_invoice(order(status="closed"))),
]


@pytest.mark.parametrize(("name", "road", "refusal"), NOES, ids=[name for name, _, _ in NOES])
def test_every_no_has_its_words_its_rule_and_says_whether_a_fault_opens_another_road(
    name: str, road: bool, refusal: Refusal | None
) -> None:
    assert refusal is not None
    assert (refusal.key, refusal.fault_counts) == (name, road)
    assert refusal.rule
    assert refusal.data
