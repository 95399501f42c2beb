"""Jobs of the outbox on both databases: money paid back once, orders looked up, and nobody's answer held up."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.cases.case import Case, CaseType, Status
from bot.clock import system_clock
from bot.dialogue.effects import Effect, LookUp, PayOut, ReadOrders, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Turn
from bot.errors import RetryLaterError, StoreAwayError
from bot.inbox import Inlet
from bot.jobs import LOOKUP_TRIES, Jobs
from bot.messages import Attachment, Incoming
from bot.orders.refunds import RefundRequest, RefundResult
from bot.outbox import JOBS_IN_FLIGHT, MOST_TRIES, Sender
from bot.store import conversations, outbox
from bot.store.db import Database
from bot.store.inbox import Settle
from bot.store.outbox import MONEY_LEASE
from bot.store.save import carry_out
from bot.store.tables import inbox
from bot.store.tables import outbox as outbox_table
from tests.support.core import kit
from tests.test_outbox import Hand, Messenger, sending, until

TOP = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
LIN, BO = "test:lin", "test:bo"
REFUND = PayOut("R-118", 1, "T1001", Decimal("19.90"), "size")


@dataclass
class Till:
    """A gateway that keeps a ledger; `wrong` are faults of its next calls, `work` is done during each call."""

    wrong: list[Exception] = field(default_factory=list)
    ledger: dict[str, RefundRequest] = field(default_factory=dict)
    calls: list[RefundRequest] = field(default_factory=list)
    work: Callable[[], Any] = lambda: None
    flying: int = 0
    most_flying: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refund(self, request: RefundRequest) -> RefundResult:
        with self._lock:
            self.flying += 1
            self.most_flying = max(self.most_flying, self.flying)
        try:
            self.calls.append(request)
            self.work()
            if self.wrong:
                raise self.wrong.pop(0)
            self.ledger.setdefault(request.key, request)
            return RefundResult("done", "P-1")
        finally:
            with self._lock:
                self.flying -= 1


def decide(db: Database, chat: str, *effects: Effect) -> None:
    """What the engine does with a decision."""

    def write(conn: Connection) -> None:
        conversations.identify(conn, chat)
        carry_out(conn, Turn(chat, (), 1, NOW), Decision(State(), effects), kit(), NOW)

    db.write(write)


def news(db: Database, chat: str = LIN) -> list[tuple[str, str, dict[str, Any]]]:
    """What happened to the conversation: (kind, key, data)."""
    rows = db.read(lambda c: c.execute(select(inbox).where(inbox.c.chat == chat).order_by(inbox.c.n)).all())
    events = [Incoming.from_json(r.payload) for r in rows]
    return [(e.kind, e.key, e.data) for e in events]


def jobs(db: Database, chat: str = LIN) -> list[Any]:
    query = select(outbox_table).where(outbox_table.c.chat == chat, outbox_table.c.lane == "job")
    return list(db.read(lambda conn: conn.execute(query.order_by(outbox_table.c.n)).all()))


def told(
    state: str, ref: str = "", words: str = "", attempt: int = 1
) -> list[tuple[str, str, dict[str, Any]]]:
    data = {"case": "R-118", "attempt": attempt, "state": state, "ref": ref, "told": words}
    return [("refund", f"refund:R-118:{attempt}:{state}", data)]


# --- money ---------------------------------------------------------------------------------------------------------


async def test_money_is_paid_once_and_the_conversation_hears_of_it(database: Database) -> None:
    till = Till()
    for _ in range(3):
        decide(database, LIN, REFUND)
    async with sending(database, Messenger(), jobs=Jobs(till)):
        await until(lambda: bool(news(database)))
        await asyncio.sleep(0.3)
    assert till.calls == [
        RefundRequest("refund:R-118:1", "R-118", 1, "T1001", Decimal("19.90"), "CNY", "size")
    ]
    assert news(database) == told("done", "P-1")
    assert [(r.remote_id, r.error, bool(r.done_at)) for r in jobs(database)] == [("P-1", None, True)]


async def test_a_second_attempt_is_a_payment_of_its_own(database: Database) -> None:
    till = Till()
    decide(database, LIN, REFUND, PayOut("R-118", 2, "T1001", Decimal("5.00")))
    async with sending(database, Messenger(), jobs=Jobs(till)):
        await until(lambda: len(news(database)) == 2)
    assert [r.amount for r in till.ledger.values()] == [Decimal("19.90"), Decimal("5.00")]
    assert [data["attempt"] for _, _, data in news(database)] == [1, 2]


async def test_without_a_gateway_a_person_is_to_pay(database: Database) -> None:
    decide(database, LIN, REFUND)
    async with sending(database, Messenger()):
        await until(lambda: bool(news(database)))
    assert news(database) == told("manual")


async def test_no_transaction_is_open_while_the_money_moves(database: Database) -> None:
    """The gateway itself writes to the database: on SQLite that would wait for ever behind an open transaction."""
    till = Till(work=lambda: database.write(lambda conn: conversations.identify(conn, BO, name="Bo")))
    decide(database, LIN, REFUND)
    async with sending(database, Messenger(), jobs=Jobs(till)):
        await until(lambda: bool(news(database)))
    assert news(database) == told("done", "P-1")


@pytest.mark.parametrize("fault", [RetryLaterError("busy", 1.0), StoreAwayError("away"), KeyError("what")])
async def test_a_gateway_that_is_away_is_asked_again_with_the_same_key(
    database: Database, fault: Exception
) -> None:
    till = Till(wrong=[fault, fault])
    decide(database, LIN, REFUND)
    clock = Hand()
    async with sending(database, Messenger(), jobs=Jobs(till), clock=clock) as sender:
        await patiently(lambda: bool(news(database)), clock, sender)
    assert {r.key for r in till.calls} == {"refund:R-118:1"}
    assert (len(till.calls), len(till.ledger)) == (3, 1)
    assert news(database) == told("done", "P-1")


async def test_a_gateway_that_stays_away_is_given_up_and_its_words_are_told(database: Database) -> None:
    till = Till(wrong=[RetryLaterError("the bank is closed", 1.0) for _ in range(MOST_TRIES)])
    decide(database, LIN, REFUND)
    clock = Hand()
    async with sending(database, Messenger(), jobs=Jobs(till), clock=clock) as sender:
        async with asyncio.timeout(60):
            while not news(database):
                if not jobs(database)[0].claimed_until:  # a try is not cut short by the clock
                    clock.wait(301)
                sender.wake()
                await asyncio.sleep(0.01)
    # A claim that the jumping clock has run out is renewed in the middle of its try, and counted.
    assert MOST_TRIES // 2 < len(till.calls) <= MOST_TRIES
    [(_, key, data)] = news(database)
    assert (key, data["state"], till.ledger) == ("refund:R-118:1:failed", "failed", {})
    assert re.fullmatch(r"given up after \d+ tries: the bank is closed", data["told"])


async def patiently(condition: Callable[[], bool], clock: Hand, sender: Sender, seconds: float = 20) -> None:
    """Until the condition holds; whatever waits for its next try has it at once."""
    async with asyncio.timeout(seconds):
        while not condition():
            clock.wait(5)
            sender.wake()
            await asyncio.sleep(0.02)


def test_what_is_paid_and_not_booked_when_the_process_dies_is_asked_again_and_paid_once(
    migrated_url: str, tmp_path: Path
) -> None:
    """A real process ends between the payment and its booking, without a word; another one takes over."""
    database = Database(migrated_url)
    decide(database, LIN, REFUND)
    ledger = tmp_path / "ledger"
    for n, ends in enumerate(("dies", "dies", "lives")):
        # Each begins when the claim of the one before it has run out: nobody looks while its payment may be under way.
        words = [sys.executable, "-c", PAYS, migrated_url, str(ledger), ends, str(n * (MONEY_LEASE + 1))]
        done = subprocess.run(words, cwd=TOP, env=os.environ, timeout=60, check=False)
        assert done.returncode == (9 if ends == "dies" else 0)
    calls = ledger.read_text().split()
    assert calls == ["refund:R-118:1"] * 3
    assert news(database) == told("done", "P-1")
    database.close()


PAYS = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from bot.clock import system_clock
from bot.inbox import Inlet
from bot.jobs import Jobs
from bot.orders.refunds import RefundResult
from bot.outbox import Sender
from bot.store.db import Database
from bot.store.inbox import Settle
from sqlalchemy import text

url, ledger, ends, later = sys.argv[1:]
db = Database(url)

class Till:
    def refund(self, request):
        with Path(ledger).open("a") as book:
            book.write(request.key + "\\n")
        if ends == "dies":
            os._exit(9)
        return RefundResult("done", "P-1")

def clock():
    return system_clock() + timedelta(seconds=float(later))

async def main():
    sender = Sender(db, clock, [], Inlet(db, clock, Settle(0, 0)), "me", jobs=Jobs(Till()))
    running = asyncio.create_task(sender.run())
    while not db.read(lambda c: c.execute(text("SELECT count(*) FROM inbox")).scalar()):
        await asyncio.sleep(0.05)
    running.cancel()

asyncio.run(main())
"""


async def test_the_outcome_goes_to_the_conversation_where_the_case_is_at_home(database: Database) -> None:
    """An agent decides in one chat of the buyer's on a case that was filed in another."""
    decide(database, BO, SaveCase(Case("R-118", BO, CaseType.REFUND_ONLY, Status.DRAFT, NOW, NOW)))
    decide(database, LIN, REFUND)
    async with sending(database, Messenger()):
        await until(lambda: bool(news(database, BO)))
    assert news(database, BO) == told("manual")
    assert news(database, LIN) == []


async def test_money_goes_back_where_the_messenger_is_not_served_any_more(database: Database) -> None:
    decide(database, "gone:1", Reply("hello"), REFUND)
    async with sending(database, Messenger()):
        await until(lambda: bool(news(database, "gone:1")))
    assert news(database, "gone:1") == told("manual")


async def test_the_engine_is_woken_for_what_a_job_brings(database: Database) -> None:
    woken: list[None] = []
    inlet = Inlet(database, system_clock, Settle(0, 0), lambda: woken.append(None))
    decide(database, LIN, REFUND)
    sender = Sender(database, system_clock, [], inlet, "me")
    running = asyncio.create_task(sender.run())
    await until(lambda: bool(woken))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert news(database) == told("manual")


# --- look-ups ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "state"), [(["T1", "T1-2"], "found"), ([], "none")])
async def test_an_order_is_looked_up_and_the_answer_names_its_request(
    database: Database, found: list[str], state: str
) -> None:
    asked: list[tuple[str, str]] = []

    def find(number: str, proof: str) -> list[str]:
        asked.append((number, proof))
        return found

    decide(database, LIN, LookUp("q7", "T1", "5566"), LookUp("q7", "T1", "5566"))
    async with sending(database, Messenger(), jobs=Jobs(find=find)):
        await until(lambda: bool(news(database)))
    assert asked == [("T1", "5566")]
    answer = {"request": "q7", "state": state, "found": found}
    assert news(database) == [("looked_up", "lookup:q7", answer)]


async def test_the_orders_of_an_account_are_read_once_a_conversation(database: Database) -> None:
    asked: list[str] = []

    def orders_of(buyer: str) -> list[str]:
        asked.append(buyer)
        return ["T1", "T2"]

    decide(database, LIN, ReadOrders("B1"), ReadOrders("B1"))
    async with sending(database, Messenger(), jobs=Jobs(orders_of=orders_of)):
        await until(lambda: bool(news(database)))
    assert asked == ["B1"]
    ((kind, _, answer),) = news(database)
    assert (kind, answer["found"]) == ("looked_up", ["T1", "T2"])


async def test_a_shop_system_that_is_away_is_an_answer_after_a_few_tries(database: Database) -> None:
    calls: list[str] = []

    def find(number: str, proof: str) -> list[str]:
        calls.append(number)
        raise RetryLaterError("out of reach", 1.0)

    decide(database, LIN, LookUp("q7", "T1", "5566"))
    clock = Hand()
    async with sending(database, Messenger(), jobs=Jobs(find=find), clock=clock) as sender:
        await patiently(lambda: bool(news(database)), clock, sender)
    assert len(calls) == LOOKUP_TRIES
    assert news(database) == [("looked_up", "lookup:q7", {"request": "q7", "state": "away", "found": []})]


# --- side by side with the answers ---------------------------------------------------------------------------------


async def test_slow_jobs_of_any_number_hold_up_no_answer_not_even_of_their_own_chat(
    database: Database,
) -> None:
    over = threading.Event()
    till = Till(work=lambda: over.wait(20))
    for i in range(12):
        chat = f"test:{i}"
        decide(
            database,
            chat,
            PayOut(f"R-{i}", 1, "T1001", Decimal(1)),
            Reply("on its way"),
            Reply("anything else?"),
        )
    channel = Messenger()
    async with sending(database, channel, jobs=Jobs(till)):
        await until(lambda: len(channel.taken) == 24)
        await until(lambda: till.flying == JOBS_IN_FLIGHT)
        assert not any(news(database, f"test:{i}") for i in range(12))
        over.set()
        await until(lambda: all(news(database, f"test:{i}") for i in range(12)), 20)
    assert till.most_flying == JOBS_IN_FLIGHT


async def test_photos_that_take_long_leave_all_eight_places_to_messages(database: Database) -> None:
    class SlowPhotos(Messenger):
        async def fetch(self, attachment: Attachment) -> bytes:
            await asyncio.sleep(30)
            return b""

    def ask_for(conn: Connection, chat: str) -> None:
        conversations.identify(conn, chat)
        payload = {"id": chat, "name": "a.jpg", "mime": "image/jpeg", "size": 1, "remote": "r"}
        outbox.add(conn, chat, [{"key": "f", "kind": "fetch", "lane": "fetch:f", "payload": payload}])

    for i in range(12):
        database.write(partial(ask_for, chat=f"test:{i}"))
    channel = SlowPhotos(seconds=0.3)
    async with sending(database, channel):
        await until(lambda: sum(bool(r.claimed_until) for i in range(12) for r in fetches(database, i)) == 4)
        for i in range(12):
            decide(database, f"test:{i}", Reply("hello"))
        await until(lambda: channel.most_flying == 8)
        slow = [row for i in range(12) for row in fetches(database, i)]
        assert sum(bool(row.claimed_until) for row in slow) == 4
        assert not any(row.done_at for row in slow)


def fetches(db: Database, i: int) -> list[Any]:
    query = select(outbox_table).where(outbox_table.c.chat == f"test:{i}", outbox_table.c.kind == "fetch")
    return list(db.read(lambda conn: conn.execute(query).all()))


async def test_jobs_of_one_conversation_are_done_one_after_the_other(database: Database) -> None:
    till = Till(work=lambda: time.sleep(0.1))
    decide(database, LIN, *(PayOut("R-118", n, "T1001", Decimal(n)) for n in range(1, 5)))
    async with sending(database, Messenger(), jobs=Jobs(till)):
        await until(lambda: len(news(database)) == 4)
    assert till.most_flying == 1
    assert [r.attempt for r in till.calls] == [1, 2, 3, 4]
