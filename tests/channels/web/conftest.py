"""A shop with an empty database and a running web chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.store.db import Database
from tests.channels.web.shop import Shop, free_port, new_session


@pytest.fixture
def empty_db(sqlite_url: str) -> Iterator[Database]:
    """SQLite, since a browser takes its time; the socket's tests run on both."""
    db = Database(sqlite_url)
    db.migrate()
    yield db
    db.close()


@pytest.fixture
def closed_shop(empty_db: Database) -> Shop:
    """Not open yet, so that a test may change its settings first."""
    return Shop(empty_db, free_port())


@pytest.fixture
async def shop(closed_shop: Shop) -> AsyncIterator[Shop]:
    async with closed_shop.open():
        yield closed_shop


@pytest.fixture
def session() -> str:
    return new_session()
