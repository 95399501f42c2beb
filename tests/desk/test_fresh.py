"""What many desks share is read once for all of them, never too old, and the desk concerned hears first."""

from __future__ import annotations

import asyncio
import time

from bot.desk.fresh import Fresh
from bot.hub import Hub


class Source:
    def __init__(self) -> None:
        self.reads, self.go, self.fault = 0, asyncio.Event(), False

    async def read(self) -> int:
        self.reads += 1
        await self.go.wait()
        if self.fault:
            raise ConnectionError("the database is away")
        return self.reads


async def test_who_asks_while_it_is_read_shares_the_reading_and_one_who_leaves_takes_it_from_nobody() -> None:
    source = Source()
    fresh, now = Fresh(source.read), time.monotonic()
    asked = [asyncio.create_task(fresh.since(now)) for _ in range(5)]
    await asyncio.sleep(0)
    asked[0].cancel()
    source.go.set()
    assert await asyncio.gather(*asked[1:]) == [1, 1, 1, 1]
    assert await fresh.since(now) == 1
    assert source.reads == 1


async def test_what_was_read_before_the_moment_is_read_again_though_a_reading_is_under_way() -> None:
    source = Source()
    fresh = Fresh(source.read)
    early = asyncio.create_task(fresh.since(time.monotonic()))
    await asyncio.sleep(0.01)
    late = asyncio.create_task(fresh.since(time.monotonic()))
    await asyncio.sleep(0.01)
    source.go.set()
    assert (await early, await late) == (1, 2)


async def test_a_fault_of_the_reading_is_told_to_all_who_waited_and_the_next_reads_again() -> None:
    source = Source()
    fresh, source.fault = Fresh(source.read), True
    source.go.set()
    told = await asyncio.gather(*(fresh.since(0.0) for _ in range(3)), return_exceptions=True)
    assert [type(t) for t in told] == [ConnectionError] * 3
    source.fault = False
    assert await fresh.since(0.0) == 2


async def test_a_page_hears_at_once_of_the_chats_it_shows_and_a_little_later_once_of_all_others() -> None:
    hub = Hub()
    with hub.watch() as shows, hub.watch() as another, hub.watch() as every:
        shows.first, another.first = {"a"}, set()
        hub.changed(["a"])
        hub.changed(["b"])
        assert await shows.wait(1) == {"a"}
        assert await every.wait(1) == {"a", "b"}
        assert await another.wait(0.001) == set()
        assert await shows.wait(10) == {"b"}
        assert await another.wait(10) == {"a", "b"}
        assert await another.wait(0.3) == set()
