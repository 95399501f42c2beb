"""The way out, on both databases: order, what is in flight, retries, rates, leases, photos, lost databases."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.cases.case import Case, CaseType, Status
from bot.clock import Clock, system_clock
from bot.dialogue.effects import Card, Effect, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Turn
from bot.engine import Engine
from bot.errors import MessageGoneError, RetryLaterError, UndeliverableError
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Outgoing
from bot.outbox import IN_FLIGHT, MOST_TRIES, Sender
from bot.store import conversations, outbox
from bot.store.db import Database
from bot.store.inbox import Settle, put
from bot.store.save import carry_out
from bot.store.say import edit_message, send, withdraw_message
from bot.store.tables import outbox as outbox_table
from tests.support.core import World, kit
from tests.support.pictures import picture
from tests.support.postgres import PostgresServer

LIN, BO = "test:lin", "test:bo"
PHOTO = Attachment("p1", "label.jpg", "image/jpeg", 4, remote="file-7")


@dataclass
class Messenger:
    """A channel that takes `seconds` over a message and goes wrong as told: text → faults, one a try."""

    name: str = "test"
    seconds: float = 0.0
    wrong: dict[str, list[Exception]] = field(default_factory=dict)
    taken: list[tuple[str, str, float]] = field(default_factory=list)  # (chat, text, when)
    changed: list[tuple[str | None, str]] = field(default_factory=list)  # (the messenger's id, the new text)
    photo: bytes | Exception = b""
    flying: Counter[str] = field(default_factory=Counter)
    most_flying: int = 0
    most_of_a_chat: int = 0

    async def send(self, message: Outgoing) -> str | None:
        self.flying[message.chat] += 1
        self.most_flying = max(self.most_flying, self.flying.total())
        self.most_of_a_chat = max(self.most_of_a_chat, self.flying[message.chat])
        try:
            await asyncio.sleep(self.seconds)
            if faults := self.wrong.get(message.text):
                raise faults.pop(0)
            self.taken.append((message.chat, message.text, time.monotonic()))
            return f"remote-{len(self.taken)}"
        finally:
            self.flying[message.chat] -= 1

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        self.changed.append((remote, message.text))
        if faults := self.wrong.get(message.text):
            raise faults.pop(0)
        return remote

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        self.changed.append((remote, "withdrawn"))

    async def fetch(self, attachment: Attachment) -> bytes:
        if isinstance(self.photo, Exception):
            raise self.photo
        return self.photo

    def texts(self, chat: str) -> list[str]:
        return [text for c, text, _ in self.taken if c == chat]


def say(db: Database, chat: str, *texts: str) -> None:
    """Rows as the engine writes them."""

    def write(conn: Any) -> None:
        conversations.identify(conn, chat, name="x")
        rows = [
            {"key": f"{t}", "kind": "send", "payload": Outgoing(chat, i, t, t).as_json()}
            for i, t in enumerate(texts)
        ]
        outbox.add(conn, chat, rows)

    db.write(write)


def rows(db: Database, chat: str = LIN) -> Sequence[Any]:
    query = select(outbox_table).where(outbox_table.c.chat == chat).order_by(outbox_table.c.n)
    return db.read(lambda conn: conn.execute(query).all())


@asynccontextmanager
async def sending(
    db: Database, *messengers: Messenger, clock: Clock = system_clock, owner: str = "me", **more: Any
) -> AsyncIterator[Sender]:
    """The sender at work, until the block ends."""
    inlet = Inlet(db, clock, Settle(0, 0))
    sender = Sender(db, clock, messengers, inlet, owner, **more)
    running = asyncio.create_task(sender.run())
    try:
        yield sender
        assert not running.done(), "it ended by itself"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition at all
            await asyncio.sleep(0.02)


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


# --- order, and how many at once ---------------------------------------------------------------------------------


async def test_every_message_goes_out_once_and_in_the_order_of_its_chat(database: Database) -> None:
    channel = Messenger(seconds=0.002)
    wanted = [f"{i}" for i in range(10)]
    for i in range(12):
        say(database, f"test:{i}", *wanted)
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 120)
        await asyncio.sleep(0.1)
    assert all(channel.texts(f"test:{i}") == wanted for i in range(12))
    assert len(channel.taken) == 120
    booked = rows(database, "test:3")
    assert all(r.done_at and r.remote_id and not r.error for r in booked)


async def test_one_message_of_a_chat_and_eight_in_all_are_in_flight(database: Database) -> None:
    channel = Messenger(seconds=0.03)
    for i in range(20):
        say(database, f"test:{i}", "a", "b")
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 40)
    assert channel.most_flying == IN_FLIGHT == 8
    assert channel.most_of_a_chat == 1


async def test_rows_of_a_channel_that_is_not_served_stay_where_they_are(database: Database) -> None:
    say(database, "other:1", "a")
    say(database, LIN, "b")
    channel = Messenger()
    async with sending(database, channel):
        await until(lambda: bool(channel.taken))
    assert channel.texts(LIN) == ["b"]
    assert rows(database, "other:1")[0].attempts == 0


# --- what goes wrong ---------------------------------------------------------------------------------------------


async def test_a_messenger_that_asks_to_wait_gets_the_message_later_and_nothing_overtakes_it(
    database: Database,
) -> None:
    channel = Messenger(wrong={"a": [RetryLaterError("slow down", 1.5)]})
    say(database, LIN, "a", "b")
    say(database, BO, "c")
    began = time.monotonic()
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 3)
    assert channel.texts(LIN) == ["a", "b"]
    when = {text: at - began for _, text, at in channel.taken}
    assert when["c"] < 1.0 < 1.4 < when["a"]
    assert [r.attempts for r in rows(database)] == [2, 1]


async def test_an_undeliverable_message_is_given_up_told_to_the_agents_and_the_next_one_goes(
    database: Database,
) -> None:
    channel = Messenger(wrong={"a": [UndeliverableError("blocked by the buyer")]})
    say(database, LIN, "a", "b")
    async with sending(database, channel):
        await until(lambda: bool(channel.taken) and rows(database)[1].done_at is not None)
    assert channel.texts(LIN) == ["b"]
    gone = rows(database)[0]
    assert (gone.done_at is not None, gone.remote_id, gone.error) == (True, None, "blocked by the buyer")
    notes = database.read(lambda conn: conversations.transcript(conn, LIN, notes=True))
    assert [(m.author, "blocked by the buyer" in m.text) for m in notes] == [("note", True)]


async def test_a_fault_nobody_foresaw_is_tried_again_and_ends_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Messenger(wrong={"a": [KeyError("what")]})
    say(database, LIN, "a")
    async with sending(database, channel):
        await until(lambda: bool(channel.taken))
    assert channel.texts(LIN) == ["a"]
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == ["sending failed"]


async def test_after_forty_tries_a_message_is_given_up(database: Database) -> None:
    channel = Messenger(wrong={"a": [RetryLaterError("out of reach", 1.0) for _ in range(MOST_TRIES)]})
    say(database, LIN, "a", "b")
    clock = Hand()
    async with sending(database, channel, clock=clock) as sender:
        while not channel.taken:
            if not rows(database)[0].claimed_until:  # a try is not cut short by the clock
                clock.wait(301)
            sender.wake()
            await asyncio.sleep(0.01)
        await until(lambda: rows(database)[1].done_at is not None)
    assert channel.texts(LIN) == ["b"]
    # A claim that the jumping clock has run out is renewed in the middle of its try, and counted.
    assert rows(database)[0].attempts >= MOST_TRIES
    assert "given up" in rows(database)[0].error


# --- rates -------------------------------------------------------------------------------------------------------


async def test_a_telegram_chat_gets_one_message_a_second(database: Database) -> None:
    channel = Messenger("telegram")
    say(database, "telegram:5", "a", "b", "c")
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 3)
    at = [when for _, _, when in channel.taken]
    assert channel.texts("telegram:5") == ["a", "b", "c"]
    assert all(0.95 <= later - earlier < 2.5 for earlier, later in pairwise(at))


async def test_a_telegram_bot_sends_thirty_messages_a_second_and_waiting_is_not_counted_as_a_try(
    database: Database,
) -> None:
    channel = Messenger("telegram")
    for i in range(70):
        say(database, f"telegram:{i}", "a")
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 70, 20)
        await until(lambda: all(rows(database, f"telegram:{i}")[0].done_at for i in range(70)))
    at = sorted(when for _, _, when in channel.taken)
    assert all(later - earlier > 0.95 for earlier, later in zip(at, at[30:], strict=False))
    assert {rows(database, f"telegram:{i}")[0].attempts for i in range(70)} == {1}


async def test_another_messenger_knows_no_rates(database: Database) -> None:
    channel = Messenger()
    say(database, LIN, *(f"{i}" for i in range(40)))
    began = time.monotonic()
    async with sending(database, channel):
        await until(lambda: len(channel.taken) == 40)
    assert time.monotonic() - began < 5


# --- messages that change ----------------------------------------------------------------------------------------


def tell(db: Database, *texts: str) -> None:
    """As the engine does, into the transcript too."""

    def write(conn: Any) -> None:
        conversations.identify(conn, LIN)
        for text in texts:
            send(conn, LIN, Reply(text), 0.0)

    db.write(write)


def edit(db: Database, n: int, text: str) -> None:
    assert db.write(lambda conn: edit_message(conn, LIN, n, text, 0.0))


def notes(db: Database) -> list[str]:
    lines = db.read(lambda conn: conversations.transcript(conn, LIN, notes=True))
    return [m.text for m in lines if m.author == "note"]


async def test_a_change_waits_for_its_message_and_knows_it_by_the_messengers_id(database: Database) -> None:
    channel = Messenger(seconds=0.2)
    tell(database, "a", "b")
    edit(database, 1, "a1")
    async with sending(database, channel):
        await until(lambda: channel.changed == [("remote-1", "a1")])
        edit(database, 1, "a2")
        await until(lambda: channel.changed[1:] == [("remote-1", "a2")])
        assert database.write(lambda conn: withdraw_message(conn, LIN, 2, 0.0))
        await until(lambda: channel.changed[2:] == [("remote-2", "withdrawn")])
    assert channel.texts(LIN) == ["a", "b"]


async def test_a_change_the_messenger_puts_off_is_made_later_and_counts_with_the_rates(
    database: Database,
) -> None:
    channel = Messenger(wrong={"a1": [RetryLaterError("slow down", 1.2)]})
    tell(database, "a")
    edit(database, 1, "a1")
    async with sending(database, channel):
        await until(lambda: len(channel.changed) == 2)
    assert channel.changed == [("remote-1", "a1")] * 2


async def test_a_message_nobody_can_change_any_more_is_told_to_the_agents(database: Database) -> None:
    channel = Messenger(wrong={"a1": [MessageGoneError("message to edit not found")]})
    tell(database, "a")
    edit(database, 1, "a1")
    async with sending(database, channel):
        await until(lambda: notes(database) == ["not changed for the buyer: message to edit not found"])
    assert channel.texts(LIN) == ["a"]


async def test_a_card_nobody_can_change_any_more_is_sent_once_more(database: Database) -> None:
    channel = Messenger(wrong={"登记好了。\n\n包裹在路上": [MessageGoneError("message to edit not found")]})
    world = World(database)
    now = world.clock()
    case = Case("R-1", LIN, CaseType.RETURN_REFUND, Status.DRAFT, now, now)

    def decide(*effects: Effect) -> None:
        database.write(
            lambda conn: carry_out(conn, Turn(LIN, (), 1, now), Decision(State(), effects), kit(), now)
        )

    database.write(lambda conn: conversations.identify(conn, LIN))
    async with sending(database, channel):
        decide(Reply("登记好了。"), SaveCase(case), Card("R-1", "等您寄回"))
        await until(lambda: len(channel.taken) == 1)
        decide(Card("R-1", "包裹在路上"))
        await until(lambda: len(channel.taken) == 2)
        decide(Card("R-1", "退款中"))
        await until(lambda: channel.changed[1:] == [("remote-2", "退款中")])
    assert channel.texts(LIN) == ["登记好了。\n\n等您寄回", "包裹在路上"]
    assert notes(database) == []


# --- dead senders ------------------------------------------------------------------------------------------------


async def test_what_a_dead_sender_had_claimed_is_free_when_its_lease_has_run_out(database: Database) -> None:
    say(database, LIN, "a")
    clock = Hand()
    at = clock().timestamp()
    assert len(database.write(lambda c: outbox.claim(c, "dead", at, 8, ["test"]))) == 1
    channel = Messenger()
    async with sending(database, channel, clock=clock, owner="other") as sender:
        clock.wait(29)
        sender.wake()
        await asyncio.sleep(0.7)
        assert channel.taken == []
        clock.wait(2)
        sender.wake()
        await until(lambda: bool(channel.taken))


async def test_a_sender_that_starts_again_takes_up_its_own_at_once(database: Database) -> None:
    say(database, LIN, "a")
    say(database, BO, "b")
    now = system_clock().timestamp()
    assert len(database.write(lambda c: outbox.claim(c, "me", now, 1, ["test"]))) == 1
    assert len(database.write(lambda c: outbox.claim(c, "another", now, 1, ["test"]))) == 1
    channel = Messenger()
    async with sending(database, channel, owner="me"):
        await until(lambda: bool(channel.taken))
        await asyncio.sleep(0.7)
    assert len(channel.taken) == 1, "the other one's is not ours to send"


async def test_a_send_that_outlasts_its_lease_is_not_begun_again(database: Database) -> None:
    channel = Messenger(seconds=1.0)
    say(database, LIN, "slow")
    clock = Hand()
    async with sending(database, channel, clock=clock) as sender:
        await until(lambda: channel.flying[LIN] == 1)
        clock.wait(40)
        sender.wake()
        await until(lambda: rows(database)[0].done_at is not None)
    assert channel.texts(LIN) == ["slow"]
    assert channel.most_of_a_chat == 1


async def test_what_is_in_flight_when_the_program_is_stopped_lands_and_is_booked(database: Database) -> None:
    channel = Messenger(seconds=0.5)
    say(database, LIN, "a")
    async with sending(database, channel):
        await until(lambda: channel.flying[LIN] == 1)
    assert channel.texts(LIN) == ["a"]
    assert rows(database)[0].done_at is not None


async def test_two_senders_never_send_one_message_twice(migrated_url: str) -> None:
    first, second = Database(migrated_url), Database(migrated_url)
    channel = Messenger(seconds=0.005)
    for i in range(30):
        say(first, f"test:{i}", "a", "b", "c")
    async with sending(first, channel, owner="one"), sending(second, channel, owner="two"):
        await until(lambda: len(channel.taken) >= 90, 20)
        await asyncio.sleep(0.2)
    assert all(channel.texts(f"test:{i}") == ["a", "b", "c"] for i in range(30))
    first.close()
    second.close()


# --- photos ------------------------------------------------------------------------------------------------------


def send_photo(db: Database) -> None:
    """The buyer's photo as a channel hands it over, and the engine's turn on it."""
    event, now = Incoming(LIN, "1", attachments=(PHOTO,)), system_clock().timestamp()
    db.write(lambda conn: put(conn, [event], now, Settle(0, 0)))
    Engine(db, system_clock, kit).step()


async def test_a_photo_is_kept_as_the_original_bytes(database: Database) -> None:
    original = picture("PNG")
    send_photo(database)
    async with sending(database, Messenger(photo=original)):
        await until(lambda: all(r.done_at for r in rows(database)))
    kept = database.read(lambda conn: conversations.read_attachment(conn, "p1"))
    assert kept is not None
    assert (kept.data, kept.size, kept.error) == (original, len(original), None)


@pytest.mark.parametrize(
    "fault", [UndeliverableError("the file is gone"), RetryLaterError("out of reach", 1.0)]
)
async def test_a_photo_that_cannot_be_had_is_asked_for_again(database: Database, fault: Exception) -> None:
    send_photo(database)
    clock = Hand()
    clock.now = system_clock()
    async with sending(database, Messenger(photo=fault), clock=clock) as sender:
        before = len(database.read(lambda conn: conversations.transcript(conn, LIN)))
        async with asyncio.timeout(20):
            while not any(r.lane != "send" and r.done_at for r in rows(database)):
                clock.wait(301)
                sender.wake()
                await asyncio.sleep(0.02)
    Engine(database, clock, kit).step()
    kept = database.read(lambda conn: conversations.read_attachment(conn, "p1"))
    assert kept is not None
    assert kept.data is None
    assert str(fault) in str(kept.error)
    told = database.read(lambda conn: conversations.transcript(conn, LIN))[before:]
    assert [m.author for m in told] == ["bot"]
    words = kit().knowledge.replies["photo_failed"]
    assert words.zh[:6] in told[0].text or words.en[:12] in told[0].text


async def test_a_slow_photo_does_not_hold_up_the_answers(database: Database) -> None:
    class SlowPhotos(Messenger):
        async def fetch(self, attachment: Attachment) -> bytes:
            await asyncio.sleep(3)
            return b""

    send_photo(database)
    channel = SlowPhotos()
    say(database, LIN, "still here")
    async with sending(database, channel):
        await until(lambda: "still here" in channel.texts(LIN), 5)
    assert channel.texts(LIN).count("still here") == 1


# --- a database that is away -------------------------------------------------------------------------------------


async def test_a_database_that_goes_away_in_the_middle_costs_no_message_and_repeats_none(
    spare_postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What was sent while the database was away is booked when it is back, before anything else is claimed."""
    database = Database(spare_postgres.create())
    database.migrate()
    channel = Messenger(seconds=0.3)
    for i in range(20):
        say(database, f"test:{i}", "a", "b")
    with caplog.at_level(logging.WARNING):
        async with sending(database, channel):
            await until(lambda: channel.flying.total() == IN_FLIGHT)
            await asyncio.to_thread(spare_postgres.kill)
            await asyncio.sleep(2.5)
            await asyncio.to_thread(spare_postgres.start)
            await until(lambda: len(channel.taken) >= 40, 20)
            await asyncio.sleep(0.5)
    assert all(channel.texts(f"test:{i}") == ["a", "b"] for i in range(20))
    assert sum(r.message.startswith("the outbox waits") for r in caplog.records) == 1
    database.close()


def test_a_row_with_a_lapsed_claim_can_be_claimed_and_one_that_is_held_cannot(database: Database) -> None:
    say(database, LIN, "a")
    take = lambda owner, now: database.write(lambda c: outbox.claim(c, owner, now, 8, ["test"]))  # noqa: E731
    assert len(take("one", 1000.0)) == 1
    assert take("two", 1029.0) == []
    assert len(take("two", 1031.0)) == 1
    held = update(outbox_table).values(not_before=2000.0, claimed_until=0)
    database.write(lambda conn: conn.execute(held) and None)
    assert take("one", 1999.0) == []
    assert len(take("one", 2000.0)) == 1
