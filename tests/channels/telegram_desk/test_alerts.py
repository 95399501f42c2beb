"""What agents hear without asking: P0 at once, warnings before a target is missed, what leads are called for."""

from __future__ import annotations

from bot.handoff.rules import Desk as Settings
from bot.store import presence
from tests.channels.telegram_desk.conftest import Make
from tests.channels.telegram_desk.phone import Desk, Phone
from tests.support.queue import EMMA, LIN, ZHAO


def test_a_p0_makes_a_sound_at_once_and_the_rest_only_for_who_sits_idle(desk: Desk, mei: Phone) -> None:
    desk.q.beat("mei")  # her web desk is open: there she sees it
    desk.q.ask(LIN)
    [quiet] = mei.news()
    assert quiet.silent
    desk.q.ask(EMMA, reasons=["safety"])
    [loud] = mei.news()
    assert ("P0" in loud.text, loud.silent) == (True, False)

    desk.q.wait(minutes=20)  # the web desk is closed long since
    desk.q.ask(ZHAO)
    notice = mei.last("77001")
    assert not notice.silent


def test_a_chat_that_becomes_a_p0_is_heard_though_its_notice_stood_there(desk: Desk, mei: Phone) -> None:
    desk.q.beat("mei")
    desk.q.ask(LIN)
    [quiet] = mei.news()
    desk.q.ask(LIN, reasons=["safety"])
    [loud] = mei.news()
    assert ("P0" in loud.text, loud.silent, loud.labels) == (True, False, ["接手"])
    assert quiet.labels == []


def test_before_a_first_reply_is_late_everybody_who_could_give_it_is_warned_once(
    desk: Desk, mei: Phone
) -> None:
    desk.q.ask(LIN)
    assert len(mei.news()) == 1
    desk.q.wait(minutes=2.4)  # 80 % of three minutes, the target of a P2
    [warned] = mei.news()
    assert ("首次回复快到时限" in warned.text, warned.labels) == (True, ["接手"])
    assert mei.news() == []
    mei.presses(warned, "接手")
    assert desk.q.owner() == "mei"


def test_before_an_answer_is_late_its_owner_is_warned_and_nobody_else(
    desk: Desk, bo: Phone, hers: Phone
) -> None:
    hers.says("您好", to=hers.last("您在接待"))
    desk.buyer_says("什么时候到")
    bo.news()
    desk.q.wait(minutes=8)  # 80 % of ten
    assert any("买家在等回复" in t for t in hers.texts())
    assert bo.texts() == []
    warned = hers.last("买家在等回复")
    hers.says("明天到", to=warned)
    assert desk.hears() == ["您好", "明天到"]


def test_leads_are_called_with_a_sound_and_agents_are_not(desk: Desk, mei: Phone) -> None:
    ann = desk.phone(803).links("ann")
    desk.q.ask(LIN, reasons=["safety"])
    desk.q.wait(minutes=2)
    called = ann.last("没有人接手")
    assert (called.silent, called.labels) == (False, ["接手"])
    assert not any("没有人接手" in t for t in mei.texts())


def test_who_is_off_shift_or_lacks_the_skill_is_left_alone(make: Make) -> None:
    desk = make(Settings(skills={"human": "refunds"}))
    mei, bo = desk.phone(801).links("mei"), desk.phone(802).links("bo")
    desk.db.write(lambda conn: presence.set_known(conn, "mei", ["refunds"], []))
    desk.q.ask(LIN)
    assert (len(mei.news()), bo.news()) == (1, [])
    desk.q.wait(minutes=10)  # nobody who fits took it: now it is everybody's
    assert any("lin" in t for t in bo.texts())

    desk.db.write(lambda conn: presence.set_shift(conn, "mei", "01:00-02:00"))
    desk.q.ask(EMMA)
    assert not any("emma" in t for t in mei.texts())


def test_a_storm_of_waiting_chats_is_a_handful_of_notices(desk: Desk, mei: Phone) -> None:
    chats = [f"web:b{i}" for i in range(30)]
    desk.q.ask(*chats)  # all in one instant
    notices = mei.texts()
    assert len(notices) == 8
    assert all("等了 0 分钟" in t for t in notices)
    mei.says("/queue")
    assert "等待接手：30" in mei.last().text
    desk.q.ask("web:fire", reasons=["safety"])
    assert ["fire" in t for t in mei.texts()] == [True]


def test_a_mention_in_a_note_reaches_the_colleague(desk: Desk, hers: Phone, bo: Phone) -> None:
    hers.says("/note @bo 帮看一下", to=hers.last("您在接待"))
    assert ["🔔" in t for t in bo.texts()] == [True]
