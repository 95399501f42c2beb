"""A blocked buyer is told once, then not answered, except where somebody may be in danger. Only `decide` runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.timers import timers_of
from bot.dialogue.effects import Enqueue
from bot.dialogue.turn import Facts, Kit
from tests.dialogue.talk import NOON, Talk, order

DRESS = order("T1001", "连衣裙")


class Blocked(Talk):
    """The chat of somebody who is blocked since noon."""

    since = NOON

    def facts(self, texts: object = ()) -> Facts:
        return replace(super().facts(texts), blocked=self.since)  # type: ignore[arg-type]


@pytest.fixture
def talk(kit: Kit) -> Blocked:
    return Blocked(kit, [DRESS])


def test_they_are_told_once_how_to_have_it_looked_at_again(talk: Blocked) -> None:
    said = talk.hear("在吗")
    assert "service@shop.example" in said
    assert "人工" not in said  # which is not promised here
    assert [talk.hear(words) for words in ("人工", "我要退货", "你们是骗子吧")] == ["", "", ""]
    assert not any(isinstance(e, Enqueue) for e in talk.effects)


def test_they_are_told_in_their_own_language(talk: Blocked) -> None:
    assert "write to service@shop.example" in talk.hear("hello, is anybody there")


@pytest.mark.parametrize("words", ["人工", "再不退我打12315投诉你们", "垃圾 垃圾 垃圾", "100块,不然给差评"])
def test_neither_a_wish_for_a_person_nor_a_threat_brings_them_into_the_queue(
    talk: Blocked, words: str
) -> None:
    talk.hear("在吗")
    assert talk.hear(words) == ""
    assert talk.handler == "bot"
    assert talk.cases == {}


@pytest.mark.parametrize(
    ("words", "answer"),
    [("孩子吃了你们的东西,现在上吐下泻", "就医"), ("my son was burned by the charger", "see a doctor")],
)
def test_danger_gets_its_first_words_and_a_person_all_the_same(
    talk: Blocked, words: str, answer: str
) -> None:
    assert answer in talk.hear(words)
    assert any(isinstance(e, Enqueue) and "safety" in e.reasons for e in talk.effects)
    assert talk.hear("他现在好一点了") == ""  # people read it; words about a block would be no answer to that


def test_a_person_who_has_their_chat_goes_on_with_it(talk: Blocked) -> None:
    talk.hear("孩子吃了你们的东西,现在上吐下泻")
    talk.act("claim")
    assert talk.hear("已经在医院了", photos=1) == ""
    assert talk.act("reply", text="我在") == "我在"


def test_a_button_of_before_does_nothing(kit: Kit) -> None:
    before = Talk(kit, [DRESS])
    before.hear("在吗")
    assert "转人工" in before.labels
    talk = Blocked(kit, [DRESS], state=before.state)
    talk.hear("在吗")
    assert talk.tap("human") == ""
    assert talk.handler == "bot"


def test_what_was_promised_before_goes_on(kit: Kit) -> None:
    """The clocks of a case that was open already ring, and the buyer hears of it."""
    talk = Blocked(kit, [DRESS])
    case = Case("A260310-BCDFG", "web:b", CaseType.RETURN_REFUND, Status.AWAIT_RETURN, NOON, NOON, buyer="B1")
    talk.cases = {case.id: replace(case, order_id="T1001", slots={"order": "T1001", "reason": "no_reason"})}
    talk.timers = {(case.id, name): due for name, due in timers_of(talk.case, kit.policy, NOON)}
    assert talk.wait(days=30) != ""
    assert talk.case.status != Status.AWAIT_RETURN


def test_a_block_that_was_lifted_and_made_anew_is_told_anew(talk: Blocked) -> None:
    first = talk.hear("在吗")
    assert talk.hear("在吗") == ""
    talk.since += timedelta(days=3)
    assert talk.hear("在吗") == first
