"""`chat`: the same engine, store and knowledge with the terminal as its channel."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bot.app import Core, build_core, fill_demo
from bot.channels.terminal import TerminalChannel
from bot.config import Database, Settings
from bot.orders.csv_import import import_csv
from bot.orders.demo import LIN
from bot.store.orders import orders_of, put_orders


async def talk(settings: Settings, buyer: str | None, order_source: str, show: Callable[[str], None]) -> None:
    """Until the end of input. With a CSV file as order source it all happens on a database that is then thrown away."""
    with ExitStack() as stack:
        if order_source != "embedded":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            database = Database(f"sqlite:///{Path(folder) / 'chat.db'}")
            settings = replace(
                settings, database=database, secrets=replace(settings.secrets, database_url=None), demo="off"
            )
        core = build_core(settings)
        try:
            await _talk(core, buyer, order_source, show)
        finally:
            core.db.close()


async def _talk(core: Core, buyer: str | None, order_source: str, show: Callable[[str], None]) -> None:
    now = core.clock().timestamp()
    if order_source != "embedded":
        zone = core.settings.shop.zone
        core.db.write(
            lambda conn: import_csv(Path(order_source), zone, lambda many: put_orders(conn, many, now))
        )
    demo = core.db.write(lambda conn: fill_demo(conn, core.settings, core.clock))
    buyer = buyer or (LIN if demo else None)
    if buyer and not core.db.read(lambda conn: orders_of(conn, buyer)):
        show(
            f"(no orders of buyer {buyer!r}; name one with --buyer, or give an order number and phone tail in the chat)"
        )
    limits = core.settings.photos.limits
    channel = TerminalChannel(core.inlet, core.db, core.clock, buyer or "guest", buyer, show, limits)
    sender = core.sender([channel], f"terminal:{channel.chat}")
    workers = [asyncio.create_task(core.engine.run()), asyncio.create_task(sender.run())]
    reading = asyncio.create_task(channel.run())
    try:
        done, _ = await asyncio.wait([reading, *workers], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (reading, *workers):
            task.cancel()
        await asyncio.gather(reading, *workers, return_exceptions=True)
