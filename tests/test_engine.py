"""The engine on both databases: bursts, order, faults, timers, restarts; driven round by round through `step`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, select, update

from bot.cases.case import Case, CaseType, Entry, Status
from bot.clock import system_clock
from bot.engine import MOST_ATTEMPTS, Engine
from bot.messages import Button, Incoming
from bot.store import alerts, cases, conversations, deadlines, handoff, inbox, orders
from bot.store.db import Database
from bot.store.inbox import Settle
from bot.store.order_news import take_news
from bot.store.tables import case_event
from bot.store.tables import inbox as inbox_table
from tests.support.core import START, World, kit
from tests.support.postgres import PostgresServer

LIN, BO = "web:lin", "web:bo"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


# --- bursts ------------------------------------------------------------------------------------------------------


def test_a_burst_is_answered_once_a_second_after_its_last_message(world: World) -> None:
    for text in ("在吗", "那个", "东西"):
        world.say(LIN, text)
        world.wait(0.6)
        assert world.work() == []
    world.wait(0.5)
    assert world.work() == [LIN]
    assert world.lines(LIN, "buyer") == ["在吗", "那个", "东西"]
    assert world.replies(LIN) == 1


def test_who_types_without_a_pause_is_answered_four_seconds_after_the_first_message(world: World) -> None:
    for i in range(8):
        world.say(LIN, f"msg {i}")
        world.wait(0.5)
        assert (world.work() == [LIN]) == (i == 7), f"after {(i + 1) / 2} seconds"
    assert world.replies(LIN) == 1


def test_what_comes_after_an_answer_is_a_burst_of_its_own(world: World) -> None:
    world.say(LIN, "one")
    world.wait(1.0)
    world.work()
    world.wait(10)
    world.say(LIN, "two")
    world.wait(0.9)
    assert world.work() == []
    world.wait(0.2)
    assert world.work() == [LIN]
    assert world.replies(LIN) == 2


def test_a_pressed_button_does_not_wait(world: World) -> None:
    world.put(Incoming(LIN, "b1", kind="button", button="human"))
    assert world.work() == [LIN]


def test_a_buyer_who_talks_to_a_person_is_not_kept_waiting_for_more(world: World) -> None:
    world.say(LIN, "hello")
    world.wait(1)
    world.work()

    def with_mei(conn: Connection) -> None:
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", world.at)
        handoff.claim(conn, LIN, "mei", world.at)

    world.db.write(with_mei)
    world.work()
    world.say(LIN, "are you there")
    assert world.work() == [LIN]
    assert world.lines(LIN)[-1] == "are you there"


def test_a_burst_with_a_button_in_its_middle_is_three_turns_in_order(world: World) -> None:
    events = [
        Incoming(LIN, "1", text="a"),
        Incoming(LIN, "2", text="b"),
        Incoming(LIN, "3", kind="button", button="x", data={"label": "X"}),
        Incoming(LIN, "4", text="c"),
    ]
    world.put(*events)
    world.work()
    assert world.lines(LIN, "buyer") == ["a", "b", "X", "c"]
    assert world.replies(LIN) == 3


def test_a_backlog_longer_than_one_round_is_worked_off_in_order(world: World) -> None:
    world.put(*(Incoming(LIN, str(i), text=f"n {i}") for i in range(80)))
    world.wait(1)
    world.work()
    assert world.lines(LIN, "buyer") == [f"n {i}" for i in range(80)]


# --- two workers -------------------------------------------------------------------------------------------------


def test_two_workers_share_the_chats_and_never_work_on_one_together(migrated_url: str) -> None:
    """Both take what they can at the same moment; on SQLite the second waits, on PostgreSQL it skips."""
    first, second = Database(migrated_url), Database(migrated_url)
    world = World(first)
    for i in range(40):
        world.say(f"web:{i}", "hello")
    world.wait(1)
    together = Barrier(2)

    def rounds(db: Database) -> list[str]:
        engine, moved = Engine(db, world.clock, kit), []
        together.wait()
        for _ in range(12):
            moved += engine.step()
        return moved

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(rounds, (first, second))
    assert sorted(one + other) == sorted(f"web:{i}" for i in range(40))
    assert all(world.replies(f"web:{i}") == 1 for i in range(40))
    first.close()
    second.close()


def test_a_chat_that_one_worker_holds_is_skipped_by_the_other(postgres_url: str) -> None:
    db = Database(postgres_url)
    db.migrate()
    world = World(db)
    world.say(LIN, "one")
    world.say(BO, "two")
    world.wait(1)
    with db.engine.begin() as held:
        assert inbox.lock_due(held, world.at, 1) == [LIN]
        assert world.work() == [BO]
        assert world.replies(LIN) == 0
    assert world.work() == [LIN]
    db.close()


def test_acts_of_agents_and_the_engine_do_not_lock_each_other_out(migrated_url: str) -> None:
    """An agent locks the place in the queue, then the chat; the engine the other way round."""
    db = Database(migrated_url)
    world = World(db)
    for i in range(20):
        world.say(f"web:{i}", "hello")
        world.db.write(lambda c, i=i: handoff.enqueue(c, f"web:{i}", ["human"], 100, "zh", world.at))  # type: ignore[misc]
        world.db.write(lambda c, i=i: handoff.claim(c, f"web:{i}", "mei", world.at))  # type: ignore[misc]

    def acts(i: int) -> bool:
        chat = f"web:{i % 20}"
        return db.write(
            lambda c: handoff.act(c, chat, "mei", f"r{i}", {"do": "reply", "text": f"r{i}"}, world.at)
        )

    with ThreadPoolExecutor(4) as pool:
        done = pool.map(acts, range(100))
        engine = pool.submit(lambda: [world.engine.step() for _ in range(30)])
        assert all(done)
        engine.result()
    world.wait(1)
    world.work()
    assert sum(len(world.lines(f"web:{i}", "agent")) for i in range(20)) == 100
    db.close()


# --- faults ------------------------------------------------------------------------------------------------------


def fail_until_quarantined(world: World) -> None:
    for _ in range(MOST_ATTEMPTS):
        world.work()
        world.wait(60)


def test_a_turn_that_raises_changes_nothing_and_is_tried_again(world: World) -> None:
    world.say(LIN, "boom")
    world.wait(1)
    world.work()
    assert world.lines(LIN) == []
    assert [(r.attempts, r.done_at) for r in world.rows(LIN)] == [(1, None)]
    assert world.work() == [], "it waits a little first"
    world.wait(60)
    world.work()
    assert [r.attempts for r in world.rows(LIN)] == [2]


def test_the_fifth_fault_sets_the_turn_aside_and_calls_a_person(world: World) -> None:
    world.say(LIN, "boom")
    world.wait(1)
    fail_until_quarantined(world)
    row = world.rows(LIN)[0]
    assert (row.attempts, row.done_at is not None) == (5, True)
    assert "RuntimeError" in row.error
    assert world.live(LIN) is not None
    told = world.db.read(lambda conn: alerts.alerts(conn, 0))
    assert [(a.chat, sorted(a.text)) for a in told] == [(LIN, ["en", "zh"])]


def test_what_stands_behind_a_bad_message_is_handled_and_its_neighbours_too(world: World) -> None:
    for text in ("before", "boom", "behind"):
        world.say(LIN, text)
    world.wait(1)
    fail_until_quarantined(world)
    world.work()
    assert world.lines(LIN, "buyer") == ["before", "behind"]
    assert [(r.payload["text"], r.error is None) for r in world.rows(LIN) if r.attempts == 5] == [
        ("boom", False)
    ]


def test_a_chat_that_fails_does_not_stop_another(world: World) -> None:
    world.say(LIN, "boom")
    world.say(BO, "hello")
    world.wait(1)
    world.work()
    assert world.replies(BO) == 1
    world.say(BO, "hello again")
    world.wait(1)
    world.work()
    assert world.replies(BO) == 2


def test_a_row_that_cannot_be_read_is_set_aside_like_any_other_fault(world: World) -> None:
    world.say(LIN, "from a newer version")
    world.say(BO, "hello")
    spoiled = {"chat": LIN, "key": "x", "kind": "message", "a_field_nobody_knows": 1}
    row = update(inbox_table).where(inbox_table.c.chat == LIN).values(payload=spoiled)
    world.db.write(lambda conn: conn.execute(row) and None)
    world.wait(1)
    fail_until_quarantined(world)
    assert world.replies(BO) == 1
    assert world.live(LIN) is not None


def test_buttons_that_were_offered_are_remembered_over_a_restart(world: World) -> None:
    world.say(LIN, "hm")
    world.wait(1)
    world.work()
    world.restart()
    found = world.db.read(lambda conn: conversations.transcript(conn, LIN))
    shown = next(m.buttons for m in reversed(found) if m.author == "bot")
    human = next(b for b in shown if b.value == "human")
    assert isinstance(human, Button)
    world.say(LIN, human.label, "2")
    world.wait(1)
    world.work()
    assert world.live(LIN) is not None


# --- cases -------------------------------------------------------------------------------------------------------


def make_case(number: str, chat: str = LIN, status: Status = Status.AWAIT_RETURN, order: str = "T1") -> Case:
    return Case(
        number, chat, CaseType.RETURN_REFUND, status, START, START, order_id=order, item="coat", events=1
    )


def save(conn: Connection, case: Case) -> None:
    conversations.identify(conn, case.chat, name="Lin")
    cases.save_case(conn, case, [Entry(case.id, 1, START, "bot", "approve_return", None, case.status)])


def test_the_database_itself_allows_one_open_case_per_item_of_an_order(world: World) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    with pytest.raises(Exception, match=r"(?i)unique"):
        world.db.write(lambda conn: save(conn, make_case("A2")))
    world.db.write(lambda conn: save(conn, make_case("A3", order="T2")))
    world.db.write(lambda conn: save(conn, make_case("A4", status=Status.DRAFT)))  # has promised nothing yet


def test_a_second_case_for_an_item_leaves_the_first_as_it_was(world: World) -> None:
    gone = make_case("A1", BO)
    world.db.write(lambda conn: save(conn, gone))
    before = world.db.read(lambda conn: cases.cases_of(conn, BO, None))
    with pytest.raises(Exception, match=r"(?i)unique"):
        world.db.write(lambda conn: save(conn, make_case("A2", LIN)))
    assert world.db.read(lambda conn: cases.cases_of(conn, LIN, None)) == []
    assert world.db.read(lambda conn: cases.cases_of(conn, BO, None)) == before


def test_a_case_number_that_is_taken_never_overwrites_another_buyers_case(world: World) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1", BO)))
    with pytest.raises(Exception, match="A1"):
        world.db.write(lambda conn: save(conn, make_case("A1", LIN, order="T9")))
    (found,) = world.db.read(lambda conn: cases.cases_of(conn, BO, None))
    assert (found.id, found.order_id) == ("A1", "T1")


def test_order_news_changes_the_order_and_only_what_it_names(world: World) -> None:
    first = {"buyer": "B1", "status": "shipped", "item": "coat", "paid": "10.00"}
    world.db.write(lambda conn: take_news(conn, [("T1", first)], world.at))
    world.db.write(lambda conn: take_news(conn, [("T1", {"status": "signed"})], world.at))
    world.work()
    order = world.db.read(lambda conn: orders.read_order(conn, "T1"))
    assert order is not None
    assert (order.status, order.item) == ("signed", "coat")


# --- timers ------------------------------------------------------------------------------------------------------


def ring_in(world: World, name: str, seconds: float, number: str = "A1") -> None:
    due = world.now + timedelta(seconds=seconds)
    world.db.write(lambda conn: deadlines.set_deadline(conn, LIN, number, name, due))


def timeouts(world: World, number: str = "A1") -> int:
    query = select(case_event).where(case_event.c.case_id == number, case_event.c.event == "timeout")
    return len(world.db.read(lambda conn: conn.execute(query).all()))


def rung(world: World) -> list[str]:
    """What became of timers, in the order the engine heard of them."""
    return [r.payload["data"]["name"] for r in world.rows(LIN) if r.source == "timer"]


def test_a_timer_rings_at_its_time_exactly_once(world: World) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    ring_in(world, "buyer_ship_back", 100)
    world.wait(99.9)
    assert world.work() == []
    world.wait(0.1)
    world.work()
    assert world.db.read(deadlines.next_due) is None
    world.wait(1000)
    world.work()
    assert timeouts(world) == 1
    assert world.replies(LIN) == 1


def test_timers_that_fell_due_while_nothing_ran_ring_once_and_in_order_after_the_restart(
    world: World,
) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    ring_in(world, "buyer_ship_back", 300)
    ring_in(world, "buyer_ship_back:warn48", 100)
    ring_in(world, "buyer_ship_back:warn24", 200)
    world.wait(5000)
    world.restart()
    world.work()
    world.restart()
    world.work()
    assert rung(world) == ["buyer_ship_back:warn48", "buyer_ship_back:warn24", "buyer_ship_back"]
    assert timeouts(world) == 1
    assert world.replies(LIN) == 1  # a warning is no use once the end has come


def test_a_timer_that_was_moved_rings_at_its_new_time_only(world: World) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    ring_in(world, "buyer_ship_back", 100)
    ring_in(world, "buyer_ship_back", 500)
    world.wait(200)
    assert world.work() == []
    world.wait(300)
    world.work()
    assert timeouts(world) == 1


def test_a_stopped_timer_does_not_ring(world: World) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    ring_in(world, "buyer_ship_back", 100)
    world.db.write(lambda conn: deadlines.stop_deadlines(conn, LIN, "A1", world.at))
    world.wait(200)
    assert world.work() == []
    assert timeouts(world) == 0


@pytest.mark.parametrize("what", ["moved", "stopped"])
def test_a_ring_that_waits_in_the_inbox_is_ignored_once_its_timer_was_changed(
    world: World, what: str
) -> None:
    world.db.write(lambda conn: save(conn, make_case("A1")))
    ring_in(world, "buyer_ship_back", 100)
    world.wait(100)
    assert world.db.write(lambda conn: deadlines.fire_due(conn, world.at)) == 1
    if what == "moved":
        ring_in(world, "buyer_ship_back", 500)
    else:
        world.db.write(lambda conn: deadlines.stop_deadlines(conn, LIN, "A1", world.at))
    world.work()
    assert rung(world) == ["buyer_ship_back"]
    assert timeouts(world) == 0
    world.wait(500)
    world.work()
    assert timeouts(world) == (1 if what == "moved" else 0)


def test_two_workers_fire_a_timer_once(migrated_url: str) -> None:
    first, second = Database(migrated_url), Database(migrated_url)
    world = World(first)
    world.db.write(lambda conn: save(conn, make_case("A1")))
    for i in range(50):
        ring_in(world, f"t{i:02}", i)
    world.wait(100)
    together = Barrier(2)

    def fire(db: Database) -> int:
        together.wait()
        return db.write(lambda conn: deadlines.fire_due(conn, world.at))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(fire, (first, second))) == 50
    assert sorted(rung(world)) == [f"t{i:02}" for i in range(50)]
    first.close()
    second.close()


# --- the queue of people -----------------------------------------------------------------------------------------


def queued(world: World) -> None:
    def write(conn: Connection) -> None:
        conversations.identify(conn, LIN, name="Lin")
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", world.at)

    world.db.write(write)


def test_of_eight_agents_who_claim_at_once_exactly_one_has_the_chat(world: World) -> None:
    queued(world)
    together = Barrier(8)

    def claim(i: int) -> bool:
        together.wait()
        return world.db.write(lambda conn: handoff.claim(conn, LIN, f"agent{i}", world.at + i / 1000))

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(claim, range(8)))
    assert got.count(True) == 1
    held = world.live(LIN)
    assert held is not None
    assert held.agent == f"agent{got.index(True)}"
    world.wait(1)
    world.work()
    assert len(world.lines(LIN, "system")) == 1


def test_who_does_not_have_the_chat_cannot_act_on_it(world: World) -> None:
    queued(world)
    act = {"do": "reply", "text": "hello"}
    assert not world.db.write(lambda conn: handoff.act(conn, LIN, "bo", "1", act, world.at))
    world.db.write(lambda conn: handoff.claim(conn, LIN, "mei", world.at))
    assert not world.db.write(lambda conn: handoff.act(conn, LIN, "bo", "1", act, world.at))
    assert world.db.write(lambda conn: handoff.act(conn, LIN, "mei", "1", act, world.at))
    world.work()
    assert world.lines(LIN, "agent") == ["hello"]


def test_the_same_act_sent_twice_is_one_act(world: World) -> None:
    queued(world)
    world.db.write(lambda conn: handoff.claim(conn, LIN, "mei", world.at))
    reply = {"do": "reply", "text": "hello"}
    for _ in range(2):
        assert world.db.write(lambda conn: handoff.act(conn, LIN, "mei", "k", reply, world.at))
    world.work()
    assert world.lines(LIN, "agent") == ["hello"]


def test_a_reply_sent_before_the_chat_is_let_go_arrives_and_one_after_it_is_refused(world: World) -> None:
    """The door decides, in the order of commits, however late the engine comes to the rows."""
    queued(world)
    world.db.write(lambda conn: handoff.claim(conn, LIN, "mei", world.at))
    acts = (
        ("1", {"do": "reply", "text": "bye"}),
        ("2", {"do": "release"}),
        ("3", {"do": "reply", "text": "late"}),
    )
    let_in = [
        world.db.write(lambda conn, k=key, d=data: handoff.act(conn, LIN, "mei", k, d, world.at))  # type: ignore[misc]
        for key, data in acts
    ]
    assert let_in == [True, True, False]
    assert world.live(LIN) is None
    world.work()
    assert world.lines(LIN, "agent") == ["bye"]
    assert len(world.lines(LIN, "system")) == 2  # who joined, and that they left


def test_a_chat_asked_for_again_keeps_its_place_and_gains_the_reason(world: World) -> None:
    queued(world)
    world.wait(60)
    world.db.write(lambda conn: handoff.enqueue(conn, LIN, ["scam"], 1000, "zh", world.at))
    entry = world.live(LIN)
    assert entry is not None
    assert (entry.reasons, entry.priority, entry.queued_at) == (("human", "scam"), "P0", START)


def test_a_chat_handed_back_can_wait_again_at_once(world: World) -> None:
    queued(world)
    world.db.write(lambda conn: handoff.close(conn, LIN, "handed_back", world.at))
    queued(world)
    assert world.live(LIN) is not None


# --- the loop ----------------------------------------------------------------------------------------------------


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition at all
            await asyncio.sleep(0.02)


async def test_the_loop_sleeps_until_the_burst_has_settled_and_then_answers_by_itself(
    database: Database,
) -> None:
    world = World(database)
    moved: list[str] = []
    engine = Engine(database, system_clock, kit, moved.extend)
    running = asyncio.create_task(engine.run())
    await asyncio.sleep(0.1)
    event, now = Incoming(LIN, "1", text="hello"), system_clock().timestamp()
    database.write(lambda conn: inbox.put(conn, [event], now, Settle(0.3, 1.0)))
    engine.wake()
    await asyncio.sleep(0.15)
    assert moved == []
    await until(lambda: bool(moved), 2)
    assert world.replies(LIN) == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_database_that_goes_away_is_waited_for_and_said_once(
    spare_postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(spare_postgres.create())
    database.migrate()
    world = World(database)
    moved: list[str] = []
    engine = Engine(database, system_clock, kit, moved.extend)
    running = asyncio.create_task(engine.run())
    await asyncio.sleep(0.3)
    with caplog.at_level(logging.WARNING):
        spare_postgres.kill()
        await asyncio.sleep(3.2)
        assert not running.done()
        spare_postgres.start()
        event, now = Incoming(LIN, "1", text="hello"), system_clock().timestamp()
        await asyncio.to_thread(database.write, lambda conn: inbox.put(conn, [event], now, Settle(0, 0)))
        await until(lambda: bool(moved))
    assert world.replies(LIN) == 1
    assert sum(r.message.startswith("the engine waits") for r in caplog.records) == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    database.close()


# --- two chats, one order ------------------------------------------------------------------------------------------


def test_a_second_chat_that_proves_the_same_order_is_told_of_the_open_case(world: World) -> None:
    order = {"id": "T1", "buyer": "B7", "status": "signed", "signed_at": "2026-03-08 18:20", "item": "coat"}
    world.put(Incoming(BO, "o1", kind="order", data={"order": {**order, "paid": "10.00"}}))
    case = replace(make_case("A1", BO), buyer="B7")
    world.db.write(lambda conn: save(conn, case))
    for buyer, seen in ((None, []), ("B7", ["A1"]), ("somebody", [])):
        found = world.db.read(lambda conn, b=buyer: cases.cases_of(conn, LIN, b))
        assert [c.id for c in found] == seen
    assert [c.id for c in world.db.read(lambda conn: cases.cases_of(conn, LIN, None, ["T1"]))] == ["A1"]


def test_a_chat_that_changes_hands_shows_the_new_person_nothing_of_the_former(world: World) -> None:
    world.db.write(lambda conn: save(conn, replace(make_case("A1", LIN), buyer="B7")))
    assert [c.id for c in world.db.read(lambda conn: cases.cases_of(conn, LIN, "B7"))] == ["A1"]
    assert world.db.read(lambda conn: cases.cases_of(conn, LIN, "emma")) == []
