"""Whom a chat suits, and who gets it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handoff.assign import AgentNow, Need, choose, presence, skill_for, skills_of, suits
from bot.handoff.mentions import mentioned

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TEN, MOST = timedelta(minutes=10), 5


def pick(need: Need, *agents: AgentNow) -> str | None:
    return choose(agents, need, MOST, TEN)


def test_who_has_least_gets_the_chat_and_ties_go_to_whom_nothing_came_for_longest() -> None:
    earlier, later = NOON - timedelta(minutes=9), NOON
    busy, mei, bo = AgentNow("an", held=3), AgentNow("bo", held=1), AgentNow("mei", held=1)
    assert (
        pick(
            Need(),
            busy,
            AgentNow("bo", held=1, last_given=later),
            AgentNow("mei", held=1, last_given=earlier),
        )
        == "mei"
    )
    assert pick(Need(), busy, mei, bo) == "bo"


@pytest.mark.parametrize(
    "absent",
    [
        AgentNow("mei", presence="away"),
        AgentNow("mei", presence="offline"),
        AgentNow("mei", accepting=False),
        AgentNow("mei", on_shift=False),
        AgentNow("mei", held=MOST),
    ],
)
def test_nobody_is_given_a_chat_who_is_not_there_or_has_enough(absent: AgentNow) -> None:
    assert pick(Need(), absent) is None
    assert pick(Need(urgent=True), absent) is None


def test_a_chat_goes_to_who_speaks_its_language_and_knows_its_matter() -> None:
    mei = AgentNow("mei", languages=frozenset({"zh"}))
    emma = AgentNow("emma", held=4, languages=frozenset({"en"}), skills=frozenset({"disputes"}))
    assert pick(Need(lang="en"), mei, emma) == "emma"
    assert pick(Need(lang="en", skill="disputes"), mei, emma) == "emma"
    assert pick(Need(lang="zh", skill="disputes"), mei, emma) is None
    assert suits(AgentNow("an"), Need(lang="en"))  # nobody said which languages: all of them


def test_skills_are_written_with_commas_of_any_kind_and_spelled_as_they_are_known() -> None:
    assert skills_of(" Refunds，纠纷、 big  items;refunds ", ["refunds"]) == ["big items", "refunds", "纠纷"]
    assert skills_of("  ", ["refunds"]) == []
    for wrong in ("x" * 41, ",".join(f"s{i}" for i in range(21))):
        with pytest.raises(ValueError, match="up to 20 skills of up to 40 characters"):
            skills_of(wrong, [])


@pytest.mark.parametrize(
    ("agent", "fits", "urgent", "heard"),
    [
        (AgentNow("mei"), True, False, True),
        (AgentNow("mei"), False, True, False),  # a P0 suits everybody: `open_to_all`
        (AgentNow("mei", accepting=False), True, False, False),
        (AgentNow("mei", accepting=False), True, True, True),
        (AgentNow("mei", on_shift=False), True, True, False),
    ],
)
def test_who_pauses_hears_of_danger_alone_and_who_is_off_shift_of_nothing(
    agent: AgentNow, fits: bool, urgent: bool, heard: bool
) -> None:
    assert agent.is_to_hear(fits, urgent) is heard


def test_after_ten_minutes_without_one_who_fits_anyone_may_have_it_and_danger_does_not_wait() -> None:
    mei = AgentNow("mei", languages=frozenset({"zh"}))
    assert pick(Need(lang="en", waited=timedelta(minutes=9.9)), mei) is None
    assert pick(Need(lang="en", waited=TEN), mei) == "mei"
    assert pick(Need(lang="en", urgent=True), mei) == "mei"


def test_the_skill_is_that_of_the_first_reason_that_names_one() -> None:
    table = {"counterfeit": "disputes", "quality_claim": "technic"}
    assert skill_for(["human", "quality_claim", "counterfeit"], table) == "technic"
    assert skill_for(["human"], table) == ""


def test_an_agent_is_online_away_or_offline_by_the_last_sign_of_them() -> None:
    spans = (timedelta(minutes=2), timedelta(minutes=15))
    found = [presence(NOON - timedelta(minutes=ago), NOON, *spans) for ago in (1.9, 2, 14.9, 15)]
    assert found == ["online", "away", "away", "offline"]
    assert presence(None, NOON, *spans) == "offline"


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@小美看一下 @bo", ["mei", "bo"]),
        ("@小美妹妹 不是小美", ["meimei"]),
        ("@meiling @bo,谢谢 @BO", ["bo"]),
        ("写信到 help@bo 吧", []),
        ("没有人", []),
    ],
)
def test_a_note_calls_colleagues_by_account_or_by_the_name_buyers_see(text: str, called: list[str]) -> None:
    accounts = {"mei": "mei", "小美": "mei", "bo": "bo", "小美妹妹": "meimei"}
    assert mentioned(text, accounts) == called
