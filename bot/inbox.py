"""The way in: channels hand events over and hear back once they are committed. Many at once share one commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import StoreAwayError
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle, put, set_cursor, still_typing

log = logging.getLogger(__name__)
Concerns = Callable[[Connection, Sequence[Incoming]], Sequence[Incoming]]
Take = Callable[[Connection, Incoming, float], bool]  # the time is UTC epoch seconds
AWAY_PAUSE = 1.0  # seconds between tries while the database is away


@dataclass
class _Handover:
    events: Sequence[Incoming]
    cursor: tuple[str, int] | None
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Inlet:
    """`put` returns after the commit, never before: a channel may only then confirm to its messenger."""

    def __init__(
        self, db: Database, clock: Clock, settle: Settle, wake: Callable[[], None] = lambda: None
    ) -> None:
        self._db = db
        self._clock = clock
        self._settle = settle
        self._wake = wake
        self._waiting: list[_Handover] = []
        self._flusher: asyncio.Task[None] | None = None
        self._concerns: Concerns = lambda _, __: ()
        self._take: Take = lambda _, __, ___: False
        self._taken: Callable[[], None] = lambda: None

    def divert(self, concerns: Concerns, take: Take, taken: Callable[[], None]) -> None:
        """What agents write and press in a messenger is theirs to do, and never a buyer's words.

        Of what may be an agent's (`concerns` reads which) `take` does each in a transaction of its own, once however
        often it is asked to; False where it is a buyer's after all. `taken` is called after each commit.
        """
        self._concerns, self._take, self._taken = concerns, take, taken

    async def put(self, events: Sequence[Incoming], cursor: tuple[str, int] | None = None) -> None:
        """Store the events, and with them the channel's cursor. While the database is away this waits, and says so."""
        handover = _Handover(events, cursor)
        self._waiting.append(handover)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await handover.done

    async def typing(self, chat: str) -> None:
        """The buyer goes on typing. Lost where the database is away: what they say next comes in any case."""
        now = self._clock().timestamp()
        with contextlib.suppress(StoreAwayError):
            await self._db.awrite(lambda conn: still_typing(conn, chat, now, self._settle))

    def ring(self) -> None:
        """Something was stored in the inbox by another way."""
        self._wake()

    async def _flush(self) -> None:
        """Commits what is waiting; what arrives meanwhile is the next commit: grouping that costs no delay."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._commit(batch)
            except Exception as fault:
                await self._one_by_one(batch, fault)
            else:
                for handover in batch:
                    _tell(handover, None)
            self._wake()
            self._taken()

    async def _one_by_one(self, batch: list[_Handover], fault: Exception) -> None:
        """What cannot be stored fails alone: it must not take other channels' messages with it."""
        for handover in batch:
            try:
                if len(batch) > 1:
                    await self._commit([handover])
                    _tell(handover, None)
                    continue
            except Exception as own:
                fault = own
            _tell(handover, fault)

    async def _commit(self, batch: list[_Handover]) -> None:
        said = False
        while True:
            try:
                taken = await self._divert([event for handover in batch for event in handover.events])
                return await self._db.awrite(partial(self._store, batch=batch, taken=taken))
            except StoreAwayError as fault:
                if not said:
                    log.warning("messages wait: %s", fault)
                    said = True
                await asyncio.sleep(AWAY_PAUSE)

    async def _divert(self, events: Sequence[Incoming]) -> set[int]:
        """Does what is an agent's; returns which events (by `id`). What comes again after a crash was done already."""
        if not events:
            return set()
        taken = set()
        for event in await self._db.aread(lambda conn: self._concerns(conn, events)):
            # One at a time: acts on several chats in one transaction would lock them in the order they came.
            now = self._clock().timestamp()
            if await self._db.awrite(lambda conn, e=event, at=now: self._take(conn, e, at)):  # type: ignore[misc]
                taken.add(id(event))
        return taken

    def _store(self, conn: Connection, batch: list[_Handover], taken: set[int]) -> None:
        now = self._clock().timestamp()
        # As one, since `put` locks conversations in order: batches that lock as they come deadlock with the timers.
        events = [event for handover in batch for event in handover.events if id(event) not in taken]
        put(conn, events, now, self._settle)
        for handover in batch:
            if handover.cursor:
                set_cursor(conn, *handover.cursor)


def _tell(handover: _Handover, fault: Exception | None) -> None:
    """Whoever handed over may be gone by now (a closed tab); that is no fault."""
    if handover.done.done():
        return
    if fault is None:
        handover.done.set_result(None)
    else:
        handover.done.set_exception(fault)
