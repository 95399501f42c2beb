"""How long a claim holds by itself."""

from datetime import UTC, datetime, timedelta

from bot.handoff.lease import lapses_at
from bot.handoff.rules import Lease

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
RULES = Lease()  # two minutes without the desk, fifteen without an act


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def test_a_buyer_who_waits_is_given_to_others_two_minutes_after_the_desk_went_away() -> None:
    assert lapses_at(acted=NINE, waits_since=NINE, desk_seen=after(5), rules=RULES) == after(7)


def test_an_agent_who_sits_there_and_does_nothing_loses_the_chat_after_a_quarter_of_an_hour() -> None:
    assert lapses_at(acted=NINE, waits_since=NINE, desk_seen=after(14), rules=RULES) == after(15)


def test_idleness_counts_from_the_last_act_or_the_buyers_words_whichever_came_later() -> None:
    assert lapses_at(acted=after(3), waits_since=NINE, desk_seen=None, rules=RULES) == after(18)
    assert lapses_at(acted=NINE, waits_since=after(40), desk_seen=None, rules=RULES) == after(55)


def test_while_the_buyer_owes_the_answer_nobody_is_idle_and_a_closed_desk_has_longer() -> None:
    assert lapses_at(acted=NINE, waits_since=None, desk_seen=None, rules=RULES) is None
    assert lapses_at(acted=NINE, waits_since=None, desk_seen=after(1), rules=RULES) == after(16)


def test_a_desk_closed_in_the_morning_says_nothing_of_a_reply_from_the_phone_at_noon() -> None:
    assert lapses_at(acted=after(180), waits_since=None, desk_seen=NINE, rules=RULES) is None
