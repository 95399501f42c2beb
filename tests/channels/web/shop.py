"""A running web chat for tests: the real channel, inbox and store on a free port; an engine that echoes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from sqlalchemy import Connection, select, update
from websockets.asyncio.client import ClientConnection, connect

from bot.channels.web import WebChannel, WebSettings
from bot.channels.web_frames import chat_of
from bot.clock import system_clock
from bot.hub import Hub
from bot.inbox import Inlet
from bot.messages import Button, Incoming, Outgoing
from bot.store import conversations, handoff, inbox, tables
from bot.store.db import Database
from bot.store.say import edit_message, withdraw_message
from bot.web import SERVER, build_app

KEY = b"a key of the tests, 32 bytes long"


class Echo:
    """Does what the engine does to the tables, and says back what it was told."""

    def __init__(self, db: Database, hub: Hub) -> None:
        self._db = db
        self._hub = hub
        self._channel: WebChannel | None = None
        self.woken = asyncio.Event()

    async def run(self, channel: WebChannel) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self.woken.wait()
            self.woken.clear()
            for chat in await self._db.awrite(self._turn):
                await channel.send(Outgoing(chat, 0, "", ""))

    def _turn(self, conn: Connection) -> list[str]:
        now = system_clock().timestamp()
        due = inbox.lock_due(conn, now, 16)
        for chat in due:
            rows = inbox.pending(conn, chat, 50)
            for row in rows:
                self._answer(conn, row.event, now)
            if rows:
                inbox.done(conn, rows, now)
        return due

    def _answer(self, conn: Connection, event: Incoming, now: float) -> None:
        chat = event.chat
        if event.kind == "start":
            conversations.identify(conn, chat, buyer=event.buyer)
            conversations.add_message(conn, chat, "bot", f"你好，{event.buyer}", now)
            return
        conversations.add_message(
            conn, chat, "buyer", event.text, now, attachments=event.attachments, own_key=event.key
        )
        buttons = (Button("退货", "return"), Button("退款", "refund")) if event.text == "选项" else ()
        if event.text == "人工":
            handoff.enqueue(conn, chat, ["asked"], 10, "zh", now)
        pressed = f"[{event.button}]" if event.button else ""
        photos = f" +{len(event.attachments)}" if event.attachments else ""
        text = f"收到：{event.text}{pressed}{photos}"
        conversations.add_message(conn, chat, "bot", text, now, buttons=buttons)


class HeldInlet:
    """Commits nothing until it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.taken: list[Incoming] = []

    async def put(self, events: Sequence[Incoming]) -> None:
        await self.let_go.wait()
        self.taken.extend(events)

    async def typing(self, chat: str) -> None:
        return


@dataclass
class Shop:
    db: Database
    port: int
    hub: Hub = field(default_factory=Hub)
    settings: WebSettings = field(default_factory=WebSettings)
    inlet: Any = None  # tests may put a slower or a failing one here

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def open(self, answering: bool = True) -> AsyncIterator[Shop]:
        """The server runs inside the block; opened again, it has restarted on the same port and database."""
        echo = Echo(self.db, self.hub)
        settle = inbox.Settle(0.02, 0.1)
        inlet = self.inlet or Inlet(self.db, system_clock, settle, echo.woken.set)
        channel = WebChannel(inlet, self.db, self.hub, system_clock, KEY, self.settings)
        app = build_app([channel.router], self.db)
        config = uvicorn.Config(app, "127.0.0.1", self.port, log_level="warning", lifespan="off", **SERVER)
        server = uvicorn.Server(config)
        tasks = [asyncio.create_task(_serve(server))]
        if answering:
            tasks.append(asyncio.create_task(echo.run(channel)))
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                await asyncio.sleep(0.01)
            yield self
        finally:
            server.should_exit = True
            server.force_exit = True
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- what is in the tables

    def rows(self, session: str) -> list[dict[str, Any]]:
        """The inbox rows of this session, in order."""
        table = tables.inbox
        query = select(table.c.payload).where(table.c.chat == chat_of(session)).order_by(table.c.n)
        return self.db.read(lambda conn: list(conn.execute(query).scalars()))

    def texts(self, session: str, author: str = "buyer") -> list[str]:
        chat = chat_of(session)
        lines = self.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))
        return [m.text for m in lines if m.author == author]

    def photo_hash(self, photo: str) -> str:
        found = self.db.read(lambda conn: conversations.read_attachment(conn, photo))
        assert found is not None
        assert found.data is not None
        return hashlib.sha256(found.data).hexdigest()

    def tell(self, session: str, text: str, author: str = "bot", **more: Any) -> None:
        """Somebody writes into the conversation, and the page is told."""
        chat, now = chat_of(session), system_clock().timestamp()

        def write(conn: Connection) -> None:
            conversations.identify(conn, chat)
            conversations.add_message(conn, chat, author, text, now, **more)

        self.db.write(write)
        self.hub.changed([chat])

    def change(self, session: str, n: int, text: str, buttons: Sequence[Button] | None = None) -> None:
        """Message `n` reads differently now, and the page is told."""
        chat, now = chat_of(session), system_clock().timestamp()
        assert self.db.write(lambda conn: edit_message(conn, chat, n, text, now, buttons))
        self.hub.changed([chat])

    def withdraw(self, session: str, n: int) -> None:
        chat, now = chat_of(session), system_clock().timestamp()
        assert self.db.write(lambda conn: withdraw_message(conn, chat, n, now))
        self.hub.changed([chat])

    def claim(self, session: str, agent: str, display: str) -> None:
        chat, now = chat_of(session), system_clock().timestamp()

        def write(conn: Connection) -> None:
            conn.execute(tables.agent.insert().values(name=agent, display=display, created_at=now))
            conn.execute(
                update(tables.queue).where(tables.queue.c.chat == chat).values(agent=agent, claimed_at=now)
            )

        self.db.write(write)
        self.hub.changed([chat])


async def _serve(server: uvicorn.Server) -> None:
    await server._serve()  # `serve` would take the test's signals


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def new_session() -> str:
    return secrets.token_urlsafe(24)


class Page:
    """What the chat page does on its socket, without a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def hear(self, name: str, seconds: float = 20) -> Any:
        """The next frame of this name; others on the way are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                if name in frame:
                    return frame[name]

    async def messages(self, count: int) -> list[str]:
        return [(await self.hear("message"))["text"] for _ in range(count)]


@contextlib.asynccontextmanager
async def page(shop: Shop, session: str, origin: str | None = None, **hello: Any) -> AsyncIterator[Page]:
    url = f"ws://127.0.0.1:{shop.port}/chat/ws"
    async with connect(url, origin=origin or shop.url, compression=None) as socket:  # type: ignore[arg-type]
        opened = Page(socket)
        await opened.say({"hello": {"session": session, "after": 0, "lang": "zh", **hello}})
        yield opened
