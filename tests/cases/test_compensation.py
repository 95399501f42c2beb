"""Late dispatch: what was promised, how late it is, and a compensation only where the shop switched it on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.rules.compensation import delay_compensation, dispatch, no_delay_compensation
from tests.cases.shop import BERLIN, POLICY, at, key, order

ON = POLICY.override({"ship.delay_compensation.enabled": True})
PAID = {"status": "paid", "paid_at": "2026-03-08 10:00"}  # to be sent by 2026-03-10 10:00
LATE = at("2026-03-11 10:00")


@pytest.mark.parametrize(
    ("fields", "now", "late"),
    [
        (PAID, "2026-03-10 10:00", timedelta(0)),
        (PAID, "2026-03-10 10:01", timedelta(minutes=1)),
        ({**PAID, "status": "shipped"}, "2026-03-10 12:00", timedelta(hours=2)),  # clicked, not handed over
        ({**PAID, "first_scan": "2026-03-10 09:59"}, "2026-03-20 10:00", timedelta(0)),
        ({**PAID, "first_scan": "2026-03-10 13:00"}, "2026-03-20 10:00", timedelta(hours=3)),
        (
            {**PAID, "parcels": [{"parcel": "P1", "first_scan": "2026-03-09 10:00"}]},
            "2026-03-20 10:00",
            timedelta(0),
        ),
    ],
)
def test_the_first_scan_is_held_against_the_promise(
    fields: dict[str, Any], now: str, late: timedelta
) -> None:
    delay = dispatch(order(**fields), POLICY, at(now))
    assert delay is not None
    assert (delay.promised, delay.late_by) == (at("2026-03-10 10:00"), late)


def test_a_promise_of_its_own_goes_before_the_shops_usual_time() -> None:
    presale = dispatch(order(**PAID), POLICY, LATE, promised=at("2026-03-20 10:00"))
    assert presale is not None and not presale.late_by


def test_hours_are_hours_where_clocks_change() -> None:
    paid = order(BERLIN, status="paid", paid_at="2026-03-28 12:00")
    delay = dispatch(paid, POLICY, at("2026-03-30 14:00", BERLIN))
    assert delay is not None
    assert (delay.promised, delay.late_by) == (at("2026-03-30 13:00", BERLIN), timedelta(hours=1))


def test_what_was_not_paid_is_not_due() -> None:
    assert dispatch(order(status="unpaid"), POLICY, LATE) is None
    assert key(no_delay_compensation(order(status="unpaid"), ON, LATE)) == "delay_none"


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        ("40.00", "5.00"),  # the least
        ("50.00", "5.00"),
        ("123.45", "12.35"),  # rounded to the cent
        ("999.90", "99.99"),
        ("5000.00", "100.00"),  # the most
    ],
)
def test_ten_in_a_hundred_at_least_5_and_at_most_100(paid: str, due: str) -> None:
    assert delay_compensation(order(**PAID, paid=paid), ON, LATE) == Decimal(due)
    assert no_delay_compensation(order(**PAID, paid=paid), ON, LATE) is None


def test_it_is_off_until_a_shop_switches_it_on() -> None:
    assert delay_compensation(order(**PAID), POLICY, LATE) == 0
    assert key(no_delay_compensation(order(**PAID), POLICY, LATE)) == "delay_compensation_none"


def test_what_is_in_time_is_not_compensated() -> None:
    in_time = at("2026-03-10 10:00")
    assert delay_compensation(order(**PAID), ON, in_time) == 0
    assert key(no_delay_compensation(order(**PAID), ON, in_time)) == "delay_none"


@given(st.integers(0, 10**8))
def test_the_sum_stays_between_its_bounds(cents: int) -> None:
    due = delay_compensation(order(**PAID, paid=str(Decimal(cents) / 100)), ON, LATE)
    assert Decimal(5) <= due <= Decimal(100)
    assert due == due.quantize(Decimal("0.01"))
