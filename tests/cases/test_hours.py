"""Opening hours: open or closed, and when it opens next, on the shop's clock."""

from datetime import UTC, datetime, timedelta
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


# --- by weekday, with holidays -----------------------------------------------------------------------------------

WEEK = "mon-fri 09:00-12:00,13:30-18:00; sat 10:00-16:00; sun closed"  # 2026-03-10 is a Tuesday


def test_each_day_of_the_week_has_its_own_hours() -> None:
    hours = Hours.parse(WEEK)
    assert hours.open_at(at("11:59"), SHANGHAI)
    assert not hours.open_at(at("12:30"), SHANGHAI)
    assert hours.open_at(at("10:00", "2026-03-14"), SHANGHAI)
    assert not hours.open_at(at("17:00", "2026-03-14"), SHANGHAI)
    assert not hours.open_at(at("12:00", "2026-03-15"), SHANGHAI)
    assert hours.next_opening(at("16:00", "2026-03-14"), SHANGHAI) == at("09:00", "2026-03-16")


def test_on_a_public_holiday_the_shop_is_closed_and_a_working_sunday_is_like_a_monday() -> None:
    """2026: 国庆 is 1 to 7 October, made up for on Sunday 20 September and Saturday 10 October."""
    hours = Hours.parse("mon-fri 09:00-18:00; holidays: CN")
    assert not hours.open_at(at("10:00", "2026-10-05"), SHANGHAI)
    assert hours.next_opening(at("18:00", "2026-09-30"), SHANGHAI) == at("09:00", "2026-10-08")
    assert hours.open_at(at("10:00", "2026-10-10"), SHANGHAI)
    assert not Hours.parse("mon-fri 09:00-18:00").open_at(at("10:00", "2026-10-10"), SHANGHAI)
    assert not hours.open_at(at("10:00", "2026-10-11"), SHANGHAI)


def test_a_shop_closes_on_days_of_its_own() -> None:
    hours = Hours.parse("09:00-22:00; closed 2026-03-11, 2026-03-12")
    assert not hours.open_at(at("10:00", "2026-03-11"), SHANGHAI)
    assert hours.next_opening(at("22:30"), SHANGHAI) == at("09:00", "2026-03-13")


def open_minutes(hours: Hours, a: datetime, b: datetime, zone: ZoneInfo) -> int:
    """Counted minute by minute."""
    a = a.astimezone(UTC)
    minutes = range(int((b - a) / timedelta(minutes=1)))
    return sum(hours.open_at(a + timedelta(minutes=n), zone) for n in minutes)


def test_a_deadline_in_business_hours_runs_only_while_the_shop_is_open() -> None:
    hours = Hours.parse(WEEK)
    hour = timedelta(hours=1)
    assert hours.after_business(at("11:30"), hour, SHANGHAI) == at("14:00")
    assert hours.after_business(at("20:00"), hour, SHANGHAI) == at("10:00", "2026-03-11")
    assert hours.after_business(at("17:30", "2026-03-13"), 7 * hour, SHANGHAI) == at("09:30", "2026-03-16")
    assert hours.after_business(at("11:00"), hour, SHANGHAI) == at("12:00")


@pytest.mark.parametrize(
    "start", ["2026-03-13 03:00", "2026-03-13 12:15", "2026-03-14 15:59", "2026-09-30 17:00"]
)
@pytest.mark.parametrize("minutes", [1, 59, 240, 3000])
def test_between_a_start_and_its_deadline_lies_just_the_business_time(start: str, minutes: int) -> None:
    hours = Hours.parse(f"{WEEK}; holidays CN")
    day, clock = start.split()
    begun, span = at(clock, day), timedelta(minutes=minutes)
    due = hours.after_business(begun, span, SHANGHAI)
    assert open_minutes(hours, begun, due, SHANGHAI) == minutes


def test_the_night_in_which_the_clock_goes_forward_is_an_hour_shorter() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    saturday = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # midnight there
    always = Hours.parse("00:00-24:00")
    assert always.after_business(saturday, timedelta(hours=23), berlin).astimezone(berlin).hour == 0


@pytest.mark.parametrize(
    "text",
    [
        "09:00-22:00",
        "mon-fri 09:00-12:00,13:30-18:00; sat 10:00-16:00",
        "mon 10:00-11:00; wed 10:00-11:00",
        "09:00-22:00; holidays CN; closed 2026-02-16, 2026-02-17",
    ],
)
def test_hours_are_written_as_they_are_read(text: str) -> None:
    assert str(Hours.parse(text)) == text
    assert str(Hours.parse(text.upper())) == text


def test_a_week_may_be_named_around_its_end_and_day_by_day() -> None:
    assert str(Hours.parse("fri-mon 10:00-11:00")) == "mon 10:00-11:00; fri-sun 10:00-11:00"
    assert Hours.parse("mon,wed 10:00-11:00") == Hours.parse("mon 10:00-11:00; wed 10:00-11:00; thu closed")


def test_a_buyer_reads_the_days_by_their_names() -> None:
    hours = Hours.parse(f"{WEEK}; holidays CN")
    assert hours.said("zh") == "周一至周五 09:00-12:00、13:30-18:00；周六 10:00-16:00"
    assert hours.said("en") == "Mon-Fri 09:00-12:00, 13:30-18:00; Sat 10:00-16:00"
    assert Hours.parse("09:00-12:00,13:30-18:00").said("zh") == "09:00-12:00、13:30-18:00"


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        ("mon-fry 09:00-18:00", "'fry' is no day of the week; did you mean 'fri'"),
        ("mon-fri 09:00-18:00; fri 10:00-12:00", "gives fri twice"),
        ("mon-fri 09:00-18:00; 10:00-12:00", "'10:00-12:00' names no days"),
        ("sun closed", "never opens"),
        ("09:00-18:00; holidays XX", "no public holidays are known of 'xx'"),
        ("09:00-18:00; closed 1 May", "'1 may' is no date; write closed 2026-02-16"),
    ],
)
def test_weeks_that_make_no_sense_are_refused_with_the_cure(raw: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        Hours.parse(raw)
