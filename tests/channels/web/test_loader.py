"""The chat on a shop's own pages (another site, a strict policy, a round button), and the demo shop."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Page, expect

from bot.channels.links import sign
from bot.channels.web_frames import SESSION
from tests.channels.web.shop import KEY, Shop, free_port
from tests.channels.web.visitor import Visitor, person, until


class OtherSite:
    """A shop's page on another site (localhost is not 127.0.0.1), with a content policy of its own."""

    def __init__(self, chat_url: str, attributes: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        policy = f"default-src 'none'; style-src 'self'; script-src {chat_url}; frame-src {chat_url}"
        page = f"""<!doctype html><html lang="zh"><title>shop</title><link rel="stylesheet" href="/shop.css">
            <h1>A shop</h1><script src="{chat_url}/chat/loader.js" {attributes}></script>"""
        app = FastAPI(openapi_url=None)

        @app.get("/")
        async def front() -> HTMLResponse:
            return HTMLResponse(page, headers={"content-security-policy": policy})

        @app.get("/shop.css")
        async def styles() -> Response:  # a shop's own rules must not reach into the widget
            return Response("button, iframe, svg { display: none !important }", media_type="text/css")

        self._app = app

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        config = uvicorn.Config(self._app, "localhost", self.port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve())
        try:
            await until(lambda: server.started)
            yield
        finally:
            server.should_exit = server.force_exit = True
            await task


async def opened(page: Page, lang: str = "zh") -> Visitor:
    """The widget, clicked open."""
    await page.get_by_role("button", name="联系客服" if lang == "zh" else "Chat with us").click()
    handle = await page.locator("iframe").element_handle()
    frame = await handle.content_frame()
    assert frame is not None
    await expect(frame.locator("html[data-ready]")).to_be_attached()
    return Visitor(page, lang, frame)


async def test_a_shop_on_another_site_shows_the_chat_and_the_session_stays_out_of_every_request(
    closed_shop: Shop, browser: Browser
) -> None:
    site = OtherSite(closed_shop.url, f'data-token="{sign("lin", KEY)}" data-lang="zh"')
    closed_shop.settings = replace(closed_shop.settings, shops=(site.url,))
    seen: list[str] = []
    async with closed_shop.open(), site.open(), person(browser) as buyer:
        buyer.on("request", lambda r: seen.extend([r.url.split("#")[0], *r.headers.values()]))
        page = await buyer.new_page()
        await page.goto(site.url)
        me = await opened(page)
        await me.hears("你好，lin")
        await me.say("从店铺页面来")
        await me.said("从店铺页面来")
        session = await page.evaluate("localStorage[Object.keys(localStorage)[0]]")
        assert re.fullmatch(SESSION, session)
        assert len(seen) > 5
        uploads_and_pages = " ".join(seen)
        assert session not in uploads_and_pages
        await page.reload()
        again = await opened(page)
        await again.said("从店铺页面来")
    assert closed_shop.texts(session) == ["从店铺页面来"]


async def test_a_site_that_is_not_among_the_shops_cannot_frame_the_chat(
    closed_shop: Shop, browser: Browser
) -> None:
    site = OtherSite(closed_shop.url, "")
    async with closed_shop.open(), site.open(), person(browser, expected="Content Security Policy") as buyer:
        page = await buyer.new_page()
        refused: list[str] = []
        page.on("console", lambda m: refused.append(m.text))
        await page.goto(site.url)
        await page.get_by_role("button", name="联系客服").click()
        await until(lambda: any("frame-ancestors" in text for text in refused))


async def test_a_closed_widget_counts_what_is_new_and_escape_closes_it(
    closed_shop: Shop, browser: Browser, tmp_path: Path
) -> None:
    closed_shop.settings = replace(
        closed_shop.settings, demo_links=lambda: [("Emma (English)", sign("emma", KEY))]
    )
    async with closed_shop.open(), person(browser, "en") as buyer:
        page = await buyer.new_page()
        await page.goto(closed_shop.url)
        await page.get_by_role("link", name="Emma (English)").click()
        me = await opened(page, "en")
        await me.hears("你好，emma")
        await page.screenshot(path=tmp_path / "widget.png")
        session = await page.evaluate(
            "localStorage[Object.keys(localStorage).find(k => k.includes('session'))]"
        )
        await me.box.press("Escape")
        await expect(page.locator("iframe")).to_be_hidden()
        closed_shop.tell(session, "Your refund has been sent.")
        closed_shop.tell(session, "It takes one to three days.")
        await expect(page.get_by_role("button", name="Chat with us, 2 new messages")).to_be_visible()
        await page.get_by_role("button", name="Chat with us").click()
        await expect(me.lines("bot").last).to_be_in_viewport()
        await me.view.get_by_role("button", name="Close chat").click()
        await expect(page.get_by_role("button", name="Chat with us", exact=True)).to_be_focused()


async def test_each_demo_buyer_has_a_conversation_of_their_own(closed_shop: Shop, browser: Browser) -> None:
    links = [("林晓 (中文)", sign("lin", KEY)), ("Emma (English)", sign("emma", KEY))]
    closed_shop.settings = replace(closed_shop.settings, demo_links=lambda: links)
    async with closed_shop.open(), person(browser) as buyer:
        page = await buyer.new_page()
        for label, lang, greeting in (("林晓", "zh", "你好，lin"), ("Emma", "en", "你好，emma")):
            await page.goto(closed_shop.url)
            await page.get_by_role("link", name=label).click()
            me = await opened(page, lang)
            await me.hears(greeting)
        await page.goto(closed_shop.url)
        await page.get_by_role("link", name="访客").click()
        guest = await opened(page)
        await expect(guest.view.get_by_text("您好，有什么可以帮您？")).to_be_visible()


# --- the same pages without a browser


async def get(shop: Shop, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=shop.url) as http:
        return await http.get(path)


async def test_without_demo_buyers_the_front_door_leads_to_the_chat(shop: Shop) -> None:
    answer = await get(shop, "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/chat")


@pytest.mark.parametrize("query", ["?buyer=7", "?buyer=-1"])
async def test_an_unknown_demo_buyer_is_a_guest(closed_shop: Shop, query: str) -> None:
    closed_shop.settings = replace(closed_shop.settings, demo_links=lambda: [("lin", sign("lin", KEY))])
    async with closed_shop.open():
        answer = await get(closed_shop, "/" + query)
    assert answer.status_code == 200
    assert 'data-token=""' in answer.text


async def test_a_newcomer_is_the_first_demo_buyer_and_has_orders_at_hand(closed_shop: Shop) -> None:
    token = sign("lin", KEY)
    closed_shop.settings = replace(closed_shop.settings, demo_links=lambda: [("lin", token)])
    async with closed_shop.open():
        answer = await get(closed_shop, "/")
    assert f'data-token="{token}"' in answer.text


@pytest.mark.parametrize("path", ["/", "/chat"])
async def test_no_page_holds_script_or_style_of_its_own_or_names_another_host(
    closed_shop: Shop, path: str
) -> None:
    closed_shop.settings = replace(closed_shop.settings, demo_links=lambda: [("lin", sign("lin", KEY))])
    async with closed_shop.open():
        answer = await get(closed_shop, path)
    assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert not re.search(
        r"<style|style=|<script(?![^>]*src=)|\son\w+=|https?://(?!www\.w3\.org)", answer.text
    )


async def test_only_the_chat_page_may_be_framed_and_only_by_the_shops(closed_shop: Shop) -> None:
    closed_shop.settings = replace(
        closed_shop.settings, shops=("https://shop.example",), demo_links=lambda: [("lin", sign("lin", KEY))]
    )
    async with closed_shop.open():
        chat = (await get(closed_shop, "/chat")).headers["content-security-policy"]
        front = (await get(closed_shop, "/")).headers["content-security-policy"]
    assert chat.endswith("frame-ancestors 'self' https://shop.example")
    assert "frame-ancestors 'none'" in front


async def test_files_are_kept_for_ever_under_their_version_and_nothing_else_is_served(shop: Shop) -> None:
    page = (await get(shop, "/chat")).text
    script = re.search(r'src="(/chat/static/[0-9a-f]+/chat\.js)"', page)
    assert script is not None
    answers: dict[str, Any] = {
        "current": await get(shop, script[1]),
        "older": await get(shop, "/chat/static/000000000000/chat.js"),
        "loader": await get(shop, "/chat/loader.js"),
    }
    assert answers["current"].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answers["older"].headers["cache-control"] == "no-cache"
    assert answers["loader"].headers["cross-origin-resource-policy"] == "cross-origin"
    assert {a.headers["content-type"] for a in answers.values()} == {"text/javascript; charset=utf-8"}
    for name in ("chat.html", "..%2f..%2fweb.py", "%2e%2e/web.py", "nothing.js"):
        assert (await get(shop, f"/chat/static/x/{name}")).status_code == 404
