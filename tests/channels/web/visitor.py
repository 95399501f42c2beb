"""A buyer in a real browser, by what they see: labels, lines, buttons. A fault in the console fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from playwright.async_api import Browser, BrowserContext, Frame, Page, expect

from tests.channels.web.shop import Shop

WORDS = {"zh": ("消息", "发送", "添加照片或文件"), "en": ("Message", "Send", "Add a photo or file")}


class Visitor:
    def __init__(self, page: Page, lang: str = "zh", frame: Frame | None = None) -> None:
        self.page = page
        self.view: Any = frame or page
        self._message, self._send, self._photo = WORDS[lang]

    @property
    def box(self) -> Any:
        return self.view.get_by_role("textbox", name=self._message)

    @property
    def log(self) -> Any:
        return self.view.get_by_role("log")

    def lines(self, author: str) -> Any:
        return self.log.locator(f".by-{author} .words")

    async def say(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    async def choose(self, *files: dict[str, Any]) -> None:
        await self.view.get_by_label(self._photo).set_input_files(list(files))

    async def send(self) -> None:
        await self.view.get_by_role("button", name=self._send, exact=True).click()

    async def hears(self, *texts: str) -> None:
        """These are all the bot's lines, in this order."""
        await expect(self.lines("bot")).to_have_text(list(texts))

    async def said(self, *texts: str) -> None:
        """These are all this buyer's lines that have arrived, in this order, and nothing is waiting."""
        await expect(self.lines("buyer")).to_have_text(list(texts))
        await expect(self.view.locator("#pending .said")).to_have_count(0)


async def demo_buyer(page: Page, url: str, name: str) -> Visitor:
    """Open the demo shop's page at `url`, choose who to be, and open the chat in its corner."""
    await page.goto(f"{url}/")
    await page.get_by_role("link", name=name).click()
    await page.locator("body > div button").click()
    handle = await page.locator("iframe").element_handle()
    frame = await handle.content_frame()
    assert frame is not None
    await expect(frame.locator("html[data-ready]")).to_be_attached()
    return Visitor(page, "zh", frame)


def strict(page: Page, faults: list[str]) -> None:
    """Note what the browser complains of; a lost connection is no fault of the page."""

    def note(text: str) -> None:
        if (
            "WebSocket connection" not in text
            and "ERR_INTERNET_DISCONNECTED" not in text
            and "ERR_CONN" not in text
        ):
            faults.append(text)

    page.on("console", lambda m: note(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: note(str(e)))


@contextlib.asynccontextmanager
async def person(
    browser: Browser, lang: str = "zh", expected: str = "no complaint", **device: Any
) -> AsyncIterator[BrowserContext]:
    """One person's browser; at the end it must have had nothing to complain of but what is `expected`."""
    locale = "zh-CN" if lang == "zh" else "en-GB"
    context = await browser.new_context(locale=locale, timezone_id="Asia/Shanghai", **device)
    context.set_default_timeout(20_000)
    faults: list[str] = []
    context.on("page", lambda page: strict(page, faults))
    try:
        yield context
    finally:
        await context.close()
    unexpected = [fault for fault in faults if expected not in fault]
    assert not unexpected, unexpected


async def chat(
    context: BrowserContext,
    shop: Shop,
    session: str = "",
    lang: str = "zh",
    page: Page | None = None,
    **more: str,
) -> Visitor:
    """The full chat page in a new tab, connected."""
    fields = {"lang": lang, **({"s": session} if session else {}), **more}
    page = page or await context.new_page()
    await page.goto(f"{shop.url}/chat#" + "&".join(f"{k}={v}" for k, v in fields.items()))
    await expect(page.locator("html[data-ready]")).to_be_attached()
    return Visitor(page, lang)


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.02)
