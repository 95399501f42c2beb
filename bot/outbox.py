"""The way out: claims outbox rows, sends them through their channel, retries, keeps the messengers' rates.

At least once: a crash between a send and its booking repeats that one message. At most one message of a
conversation and eight in all are in flight, which bounds the repeats.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection

from bot.channels.base import Channel
from bot.clock import Clock
from bot.errors import ChatMovedError, RetryLaterError, StoreAwayError, UndeliverableError
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Outgoing
from bot.store import conversations
from bot.store.db import Database
from bot.store.outbox import Booking, Job, book, claim, next_due, release

log = logging.getLogger(__name__)

IN_FLIGHT = 8
MOST_TRIES = 40  # with pauses of up to five minutes: about three hours of a messenger that is away
LONGEST_PAUSE = 300.0
POLL_SECONDS = 0.5
LAST_SECONDS = 5.0  # for what is in flight when the program is stopped

# What each messenger takes: for the whole bot, for one private chat, for one group (their documentation's figures).
RATES: dict[str, tuple[RateLimitItem, RateLimitItem, RateLimitItem]] = {
    "telegram": (RateLimitItemPerSecond(30), RateLimitItemPerSecond(1), RateLimitItemPerMinute(20)),
}


class Sender:
    """`owner` is stable over restarts of this process and unique among hosts."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        channels: Sequence[Channel],
        inlet: Inlet,
        owner: str,
        changed: Callable[[Sequence[str]], None] = lambda _: None,
    ) -> None:
        self._db, self._clock, self._inlet, self._owner, self._changed = db, clock, inlet, owner, changed
        self._channels = {c.name: c for c in channels}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._bell = asyncio.Event()
        self._flying: dict[asyncio.Task[Booking], Job] = {}
        self._landed: list[Booking] = []
        self._was_away = False

    def wake(self) -> None:
        """There may be something to send. Call from the event loop's thread."""
        self._bell.set()

    async def run(self) -> None:
        """Sends until cancelled; then what is in flight may land and is booked, so that it is not sent again."""
        await self._patiently(self._release)
        try:
            while True:
                await self._round()
        finally:
            await self._land_all()

    async def _round(self) -> None:
        jobs = await self._patiently(partial(self._book_and_claim, landed=tuple(self._landed)))
        self._landed = []
        self._flying |= {asyncio.create_task(self._do(job)): job for job in jobs}
        if len(self._flying) >= IN_FLIGHT:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        elif not jobs:
            await self._rest()
        self._land()

    def _land(self) -> None:
        self._landed += [task.result() for task in self._flying if task.done()]
        self._flying = {task: job for task, job in self._flying.items() if not task.done()}

    async def _land_all(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying, timeout=LAST_SECONDS)
        self._land()
        if self._landed:
            with contextlib.suppress(StoreAwayError):
                await self._db.awrite(partial(self._book, landed=tuple(self._landed)))

    def _release(self, conn: Connection) -> list[Job]:
        release(conn, self._owner, keep=list(self._flying.values()))
        return []

    def _book_and_claim(self, conn: Connection, landed: Sequence[Booking]) -> list[Job]:
        if self._was_away:
            self._release(conn)  # a claim whose commit went unheard is ours without our knowing
        self._book(conn, landed)
        free = IN_FLIGHT - len(self._flying)
        if free <= 0:
            return []
        jobs = claim(conn, self._owner, self._clock().timestamp(), free, list(self._channels))
        # A send that outlasts its lease is claimed anew, which keeps it from others; it is not begun again.
        under_way = {(job.chat, job.n) for job in self._flying.values()}
        return [job for job in jobs if (job.chat, job.n) not in under_way]

    def _book(self, conn: Connection, landed: Sequence[Booking]) -> None:
        now = self._clock().timestamp()
        book(conn, landed, now, self._owner)
        for b in landed:
            if b.error and b.again_at is None and b.job.kind == "send":
                conversations.add_message(conn, b.job.chat, "note", f"not delivered: {b.error}", now)

    async def _patiently(self, work: Callable[[Connection], list[Job]]) -> list[Job]:
        """One transaction, waiting while the database is away: what was sent must be booked before more is claimed."""
        while True:
            try:
                jobs = await self._db.awrite(work)
                self._was_away = False
                return jobs
            except StoreAwayError as fault:
                if not self._was_away:
                    log.warning("the outbox waits: %s", fault)
                self._was_away = True
                await asyncio.sleep(1.0)

    async def _rest(self) -> None:
        """Until the bell, a landing, or the next row that becomes due."""
        bell = asyncio.create_task(self._bell.wait())
        try:
            await asyncio.wait(
                {bell, *self._flying}, timeout=await self._pause(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            bell.cancel()
            self._bell.clear()

    async def _pause(self) -> float:
        try:
            due = await self._db.aread(partial(next_due, channels=list(self._channels)))
        except StoreAwayError:
            return 1.0
        return POLL_SECONDS if due is None else max(0.005, min(due - self._clock().timestamp(), POLL_SECONDS))

    # --- one job ---------------------------------------------------------------------------------------------------

    async def _do(self, job: Job) -> Booking:
        """Never raises: whatever happens is a booking."""
        try:
            booking = await self._attempt(job)
            if booking.error and booking.again_at is None and job.kind == "fetch":
                await self._photo_lost(job, booking.error)
            return booking
        except StoreAwayError as fault:
            return Booking(job, error=str(fault), again_at=self._clock().timestamp() + 1.0)

    async def _attempt(self, job: Job) -> Booking:
        name = job.chat.split(":")[0]
        if job.kind == "send" and (wait := self._full(name, job.chat)):
            return Booking(job, again_at=self._clock().timestamp() + wait)
        try:
            if job.kind == "fetch":
                return await self._fetch(self._channels[name], job)
            return Booking(job, remote_id=await self._channels[name].send(Outgoing.from_json(job.payload)))
        except RetryLaterError as fault:
            return self._again(job, str(fault), fault.after)
        except (UndeliverableError, ChatMovedError) as fault:
            log.warning("not delivered", extra={"chat": job.chat, "n": job.n, "reason": str(fault)})
            return Booking(job, error=str(fault))
        except StoreAwayError:
            raise
        except Exception as fault:
            log.exception("sending failed", extra={"chat": job.chat, "n": job.n})
            return self._again(job, f"{type(fault).__name__}: {fault}", 1.0)

    def _again(self, job: Job, why: str, after: float) -> Booking:
        if job.attempts >= MOST_TRIES:
            return Booking(job, error=f"given up after {job.attempts} tries: {why}")
        pause = min(max(after, 0.5 * 2 ** min(job.attempts, 10)) if after <= 1 else after, LONGEST_PAUSE)
        return Booking(job, error=why, again_at=self._clock().timestamp() + pause)

    async def _fetch(self, channel: Channel, job: Job) -> Booking:
        attachment = Attachment(**job.payload)
        data = await channel.fetch(attachment)
        now = self._clock().timestamp()
        await self._db.awrite(
            lambda conn: conversations.store_attachment(conn, job.chat, attachment, data, now)
        )
        self._changed([job.chat])
        return Booking(job, remote_id=attachment.remote)

    async def _photo_lost(self, job: Job, why: str) -> None:
        await self._db.awrite(lambda conn: conversations.fail_attachment(conn, job.payload["id"], why))
        await self._inlet.put([Incoming(job.chat, key=f"lost:{job.payload['id']}", kind="photo_failed")])

    def _full(self, channel: str, chat: str) -> float:
        """Seconds to wait for the messenger's rates; 0 when it may go now (and is counted)."""
        if channel not in RATES:
            return 0.0
        bot, private, group = RATES[channel]
        own = (group if chat.split(":")[1].startswith("-") else private, chat)
        if not self._limiter.test(*own):
            return 0.25
        if not self._limiter.hit(bot, channel):
            return 0.05
        self._limiter.hit(*own)
        return 0.0
