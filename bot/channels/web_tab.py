"""One open page of a buyer: what it says goes to the inbox, what the transcript gains goes to it.

The transcript is the delivery: a page names the last number it has seen and gets what follows, each once, and
the last change it knows of and gets those after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from sqlalchemy import Connection

from bot.channels.web_frames import MAX_TEXT, Hello, error_frame, message_frame, parse, said
from bot.clock import Clock
from bot.errors import StoreAwayError
from bot.messages import Attachment, Incoming
from bot.store import conversations, handoff, marks, queries
from bot.store.conversations import Message
from bot.store.db import Database

log = logging.getLogger(__name__)
AWAY_PAUSE = 1.0  # seconds between looks while the database is away
TYPED_APART = 1.0  # seconds; a page that says more often that somebody types is not listened to


@dataclass(frozen=True)
class Shared:
    """What every tab needs of the rest of the program."""

    db: Database
    put: Callable[[list[Incoming]], Awaitable[None]]
    clock: Clock
    key: bytes
    wait: Callable[[str], float]  # seconds until this chat may say more; 0 = now
    poll: float  # seconds after which a tab looks even if nobody rang: other hosts write too
    hint: Callable[[str], None]  # the pages that show this chat look again: somebody types
    typing: Callable[[str], Awaitable[None]]  # what was said before waits a little for the rest


@dataclass(eq=False)
class Tab:
    socket: WebSocket
    hello: Hello
    chat: str
    buyer: str | None
    shared: Shared
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._after = self.hello.after
        self._rev = self.hello.rev
        self._status: dict[str, Any] | None = None
        self._turn = asyncio.Lock()  # two tasks send
        self._typed = 0.0  # UTC epoch seconds of the buyer's last sign of typing; 0: none shows
        self._agent_types = 0.0  # until when the page shows that the agent is typing

    async def serve(self) -> None:
        """Until the page goes. A message being stored is not broken off when it does."""
        pushing = asyncio.create_task(self._push())
        try:
            await self._listen()
        except WebSocketDisconnect:
            pass
        finally:
            pushing.cancel()
            await asyncio.gather(pushing, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            received = await self.socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            frame = parse(received.get("text"))
            if frame is not None and "typing" in frame:
                await self._types(bool(frame["typing"]))
            else:
                await self._say(await self._answer(frame))

    async def _types(self, on: bool) -> None:
        """Told to people; the bot waits a moment for the rest of what is being said."""
        now = self.shared.clock().timestamp()
        if (now - self._typed < TYPED_APART) if on else not self._typed:
            return
        self._typed = now if on else 0.0
        if self._status is None or self._status["handler"] == "bot":
            if on:
                await self.shared.typing(self.chat)
            return

        def write(conn: Connection) -> None:
            if on:
                marks.put(conn, self.chat, marks.BUYER, "typing", now + marks.TYPING)
            else:
                marks.drop(conn, self.chat, marks.BUYER, "typing")

        with suppress(StoreAwayError):
            await self.shared.db.awrite(write)
            self.shared.hint(self.chat)

    async def _answer(self, frame: dict[str, Any] | None) -> dict[str, Any]:
        """What the page hears of its frame; an `ack` only after the commit."""
        if frame is not None and "ping" in frame:
            return {"pong": True}
        about = frame.get("id") if frame is not None else None
        about = about if isinstance(about, str) else None
        if wait := self.shared.wait(self.chat):
            return error_frame("slow_down", self.hello.lang, about, round(wait + 0.1, 1))
        it = said(frame)
        if it is None or len(it.text) > MAX_TEXT:
            return error_frame("too_long" if it else "broken", self.hello.lang, about)
        photos = await self._photos(it.attachments)
        if len(photos) < len(it.attachments):
            return error_frame("photo_gone", self.hello.lang, about)
        await self.shared.put([it.incoming(self.chat, self.hello, self.buyer, tuple(photos))])
        await self._types(on=False)  # what was typed is said
        return {"ack": it.id}

    async def _photos(self, ids: list[str]) -> list[Attachment]:
        found: list[Attachment] = []
        if ids:
            found = await self._read(lambda conn: conversations.held_attachments(conn, self.chat, ids))
        return found

    async def _push(self) -> None:
        try:
            while True:
                self.bell.clear()  # before the look: a ring during it is another look
                await self._show()
                try:
                    async with asyncio.timeout(self.shared.poll):
                        await self.bell.wait()
                except TimeoutError:
                    continue
        except WebSocketDisconnect:
            return
        except Exception:
            log.exception("a page of the web chat is closed", extra={"chat": self.chat})
            await self.socket.close(1011)

    async def _show(self) -> None:
        """What is new since the last look, then who answers if that has changed."""
        news, status, types = await self._read(self._look)
        for message, frame in news:
            await self._say(frame)
            self._after, self._rev = max(self._after, message.n), max(self._rev, message.rev)
        if status != self._status:
            await self._say({"status": status})
            self._status = status
        if types != self._agent_types:
            self._agent_types = types
            await self._say({"typing": marks.TYPING if types else 0})

    def _look(self, conn: Connection) -> tuple[list[tuple[Message, dict[str, Any]]], dict[str, Any], float]:
        news = unseen(conn, self.chat, self._after, self._rev, self.shared.key)
        status, now = self._who_answers(conn), self.shared.clock().timestamp()
        types = marks.typing_until(conn, self.chat, now) if status["handler"] == "agent" else 0.0
        return news, status, types

    def _who_answers(self, conn: Connection) -> dict[str, Any]:
        entry = handoff.live(conn, self.chat)
        if entry is None:
            return {"handler": "bot", "agent": "", "position": None}
        if entry.agent:
            return {"handler": "agent", "agent": queries.display_name(conn, entry.agent), "position": None}
        place = handoff.position(conn, self.chat, self.shared.clock().timestamp())
        return {"handler": "queued", "agent": "", "position": place}

    async def _read(self, work: Callable[[Connection], Any]) -> Any:
        """Waits while the database is away: the page stays open and goes on by itself."""
        while True:
            try:
                return await self.shared.db.aread(work)
            except StoreAwayError:
                await asyncio.sleep(AWAY_PAUSE)

    async def _say(self, frame: dict[str, Any]) -> None:
        async with self._turn:
            try:
                await self.socket.send_json(frame)
            except RuntimeError as gone:  # said by Starlette when we write after the page has closed
                raise WebSocketDisconnect(1006) from gone


def unseen(
    conn: Connection, chat: str, after: int, rev: int, key: bytes
) -> list[tuple[Message, dict[str, Any]]]:
    """What a page lacks that has seen messages up to `after` and changes up to `rev`, with the frame of each.

    Changes first: a page that knows the number of a later one has then seen all before it.
    """
    changed = conversations.changed_since(conn, chat, rev, upto=after)
    new = conversations.transcript(conn, chat, after=after)
    return [(m, message_frame(m, key, "update")) for m in changed] + [(m, message_frame(m, key)) for m in new]
