"""How fast the durable core is: `python -m benchmarks.core [--postgres URL] [--runs 5]`.

Turns: a backlog over 50 chats through the real `Engine.step` (real texts, a matcher that knows nothing, so that
the store is measured and not the understanding). Transactions: the same five small statements of one update
and a commit, through a sync engine in threads and through SQLAlchemy's async engine (aiosqlite, asyncpg; left
out where they are not installed), one after another and eight at a time. Medians of several runs, least and
most in brackets; behind them this process's CPU time for one, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, event, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.clock import system_clock
from bot.engine import Engine
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle, put
from bot.store.tables import chat, inbox
from tests.support.core import kit
from tests.support.postgres import PostgresServer, find_binaries

CHATS, EACH = 50, 10
TRANSACTIONS = 400


@dataclass(frozen=True)
class Speed:
    a_second: float
    cpu: float  # milliseconds of this process for one


class Watch:
    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def speed(self, count: int) -> Speed:
        cpu = (time.process_time() - self._cpu) / count * 1000
        return Speed(count / (time.perf_counter() - self._began), cpu)


def turns(db: Database) -> Speed:
    """One engine over a backlog; each message is a turn of its own, as buttons are."""
    name = f"b{time.monotonic_ns()}"
    for i in range(CHATS):
        events = [
            Incoming(f"web:{name}-{i}", str(n), kind="button", button="?", data={"label": "?"})
            for n in range(EACH)
        ]
        now = system_clock().timestamp()
        db.write(partial(put, events=events, now=now, settle=Settle(0, 0)))
    engine = Engine(db, system_clock, kit)
    watch = Watch()
    while engine.step():
        pass
    return watch.speed(CHATS * EACH)


def one_update(conn: Connection, key: str, n: int) -> None:
    """What a message costs the store, without deciding anything."""
    conn.execute(update(chat).where(chat.c.chat == key).values(in_seq=chat.c.in_seq + 1))
    conn.execute(
        insert(inbox).values(chat=key, n=n, source="x", key=str(n), payload={"text": "hello"}, received_at=0)
    )
    conn.execute(select(inbox.c.n).where(inbox.c.chat == key, inbox.c.done_at.is_(None))).all()
    conn.execute(update(inbox).where(inbox.c.chat == key, inbox.c.n == n).values(done_at=1))
    conn.execute(select(func.count()).select_from(chat).where(chat.c.chat == key)).scalar()


async def in_lanes(lanes: int, work: Callable[[str, int], Awaitable[object]]) -> Speed:
    """`lanes` transactions at a time, each lane on a conversation of its own."""
    first = time.monotonic_ns()

    async def lane(i: int) -> None:
        for n in range(TRANSACTIONS // lanes):
            await work(f"web:{i}", first + n)

    watch = Watch()
    await asyncio.gather(*(lane(i) for i in range(lanes)))
    return watch.speed(TRANSACTIONS)


async def in_threads(db: Database, lanes: int) -> Speed:
    return await in_lanes(lanes, lambda key, n: db.awrite(lambda conn: one_update(conn, key, n)))


async def natively(engine: AsyncEngine, lanes: int, one_writer: bool) -> Speed:
    lock = (
        asyncio.Lock()
    )  # SQLite has one writer; waiting for it in line is fairer and faster than its own lock

    async def work(key: str, n: int) -> None:
        if one_writer:
            async with lock, engine.begin() as conn:
                await conn.run_sync(one_update, key, n)
        else:
            async with engine.begin() as conn:
                await conn.run_sync(one_update, key, n)

    return await in_lanes(lanes, work)


def async_engine(url: str) -> AsyncEngine | None:
    """The same settings as the sync one's."""
    sqlite = url.startswith("sqlite")
    driver = "aiosqlite" if sqlite else "asyncpg"
    if importlib.util.find_spec(driver) is None:
        return None
    if not sqlite:
        folder = url.split("host=")[1]
        database = url.split("/")[3].split("?")[0]
        return create_async_engine(f"postgresql+asyncpg://postgres@/{database}?host={folder}", pool_size=8)
    engine = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"))

    @event.listens_for(engine.sync_engine, "connect")
    def _settings(raw: object, _: object) -> None:
        cursor = raw.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")

    return engine


async def compare(name: str, url: str, runs: int) -> None:
    db = Database(url)
    db.migrate()
    db.write(lambda conn: conn.execute(insert(chat), [{"chat": f"web:{i}"} for i in range(8)]))
    say(f"{name}: turns/s {median([turns(db) for _ in range(runs)])}")
    other = async_engine(url)
    for lanes in (1, 8):
        threads: list[Speed] = []
        native: list[Speed] = []
        for _ in range(runs):  # by turns, so that a busy machine is busy for both
            threads.append(await in_threads(db, lanes))
            if other:
                native.append(await natively(other, lanes, db.is_sqlite))
        say(f"{name}: transactions/s, {lanes} at a time: threads {median(threads)}; async {median(native)}")
    if other:
        await other.dispose()
    db.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def median(speeds: list[Speed]) -> str:
    if not speeds:
        return "not installed"
    rates = [s.a_second for s in speeds]
    cpu = statistics.median(s.cpu for s in speeds)
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f}), {cpu:.2f} ms CPU"


@contextmanager
def postgres() -> Iterator[str | None]:
    """A server with its usual care for the disk: unlike in tests, a commit here waits for it."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    server = PostgresServer(binaries, {"fsync": "on", "full_page_writes": "on"})
    try:
        server.start()
        yield server.create()
    finally:
        server.stop()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare("SQLite", f"sqlite:///{Path(folder) / 'core.db'}", runs))
    with postgres() as url:
        if url:
            asyncio.run(compare("PostgreSQL", url, runs))


if __name__ == "__main__":
    main()
