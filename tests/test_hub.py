"""The bell that tells of changes: heard once, and never in the way of somebody who ends."""

import asyncio

import pytest

from bot.hub import Hub


async def test_what_changed_is_heard_once() -> None:
    hub = Hub()
    with hub.watch() as watcher:
        hub.changed(["a", "b"])
        hub.changed(["a"])
        assert await watcher.wait(1) == {"a", "b"}
        assert await watcher.wait(0.01) == set()


async def test_a_watcher_that_is_told_to_end_just_as_the_bell_rings_ends() -> None:
    hub = Hub()

    async def listen() -> None:
        with hub.watch() as watcher:
            while True:
                await watcher.wait(60)

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.01)
    hub.changed(["a"])
    await asyncio.sleep(0)  # it has been told, and has not gone on yet
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await task
