"""The queue's clocks and the agents' acts on the real engine: what the buyer reads, and what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import Incoming
from bot.store import agents, alerts, deadlines, desk, handoff, owners
from bot.store.db import Database
from tests.support.core import World

LIN = "web:lin"


class Shop(World):
    """Lin talks to mei."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        for name, display in (("mei", "小美"), ("bo", "阿波")):
            db.write(lambda conn, n=name, d=display: agents.add(conn, n, d, "agent", self.at))  # type: ignore[misc]
        self.says("人工")
        db.write(lambda conn: handoff.claim(conn, LIN, "mei", self.at))
        self.settle()

    def says(self, text: str) -> None:
        self.say(LIN, text, f"{text}{self.at}")
        self.settle()

    def act(self, do: str, text: str = "") -> bool:
        data, key = {"do": do, "text": text}, f"{do}{self.at}"
        done = self.db.write(lambda conn: handoff.act(conn, LIN, "mei", key, data, self.at))
        self.settle()
        return done

    def settle(self) -> None:
        self.wait(2)
        self.work()

    def pass_time(self, **span: float) -> None:
        """What falls due on the way happens at its own moment."""
        until = self.now + timedelta(**span)
        while (due := self.db.read(deadlines.next_due)) is not None and due <= until.timestamp():
            self.wait(max(due - self.at, 0.0))
            self.work()
        self.now = until
        self.work()


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_a_lease_that_runs_out_gives_the_chat_to_others_and_the_buyer_a_calm_word(shop: Shop) -> None:
    shop.db.write(lambda conn: desk.save_draft(conn, LIN, "mei", "您的退款", shop.at))
    shop.pass_time(minutes=15)
    entry = shop.live(LIN)
    assert entry is not None
    assert entry.agent is None
    assert shop.lines(LIN, "system")[-1].startswith("我请另一位同事接着为您处理")
    assert shop.lines(LIN, "note") == ["未发出的草稿：您的退款"]


def test_a_buyer_who_writes_keeps_the_clock_of_the_agents_next_reply(shop: Shop) -> None:
    shop.act("reply", "您好")
    shop.pass_time(hours=1)
    shop.says("在吗")
    shop.pass_time(minutes=15)
    entry = shop.live(LIN)
    assert entry is not None
    assert (entry.agent, entry.priority) == (None, "P1")  # answered too late, and given to others


def test_who_is_passed_on_reads_who_is_there_now(shop: Shop) -> None:
    assert shop.db.write(lambda conn: owners.transfer(conn, LIN, "mei", shop.at, agent="bo")) is None
    shop.settle()
    assert shop.lines(LIN, "system")[-1].startswith("接下来由阿波为您服务")


def test_a_reply_and_a_transfer_in_one_breath_arrive_in_their_order(shop: Shop) -> None:
    data = {"do": "reply", "text": "我请同事来"}
    shop.db.write(lambda conn: handoff.act(conn, LIN, "mei", "k", data, shop.at))
    shop.db.write(lambda conn: owners.transfer(conn, LIN, "mei", shop.at, agent="bo"))
    shop.settle()
    assert shop.lines(LIN)[-2] == "我请同事来"
    assert shop.lines(LIN)[-1].startswith("接下来由阿波")


def test_who_asks_for_a_person_while_the_last_one_leaves_waits_for_the_next(shop: Shop) -> None:
    shop.act("reply", "您好")
    shop.say(LIN, "人工", "again")
    shop.db.write(lambda conn: handoff.act(conn, LIN, "mei", "bye", {"do": "release"}, shop.at))
    shop.settle()
    entry = shop.live(LIN)
    assert entry is not None
    assert entry.agent is None
    assert "已离开" not in shop.lines(LIN)[-1]


def test_a_silent_buyer_is_reminded_with_the_hour_and_then_the_chat_is_closed_with_a_word(shop: Shop) -> None:
    shop.act("reply", "还需要什么吗")
    shop.pass_time(hours=24)
    assert shop.lines(LIN, "system")[-1].startswith("刚才的问题还需要我们继续吗")
    assert "3月12日 02:00" in shop.lines(LIN, "system")[-1]
    shop.pass_time(hours=12)
    assert shop.live(LIN) is None
    assert shop.lines(LIN, "system")[-1].startswith("有一阵没收到您的消息")


def test_a_waiting_buyer_hears_of_a_better_place_once(shop: Shop) -> None:
    for chat in ("web:a", "web:b"):
        shop.say(chat, "人工")
        shop.settle()
    shop.pass_time(minutes=1)
    shop.db.write(lambda conn: handoff.claim(conn, "web:a", "bo", shop.at))
    shop.pass_time(minutes=12)
    moved_up = [line for line in shop.lines("web:b", "bot") if "往前了" in line]
    assert moved_up == ["您在人工队列里往前了：现在排第 1 位，下一个就是您。"]


def test_how_long_it_will_take_is_told_where_the_last_chats_tell_it(shop: Shop) -> None:
    shop.act("resolve")
    told, end = [], {"do": "resolve"}
    for chat in ("web:a", "web:b", "web:c"):
        shop.say(chat, "人工")
        shop.settle()
        told.append("大约" in shop.lines(chat, "bot")[-1])
        shop.db.write(lambda conn, key=chat: handoff.claim(conn, key, "mei", shop.at))  # type: ignore[misc]
        shop.pass_time(minutes=6)
        shop.db.write(lambda conn, key=chat: handoff.act(conn, key, "mei", "end", end, shop.at))  # type: ignore[misc]
        shop.settle()
    shop.say("web:d", "人工")
    shop.settle()
    assert told == [False, False, True]  # with hers, three chats were finished before c's
    assert shop.lines("web:d", "bot")[-1].endswith("按最近的情况，大约要等 6 分钟。")


def test_an_act_that_no_door_has_checked_is_a_note(shop: Shop) -> None:
    shop.put(Incoming(LIN, key="forged", kind="agent", name="bo", data={"do": "reply", "text": "嘿"}))
    shop.settle()
    assert shop.lines(LIN, "agent") == []
    assert len(shop.lines(LIN, "note")) == 1


def test_danger_rings(shop: Shop) -> None:
    shop.say("web:c", "你们的充电宝爆炸了 烧到手了")
    shop.settle()
    entry = shop.live("web:c")
    assert entry is not None
    assert entry.priority == "P0"
    assert [a.ring for a in shop.db.read(lambda conn: alerts.alerts(conn, 0)) if a.chat == "web:c"] == [True]
