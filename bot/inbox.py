"""The way in: channels hand events over and hear back once they are committed. Many at once share one commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import StoreAwayError
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle, put, set_cursor

log = logging.getLogger(__name__)
# Does, in the transaction it is given, what of the events is not a buyer's; returns the others. Times: epoch seconds.
Take = Callable[[Connection, Sequence[Incoming], float], Sequence[Incoming]]
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
        self._take: Take = lambda _, events, __: events
        self._taken: Callable[[], None] = lambda: None

    def divert(self, take: Take, taken: Callable[[], None]) -> None:
        """What agents write and press in a messenger is theirs to do, with the cursor, and never a buyer's words.

        `taken` is called after each commit.
        """
        self._take, self._taken = take, taken

    async def put(self, events: Sequence[Incoming], cursor: tuple[str, int] | None = None) -> None:
        """Store the events, and with them the channel's cursor. While the database is away this waits, and says so."""
        handover = _Handover(events, cursor)
        self._waiting.append(handover)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await handover.done

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
                return await self._db.awrite(lambda conn: self._store(conn, batch))
            except StoreAwayError as fault:
                if not said:
                    log.warning("messages wait: %s", fault)
                    said = True
                await asyncio.sleep(AWAY_PAUSE)

    def _store(self, conn: Connection, batch: list[_Handover]) -> None:
        now = self._clock().timestamp()
        # As one, since `put` locks conversations in order: batches that lock as they come deadlock with the timers.
        events = [event for handover in batch for event in handover.events]
        put(conn, self._take(conn, events, now), now, self._settle)
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
