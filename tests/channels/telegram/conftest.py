"""The Telegram channel over a real store, against our fake server or the independent emulator."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy import select

from bot.channels.telegram import TelegramChannel
from bot.clock import system_clock
from bot.inbox import Inlet
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle, cursor_of
from bot.store.tables import inbox, metadata
from tests.channels.telegram.emulator import BotApiEmulator, bot_api_emulator
from tests.fakes.telegram_server import FakeTelegram

__all__ = ["bot_api_emulator"]
FILES = {
    "label": ("标签.jpg", "image/jpeg", b"\xff\xd8 a label"),
    "form": ("form.pdf", "application/pdf", b"%PDF"),
}
Start = Callable[..., AbstractAsyncContextManager["Shop"]]


class Shop:
    """The channel with its store; `stored` is what reached the inbox."""

    def __init__(self, server: FakeTelegram | BotApiEmulator, db: Database, **how: Any) -> None:
        self.db = db
        self.token: str = how.pop("token", server.token)
        inlet = how.pop("inlet", None) or Inlet(db, system_clock, Settle())
        usual: dict[str, Any] = {"sleep": _soon, "base_url": server.url}
        self.channel = TelegramChannel(self.token, inlet, db, system_clock, _load, **(usual | how))

    def stored(self) -> list[Incoming]:
        rows = self.db.read(
            lambda c: c.execute(select(inbox.c.payload).order_by(inbox.c.chat, inbox.c.n)).all()
        )
        return [Incoming.from_json(r.payload) for r in rows]

    async def until(self, count: int, seconds: float = 10.0) -> list[Incoming]:
        """Wait until the inbox holds `count` rows."""
        async with asyncio.timeout(seconds):
            while len(self.stored()) < count:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)
        return self.stored()

    def cursor(self) -> int:
        return self.db.read(lambda c: cursor_of(c, f"telegram:{self.token.partition(':')[0]}"))


async def _load(attachment: str) -> tuple[str, str, bytes] | None:
    return FILES.get(attachment)


async def _soon(seconds: float) -> None:
    """A test does not sit through the pauses that a person would."""
    await asyncio.sleep(min(seconds, 0.05))


@asynccontextmanager
async def listening(routes: APIRouter, port: int) -> AsyncIterator[None]:
    """The routes on a real port, as the web application has them."""
    app = FastAPI()
    app.include_router(routes)
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", ws="none", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=10)
        serving.cancel()


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(long_poll=0.5) as server:
        yield server


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def start(db: Database) -> Start:
    """`async with start(server) as shop` runs a channel as the program does."""

    @asynccontextmanager
    async def started(server: FakeTelegram | BotApiEmulator, **how: Any) -> AsyncIterator[Shop]:
        shop = Shop(server, db, **how)
        running = asyncio.create_task(shop.channel.run())
        try:
            yield shop
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await shop.channel.close()

    return started
