"""The poller killed in the middle of its work, again and again: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.db import Database
from bot.store.tables import inbox
from tests.fakes.telegram_server import FakeTelegram

POLLER = """
import asyncio, sys
from bot.channels.telegram import TelegramChannel
from bot.clock import system_clock
from bot.inbox import Inlet
from bot.store.db import Database
from bot.store.inbox import Settle

async def gone(attachment):
    return None

async def main(url, token, where):
    db = Database(where)
    inlet = Inlet(db, system_clock, Settle())
    await TelegramChannel(token, inlet, db, system_clock, gone, base_url=url, owner="one").run()

asyncio.run(main(*sys.argv[1:]))
"""
BUYERS, EACH = 20, 100


@pytest.mark.slow
async def test_a_poller_killed_under_load_loses_nothing_and_repeats_nothing(
    fake: FakeTelegram, db: Database
) -> None:
    chance = random.Random(3)
    talk = asyncio.create_task(_everybody_talks(fake))
    for _ in range(4):
        poller = await _start(fake, db)
        seen = fake.count("getUpdates")
        await fake.holds(lambda seen=seen: fake.count("getUpdates") > seen + 2)  # type: ignore[misc]
        await asyncio.sleep(chance.random() * 0.05)
        poller.kill()
        await poller.wait()
    await talk
    poller = await _start(fake, db)
    await fake.holds(lambda: not fake.updates, 20)
    poller.kill()
    await poller.wait()
    for buyer in range(1, BUYERS + 1):
        assert _said(db, buyer) == [f"{buyer}: {i}" for i in range(EACH)]


async def _everybody_talks(fake: FakeTelegram) -> None:
    for i in range(EACH):
        for buyer in range(1, BUYERS + 1):
            fake.user(buyer).says(f"{buyer}: {i}")
        await asyncio.sleep(0.05)


def _said(db: Database, buyer: int) -> list[str]:
    query = select(inbox.c.payload).where(inbox.c.chat == f"telegram:{buyer}").order_by(inbox.c.n)
    return [r.payload["text"] for r in db.read(lambda c: c.execute(query).all())]


async def _start(fake: FakeTelegram, db: Database) -> asyncio.subprocess.Process:
    top = Path(__file__).resolve().parents[3]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", POLLER, fake.url, fake.token, db.url, cwd=top
    )
