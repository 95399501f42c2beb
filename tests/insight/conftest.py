"""A shop with one case that went to the platform, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.db import Database
from bot.store.evidence import Record, record_of
from tests.insight.cases import CASE, fill


@pytest.fixture
def shop(database: Database) -> Database:
    database.write(fill)
    return database


@pytest.fixture
def sqlite_shop(_migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """On SQLite alone, for what is made of a record: what the databases tell is `test_record.py`'s matter."""
    db = Database(f"sqlite:///{shutil.copy(_migrated_sqlite, tmp_path / 'shop.db')}")
    db.write(fill)
    yield db
    db.close()


@pytest.fixture
def record(shop: Database) -> Record:
    found = shop.read(lambda conn: record_of(conn, CASE))
    assert found is not None
    return found
