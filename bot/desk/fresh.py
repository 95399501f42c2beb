"""Things that many desks read at the same moment: read once, for whoever needs them as new as that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.clock import Clock
from bot.desk.board import Board, read_board
from bot.desk.lists import Lists
from bot.desk.parts import Sight, open_chat
from bot.handoff.rights import may
from bot.handoff.rules import Rules
from bot.store.agents import Agent
from bot.store.db import Database

T = TypeVar("T")
AT_LEAST = 20.0  # seconds; so old is a chat read again though nothing tells that it changed
UNUSED = 60.0  # seconds after which a chat that no desk has open is forgotten


class Reading:
    """One that is under way. Not a task to be shielded: hundreds that wait would each be looked for in its list."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.fault: Exception | None = None
        self.task: asyncio.Task[None] | None = None


class Fresh(Generic[T]):
    """One thing and when the reading of it began, on the clock of `time.monotonic`."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._reading: Reading | None = None
        self.began = float("-inf")
        self.asked = time.monotonic()
        self.value: T | None = None

    async def since(self, moment: float) -> T:
        """As it was at `moment` or later. Who asks while it is read waits for that, and has its faults, too."""
        self.asked = time.monotonic()
        while self.value is None or self.began < moment:
            reading = self._reading
            if reading is None:  # in a task of its own: a desk that closes does not take it from the others
                reading = self._reading = Reading()
                reading.task = asyncio.get_running_loop().create_task(self._again(reading))
            await reading.over.wait()
            if reading.fault:
                raise reading.fault
        return self.value

    async def _again(self, reading: Reading) -> None:
        began = time.monotonic()
        try:
            self.value = await self._read()
            self.began = began
        except Exception as fault:
            reading.fault = fault
        finally:
            self._reading = None
            reading.over.set()


class Seen:
    """The board, and the chats that desks have open."""

    def __init__(self, db: Database, clock: Clock, rules: Callable[[], Rules], lists: Lists) -> None:
        self._db, self._clock, self._rules, self._lists = db, clock, rules, lists
        self._board = Fresh(self._read_board)
        self._chats: dict[tuple[str, str], Fresh[Sight]] = {}

    async def board(self, moment: float) -> Board:
        return await self._board.since(moment)

    async def chat(self, chat: str, agent: Agent, moment: float) -> Sight:
        """The open chat, for every agent who may see as much; who looks is to be put in. Unchanged chats are not
        read again, but for the oldest: what changed here is told by `moment`, what another host did by its stamp.
        """
        scope = "" if may(agent.role, "see_all") else agent.name
        known = self._chats.get((chat, scope))
        if known is None:
            known = self._chats[chat, scope] = Fresh(lambda: self._read_chat(chat, agent))
        elif known.value is not None and self._moved(known.value):
            moment = max(moment, self._board.began)
        return await known.since(max(moment, time.monotonic() - AT_LEAST))

    def _moved(self, sight: Sight) -> bool:
        stamps = self._board.value.stamps if self._board.value else {}
        return any(stamps.get(chat, stamp) != stamp for chat, stamp in sight.stamps.items())

    async def _read_board(self) -> Board:
        now, rules, monotonic = self._clock(), self._rules(), time.monotonic()
        for key in [k for k, known in self._chats.items() if monotonic - known.asked > UNUSED]:
            del self._chats[key]
        chats = {chat for known in self._chats.values() if known.value for chat in known.value.stamps}
        return await self._db.aread(lambda conn: read_board(conn, now, rules, self._lists, chats))

    async def _read_chat(self, chat: str, agent: Agent) -> Sight:
        now = self._clock()
        return await self._db.aread(lambda conn: open_chat(conn, agent, chat, now))
