"""Blocked buyers on the real engine and both databases: kept, told once, not queued; danger reaches people."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.handoff.words import ALERTS
from bot.store import agents, alerts, blocks, conversations, handoff
from bot.store.db import Database
from tests.support.core import World

LIN, ZHAO, TELEGRAM = "web:lin", "web:zhao", "telegram:555"
TOLD = "负责人会重新看"


@pytest.fixture
def world(database: Database) -> World:
    """Lin writes from the web and from Telegram; mei has her chat on the web."""
    world = World(database)

    def fill(conn: Connection) -> None:
        for name, role in (("mei", "agent"), ("ann", "lead")):
            agents.add(conn, name, name.title(), role, world.at)
        for key in (LIN, TELEGRAM):
            conversations.identify(conn, key, buyer="buyer_lin", name="林晓")
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", world.at)
        assert handoff.claim(conn, LIN, "mei", world.at)

    database.write(fill)
    world.work()
    return world


def block(world: World, key: str = LIN, reason: str = "abuse", words: str = "") -> str | None:
    return world.db.write(lambda conn: blocks.put_block(conn, key, reason, words, "ann", world.at))


def hear(world: World, key: str, *texts: str) -> list[str]:
    """What the buyer was sent for these messages, one after the other."""
    before = world.replies(key)
    for n, text in enumerate(texts):
        world.say(key, text, f"{world.at}:{n}")
        world.wait(10)
        world.work()
    return world.lines(key, "bot")[before:]


def test_all_chats_of_a_blocked_account_are_kept_and_told_once_each(world: World) -> None:
    assert block(world) is None
    (told,) = hear(world, LIN, "你们都是废物", "人工", "我要投诉")
    assert TOLD in told
    (told,) = hear(world, TELEGRAM, "换个地方骂", "人工")
    assert TOLD in told
    assert world.lines(TELEGRAM, "buyer") == ["换个地方骂", "人工"]
    assert (world.live(LIN), world.live(TELEGRAM)) == (None, None)
    assert hear(world, ZHAO, "在吗") != []
    assert TOLD not in world.lines(ZHAO, "bot")[0]


def test_their_chat_leaves_the_queue_and_who_had_it_is_told(world: World) -> None:
    block(world)
    assert world.live(LIN) is None

    def read(conn: Connection) -> list[str]:
        return [a.text["zh"] for a in alerts.alerts(conn, 0, agents.find(conn, "mei"))]

    assert world.db.read(read) == [ALERTS["blocked"].zh]
    assert world.lines(LIN, "system")[1:] == []  # only that mei had come


def test_danger_stays_in_the_queue_and_comes_into_it(world: World) -> None:
    world.db.write(lambda conn: handoff.enqueue(conn, LIN, ["safety"], 1000, "zh", world.at))
    block(world)
    live = world.live(LIN)
    assert live is not None
    assert (live.priority, live.agent) == ("P0", "mei")
    said = hear(world, TELEGRAM, "孩子吃了你们的东西,现在上吐下泻", "在吗")
    assert "就医" in said[0]
    assert TOLD not in "".join(said)
    there = world.live(TELEGRAM)
    assert there is not None
    assert there.priority == "P0"


def test_once_lifted_they_are_served_again(world: World) -> None:
    block(world)
    assert TOLD in hear(world, TELEGRAM, "在吗")[0]
    assert not world.db.write(lambda conn: blocks.lift(conn, TELEGRAM, "ann", world.at))  # it was done in LIN
    assert world.db.write(lambda conn: blocks.lift(conn, LIN, "ann", world.at))
    assert world.db.read(blocks.blocked) == []
    hear(world, TELEGRAM, "人工")
    assert world.live(TELEGRAM) is not None


def test_who_proves_to_be_somebody_else_in_that_chat_is_not_blocked(world: World) -> None:
    block(world)

    def of(buyer: str | None) -> bool:
        return world.db.read(lambda conn: blocks.block_of(conn, LIN, buyer)) is not None

    assert {buyer: of(buyer) for buyer in ("buyer_lin", "buyer_zhao", None)} == {
        "buyer_lin": True,
        "buyer_zhao": False,
        None: True,
    }


def test_a_chat_without_an_account_is_blocked_by_itself(world: World) -> None:
    hear(world, ZHAO, "加微信领优惠")
    assert block(world, ZHAO, "spam") is None
    assert block(world, ZHAO, "spam") == "block_already"
    assert [b.why("zh") for b in world.db.read(blocks.blocked)] == ["广告、刷屏"]
    assert hear(world, LIN, "在吗") == []  # mei has it: the bot is silent there anyway
    assert len(hear(world, ZHAO, "加微信", "再加一次")) == 1
