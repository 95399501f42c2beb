"""A desk that runs: real server, real store, a stand-in for the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.store.db import Database
from bot.store.tables import metadata
from tests.desk.scene import Scene, fill

Person = Callable[..., Awaitable[Page]]


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


@pytest.fixture
async def person(browser: Browser, desk: Scene) -> AsyncIterator[Person]:
    """`await person("mei")`: a browser of its own in which that agent has signed in by their link."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    async def sit_down(name: str, **how: Any) -> Page:
        size = how.pop("viewport", {"width": 1280, "height": 800})
        how = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": size, **how}
        context = await browser.new_context(**how)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
        await page.goto(desk.link(name))
        await page.get_by_role("button").first.click()
        await expect(page.locator("#list-queue .number")).to_have_text("3")  # the page's script runs
        return page

    yield sit_down
    for context in contexts:
        await context.close()
    assert faults == []
