"""One door to the database: a transaction is one function of a connection, run in a thread.

Sync SQLAlchemy Core with one `to_thread` per transaction, measured as the cheapest way by far; SQLite keeps full
sync, since grouping events per commit pays for it. A database that is away raises `StoreAwayError`.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.errors import ConfigError, StoreAwayError

T = TypeVar("T")
AGAIN = {"40001", "40P01"}  # serialization failure, deadlock: the transaction is safe to run again
RETRIES = 5


class Database:
    """SQLite (one writer at a time, fair) or PostgreSQL (eight writers)."""

    def __init__(self, url: str) -> None:
        self.url = _driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self._writer = threading.Lock()
        # A single writer thread serves SQLite's writers first come, first served; its own lock would starve some.
        self.writers = ThreadPoolExecutor(1 if self.is_sqlite else 8, "db-write")
        self._readers = ThreadPoolExecutor(4, "db-read")

    @property
    def engine(self) -> Engine:
        return self._engine

    def migrate(self) -> None:
        """Bring the schema up to date. Raises BotError where the database is newer than this program."""
        from bot.store.migrate import upgrade

        self.write(upgrade)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read-write transaction. It may run again after a deadlock: it must not act outside."""
        for attempt in range(RETRIES):
            try:
                if self.is_sqlite:
                    with self._writer, self._engine.begin() as conn:
                        return work(conn)
                with self._engine.begin() as conn:
                    return work(conn)
            except DBAPIError as fault:
                _raise_if_away(fault)
                if getattr(fault.orig, "sqlstate", None) not in AGAIN:
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
        # Not a fault of the work: whoever waits for a database that is away waits for this, too.
        raise StoreAwayError(f"the database had no room for a transaction in {RETRIES} tries (deadlocks)")

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent snapshot; nothing it writes is kept."""
        try:
            with self._engine.connect().execution_options(bot_read=True) as conn:
                return work(conn)
        except DBAPIError as fault:
            _raise_if_away(fault)
            raise

    async def awrite(self, work: Callable[[Connection], T]) -> T:
        context = copy_context()  # as `to_thread` does: what is done is noted with where it was asked for
        return await asyncio.get_running_loop().run_in_executor(self.writers, context.run, self.write, work)

    async def aread(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read, work)

    def copy_to(self, path: Path) -> None:
        """A copy of the embedded database, as it is after the last commit."""
        raw = self._engine.raw_connection()  # VACUUM wants no transaction around it
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            raw.close()

    def wipe_log(self) -> None:
        """What was deleted stands in SQLite's log of changes still: it is taken in and emptied, unless others read."""
        if not self.is_sqlite:
            return
        raw = self._engine.raw_connection()  # not possible within a transaction
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    def close(self) -> None:
        self.writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()


def must_run_again(fault: Exception) -> bool:
    """Whether the whole transaction is lost, and not just the statement: a deadlock, a connection that ended."""
    if not isinstance(fault, DBAPIError):
        return False
    return fault.connection_invalidated or getattr(fault.orig, "sqlstate", None) in AGAIN


def insert(conn: Connection, table: Table) -> Any:
    """An INSERT of this database's dialect, since ON CONFLICT is not in the standard one."""
    return _INSERTS[conn.dialect.name](table)


_INSERTS: dict[str, Callable[[Table], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _driver(url: str) -> str:
    """`postgres://` and `postgresql://` mean psycopg 3, the only PostgreSQL driver installed."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite", "postgresql+psycopg://")):
        raise ConfigError(
            [f"database.url: {url.split(':')[0]!r} is not served; use sqlite:///… or postgresql://…"]
        )
    return url


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 30}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _settings(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves: the driver's own begins too late for savepoints
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        # IMMEDIATE: a writer that began as a reader cannot wait for another and fails at once with "locked".
        reads = conn.get_execution_options().get("bot_read")
        conn.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=12,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
        hide_parameters=True,  # a fault is logged, and a buyer's words are not
    )
    # Without it an INSERT's `rowcount` is -1 here, and ON CONFLICT DO NOTHING could not be told from a new row.
    return engine.execution_options(preserve_rowcount=True)


def _raise_if_away(fault: DBAPIError) -> None:
    """A lost connection is not a fault of ours; a syntax error is. SQLite says both with OperationalError."""
    lost = fault.connection_invalidated or isinstance(fault, InterfaceError)
    words = str(fault.orig).lower()
    refused = isinstance(fault, OperationalError) and any(w in words for w in _AWAY)
    if lost or refused:
        raise StoreAwayError(
            f"the database is away ({words.splitlines()[0][:120] if words else 'no answer'})"
        ) from fault


_AWAY = (
    "connection",
    "refused",
    "timeout",
    "starting up",
    "shutting down",
    "unable to open",
    "disk i/o",
    "is locked",
    "server closed",
    "terminat",
)
