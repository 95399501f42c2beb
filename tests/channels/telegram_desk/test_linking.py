"""Whose private chat is a desk: linking once, unlinking from either side, and agents who shop here themselves."""

from __future__ import annotations

import pytest

from bot.store import agents, audit, messengers, presence
from tests.channels.telegram_desk.phone import Desk, Phone
from tests.support.queue import LIN


def secret_of(desk: Desk, agent: str = "mei") -> str:
    return desk.db.write(lambda conn: messengers.invite(conn, agent, "zh", desk.q.at))


def test_a_link_works_once_for_ten_minutes_and_only_the_latest(desk: Desk) -> None:
    first, second = secret_of(desk), secret_of(desk)
    phone, thief = desk.phone(801), desk.phone(666)
    phone.says(f"/start agent_{first}")
    assert "这个链接无效" in phone.last().text
    phone.says(f"/start agent_{second}")
    assert "小美" in phone.last().text
    thief.says(f"/start agent_{second}")
    assert "这个链接无效" in thief.last().text
    late = secret_of(desk, "bo")
    desk.q.wait(minutes=11)
    thief.says(f"/agent {late}")
    assert "这个链接无效" in thief.last().text
    assert desk.buyers == []


def test_the_line_to_send_links_as_the_address_does(desk: Desk) -> None:
    phone = desk.phone(801)
    phone.says(f"/agent {secret_of(desk)}")
    assert "小美" in phone.last().text
    phone.says("/agent")
    assert "没有这个命令" in phone.last().text
    assert desk.buyers == []


def test_a_buyer_who_types_agent_still_gets_a_person(desk: Desk) -> None:
    desk.phone(501).says("/agent")
    assert [e.text for e in desk.buyers] == ["agent"]


def test_a_linked_agent_is_served_as_an_agent_and_never_as_a_buyer(desk: Desk, mei: Phone) -> None:
    mei.says("我要退货")
    mei.says("/start some-account-link")
    mei.presses_value(1, "set:order=T1001")  # of the days when this was a buyer's chat
    assert desk.buyers == []
    assert "手上没有会话" in "".join(mei.texts())


def test_nobody_takes_their_own_chat(desk: Desk, mei: Phone, bo: Phone) -> None:
    own = "telegram:801"
    desk.q.ask(own, LIN)
    assert [("801" in t) for t in mei.texts()] == [False]
    assert any("801" in t for t in bo.texts())
    mei.says("/queue")
    assert "等待接手：1" in mei.last().text
    bo.presses(bo.last("801"), "接手")
    assert desk.q.owner(own) == "bo"
    desk.q.assign("mei", "ann", own)  # a lead may, by mistake
    mei.news()
    desk.db.write(lambda conn: presence.set_known(conn, "bo", ["refunds"], []))
    desk.q.transfer("mei", own, skill="refunds")
    mei.presses(mei.last("回到队列"), "接手")
    assert "您自己作为买家" in mei.last().text
    assert desk.q.owner(own) is None


@pytest.mark.parametrize("how", ["by command", "at the web desk", "deactivated"])
def test_after_the_end_the_chat_is_no_desk_and_says_so(desk: Desk, hers: Phone, how: str) -> None:
    packet = hers.last("您在接待")
    if how == "by command":
        hers.says("/unlink")
    elif how == "at the web desk":
        desk.db.write(lambda conn: messengers.unlink(conn, "mei", desk.q.at))
    else:
        desk.db.write(lambda conn: agents.deactivate(conn, "mei", desk.q.at))
    assert "不再是客服工作台" in hers.last().text

    hers.says("这句是给买家的", to=packet)  # meant for lin, so nobody may take it for a buyer's words
    assert "没有发出" in hers.last().text
    hers.presses(packet, "办结")
    assert (desk.hears(), desk.q.owner(), desk.buyers) == ([], "mei", [])
    desk.buyer_says("在吗")
    desk.q.ask("web:other")
    assert hers.texts() == []

    hers.says("我要退货")  # the same person, shopping
    assert [e.text for e in desk.buyers] == ["我要退货"]


def test_a_new_phone_replaces_the_old_one(desk: Desk, mei: Phone) -> None:
    new = desk.phone(901).links("mei")
    assert "不再是客服工作台" in mei.last().text
    desk.q.ask(LIN)
    assert (mei.texts(), len(new.news())) == ([], 1)


def test_a_pause_outlives_the_link_since_the_web_desk_shows_and_ends_it(desk: Desk, mei: Phone) -> None:
    mei.says("/pause")
    mei.says("/unlink")
    mei.news()
    assert desk.db.read(lambda conn: presence.declines(conn, "mei"))
    notes = desk.db.read(lambda conn: list(audit.every(conn, audit.Wanted(who="mei"), 100)))
    assert "person.paused" in {n.act for n in notes}


def test_linking_and_unlinking_are_in_the_audit_log(desk: Desk, mei: Phone) -> None:
    mei.says("/unlink")
    notes = desk.db.read(lambda conn: list(audit.every(conn, audit.Wanted(who="mei"), 100)))
    assert {n.act for n in notes} >= {"telegram.linked", "telegram.unlinked"}


def test_where_it_was_done_is_in_the_audit_log(desk: Desk, hers: Phone) -> None:
    notes = desk.db.read(lambda conn: list(audit.every(conn, audit.Wanted(who="mei", act="chat.claim"), 9)))
    assert [n.address for n in notes] == ["Telegram"]


def test_an_agent_in_a_messenger_is_still_an_agent_of_the_web_desk(desk: Desk, hers: Phone) -> None:
    assert desk.db.read(lambda conn: agents.find(conn, "mei")) is not None
    assert desk.q.act("mei", "reply", "从网页回的")
    assert desk.hears() == ["从网页回的"]
    assert hers.texts() == []  # her own words are no news to her
