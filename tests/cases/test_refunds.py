"""How much comes back, and by when: exact, never more than was paid, working days as the calendar has them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.order import Order, from_data
from bot.cases.reading import Arrival
from bot.cases.rules.refunds import arrival, latest_arrival, refund_amount
from tests.cases.shop import POLICY

SHANGHAI = ZoneInfo("Asia/Shanghai")


def order(**fields: Any) -> Order:
    return from_data({"id": "T1", "status": "signed", "paid": "100.00", **fields}, SHANGHAI)


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


@given(
    st.integers(0, 10**7), st.integers(1, 50), st.integers(0, 3000), st.lists(st.integers(1, 50), max_size=20)
)
def test_parts_never_add_up_to_more_than_was_paid(
    cents: int, qty: int, freight: int, parts: list[int]
) -> None:
    bought = order(paid=str(Decimal(cents) / 100), qty=qty, freight_paid=str(Decimal(freight) / 100))
    left, back = qty, Decimal(0)
    for part in parts:
        if part < left:
            back += refund_amount(bought, part, "seller_pays_both_ways")
            left -= part
    assert back <= bought.paid
    assert refund_amount(bought, qty, "seller_pays_both_ways") == bought.paid + bought.freight_paid


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


def test_the_day_is_the_shops_day() -> None:
    late_evening_in_london = datetime(2026, 3, 5, 20, 0, tzinfo=ZoneInfo("UTC"))
    assert latest_arrival(late_evening_in_london, Arrival(1, 1, "wd"), SHANGHAI) == date(2026, 3, 9)
