"""A payment is one process's for longer than its call may take: the far side may know no idempotency keys."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.inbox import Inlet
from bot.jobs import Jobs
from bot.orders.door import MOST_WAIT, Patience
from bot.orders.refunds import RefundRequest, RefundResult
from bot.outbox import Sender
from bot.store import outbox
from bot.store.db import Database
from bot.store.inbox import Settle
from tests.test_outbox import LIN, rows, say

NOW = 1_770_000_000.0
PAYLOAD = {"case": "A1", "attempt": 1, "order": "727", "amount": "5.00", "reason": "quality_claim"}


@pytest.fixture
def shop(database: Database) -> Database:
    say(database, LIN, "a")
    row = {"key": "refund:A1:1", "kind": "refund", "lane": outbox.JOBS, "payload": PAYLOAD}
    database.write(lambda conn: outbox.add(conn, LIN, [row]))
    return database


def claimed(db: Database, owner: str, at: float) -> list[str]:
    return sorted(job.kind for job in db.write(lambda conn: outbox.claim(conn, owner, at, 8, ["test"])))


def test_nobody_else_pays_before_all_tries_of_one_call_are_over(shop: Database) -> None:
    assert claimed(shop, "one", NOW) == ["refund", "send"]
    assert claimed(shop, "two", NOW + outbox.LEASE + 1) == ["send"]
    assert claimed(shop, "two", NOW + outbox.MONEY_LEASE - 1) == ["send"]
    assert claimed(shop, "two", NOW + outbox.MONEY_LEASE + 1) == ["refund"]


def test_the_claim_outlasts_the_longest_call_there_is() -> None:
    """WooCommerce: the order by its number, by a search, its refunds, each tried often; then one payment."""
    p = Patience()
    longest_look = p.tries * p.timeout + (p.tries - 1) * MOST_WAIT
    assert 3 * longest_look + p.timeout < outbox.MONEY_LEASE


def test_a_process_that_starts_again_sends_at_once_but_lets_a_payments_claim_run_out(shop: Database) -> None:
    assert claimed(shop, "one", NOW) == ["refund", "send"]
    shop.write(lambda conn: outbox.release(conn, "one"))
    assert claimed(shop, "one", NOW + 1) == ["send"]
    assert claimed(shop, "one", NOW + outbox.MONEY_LEASE + 1) == ["refund", "send"]


class Slow:
    """A shop's system without idempotency keys: it looks, takes its time, and pays."""

    def __init__(self) -> None:
        self.paid: list[str] = []
        self.calls = 0
        self.asked, self.go = threading.Event(), threading.Event()

    def refund(self, request: RefundRequest) -> RefundResult:
        self.calls += 1
        known = request.key in self.paid
        self.asked.set()
        self.go.wait(20)
        if not known:
            self.paid.append(request.key)
        assert request.amount == Decimal("5.00")
        return RefundResult("done", "9001")


class NoMessenger:
    name = "test"

    async def send(self, message: object) -> str:
        return "remote"


async def test_two_processes_pay_once_though_the_first_takes_a_minute(
    shop: Database, migrated_url: str
) -> None:
    other, till, later = Database(migrated_url), Slow(), [timedelta()]

    def clock() -> datetime:
        return datetime.now(UTC) + later[0]

    async with AsyncExitStack() as stack:
        stack.callback(other.close)
        senders = []
        for owner, db, serves in (("one", shop, []), ("two", other, [NoMessenger()])):
            inlet = Inlet(db, clock, Settle(), lambda: None)
            sender = Sender(db, clock, serves, inlet, owner, jobs=Jobs(till))  # type: ignore[arg-type]
            task = asyncio.create_task(sender.run())
            stack.push_async_callback(ended, task)
            senders.append(sender)
            if owner == "one":
                await until(till.asked.is_set)
        later[0] = timedelta(seconds=90)
        say(shop, LIN, "b")  # only the other can send it
        senders[1].wake()
        await until(lambda: any(r.done_at for r in rows(shop) if r.kind == "send" and r.n > 2))
        assert till.calls == 1, "the other has been at work since, and left this alone"
        till.go.set()
        await until(lambda: all(r.done_at for r in rows(shop)))
    assert (till.calls, till.paid) == (1, ["refund:A1:1"])


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what happens in another process's stead rings no bell here
            await asyncio.sleep(0.02)
