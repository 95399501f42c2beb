"""When targets are due: in business hours, but for danger."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.cases.hours import Hours
from bot.handoff.rules import Rules
from bot.handoff.targets import due, raised, warn_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = Rules(hours=Hours.parse("09:00-22:00"), zone=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_a_first_reply_to_a_p2_is_due_in_three_minutes_of_opening_hours() -> None:
    assert due("first_response", "P2", at("2026-03-10 14:00"), RULES) == at("2026-03-10 14:03")
    assert due("first_response", "P2", at("2026-03-10 23:40"), RULES) == at("2026-03-11 09:03")
    assert due("first_response", "P2", at("2026-03-10 21:58"), RULES) == at("2026-03-11 09:01")


def test_danger_is_due_at_night_too() -> None:
    assert due("first_response", "P0", at("2026-03-10 23:40"), RULES) == at("2026-03-10 23:41")


def test_a_resolution_of_26_business_hours_is_two_whole_days_of_thirteen() -> None:
    assert due("resolution", "P2", at("2026-03-10 14:00"), RULES) == at("2026-03-12 14:00")


def test_the_warning_comes_at_four_fifths_of_the_time() -> None:
    assert warn_at("next_response", "P2", at("2026-03-10 21:55"), RULES) == at("2026-03-11 09:03")
    assert warn_at("next_response", "P2", at("2026-03-10 14:00"), RULES) == at("2026-03-10 14:08")


def test_lateness_raises_a_chat_one_class_and_never_to_danger() -> None:
    assert [raised(p) for p in ("P3", "P2", "P1", "P0")] == ["P2", "P1", "P1", "P0"]
