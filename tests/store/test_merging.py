"""Two chats of one buyer with one owner, and chats taken from the bot: the real engine, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from bot.handoff.lease import Not
from bot.store import (
    agents,
    alerts,
    audit,
    blocks,
    case_acts,
    chat_acts,
    conversations,
    handoff,
    held,
    inbox,
    merged,
    merging,
    owners,
    presence,
)  # fmt: skip
from bot.store.agents import Agent
from bot.store.audit import Wanted
from bot.store.db import Database
from bot.store.tables import chat
from tests.support.core import World, kit

LIN, TELEGRAM, GUEST, ZHAO = "web:lin", "telegram:555", "web:guest", "telegram:zhao"
RULES = kit().rules


@pytest.fixture
def world(database: Database) -> World:
    """Lin has two chats of one account, and perhaps a third as a guest; mei has the first. ann is a lead."""
    world = World(database)

    def fill(conn: Connection) -> None:
        for name, display, role in (
            ("mei", "小美", "agent"),
            ("bo", "阿波", "agent"),
            ("ann", "安姐", "lead"),
        ):
            agents.add(conn, name, display, role, world.at)
        for key, buyer, name in (
            (LIN, "buyer_lin", "林晓"),
            (TELEGRAM, "buyer_lin", "晓晓"),
            (GUEST, None, "林晓"),
            (ZHAO, "buyer_zhao", "赵先生"),
        ):
            conversations.identify(conn, key, buyer, name)
            conversations.add_message(conn, key, "buyer", "在吗", world.at - 60)
        conversations.add_message(conn, LIN, "buyer", "人工", world.at - 1)
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", world.at, RULES)
        assert handoff.claim(conn, LIN, "mei", world.at, RULES)

    database.write(fill)
    world.work()
    return world


def of(world: World, name: str) -> Agent:
    found = world.db.read(lambda conn: agents.find(conn, name))
    assert found
    return found


def merge(
    world: World, other: str, into: str = LIN, by: str = "mei", sure: bool = False, why: str = ""
) -> str | None:
    agent = of(world, by)
    return world.db.write(lambda conn: merging.merge(conn, into, other, agent, sure, why, world.at, RULES))


def hear(world: World, key: str, text: str) -> None:
    world.wait(5)
    world.say(key, text, f"{key}:{world.at}")
    world.wait(5)
    world.work()


def act(world: World, do: str, key: str, agent: str = "mei", text: str = "") -> Not | None:
    name = f"{do}-{key}-{world.at}"
    no = world.db.write(lambda conn: chat_acts.act(conn, key, agent, name, do, world.at, RULES, text=text))
    world.work()
    return no


def claim(world: World, key: str, agent: str) -> bool:
    done = world.db.write(lambda conn: handoff.claim(conn, key, agent, world.at, RULES))
    world.work()
    return done


def owners_of(world: World, *keys: str) -> list[str | None]:
    """Who has each; "-": it is with the bot."""
    places = [world.live(key) for key in keys]
    return [place.agent if place else "-" for place in places]


def beat(world: World, *names: str) -> None:
    for name in names:
        world.db.write(lambda conn, n=name: owners.renew(conn, n, world.at, RULES))  # type: ignore[misc]


# --- one thread, one owner ---------------------------------------------------------------------------------------


def test_what_the_buyer_writes_in_the_other_chat_goes_to_who_has_the_first(world: World) -> None:
    assert merge(world, TELEGRAM) is None
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "-"]  # they are on the web: nothing is begun elsewhere
    before = world.replies(TELEGRAM)
    hear(world, TELEGRAM, "换手机上说,杯子裂了要退")
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "mei"]
    assert world.replies(TELEGRAM) == before  # the bot is silent there, too
    assert "小美" in world.lines(TELEGRAM, "system")[-1]
    assert act(world, "reply", TELEGRAM, text="我看到了") is None
    assert world.lines(TELEGRAM, "agent") == ["我看到了"]
    assert world.lines(LIN, "agent") == []
    sent = [row.payload["chat"] for row in world.outgoing(TELEGRAM) if row.payload.get("author") == "agent"]
    assert sent == [TELEGRAM]


def test_the_chat_the_buyer_is_in_comes_at_once_and_they_are_told(world: World) -> None:
    hear(world, TELEGRAM, "还有人吗")
    merge(world, TELEGRAM)
    world.work()
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "mei"]
    assert "小美" in world.lines(TELEGRAM, "system")[-1]


def both_held(world: World) -> None:
    merge(world, TELEGRAM)
    hear(world, TELEGRAM, "在手机上")
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "mei"]


def passed_on(world: World) -> object:
    return world.db.write(
        lambda conn: owners.transfer(conn, TELEGRAM, "mei", world.at, agent="bo", rules=RULES)
    )


def to_a_skill(world: World) -> object:
    world.db.write(lambda conn: presence.set_known(conn, "bo", ["refunds"], []))
    return world.db.write(
        lambda conn: owners.transfer(conn, TELEGRAM, "mei", world.at, skill="refunds", rules=RULES)
    )


def taken_over(world: World) -> object:
    return world.db.write(lambda conn: owners.take_over(conn, LIN, "ann", world.at, RULES))


def left(world: World) -> object:
    return world.db.write(lambda conn: owners.leave(conn, "mei", world.at, RULES))


def silent(world: World) -> object:
    """The agent looks at nothing any more, though the desk is open."""
    for _ in range(60):
        world.wait(60)
        beat(world, "mei")
        world.work()
        if owners_of(world, LIN) != ["mei"]:
            break
    return None


@pytest.mark.parametrize(
    ("happens", "owner"),
    [
        (passed_on, "bo"),
        (to_a_skill, None),
        (taken_over, "ann"),
        (left, None),
        (silent, None),
        (lambda world: act(world, "resolve", TELEGRAM), "-"),
        (lambda world: act(world, "release", LIN), "-"),
    ],
)
def test_whatever_happens_to_one_happens_to_both(
    world: World, happens: Callable[[World], object], owner: str | None
) -> None:
    both_held(world)
    happens(world)
    world.work()
    assert owners_of(world, LIN, TELEGRAM) == [owner, owner]


def test_what_waits_in_two_places_is_claimed_as_one(world: World) -> None:
    both_held(world)
    left(world)
    assert claim(world, TELEGRAM, "bo")
    assert owners_of(world, LIN, TELEGRAM) == ["bo", "bo"]
    assert not claim(world, LIN, "mei")


def test_a_second_call_for_a_person_comes_to_who_has_them(world: World) -> None:
    merge(world, TELEGRAM)
    world.db.write(lambda conn: handoff.enqueue(conn, TELEGRAM, ["fault"], 100, "zh", world.at, RULES))
    assert owners_of(world, TELEGRAM) == ["mei"]


def test_the_bot_serves_both_once_the_talk_is_over(world: World) -> None:
    both_held(world)
    act(world, "resolve", LIN)
    before = world.replies(TELEGRAM)
    hear(world, TELEGRAM, "我要退货")
    assert world.replies(TELEGRAM) > before
    assert owners_of(world, LIN, TELEGRAM) == ["-", "-"]


def test_a_reply_in_one_answers_what_was_asked_in_both(world: World) -> None:
    both_held(world)
    hear(world, LIN, "在吗")
    act(world, "reply", LIN, text="在")
    places = [world.live(key) for key in (LIN, TELEGRAM)]
    assert [p.waiting_since if p else p for p in places] == [None, None]
    for _ in range(40):  # hours in which the desk is open and the buyer says nothing
        world.wait(3600)
        beat(world, "mei")
        world.work()
    assert owners_of(world, LIN, TELEGRAM) == ["-", "-"]
    told = [key for key in (LIN, TELEGRAM) if len(world.lines(key, "system")) > 1]
    assert told == [LIN]  # that it is over is said where they were answered


# --- who may merge what ------------------------------------------------------------------------------------------


def test_two_accounts_are_never_one_buyer(world: World) -> None:
    assert merge(world, ZHAO, by="ann", sure=True) == "merge_two_accounts"
    assert world.db.read(lambda conn: merged.members(conn, LIN)) == (LIN,)


def test_a_guest_is_this_buyer_only_where_the_agent_confirms_it(world: World) -> None:
    assert merge(world, GUEST) == "merge_unsure"
    assert merge(world, GUEST, sure=True, why="报了订单和尾号") is None
    assert world.db.read(lambda conn: merged.members(conn, GUEST)) == (GUEST, LIN)
    assert [n.split(":")[0] for n in world.lines(GUEST, "note")] == ["已并入同一买家的会话"]
    noted = world.db.read(lambda conn: audit.page(conn, Wanted(act="chat.merge"), None, 5))
    assert [(n.who, n.subject, dict(n.detail)) for n in noted] == [("mei", GUEST, {"into": LIN})]


@pytest.mark.parametrize(
    ("by", "other", "into", "no"),
    [
        ("bo", TELEGRAM, LIN, "merge_not_yours"),
        ("ann", TELEGRAM, LIN, None),
        ("mei", LIN, LIN, "merge_already"),
        ("mei", "web:nobody", LIN, "no_chat"),
        ("mei", TELEGRAM, "web:nobody", "no_chat"),
    ],
)
def test_who_has_the_chat_merges_or_a_lead(
    world: World, by: str, other: str, into: str, no: str | None
) -> None:
    assert merge(world, other, into, by) == no


def test_a_colleagues_chat_is_not_drawn_away_by_an_agent_but_by_a_lead(world: World) -> None:
    world.db.write(lambda conn: owners.take(conn, TELEGRAM, "bo", world.at, RULES))
    assert merge(world, TELEGRAM) == "merge_colleagues"
    assert merge(world, TELEGRAM, by="ann") is None
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "mei"]
    told = world.db.read(lambda conn: [a.chat for a in alerts.alerts(conn, 0, of(world, "bo"))])
    assert TELEGRAM in told


def test_a_chat_is_in_one_thread_only(world: World) -> None:
    assert merge(world, GUEST, sure=True) is None
    assert merge(world, GUEST, sure=True) == "merge_already"
    claim(world, ZHAO, "bo")
    world.db.write(lambda conn: owners.take(conn, ZHAO, "mei", world.at, RULES))
    assert merge(world, GUEST, ZHAO, sure=True) == "merge_other_thread"
    assert merge(world, TELEGRAM, GUEST, sure=True) is None  # into the thread, by whichever of its names
    assert world.db.read(lambda conn: merged.members(conn, TELEGRAM)) == (TELEGRAM, GUEST, LIN)


def test_what_may_be_theirs_is_offered_the_surest_first_and_another_accounts_never(world: World) -> None:
    def offered(asked: str = "", name: str = "mei") -> list[tuple[str, bool]]:
        reader = of(world, name)
        return world.db.read(
            lambda conn: [(c.chat, c.sure) for c in merging.candidates(conn, LIN, asked, reader)]
        )

    assert offered() == [(TELEGRAM, True), (GUEST, False)]
    assert offered("赵先生") == []
    assert offered(GUEST) == [(GUEST, False)]
    world.db.write(lambda conn: owners.take(conn, TELEGRAM, "bo", world.at, RULES))
    assert offered() == [(GUEST, False)]  # what a colleague has is not shown
    assert offered(name="ann") == [(TELEGRAM, True), (GUEST, False)]
    merge(world, GUEST, sure=True)
    assert offered() == []


# --- apart again -------------------------------------------------------------------------------------------------


def test_apart_again_each_goes_its_own_way(world: World) -> None:
    both_held(world)
    mei = of(world, "mei")
    assert world.db.write(lambda conn: merging.take_apart(conn, LIN, mei, world.at)) == "merge_gone"
    assert world.db.write(lambda conn: merging.take_apart(conn, TELEGRAM, mei, world.at)) is None
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "mei"]
    act(world, "resolve", TELEGRAM)
    assert owners_of(world, LIN, TELEGRAM) == ["mei", "-"]
    noted = world.db.read(lambda conn: audit.page(conn, Wanted(act="chat.unmerge"), None, 5))
    assert [(n.who, n.subject) for n in noted] == [("mei", TELEGRAM)]


@pytest.mark.parametrize("account", ["buyer_zhao", "buyer_lin"])
def test_a_guest_who_proves_to_be_somebody_else_stands_apart(world: World, account: str) -> None:
    merge(world, GUEST, sure=True)
    world.db.write(lambda conn: merging.identify(conn, GUEST, account, None, world.at))
    together = world.db.read(lambda conn: merged.members(conn, LIN))
    assert together == ((GUEST, LIN) if account == "buyer_lin" else (LIN,))


def test_a_chat_that_becomes_another_persons_leaves_its_guests_behind(world: World) -> None:
    merge(world, GUEST, sure=True)
    world.db.write(lambda conn: merging.identify(conn, LIN, "buyer_zhao", None, world.at))
    assert world.db.read(lambda conn: merged.members(conn, GUEST)) == (GUEST,)
    noted = world.db.read(lambda conn: audit.page(conn, Wanted(act="chat.unmerge"), None, 5))
    assert [n.who for n in noted] == ["bot"]


# --- beside ------------------------------------------------------------------------------------------------------


def test_a_block_is_of_all_that_is_shown_as_one(world: World) -> None:
    merge(world, GUEST, sure=True)
    world.db.write(lambda conn: blocks.put_block(conn, LIN, "abuse", "", "ann", world.at))
    assert world.db.read(lambda conn: blocks.block_of(conn, GUEST, None)) is not None
    before = world.replies(GUEST)
    hear(world, GUEST, "人工")
    hear(world, GUEST, "人工")
    assert world.replies(GUEST) == before + 1
    assert owners_of(world, LIN, GUEST) == ["-", "-"]


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_the_engine_waits_for_a_thread_that_is_being_worked_on_and_for_nobody_else(world: World) -> None:
    """With one chat locked elsewhere none of the thread is handled, and nobody stands in anybody's way."""
    merge(world, TELEGRAM)
    world.say(TELEGRAM, "在吗")
    world.say(ZHAO, "在吗")
    world.wait(10)
    locked, done = threading.Event(), threading.Event()

    def busy(conn: Connection) -> None:
        conn.execute(select(chat.c.chat).where(chat.c.chat == LIN).with_for_update()).all()
        locked.set()
        assert done.wait(60)

    other = threading.Thread(target=lambda: world.db.write(busy))
    other.start()
    try:
        assert locked.wait(60)
        due = world.db.write(lambda conn: inbox.lock_due(conn, world.at, 16))
    finally:
        done.set()
        other.join()
    assert due == [ZHAO]
    assert set(world.db.write(lambda conn: inbox.lock_due(conn, world.at, 16))) == {TELEGRAM, ZHAO}


def test_a_case_in_the_other_chat_is_theirs_who_has_the_first(world: World) -> None:
    merge(world, GUEST, sure=True)

    def acts(name: str) -> tuple[bool, bool]:
        data = {"do": "approve", "case": "A260310-BCDFG"}
        return world.db.write(
            lambda conn: (
                held.hold_act(conn, GUEST, name, f"held-{name}", data, world.at, RULES),
                case_acts.act_on_case(conn, GUEST, name, f"act-{name}", data, world.at, RULES),
            )
        )

    assert owners_of(world, GUEST) == ["-"]
    assert {name: acts(name) for name in ("bo", "mei")} == {"bo": (False, False), "mei": (True, True)}


# --- taken from the bot ------------------------------------------------------------------------------------------


def take(world: World, key: str, agent: str = "bo") -> Not | None:
    no = world.db.write(lambda conn: owners.take(conn, key, agent, world.at, RULES))
    world.work()
    return no


def test_an_agent_takes_a_chat_from_the_bot_and_the_buyer_is_told(world: World) -> None:
    assert take(world, ZHAO) is None
    assert owners_of(world, ZHAO) == ["bo"]
    place = world.live(ZHAO)
    assert place is not None
    assert (place.reasons, place.lease) == (("taken_up",), 1)
    assert "阿波" in world.lines(ZHAO, "system")[-1]
    before = world.replies(ZHAO)
    hear(world, ZHAO, "我要退货")
    assert world.replies(ZHAO) == before
    assert take(world, ZHAO) is None  # a double click
    noted = world.db.read(lambda conn: audit.page(conn, Wanted(act="chat", subject=ZHAO), None, 5))
    assert [(n.who, n.act) for n in noted] == [("bo", "chat.claim")]


def test_what_waits_is_claimed_and_what_a_colleague_has_stays_theirs(world: World) -> None:
    assert take(world, LIN) == Not("taken", "mei")
    world.db.write(lambda conn: handoff.enqueue(conn, ZHAO, ["legal_threat"], 300, "zh", world.at, RULES))
    assert take(world, ZHAO) is None
    place = world.live(ZHAO)
    assert place is not None
    assert (place.agent, place.reasons) == ("bo", ("legal_threat",))


def test_there_is_nothing_to_take_where_no_buyer_wrote(world: World) -> None:
    world.db.write(lambda conn: conversations.identify(conn, "telegram-desk:1"))
    assert take(world, "telegram-desk:1") == Not("not_queued")
    assert take(world, "web:nobody") == Not("not_queued")


def test_of_two_who_take_it_at_once_one_has_it(world: World) -> None:
    start = threading.Barrier(2)
    answers: dict[str, Not | None] = {}

    def hurry(name: str) -> None:
        start.wait(60)
        answers[name] = world.db.write(lambda conn: owners.take(conn, ZHAO, name, world.at, RULES))

    both = [threading.Thread(target=hurry, args=(name,)) for name in ("bo", "ann")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    (winner,) = (name for name, no in answers.items() if no is None)
    (no,) = (no for no in answers.values() if no is not None)
    assert no == Not("taken", winner)
    assert owners_of(world, ZHAO) == [winner]
