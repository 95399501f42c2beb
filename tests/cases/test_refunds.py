"""How much comes back, and by when: exact, never more than was paid, working days as the calendar has them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.order import Gift
from bot.cases.reading import Arrival
from bot.cases.rules.refunds import (
    arrival,
    channel_closed,
    gift_deduction,
    latest_arrival,
    other_way_refused,
    refund_above_paid,
    refund_amount,
    refund_at_once,
    refundable,
)
from tests.cases.shop import BERLIN, POLICY, SHANGHAI, at, key, order


@pytest.mark.parametrize(
    ("fields", "qty", "payer", "amount"),
    [
        ({}, 1, "buyer_pays_return_only", "100.00"),
        ({"qty": 3}, 1, "buyer_pays_return_only", "33.33"),
        ({"qty": 3}, 2, "buyer_pays_return_only", "66.66"),
        ({"qty": 3}, 3, "buyer_pays_return_only", "100.00"),
        ({"qty": 3}, 7, "buyer_pays_return_only", "100.00"),
        ({"freight_paid": "8.00"}, 1, "buyer_pays_all", "100.00"),
        ({"freight_paid": "8.00"}, 1, "seller_pays_both_ways", "108.00"),
        ({"freight_paid": "8.00", "qty": 2}, 1, "seller_pays_both_ways", "50.00"),
        ({"paid": "0.00"}, 1, "buyer_pays_return_only", "0.00"),
        ({"paid": "0.01", "qty": 2}, 1, "buyer_pays_return_only", "0.00"),
    ],
)
def test_what_was_really_paid_comes_back(fields: dict[str, Any], qty: int, payer: Any, amount: str) -> None:
    assert refund_amount(order(**fields), qty, payer) == Decimal(amount)


MONEY = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)


@given(MONEY, st.integers(1, 50), st.integers(0, 3000), st.lists(st.integers(1, 50), max_size=20))
def test_parts_add_up_to_exactly_what_was_paid_and_never_to_more(
    paid: Decimal, qty: int, freight: int, parts: list[int]
) -> None:
    bought = order(paid=str(paid), qty=qty, freight_paid=str(Decimal(freight) / 100))
    before, back = 0, Decimal(0)
    for part in [*parts, qty]:
        part = min(part, qty - before)
        if part:
            back += refund_amount(bought, part, "seller_pays_both_ways", before=before, refunded=back)
            before += part
        assert back <= bought.paid + (bought.freight_paid if before == qty else 0)
    assert back == bought.paid + bought.freight_paid


@given(MONEY, st.integers(1, 9), MONEY, MONEY, MONEY, st.none() | MONEY, st.integers(1, 12), st.booleans())
def test_no_refund_is_ever_above_what_is_left_of_the_money_nor_below_nothing(
    paid: Decimal,
    qty: int,
    freight: Decimal,
    refunded: Decimal,
    deduct: Decimal,
    kept: Decimal | None,
    pieces: int,
    seller_pays: bool,
) -> None:
    bought = order(paid=str(paid), qty=qty, freight_paid=str(freight))
    amount = refund_amount(
        bought,
        pieces,
        "seller_pays" if seller_pays else "buyer_pays_all",
        refunded=refunded,
        kept_at_item_prices=kept,
        deduct=deduct,
    )
    assert 0 <= amount <= max(Decimal(0), paid + freight - refunded)
    assert amount == amount.quantize(Decimal("0.01"))
    assert refund_above_paid(bought, amount, refunded) is None


@pytest.mark.parametrize(
    ("kept", "amount"),
    [
        ("70.00", "30.00"),  # a set of two for 100: the one that stays costs 70 by itself
        ("100.00", "0.00"),
        ("120.00", "0.00"),  # the discount is gone: nothing comes back, and nothing is claimed
    ],
)
def test_of_a_bundle_comes_back_what_the_kept_pieces_do_not_cost(kept: str, amount: str) -> None:
    bundle = order(paid="100.00", qty=2)
    assert refund_amount(bundle, 1, "buyer_pays_all", kept_at_item_prices=Decimal(kept)) == Decimal(amount)


def test_what_went_back_already_is_not_paid_twice() -> None:
    bought = order(paid="100.00", qty=2, freight_paid="10.00")
    assert refund_amount(bought, 2, "seller_pays", refunded=Decimal("30.00")) == Decimal("80.00")
    assert refund_amount(bought, 2, "seller_pays", refunded=Decimal("110.00")) == 0
    assert refund_amount(bought, 2, "seller_pays", refunded=Decimal("500.00")) == 0


def test_a_refund_the_order_tells_of_counts_even_where_the_caller_forgets_it() -> None:
    bought = order(refund={"ref": "R1", "amount": "40.00"})
    assert refundable(bought) == Decimal("60.00")
    assert refundable(bought, Decimal("40.00")) == Decimal("60.00")  # the same one, not another
    assert refundable(bought, Decimal("70.00")) == Decimal("30.00")


@pytest.mark.parametrize(
    ("amount", "refunded", "refused"),
    [("100.00", "0", False), ("100.01", "0", True), ("60.00", "40", False), ("60.01", "40", True)],
)
def test_no_offer_goes_above_what_was_paid(amount: str, refunded: str, refused: bool) -> None:
    refusal = refund_above_paid(order(), Decimal(amount), Decimal(refunded))
    assert key(refusal) == ("refund_above_paid" if refused else None)
    assert refusal is None or refusal.data["most"] == Decimal("100.00") - Decimal(refunded)


@pytest.mark.parametrize(("fault", "taken"), [(False, "15.00"), (True, "0.00")])
def test_a_gift_that_is_kept_costs_its_marked_price_unless_the_shop_is_at_fault(
    fault: bool, taken: str
) -> None:
    assert gift_deduction(POLICY, [Gift("cup", Decimal("15.00"))], fault) == Decimal(taken)
    assert gift_deduction(POLICY, [], fault) == 0


@pytest.mark.parametrize("setting", ["return_too", "buyer_keeps"])
def test_a_shop_may_take_nothing_off_for_gifts(setting: str) -> None:
    generous = POLICY.override({"no_reason_return.gifts": setting})
    assert gift_deduction(generous, [Gift("cup", Decimal(15))]) == 0


def test_gifts_add_up_and_come_off_the_refund() -> None:
    gifts = [Gift("cup", Decimal("15.00")), Gift("bag", Decimal("9.90"))]
    off = gift_deduction(POLICY, gifts)
    assert off == Decimal("24.90")
    assert refund_amount(order(), 1, "buyer_pays_return_only", deduct=off) == Decimal("75.10")


@pytest.mark.parametrize(
    ("asked", "closed"),
    [("2026-03-08 10:00", False), ("2026-03-08 10:01", True), ("2025-04-01 10:00", False)],
)
def test_a_payment_older_than_its_channel_remembers_needs_another_way(asked: str, closed: bool) -> None:
    paid = order(paid_at="2025-03-08 10:00")
    assert key(channel_closed(paid, POLICY, at(asked))) == ("refund_channel_closed" if closed else None)
    route = key(other_way_refused(paid, POLICY, at(asked)))
    assert route == ("refund_channel_closed" if closed else "refund_route")


def test_an_unknown_day_of_payment_closes_no_channel() -> None:
    assert channel_closed(order(), POLICY, at("2030-01-01")) is None


@pytest.mark.parametrize(
    ("offered", "creditworthy", "at_once"),
    [(True, True, True), (False, True, False), (True, False, False)],
)
def test_money_is_advanced_to_creditworthy_buyers_where_the_shop_takes_part(
    offered: bool, creditworthy: bool, at_once: bool
) -> None:
    policy = POLICY.override({"refund.fast_refund": offered})
    assert refund_at_once(policy, creditworthy) is at_once


@pytest.mark.parametrize(
    ("pay", "span"),
    [
        ("alipay_balance", Arrival(0, 24, "h")),
        ("credit_card", Arrival(1, 7, "wd")),
        ("wechat_balance", Arrival(5, 20, "min")),
        ("", Arrival(1, 3, "wd")),
        ("barter", Arrival(1, 3, "wd")),
    ],
)
def test_the_time_follows_the_way_it_was_paid(pay: str, span: Arrival) -> None:
    assert arrival(order(pay=pay), POLICY) == span


@pytest.mark.parametrize(
    ("sent", "span", "latest"),
    [
        ("2026-03-06 17:30", Arrival(1, 7, "wd"), date(2026, 3, 17)),  # a Friday: two weekends on the way
        ("2026-03-07 10:00", Arrival(1, 1, "wd"), date(2026, 3, 9)),  # a Saturday
        ("2026-09-30 10:00", Arrival(1, 1, "wd"), date(2026, 10, 8)),  # the national holiday lies between
        ("2026-03-06 23:50", Arrival(5, 20, "min"), date(2026, 3, 7)),  # over midnight
        ("2026-03-06 17:30", Arrival(0, 24, "h"), date(2026, 3, 7)),
        ("2026-03-06 17:30", Arrival(1, 3, "d"), date(2026, 3, 9)),
    ],
)
def test_the_last_day_leaves_out_weekends_and_holidays(sent: str, span: Arrival, latest: date) -> None:
    moment = datetime.fromisoformat(sent).replace(tzinfo=SHANGHAI)
    assert latest_arrival(moment, span, SHANGHAI) == latest


@pytest.mark.parametrize(
    ("sent", "hours", "latest"),
    [
        ("2026-03-28 23:30", 24, date(2026, 3, 30)),  # the day of 23 hours is jumped over
        ("2026-10-24 23:30", 24, date(2026, 10, 25)),  # the day of 25 hours is not over yet
    ],
)
def test_hours_are_hours_where_clocks_change(sent: str, hours: int, latest: date) -> None:
    assert latest_arrival(at(sent, BERLIN), Arrival(0, hours, "h"), BERLIN) == latest


def test_the_day_is_the_shops_day() -> None:
    late_evening_in_london = datetime(2026, 3, 5, 20, 0, tzinfo=ZoneInfo("UTC"))
    assert latest_arrival(late_evening_in_london, Arrival(1, 1, "wd"), SHANGHAI) == date(2026, 3, 9)
