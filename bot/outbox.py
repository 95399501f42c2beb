"""The way out: claims outbox rows, sends them through their channel, retries, keeps the messengers' rates.

At least once: a crash between a send and its booking repeats that one message. At most one message of a
conversation and eight in all are in flight, which bounds the repeats. Jobs (photos to fetch, and those of
`bot/jobs.py`) have room of their own, so that no slow shop system holds up an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection

from bot.channels.base import Channel
from bot.clock import Clock
from bot.errors import (
    ChatMovedError,
    MessageGoneError,
    RetryLaterError,
    SourceRefusedError,
    StoreAwayError,
    UndeliverableError,
)
from bot.inbox import Inlet
from bot.jobs import KINDS, LOOKUP_TRIES, Jobs
from bot.messages import Attachment, Incoming, Outgoing
from bot.photos import DEFAULT, Limits, Refused, examine
from bot.store import cards, conversations
from bot.store.db import Database
from bot.store.outbox import Booking, Job, Part, book, claim, next_due, release, remote_id

log = logging.getLogger(__name__)

IN_FLIGHT = 8
JOBS_IN_FLIGHT = 4
ROOM: dict[Part, int] = {"send": IN_FLIGHT, "job": JOBS_IN_FLIGHT}
MOST_TRIES = 40  # with pauses of up to five minutes: about three hours of a messenger that is away
LONGEST_PAUSE = 300.0
POLL_SECONDS = 0.5
LAST_SECONDS = 5.0  # for what is in flight when the program is stopped

# What each messenger takes: for the whole bot, for one private chat, for one group (their documentation's figures).
TELEGRAM = (RateLimitItemPerSecond(30), RateLimitItemPerSecond(1), RateLimitItemPerMinute(20))
RATES: dict[str, tuple[RateLimitItem, RateLimitItem, RateLimitItem]] = {
    "telegram": TELEGRAM,
    "telegram-desk": TELEGRAM,
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
        jobs: Jobs | None = None,
        limits: Limits = DEFAULT,
    ) -> None:
        self._db, self._clock, self._inlet, self._owner, self._changed = db, clock, inlet, owner, changed
        self._channels = {c.name: c for c in channels}
        self._jobs = jobs or Jobs()
        self._limits = limits
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
        if any(b.news for b in self._landed):
            self._inlet.ring()
        self._landed = []
        self._flying |= {asyncio.create_task(self._do(job)): job for job in jobs}
        if not self._room():
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        elif not jobs:
            await self._rest()
        self._land()

    def _room(self) -> dict[Part, int]:
        """How many more of each part may be in flight; a part that is full is not in it."""
        parts = [_part(job) for job in self._flying.values()]
        return {part: most - parts.count(part) for part, most in ROOM.items() if parts.count(part) < most}

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
        now, channels = self._clock().timestamp(), list(self._channels)
        jobs = [
            job
            for part, free in self._room().items()
            for job in claim(conn, self._owner, now, free, channels, part)
        ]
        # A send that outlasts its lease is claimed anew, which keeps it from others; it is not begun again.
        under_way = {(job.chat, job.n) for job in self._flying.values()}
        return [job for job in jobs if (job.chat, job.n) not in under_way]

    def _book(self, conn: Connection, landed: Sequence[Booking]) -> None:
        now = self._clock().timestamp()
        for b in book(conn, landed, now, self._owner):
            if b.error is None or b.again_at is not None or _part(b.job) == "job":
                continue
            if (
                b.gone
                and b.job.kind == "edit"
                and cards.show_again(conn, Outgoing.from_json(b.job.payload), now)
            ):
                continue
            conversations.add_message(conn, b.job.chat, "note", f"{_FAILED[b.job.kind]}: {b.error}", now)

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
            due = await self._db.aread(self._next_due)
        except StoreAwayError:
            return 1.0
        return POLL_SECONDS if due is None else max(0.005, min(due - self._clock().timestamp(), POLL_SECONDS))

    def _next_due(self, conn: Connection) -> float | None:
        """Of the parts that have room: what cannot be taken now must not keep us awake."""
        dues = [next_due(conn, list(self._channels), part) for part in self._room()]
        return min((due for due in dues if due is not None), default=None)

    # --- one job ---------------------------------------------------------------------------------------------------

    async def _do(self, job: Job) -> Booking:
        """Never raises: whatever happens is a booking."""
        try:
            booking = await self._attempt(job)
            if booking.error is None or booking.again_at is not None:
                return booking
            if job.kind == "fetch":
                await self._photo_lost(job, booking.error, booking.reason)
            elif job.kind in KINDS:
                return replace(booking, news=self._jobs.given_up(job, booking.error))
            return booking
        except StoreAwayError as fault:
            return Booking(job, error=str(fault), again_at=self._clock().timestamp() + 1.0)

    async def _attempt(self, job: Job) -> Booking:
        if _part(job) == "send" and (wait := self._full(job.chat)):
            return Booking(job, again_at=self._clock().timestamp() + wait)
        try:
            return await self._work(job)
        except RetryLaterError as fault:
            return self._again(job, str(fault), fault.after)
        except (UndeliverableError, ChatMovedError, SourceRefusedError) as fault:
            log.warning("not delivered", extra={"chat": job.chat, "n": job.n, "reason": str(fault)})
            reason = getattr(fault, "reason", "")
            return Booking(job, error=str(fault), gone=isinstance(fault, MessageGoneError), reason=reason)
        except StoreAwayError as fault:
            if job.kind in KINDS:  # the shop's system is away, not our database
                return self._again(job, str(fault), 1.0)
            raise
        except Exception as fault:
            log.exception("sending failed", extra={"chat": job.chat, "n": job.n})
            return self._again(job, f"{type(fault).__name__}: {fault}", 1.0)

    async def _work(self, job: Job) -> Booking:
        if job.kind in KINDS:
            news = await asyncio.to_thread(self._jobs.do, job)
            return Booking(job, remote_id=news.data.get("ref") or None, news=news)
        channel = self._channels[job.chat.split(":")[0]]
        if job.kind == "fetch":
            return await self._fetch(channel, job)
        message = Outgoing.from_json(job.payload)
        if job.kind == "send":
            return Booking(job, remote_id=await channel.send(message))
        remote = await self._db.aread(lambda conn: remote_id(conn, message.chat, message.n))
        if job.kind == "edit":
            return Booking(job, remote_id=await channel.edit(message, remote))
        await channel.withdraw(message, remote)
        return Booking(job)

    def _again(self, job: Job, why: str, after: float) -> Booking:
        if job.attempts >= (LOOKUP_TRIES if job.kind == "lookup" else MOST_TRIES):
            return Booking(job, error=f"given up after {job.attempts} tries: {why}")
        pause = min(max(after, 0.5 * 2 ** min(job.attempts, 10)) if after <= 1 else after, LONGEST_PAUSE)
        return Booking(job, error=why, again_at=self._clock().timestamp() + pause)

    async def _fetch(self, channel: Channel, job: Job) -> Booking:
        attachment = Attachment(**job.payload)
        data = await channel.fetch(attachment)
        found = await asyncio.to_thread(examine, data, self._limits)
        if isinstance(found, Refused):
            raise UndeliverableError(found.note, found.reason)
        kept, now = replace(attachment, mime=found), self._clock().timestamp()
        await self._db.awrite(lambda conn: conversations.store_attachment(conn, job.chat, kept, data, now))
        self._changed([job.chat])
        return Booking(job, remote_id=attachment.remote)

    async def _photo_lost(self, job: Job, why: str, reason: str) -> None:
        await self._db.awrite(lambda conn: conversations.fail_attachment(conn, job.payload["id"], why))
        told = {"why": reason, "most": self._limits.megabytes(job.payload.get("mime", ""))}
        lost = Incoming(job.chat, key=f"lost:{job.payload['id']}", kind="photo_failed", data=told)
        await self._inlet.put([lost])

    def _full(self, chat: str) -> float:
        """Seconds to wait for the messenger's rates; 0 when it may go now (and is counted)."""
        channel = chat.split(":")[0]
        if channel not in RATES:
            return 0.0
        bot, private, group = RATES[channel]
        own = (group if chat.split(":")[1].startswith("-") else private, chat)
        if not self._limiter.test(*own):
            return 0.25
        if not self._limiter.hit(bot, channel.partition("-")[0]):  # agents and buyers talk to one bot
            return 0.05
        self._limiter.hit(*own)
        return 0.0


# What agents read in the transcript, by what was to be done.
_FAILED = {"send": "not delivered", "edit": "not changed for the buyer", "withdraw": "not withdrawn"}


def _part(job: Job) -> Part:
    return "send" if job.kind in _FAILED else "job"
