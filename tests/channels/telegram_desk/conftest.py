"""The desk inside Telegram on both databases; mei and bo are linked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.store.db import Database
from tests.channels.telegram_desk.phone import Desk, Phone
from tests.support.queue import LIN, Queue

Make = Callable[..., Desk]


@pytest.fixture
def make(database: Database) -> Make:
    return lambda settings=None, hours="09:00-22:00": Desk(Queue(database, settings, hours))


@pytest.fixture
def desk(make: Make) -> Desk:
    return make()


@pytest.fixture
def mei(desk: Desk) -> Phone:
    return desk.phone(801).links("mei")


@pytest.fixture
def bo(desk: Desk) -> Phone:
    return desk.phone(802).links("bo")


@pytest.fixture
def hers(desk: Desk, mei: Phone) -> Phone:
    """Mei's phone, with lin's chat in her hands, taken there."""
    desk.q.ask(LIN)
    mei.presses(mei.last("lin"), "接手")
    assert desk.q.owner() == "mei"
    mei.news()
    return mei
