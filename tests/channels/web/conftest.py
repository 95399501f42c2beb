"""A shop with an empty database and a running web chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store.db import Database
from bot.store.tables import metadata
from tests.channels.web.shop import Shop, free_port, new_session


@pytest.fixture
def empty_db(tmp_path: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'web.db'}")
    metadata.create_all(db.engine)
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
