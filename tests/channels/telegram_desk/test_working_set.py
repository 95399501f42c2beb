"""Notice, claim, reply, note, transfer, resolve and hand back from an agent's private chat. On both databases."""

from __future__ import annotations

from bot.store import merging, presence
from bot.store.agents import Agent
from tests.channels.telegram_desk.phone import Desk, Phone
from tests.support.queue import EMMA, LIN, ZHAO


def test_who_waits_is_told_to_every_free_agent_and_one_of_them_gets_it(
    desk: Desk, mei: Phone, bo: Phone
) -> None:
    desk.q.ask(LIN)
    [hers], [his] = mei.news(), bo.news()
    assert "lin" in hers.text and hers.labels == ["接手"]
    assert his.text == hers.text

    mei.presses(hers, "接手")
    bo.presses(his, "接手")
    assert desk.q.owner() == "mei"
    packet = mei.last("您在接待 lin")
    assert packet.labels == ["备注", "转接", "办结", "交还机器人"]
    assert "已经接手" in bo.last().text and "小美" in bo.last().text
    # The notices are changed where they stand: nobody presses a claim that is gone.
    assert ("您已接手" in hers.text, hers.labels) == (True, [])
    assert ("小美 已接手" in his.text, his.labels) == (True, [])


def test_replies_notes_and_the_end_go_through_the_same_door_as_at_the_web_desk(
    desk: Desk, hers: Phone
) -> None:
    packet = hers.last("您在接待")
    hers.says("您好，我来帮您", to=packet)
    hers.says("请稍等")  # to the only chat, the one she turned to last
    hers.says("/note 第二次来问了", to=packet)
    assert desk.hears() == ["您好，我来帮您", "请稍等"]
    assert [m.text for m in desk.q.notes()] == ["第二次来问了"]
    assert "买家看不到" in hers.last().text

    hers.says("/resolve")
    hers.presses(hers.last("办结 lin"), "确认办结")
    assert desk.q.gone()
    assert "已办结" in hers.last().text
    assert [a["do"] for a in desk.q.acts()] == ["claim", "reply", "reply", "note", "resolve"]
    hers.says("还有件事")
    assert "没有发出" in hers.last().text
    assert desk.hears() == ["您好，我来帮您", "请稍等"]


def test_the_note_button_keeps_the_next_words_from_the_buyer_whatever_they_reply_to(
    desk: Desk, hers: Phone
) -> None:
    packet = hers.last("您在接待")
    hers.presses(packet, "备注")
    hers.says("买家很急，别提运费", to=packet)
    hers.says("您好")
    assert desk.hears() == ["您好"]
    assert [m.text for m in desk.q.notes()] == ["买家很急，别提运费"]

    hers.presses(packet, "备注")
    hers.presses(hers.last("请写"), "取消")
    hers.says("在的")
    assert desk.hears() == ["您好", "在的"]


def test_a_chat_is_passed_on_to_a_colleague_by_button_and_by_command(
    desk: Desk, hers: Phone, bo: Phone
) -> None:
    hers.presses(hers.last("您在接待"), "转接")
    choice = hers.last("转给谁")
    assert any(label.startswith("阿波") for label in choice.labels)
    hers.presses(choice, "阿波")
    assert desk.q.owner() == "bo"
    assert "现在由 阿波 接待" in hers.last().text
    given, packet = bo.news()[:2]
    assert ("转给了您" in given.text, given.silent) == (True, False)
    bo.says("我是阿波", to=packet)
    assert desk.hears() == ["我是阿波"]

    bo.says("/transfer @nobody")
    bo.says("/transfer @mei")
    assert "没有叫“@nobody”" in "".join(bo.texts())
    assert desk.q.owner() == "mei"


def test_a_chat_is_passed_on_to_a_skill(desk: Desk, hers: Phone) -> None:
    desk.db.write(lambda conn: presence.set_known(conn, "bo", ["refunds"], []))
    hers.says("/transfer Refunds", to=hers.last("您在接待"))
    assert (desk.q.owner(), desk.q.live().skill) == (None, "refunds")
    assert "已回到队列" in hers.last().text


def test_handed_back_to_the_bot_and_taken_by_the_queues_list(desk: Desk, hers: Phone) -> None:
    hers.says("/release")
    assert desk.q.gone()
    assert "已交还机器人" in hers.last().text
    hers.says("/queue")
    assert "没有人在等" in hers.last().text
    desk.q.ask(EMMA)
    hers.says("/queue")
    hers.presses(hers.last("等待接手：1"), "接手 1")
    assert desk.q.owner(EMMA) == "mei"
    hers.says("/mine")
    hers.presses(hers.last("我的会话：1"), "emma")
    assert "您在接待 emma" in hers.texts()[0]


def test_what_the_buyer_writes_is_shown_once_under_a_name(desk: Desk, hers: Phone) -> None:
    desk.buyer_says("鞋开胶了")
    desk.buyer_says("能退吗")
    assert [t.split("\n", 1)[1] for t in hers.texts()] == ["鞋开胶了", "能退吗"]
    assert all("lin #" in s.text for s in hers.shown[-2:])
    assert hers.texts() == []


def test_what_a_colleague_does_to_a_chat_of_anothers_is_refused_with_words(
    desk: Desk, bo: Phone, hers: Phone
) -> None:
    notice = bo.last("lin")
    bo.says("我也来说一句", to=notice)
    assert "没有发出" in bo.last().text and "小美" in bo.last().text
    bo.says("/resolve", to=notice)
    assert "没有办成" in bo.last().text
    bo.says("大家好")
    assert "手上没有会话" in bo.last().text
    assert desk.hears() == [] and desk.q.owner() == "mei"


def test_an_edited_reply_is_edited_for_the_buyer_and_that_one_alone(desk: Desk, hers: Phone) -> None:
    first = hers.says("好的")
    hers.says("明天发出")
    hers.says("好的")
    assert desk.hears() == ["好的", "明天发出", "好的"]
    hers.edits(first, "好的，收到")
    assert desk.hears() == ["好的，收到", "明天发出", "好的"]
    assert "那边也改了" in hers.last().text
    hers.edits(hers.says("/note 内部"), "改了的备注")
    assert "没有改成" in hers.last().text
    desk.q.transfer("mei", agent="bo")
    hers.news()
    hers.edits(first, "不是我的了")
    assert any("没有改成" in t for t in hers.texts())
    assert desk.hears()[0] == "好的，收到"


def test_the_same_update_twice_is_one_act(desk: Desk, hers: Phone) -> None:
    hers.says("您好", to=hers.last("您在接待"))
    desk.comes_again()
    desk.comes_again()
    assert desk.hears() == ["您好"]
    hers.says("/release")
    desk.comes_again()
    assert [a["do"] for a in desk.q.acts()].count("release") == 1
    assert [t for t in hers.texts() if "没有" in t] == []


def test_agents_read_their_own_language(desk: Desk) -> None:
    ann = desk.phone(803, "zh-hans").links("ann", "en")
    desk.q.ask(LIN)
    [notice] = ann.news()
    assert notice.labels == ["Claim"] and "waits 0 min" in notice.text
    ann.presses(notice, "Claim")
    assert ann.last("You have lin").labels == ["Note", "Transfer", "Resolve", "Hand back"]
    ann.says("/nonsense")
    assert "No such command" in ann.last().text


def test_a_command_is_never_sent_to_a_buyer_not_even_below_a_photo(desk: Desk, hers: Phone) -> None:
    hers.says("/ntoe 别告诉他")
    hers.sends_photo("f1", "/note 别告诉他")
    assert [("没有这个命令" in t or "不能带图片" in t) for t in hers.texts()] == [True, True]
    assert desk.hears() == []


def test_two_chats_of_one_buyer_are_claimed_as_one_and_answered_each_where_it_was_asked(
    desk: Desk, mei: Phone
) -> None:
    desk.q.ask(LIN, ZHAO)
    lead = Agent("ann", "安", "lead")
    no = desk.db.write(lambda conn: merging.merge(conn, LIN, ZHAO, lead, True, "", desk.q.at, desk.q.rules))
    assert no is None
    mei.presses(mei.last("lin"), "接手")
    assert (desk.q.owner(LIN), desk.q.owner(ZHAO)) == ("mei", "mei")
    desk.buyer_says("从网页问的", LIN)
    desk.buyer_says("在 Telegram 问的", ZHAO)
    mei.news()
    mei.says("答网页", to=mei.last("从网页问的"))
    mei.says("答 Telegram", to=mei.last("在 Telegram 问的"))
    assert (desk.hears(LIN), desk.hears(ZHAO)) == (["答网页"], ["答 Telegram"])
    mei.says("/resolve", to=mei.last("在 Telegram 问的"))
    mei.presses(mei.last("办结"), "确认办结")
    assert (desk.q.gone(LIN), desk.q.gone(ZHAO)) == (True, True)
    assert len(mei.news()) == 2  # the end of either
    assert mei.news() == []


def test_who_pauses_hears_of_a_p0_alone(desk: Desk, mei: Phone) -> None:
    mei.says("/pause")
    mei.news()
    desk.q.ask(LIN)
    assert mei.texts() == []
    desk.q.ask(EMMA, reasons=["safety"])
    assert ["emma" in t for t in mei.texts()] == [True]
    mei.says("/resume")
    assert any("lin" in t for t in mei.texts())
