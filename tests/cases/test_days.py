"""Counting time: whole days of the shop's zone, hours to the minute, months, working days."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.reading import Span
from bot.cases.rules.days import midnight_after, months_end, over, term_end, working_day
from tests.cases.shop import BERLIN, SHANGHAI, at


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-08 18:20", "7d", "2026-03-16 00:00"),
        ("2026-03-08 00:00", "7d", "2026-03-16 00:00"),
        ("2026-03-08 23:59", "15d", "2026-03-24 00:00"),
        ("2028-02-21 12:00", "7d", "2028-02-29 00:00"),  # ends before the leap day
        ("2028-02-22 12:00", "7d", "2028-03-01 00:00"),  # ends with it
        ("2027-02-22 12:00", "7d", "2027-03-02 00:00"),  # a year without one
        ("2026-03-08 18:20", "48h", "2026-03-10 18:20"),  # hours run from the minute
        ("2026-03-08 18:20", "90min", "2026-03-08 19:50"),
    ],
)
def test_days_are_whole_days_and_hours_run_from_the_minute(start: str, span: str, end: str) -> None:
    assert term_end(at(start), Span.parse(span), SHANGHAI) == at(end)


@pytest.mark.parametrize(
    ("start", "span", "end", "hours"),
    [
        ("2026-03-27 12:00", "7d", "2026-04-04 00:00", 180 - 1),  # clocks go forward on the 29th
        ("2026-10-23 12:00", "7d", "2026-10-31 00:00", 180 + 1),  # and back on the 25th
        ("2026-03-28 12:00", "48h", "2026-03-30 13:00", 48),  # hours are hours
        ("2026-10-24 12:00", "48h", "2026-10-26 11:00", 48),
    ],
)
def test_a_day_of_23_or_25_hours_is_a_day(start: str, span: str, end: str, hours: int) -> None:
    ends = term_end(at(start, BERLIN), Span.parse(span), BERLIN)
    assert ends == at(end, BERLIN)
    assert ends.timestamp() - at(start, BERLIN).timestamp() == hours * 3600


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Pacific/Apia"]
)
@given(
    st.datetimes(
        min_value=at("2024-01-01").replace(tzinfo=None), max_value=at("2032-01-01").replace(tzinfo=None)
    ),
    st.integers(1, 40),
)
def test_a_term_ends_at_the_start_of_a_day_and_never_early(zone: str, start: object, days: int) -> None:
    here = ZoneInfo(zone)
    began = start.replace(tzinfo=here)  # type: ignore[attr-defined]
    end = midnight_after(began, days, here)
    assert end.date() == began.date() + timedelta(days=days + 1)
    assert (end.hour, end.minute) == (0, 0)
    assert not over(end, began)
    assert over(end, end)
    assert not over(end, end - timedelta(hours=2))


def test_a_term_that_has_not_begun_is_never_over() -> None:
    assert not over(None, at("2099-01-01"))


def test_the_hour_that_a_clock_shows_twice_is_told_apart() -> None:
    second_half_past_two = at("2026-10-25 02:30", BERLIN).replace(fold=1)
    assert not over(second_half_past_two, at("2026-10-25 02:40", BERLIN))  # the first one, 50 minutes earlier
    assert over(second_half_past_two, at("2026-10-25 02:40", BERLIN).replace(fold=1))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-08 18:20", 6, "2026-09-09 00:00"),
        ("2026-08-31 10:00", 6, "2027-03-01 00:00"),  # February has no 31st: its last day
        ("2027-08-31 10:00", 6, "2028-03-01 00:00"),  # the 29th of a leap year
        ("2027-08-29 10:00", 6, "2028-03-01 00:00"),
        ("2026-07-15 10:00", 6, "2027-01-16 00:00"),
        ("2026-12-31 10:00", 12, "2028-01-01 00:00"),
        ("2026-06-30 10:00", 6, "2026-12-31 00:00"),
    ],
)
def test_months_end_with_the_same_day_or_the_last_of_a_shorter_month(
    start: str, months: int, end: str
) -> None:
    assert months_end(at(start), months, SHANGHAI) == at(end)


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 6), 7, date(2026, 3, 17)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: date, n: int, due: date) -> None:
    assert working_day(day, n) == due
