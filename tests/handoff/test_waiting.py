"""What a waiting buyer is told: an honest time or none, and a better place now and then."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handoff.waiting import tells_place, waiting_time

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def minutes(*values: float) -> list[timedelta]:
    return [timedelta(minutes=v) for v in values]


def test_the_time_is_the_usual_length_of_a_chat_for_each_who_is_ahead() -> None:
    assert waiting_time(0, 1, minutes(4, 5, 6)) == timedelta(minutes=5)
    assert waiting_time(3, 2, minutes(4, 5, 6)) == timedelta(minutes=10)


def test_one_chat_left_open_over_lunch_changes_nothing() -> None:
    assert waiting_time(0, 1, minutes(4, 5, 90)) == timedelta(minutes=5)


def test_a_long_time_is_told_in_steps_of_five_minutes_upwards() -> None:
    assert waiting_time(4, 1, minutes(4.4, 4.4, 4.4)) == timedelta(minutes=25)


@pytest.mark.parametrize(("online", "recent"), [(0, minutes(4, 5, 6)), (3, minutes(4, 5)), (3, [])])
def test_no_time_is_told_where_there_is_nothing_to_tell_it_from(online: int, recent: list[timedelta]) -> None:
    assert waiting_time(2, online, recent) is None


@pytest.mark.parametrize(
    ("told", "place", "ago", "tells"),
    [(4, 3, 5, True), (4, 3, 4.9, False), (4, 4, 60, False), (4, 5, 60, False), (None, 5, 0, True)],
)
def test_a_buyer_hears_of_a_better_place_only_and_not_every_minute(
    told: int | None, place: int, ago: float, tells: bool
) -> None:
    told_at = NOON - timedelta(minutes=ago) if told else None
    assert tells_place(told, told_at, place, NOON, FIVE) is tells
