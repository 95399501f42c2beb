"""An open desk keeps its agent's chats; one that is gone does not."""

from __future__ import annotations

import asyncio
import json

from websockets.asyncio.client import connect

from bot.handoff.rules import Rules
from bot.store import handoff, owners, presence
from tests.desk.scene import LIN, Scene


async def test_as_long_as_the_line_is_open_the_agent_is_there_and_their_chats_go_on(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        cookie = "; ".join(f"{k}={v}" for k, v in mei.cookies.items())
    headers = {"cookie": cookie}
    desk.db.write(lambda conn: handoff.claim(conn, LIN, "mei", desk.clock().timestamp()))
    before = desk.db.read(lambda conn: handoff.live(conn, LIN))
    async with connect(
        f"{desk.url.replace('http', 'ws')}/desk/ws", origin=desk.url, additional_headers=headers
    ) as line:
        await line.send(json.dumps({"open": LIN, "have": {}}))
        await line.recv()
        async with asyncio.timeout(30):
            while (seen := desk.db.read(lambda conn: presence.desk_seen(conn, "mei"))) is None:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)
    after = desk.db.read(lambda conn: handoff.live(conn, LIN))
    assert before and after and before.lease_until and after.lease_until
    away = Rules().desk.lease.away_after
    assert after.lease_until == seen + away < before.lease_until  # now the desk's silence would tell
    later = (seen + away).timestamp()
    assert desk.db.write(lambda conn: owners.lapse(conn, LIN, later - 1)) is None
    assert desk.db.write(lambda conn: owners.lapse(conn, LIN, later)) == "mei"
