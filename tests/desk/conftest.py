"""A desk that runs: real server, real store, a stand-in for the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.db import Database
from bot.store.tables import metadata
from tests.desk.scene import Scene, fill


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Scene]:
    db = Database(sqlite_url)
    metadata.create_all(db.engine)
    scene = Scene(db)
    db.write(lambda conn: fill(conn, scene.clock()))
    await scene.start()
    yield scene
    await scene.stop()
    db.close()
