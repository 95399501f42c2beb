"""Opening hours: open or closed, and when it opens next, on the shop's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cases.hours import Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(clock: str, day: str = "2026-03-10") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_a_shop_is_open_from_its_first_minute_until_before_its_last() -> None:
    hours = Hours.parse("09:00-22:00")
    assert [hours.open_at(at(clock), SHANGHAI) for clock in ("08:59", "09:00", "21:59", "22:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_shop_with_a_break_is_closed_at_noon_and_opens_after_it() -> None:
    hours = Hours.parse("09:00-12:00,13:30-18:00")
    assert not hours.open_at(at("12:30"), SHANGHAI)
    assert hours.next_opening(at("12:30"), SHANGHAI) == at("13:30")
    assert str(hours) == "09:00-12:00,13:30-18:00"


def test_late_in_the_evening_the_next_opening_is_tomorrow() -> None:
    hours = Hours.parse("09:00-22:00")
    assert hours.next_opening(at("23:40"), SHANGHAI) == at("09:00", "2026-03-11")
    assert hours.next_opening(at("00:10"), SHANGHAI) == at("09:00")


def test_while_open_the_next_opening_is_the_one_after() -> None:
    assert Hours.parse("09:00-22:00").next_opening(at("09:00"), SHANGHAI) == at("09:00", "2026-03-11")


def test_a_shop_that_never_closes_is_open_at_midnight() -> None:
    hours = Hours.parse("00:00-24:00")
    assert hours.open_at(at("00:00"), SHANGHAI)
    assert hours.open_at(at("23:59"), SHANGHAI)


def test_the_clock_going_forward_does_not_hide_the_opening() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(
        2026, 3, 28, 23, 30, tzinfo=UTC
    )  # half past midnight, 90 minutes before 02:00 becomes 03:00
    assert Hours.parse("09:00-18:00").next_opening(night, berlin) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        ("9-22", "is not opening hours; write 09:00-22:00"),
        ("22:00-09:00", "does not close after it opens on the same day; split it at midnight"),
        ("09:00-25:00", "does not close after it opens"),
        ("09:00-12:00,11:00-18:00", "overlap; write them in order"),
        ("", "is not opening hours"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_cure(raw: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        Hours.parse(raw)
