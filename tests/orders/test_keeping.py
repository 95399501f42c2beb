"""The task beside the conversations: news comes by itself, and whatever is away or broken stops nothing."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.orders.base import Changes
from bot.orders.http import SignedHttpOrders
from bot.orders.keeping import Keeper
from bot.orders.parcels import Couriers
from bot.orders.signing import Signer
from bot.store.db import Database
from bot.store.orders import put_orders
from tests.orders.goods import SHANGHAI, orders
from tests.orders.remote import NOW, SECRET, Remote, link, open_case
from tests.orders.test_parcels import PICKED, SIGNED, Desk


async def test_news_comes_by_itself_and_wakes_the_engine(remote: Remote) -> None:
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    link(remote.db, "telegram:1", "B1")
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    remote.refresh()

    def ring() -> None:
        loop.call_soon_threadsafe(heard.set)

    keeper = Keeper(remote.db, remote.clock, 0.01, remote.source, ring=ring)
    task = asyncio.create_task(keeper.run())
    await asyncio.to_thread(remote.shop.report, "T1001", {"status": "shipped"})
    async with asyncio.timeout(30):
        await heard.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert remote.heard("telegram:1") == [{"order": "T1001", "changed": ["status"]}]


def test_a_source_that_is_away_does_not_keep_parcels_from_being_followed(database: Database) -> None:
    desk = Desk(database)
    desk.order("T1", tracking="SF1234567890123")
    open_case(database, "web:1", "T1")
    desk.knows("SF1234567890123", PICKED, SIGNED)
    away = SignedHttpOrders("http://127.0.0.1:1", Signer("1", SECRET), SHANGHAI)
    wait, fault = Keeper(database, lambda: NOW, 60.0, away, desk.couriers).round()
    away.close()
    assert (wait, desk.status("T1")) == (60.0, "signed")
    assert "out of reach" in fault


def test_a_fault_of_ours_is_logged_and_the_next_round_comes(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(SignedHttpOrders):
        def changes(self, cursor: str) -> Changes:
            raise ZeroDivisionError

    broken = Broken("http://127.0.0.1:1", Signer("1", SECRET), SHANGHAI)
    with caplog.at_level(logging.ERROR):
        assert Keeper(database, lambda: NOW, 60.0, broken).round() == (60.0, "ZeroDivisionError")
    broken.close()
    assert "keeping orders up to date failed" in caplog.text


def test_with_nothing_to_keep_up_a_round_does_nothing(database: Database) -> None:
    desk = Desk(database)
    couriers = Couriers(desk.courier, database, lambda: NOW)
    assert Keeper(database, lambda: NOW, 60.0, None, couriers).round() == (60.0, "")
    assert Keeper(database, lambda: NOW, 60.0).round() == (60.0, "")
