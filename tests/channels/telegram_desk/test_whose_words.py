"""Whatever happens, an agent's words never reach a buyer they were not written to. On both databases."""

from __future__ import annotations

import pytest

from bot.store import conversations
from tests.channels.telegram_desk.phone import Desk, Phone, Shown
from tests.support.queue import EMMA, LIN


@pytest.fixture
def both(desk: Desk, hers: Phone) -> Phone:
    """Mei's phone; she has lin's chat and, taken after it, emma's."""
    desk.q.ask(EMMA)
    hers.presses(hers.last("emma"), "接手")
    hers.news()
    return hers


def said(desk: Desk) -> tuple[list[str], list[str]]:
    return desk.hears(LIN), desk.hears(EMMA)


def question(phone: Phone) -> Shown:
    return phone.last("这句话发给谁")


def test_a_reply_goes_to_the_chat_whose_line_it_answers(desk: Desk, both: Phone) -> None:
    desk.buyer_says("我是小林", LIN)
    desk.buyer_says("I am Emma", EMMA)
    both.news()
    both.says("给小林", to=both.last("我是小林"))
    both.says("给艾玛", to=both.last("I am Emma"))
    assert said(desk) == (["给小林"], ["给艾玛"])


def test_plain_words_go_to_the_chat_one_is_at_and_its_name_is_shown(desk: Desk, both: Phone) -> None:
    both.says("马上查")  # emma's was taken last
    both.says("查到了")
    assert said(desk) == ([], ["马上查", "查到了"])
    assert ["→ emma" in t for t in both.texts()] == [True, True]


def test_plain_words_are_not_sent_by_guess_once_another_buyer_was_heard(desk: Desk, both: Phone) -> None:
    both.says("马上查")
    desk.hears(EMMA)
    desk.buyer_says("在吗", LIN)
    both.news()
    both.says("在的")
    assert said(desk) == ([], ["马上查"])
    asked = question(both)
    assert [label.split()[0] for label in asked.labels] == ["lin", "emma", "取消"]
    both.presses(asked, "lin")
    assert said(desk) == (["在的"], ["马上查"])
    both.news()
    assert (asked.text.startswith("✓ 已发给 lin"), asked.labels) == (True, [])
    both.says("稍等")  # and from now on lin is the one she is at
    assert said(desk)[0] == ["在的", "稍等"]


def test_the_question_is_answered_once_and_may_be_dropped(desk: Desk, both: Phone) -> None:
    desk.buyer_says("在吗", LIN)
    both.news()
    message = both.says("在的")
    asked = question(both)
    value = asked.buttons[0][1]
    both.edits(message, "在的，您说")  # while nobody knows yet whom it is for
    both.presses_value(asked.id, value)
    both.presses_value(asked.id, value)
    assert said(desk) == (["在的，您说"], [])
    assert ["这个按钮已经用过了" in t for t in both.texts()] == [True]
    desk.buyer_says("hello", EMMA)
    both.news()
    both.says("哪位")
    both.presses(question(both), "取消")
    assert said(desk) == (["在的，您说"], [])


def test_words_for_a_chat_that_went_elsewhere_do_not_go_to_the_one_that_is_left(
    desk: Desk, both: Phone
) -> None:
    both.says("马上查")
    desk.hears(EMMA)
    desk.q.assign("bo", "ann", EMMA)
    both.says("查到了，是快递的问题")  # in the very moment, before she could be told
    assert said(desk) == ([], ["马上查"])
    both.presses(question(both), "取消")
    assert "现在由 阿波 接待" in both.last("emma.*现在由").text
    both.says("查到了")
    assert said(desk) == ([], ["马上查"])
    assert [label.split()[0] for label in question(both).labels] == ["lin", "取消"]


def test_a_chat_that_came_by_itself_does_not_catch_words_that_were_on_their_way(
    desk: Desk, hers: Phone
) -> None:
    desk.q.ask(EMMA)
    desk.q.assign("mei", "ann", EMMA)
    hers.news()
    hers.says("您的鞋可以退")
    assert said(desk) == ([], [])
    hers.presses(question(hers), "lin")
    assert said(desk) == (["您的鞋可以退"], [])


def test_a_reply_to_what_is_about_no_chat_is_asked_for(desk: Desk, hers: Phone) -> None:
    hers.says("您好", to=hers.last("您的工作台了"))
    assert said(desk) == ([], [])
    assert question(hers).labels[0].startswith("lin")


def test_words_that_went_to_the_wrong_buyer_are_taken_back(desk: Desk, both: Phone) -> None:
    both.says("给小林的话")
    assert said(desk) == ([], ["给小林的话"])
    shown = both.last("→ emma")
    both.presses(shown, "发错了")
    assert said(desk) == ([], [])
    both.news()
    assert "撤回" in shown.text


def test_a_note_and_a_command_ask_too_where_it_is_not_certain_what_they_are_about(
    desk: Desk, both: Phone
) -> None:
    both.says("给艾玛的备注用 /note")
    desk.hears(EMMA)
    desk.buyer_says("在吗", LIN)
    both.news()
    both.says("/note 老顾客")
    both.presses(both.last("记在哪个会话"), "lin")
    assert [m.text for m in desk.said(LIN) if m.author == "note"] == []
    desk.hears(LIN)
    assert [m.text for m in desk.said(LIN) if m.author == "note"] == ["老顾客"]
    desk.buyer_says("hello", EMMA)
    both.news()
    both.says("/resolve")
    both.presses(both.last("办结哪个会话"), "emma")
    both.presses(both.last("办结 emma"), "确认办结")
    assert (desk.q.gone(EMMA), desk.q.owner(LIN)) == (True, "mei")


# --- a lapse ----------------------------------------------------------------------------------------------------------


def test_a_lapse_is_told_and_what_was_written_too_late_goes_out_with_one_press(
    desk: Desk, hers: Phone
) -> None:
    desk.q.wait(minutes=16)
    assert desk.q.owner() is None
    told = hers.last("太久没有处理")
    assert "lin" in told.text and told.labels == ["接手"]
    hers.says("抱歉久等了，这是运单号")
    asked = hers.last("这句话发给谁|没有发出")
    assert desk.hears() == []
    hers.presses(asked, "接手")
    assert (desk.q.owner(), desk.hears()) == ("mei", ["抱歉久等了，这是运单号"])


def test_a_reply_to_a_chat_that_lapsed_is_kept_until_it_is_claimed_again(desk: Desk, hers: Phone) -> None:
    packet = hers.last("您在接待")
    desk.q.wait(minutes=16)
    hers.says("这是运单号", to=packet)
    refused = hers.last("没有发出")
    assert "在队列里" in refused.text and desk.hears() == []
    hers.presses(refused, "接手并发出")
    assert (desk.q.owner(), desk.hears()) == ("mei", ["这是运单号"])


def test_what_was_kept_does_not_go_out_where_a_colleague_was_faster(desk: Desk, hers: Phone) -> None:
    packet = hers.last("您在接待")
    desk.q.wait(minutes=16)
    hers.says("这是运单号", to=packet)
    refused = hers.last("没有发出")
    desk.q.claim("bo")
    hers.presses(refused, "接手并发出")
    assert (desk.q.owner(), desk.hears()) == ("bo", [])
    assert "阿波" in hers.last("晚了一步").text


def test_what_was_typed_at_the_web_desk_stays_as_a_note_after_the_lapse(desk: Desk, hers: Phone) -> None:
    desk.q.types("mei", "我马上")
    desk.q.wait(minutes=16)
    assert ["我马上" in m.text for m in desk.q.notes()] == [True]


def test_two_replies_that_read_the_same_are_told_apart_when_one_is_edited(desk: Desk, both: Phone) -> None:
    first = both.says("好的", to=both.last("您在接待 lin"))
    both.says("好的", to=both.last("您在接待 emma"))
    both.says("好的", to=both.last("您在接待 lin"))
    desk.hears(LIN), desk.hears(EMMA)
    both.edits(first, "好的，小林")
    assert said(desk) == (["好的，小林", "好的"], ["好的"])
    assert [m.author for m in desk.db.read(lambda conn: conversations.transcript(conn, LIN))] == ["agent"] * 2
