"""What the flows make of data inside a sentence: denied words, numbers beside other numbers, days."""

from __future__ import annotations

import pytest

from bot.cases.case import Status
from bot.dialogue.turn import Kit
from tests.dialogue.talk import Talk, order

DRESS = order("T1001", "碎花连衣裙", phone="13812345566")
SOCKS = order("T1006", "棉袜", qty=3)


@pytest.mark.parametrize("words", ["质量没问题,就是不喜欢", "不是质量问题,尺码小了", "没坏 只是不想要了"])
def test_a_denied_fault_makes_no_claim_of_a_fault(kit: Kit, words: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear(f"退货,{words},没穿过")
    assert talk.state.frame is not None
    assert talk.state.frame.slots["reason"] == "no_reason"


@pytest.mark.parametrize("words", ["别取消", "不取消了", "don't cancel it"])
def test_asked_whether_to_withdraw_a_denied_cancellation_keeps_the_case(kit: Kit, words: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    talk.hear("确认")
    talk.hear("取消退货")
    assert talk.state.awaiting.get("what") == "withdraw"
    talk.hear(words)
    assert talk.case.status == Status.AWAIT_RETURN


@pytest.mark.parametrize("words", ["T1001 5566", "5566 T1001", "T1001 2026-03-05买的 5566"])
def test_the_phones_last_four_digits_are_found_on_either_side_of_the_order(kit: Kit, words: str) -> None:
    talk = Talk(kit, [DRESS], buyer=None)
    talk.hear(words)
    assert talk.state.proved == ("T1001",)


def test_the_number_beside_the_verb_is_the_one_that_goes_back(kit: Kit) -> None:
    talk = Talk(kit, [SOCKS])
    talk.hear("买了三双袜子 想退两双,不喜欢,没穿过")
    assert talk.state.frame is not None
    assert talk.state.frame.slots["qty"] == "2"


def test_a_day_of_the_month_presses_no_button(kit: Kit) -> None:
    talk = Talk(kit, [DRESS, SOCKS])
    talk.hear("我要退货")
    assert len(talk.state.offered) >= 2
    talk.hear("I bought it on the 2nd")
    assert talk.state.frame is None or "order" not in talk.state.frame.slots


@pytest.mark.parametrize(
    ("words", "opened"),
    [("还没有拆开过", False), ("haven't even opened it", False), ("打开了一下,没用过", True)],
)
def test_goods_are_opened_only_where_that_is_not_denied(kit: Kit, words: str, opened: bool) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢")
    talk.hear(words)
    assert talk.state.frame is not None
    assert ("opened" in talk.state.frame.slots) is opened
