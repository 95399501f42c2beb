"""What several tests of order sources start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.store.db import Database
from tests.orders.remote import Remote, remote_shop


@pytest.fixture
def remote(database: Database) -> Iterator[Remote]:
    """A shop's system on the reference server, and our database; on SQLite and on PostgreSQL."""
    with remote_shop(database) as made:
        yield made
