"""The way in, on both databases: redeliveries, numbers, cursors, and a database that is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, select

from bot.clock import system_clock
from bot.errors import StoreAwayError
from bot.inbox import Inlet
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle, cursor_of, next_due, still_typing
from bot.store.tables import inbox
from tests.support.core import World
from tests.support.postgres import PostgresServer

LIN, BO = "web:lin", "web:bo"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def make_inlet(db: Database) -> Inlet:
    return Inlet(db, system_clock, Settle())


def texts(db: Database, chat: str) -> list[str]:
    query = select(inbox.c.payload).where(inbox.c.chat == chat).order_by(inbox.c.n)
    return [r["text"] for r in db.read(lambda conn: conn.execute(query).scalars().all())]


def test_a_redelivered_message_is_dropped_also_after_it_was_answered(world: World) -> None:
    assert world.say(LIN, "hello", "17") == 1
    assert world.say(LIN, "hello", "17") == 0
    world.wait(1)
    world.work()
    assert world.say(LIN, "hello", "17") == 0
    world.wait(10)
    assert world.work() == []
    assert world.lines(LIN, "buyer") == ["hello"]
    assert world.replies(LIN) == 1


def test_a_redelivery_does_not_put_off_the_answer(world: World) -> None:
    world.say(LIN, "hello", "17")
    world.wait(0.9)
    world.say(LIN, "hello", "17")
    world.wait(0.1)
    assert world.work() == [LIN]


def test_a_burst_waits_for_a_buyer_who_goes_on_typing_but_not_for_ever(world: World) -> None:
    def types() -> bool:
        now = world.now.timestamp()
        return world.db.write(lambda conn: still_typing(conn, LIN, now, Settle()))

    assert not types()  # nothing was said yet
    world.say(LIN, "我要退货", "1")
    world.wait(0.9)
    assert types()
    world.wait(0.2)
    assert world.work() == []
    world.say(LIN, "那条裙子", "2")
    world.wait(0.5)
    types()
    for _ in range(2):
        world.wait(1.0)
        types()
    assert world.work() == []
    world.wait(0.4)  # four seconds after the first word, typing or not
    assert not types()
    assert world.work() == [LIN]
    assert world.replies(LIN) == 1
    assert not types()


def test_of_a_batch_that_holds_a_message_twice_one_is_kept(world: World) -> None:
    event = Incoming(LIN, "17", text="hello")
    assert world.put(event, Incoming(BO, "17", text="another chat's"), event) == 2
    assert texts(world.db, LIN) == ["hello"]


def test_one_key_from_two_sources_is_two_things(world: World) -> None:
    assert world.put(Incoming(LIN, "1", text="a"), Incoming(LIN, "1", kind="timer", data={})) == 2


def test_numbers_follow_the_order_of_commits_from_many_threads(world: World) -> None:
    """Each thread stores and then notes what it got done; a number lower than one already seen never appears later."""

    def deliver(i: int) -> list[int]:
        world.say(LIN, f"m{i}")
        return [r.n for r in world.rows(LIN)]

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(deliver, range(40)))
    final = [r.n for r in world.rows(LIN)]
    assert len(final) == len(set(final)) == 40
    # What a reader saw is a beginning of the final order: nothing was slipped in before what it had seen.
    assert all(numbers == final[: len(numbers)] for numbers in seen)


async def test_put_returns_when_the_event_is_stored_and_not_before(database: Database) -> None:
    inlet = make_inlet(database)
    await inlet.put([Incoming(LIN, "1", text="hello")], ("telegram:1", 8))
    assert texts(database, LIN) == ["hello"]
    assert database.read(lambda conn: cursor_of(conn, "telegram:1")) == 8


async def test_a_batch_and_its_cursor_are_stored_together_or_not_at_all(database: Database) -> None:
    inlet = make_inlet(database)
    bad = Incoming(LIN, "2", text="no JSON", data={"x": object()})
    with pytest.raises(Exception, match="JSON"):
        await inlet.put([Incoming(LIN, "1", text="good"), bad], ("telegram:1", 9))
    assert texts(database, LIN) == []
    assert database.read(lambda conn: cursor_of(conn, "telegram:1")) == 0


async def test_what_cannot_be_stored_fails_alone(database: Database) -> None:
    inlet = make_inlet(database)
    bad = Incoming(BO, "1", data={"x": object()})
    outcomes = await asyncio.gather(
        inlet.put([Incoming(LIN, "1", text="before")]),
        inlet.put([bad]),
        inlet.put([Incoming(LIN, "2", text="behind")], ("telegram:1", 3)),
        return_exceptions=True,
    )
    assert [type(o).__name__ for o in outcomes[::2]] == ["NoneType", "NoneType"]
    assert isinstance(outcomes[1], Exception)
    assert texts(database, LIN) == ["before", "behind"]
    assert database.read(lambda conn: cursor_of(conn, "telegram:1")) == 3


async def test_one_who_went_away_while_waiting_leaves_the_others_unharmed(database: Database) -> None:
    inlet = make_inlet(database)
    bad = asyncio.create_task(inlet.put([Incoming(BO, "1", data={"x": object()})]))
    good = asyncio.create_task(inlet.put([Incoming(LIN, "1", text="hello")]))
    await asyncio.sleep(0)
    bad.cancel()
    async with asyncio.timeout(5):
        await good
    assert texts(database, LIN) == ["hello"]
    await inlet.put([Incoming(LIN, "2", text="again")])
    assert texts(database, LIN) == ["hello", "again"]


async def test_what_arrives_while_a_commit_runs_shares_the_next_one_in_order(database: Database) -> None:
    woken = []
    inlet = Inlet(database, system_clock, Settle(), lambda: woken.append(1))
    await asyncio.gather(*(inlet.put([Incoming(LIN, str(i), text=f"m{i}")]) for i in range(100)))
    assert texts(database, LIN) == [f"m{i}" for i in range(100)]
    assert len(woken) < 20, "a hundred messages took a handful of commits"


def test_nothing_is_due_while_nothing_waits_and_the_burst_when_it_has_settled(world: World) -> None:
    assert world.db.read(next_due) is None
    world.say(LIN, "hello")
    assert world.db.read(next_due) == world.at + 1.0


async def test_a_database_that_is_away_is_waited_for_and_said_once(
    spare_postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(spare_postgres.create())
    database.migrate()
    inlet = make_inlet(database)
    await inlet.put([Incoming(LIN, "1", text="before")])
    spare_postgres.kill()
    with caplog.at_level(logging.WARNING):
        waiting = asyncio.create_task(inlet.put([Incoming(LIN, "2", text="meanwhile")]))
        await asyncio.sleep(3.2)
        assert not waiting.done()
        spare_postgres.start()
        async with asyncio.timeout(10):
            await waiting
    assert texts(database, LIN) == ["before", "meanwhile"]
    assert sum(r.message.startswith("messages wait") for r in caplog.records) == 1
    database.close()


# --- what is no buyer's ------------------------------------------------------------------------------------------


class Agents:
    """Whoever writes from `telegram:9` is an agent, unless they say otherwise; what they did is counted."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.fails = 0

    def concerns(self, conn: Connection, events: Sequence[Incoming]) -> Sequence[Incoming]:
        return [e for e in events if e.chat == "telegram:9"]

    def take(self, conn: Connection, event: Incoming, now: float) -> bool:
        if self.fails:
            self.fails -= 1
            raise StoreAwayError("the database is away for a moment")
        if event.text == "as a buyer":
            return False
        self.did.append(event.text)
        return True


async def test_what_agents_do_is_theirs_and_the_rest_is_stored_with_the_cursor(database: Database) -> None:
    inlet, agents = make_inlet(database), Agents()
    inlet.divert(agents.concerns, agents.take, lambda: None)
    events = [
        Incoming("telegram:9", "1", text="claim"),
        Incoming(LIN, "2", text="hello"),
        Incoming("telegram:9", "3", text="as a buyer"),
    ]
    await inlet.put(events, ("telegram", 4))
    assert agents.did == ["claim"]
    assert texts(database, LIN) == ["hello"]
    assert texts(database, "telegram:9") == ["as a buyer"]
    assert database.read(lambda conn: cursor_of(conn, "telegram")) == 4


async def test_what_agents_do_waits_for_a_database_that_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inbox.AWAY_PAUSE", 0.01)
    inlet, agents = make_inlet(database), Agents()
    inlet.divert(agents.concerns, agents.take, lambda: None)
    agents.fails = 3
    await inlet.put(
        [Incoming("telegram:9", "1", text="claim"), Incoming(LIN, "2", text="hello")], ("telegram", 3)
    )
    assert (agents.did, texts(database, LIN)) == (["claim"], ["hello"])
