"""A buyer and two agents in real browsers, on the real program: from the first word to a person's answer."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.store import agents, conversations
from bot.store.db import Database
from tests.channels.web.visitor import demo_buyer
from tests.e2e.test_telegram import png
from tests.support.program import Program

pytestmark = pytest.mark.slow


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Program]:
    async with Program(tmp_path / "shop") as program:
        yield program


async def person(browser: Browser, contexts: list[BrowserContext], lang: str = "zh-CN") -> Page:
    context = await browser.new_context(locale=lang, viewport={"width": 1280, "height": 800})
    contexts.append(context)
    return await context.new_page()


async def test_from_the_first_word_to_a_persons_answer(
    browser: Browser, shop: Program, tmp_path: Path
) -> None:
    contexts: list[BrowserContext] = []
    buyer_page = await person(browser, contexts)
    buyer = await demo_buyer(buyer_page, shop.url, "小林")
    bot = buyer.lines("bot")

    await buyer.say("碎花裙想退了 不喜欢 吊牌都在没穿过")
    await expect(bot.last).to_contain_text("¥159.00")
    await expect(bot.last).to_contain_text("运费")
    await buyer.view.get_by_role("button", name="确认退货").click()
    await expect(bot.last).to_contain_text("编号 A")
    photo = png(33)
    await buyer.choose({"name": "标签.png", "mimeType": "image/png", "buffer": photo})
    await buyer.send()
    await expect(bot.last).to_contain_text("1 张照片")
    await buyer.say("人工")
    await expect(bot.last).to_contain_text("第 1 位")

    mei_page = await person(browser, contexts)
    await mei_page.goto(await shop.sign_in_link())
    await mei_page.get_by_role("button").first.click()
    bo_page = await person(browser, contexts, "en-GB")
    await bo_page.goto(second_agent(shop))
    await bo_page.get_by_role("button").first.click()
    for page in (mei_page, bo_page):
        await page.locator("#queue .chat").first.click()
        await expect(page.locator("#act-claim")).to_be_visible()
    # Both at the same moment of the machine's one clock: a click that goes through the driver may come too late, when
    # the other's claim has taken the button away already.
    at = (time.time() + 1.0) * 1000
    press = "at => setTimeout(() => document.getElementById('act-claim').click(), at - Date.now())"
    await asyncio.gather(*(p.evaluate(press, at) for p in (mei_page, bo_page)))
    await expect(buyer.lines("system").last).to_contain_text("已接入")
    for page in (mei_page, bo_page):
        await expect(page.locator("#act-claim")).to_be_hidden()
    holds = [await page.locator("#act-release").is_visible() for page in (mei_page, bo_page)]
    assert sorted(holds) == [False, True]

    agent = mei_page if holds[0] else bo_page
    if folder := os.environ.get("SCREENSHOTS"):
        await agent.screenshot(path=f"{folder}/desk.png")
        await buyer_page.screenshot(path=f"{folder}/chat.png")
    await expect(agent.locator("#packet")).to_contain_text("T1001")
    await expect(agent.locator("#packet")).to_contain_text("¥159.00")
    await agent.locator("#words").fill("您好，照片我看到了，收到货就给您退款")
    await agent.keyboard.press("Enter")
    await expect(buyer.lines("agent").last).to_contain_text("收到货就给您退款")
    assert photo in photos_of(shop)

    said = await bot.count()
    await buyer.say("好的，运费谁出呀")
    await expect(agent.locator("#messages > li").last).to_contain_text("运费谁出呀")
    assert await bot.count() == said  # the bot is silent while a person has the chat
    await agent.locator("#act-release").click()
    await expect(buyer.lines("system").last).to_contain_text("我接着为您服务")
    await buyer.say("退款多久到账")
    await expect(bot.last).to_contain_text("原路退回支付宝余额")
    for context in contexts:
        await context.close()


async def test_who_types_and_looks_shows_and_the_buyer_ends_the_chat_with_the_person(
    browser: Browser, shop: Program
) -> None:
    contexts: list[BrowserContext] = []
    buyer = await demo_buyer(await person(browser, contexts), shop.url, "小林")
    await buyer.say("人工")
    await expect(buyer.lines("bot").last).to_contain_text("第 1 位")
    mei, bo = await person(browser, contexts), await person(browser, contexts)
    for page, link in ((mei, await shop.sign_in_link()), (bo, second_agent(shop))):
        await page.goto(link)
        await page.get_by_role("button").first.click()
        await page.locator("#queue .chat").first.click()
    await expect(mei.locator("#signs")).to_have_text("Bo也在看")
    await expect(bo.locator("#signs")).to_contain_text("也在看")
    await mei.keyboard.press("c")
    await expect(buyer.lines("system").last).to_contain_text("已接入")

    await mei.locator("#words").type("您好")
    await expect(buyer.view.locator("#typing")).to_be_visible()
    await expect(buyer.view.locator("#typing-word")).to_contain_text("正在输入")
    await mei.keyboard.press("Enter")
    await expect(buyer.lines("agent").last).to_have_text("您好")
    await expect(buyer.view.locator("#typing")).to_be_hidden()

    await buyer.box.type("还没")
    await expect(mei.locator("#signs")).to_contain_text("买家正在输入…")
    await expect(mei.locator("#signs")).not_to_contain_text("Bo")  # a colleague's chat is shut to him

    end = buyer.view.locator("#end-person")
    await end.click()
    await expect(end).to_have_text("确认结束?")
    await end.click()
    await expect(buyer.lines("system").last).to_contain_text("已经结束和")
    await expect(end).to_be_hidden()
    await expect(mei.locator("#toasts")).to_contain_text("买家结束了人工会话")
    await expect(mei.locator("#head")).to_contain_text("机器人接待中")
    for context in contexts:
        await context.close()


def second_agent(shop: Program) -> str:
    db = Database(f"sqlite:///{shop.folder / 'data' / 'aftersales.db'}")
    try:
        db.write(lambda conn: agents.add(conn, "bo", "Bo", "agent", 0))
        return (
            f"{shop.url}/desk/sign-in?key={db.write(lambda conn: agents.make_key(conn, 'bo', 'link', 4e9))}"
        )
    finally:
        db.close()


def photos_of(shop: Program) -> list[bytes | None]:
    """The bytes of every photo of every case."""
    from sqlalchemy import select

    from bot.store.tables import evidence

    db = Database(f"sqlite:///{shop.folder / 'data' / 'aftersales.db'}")
    try:
        ids = db.read(lambda conn: list(conn.execute(select(evidence.c.attachment_id)).scalars()))
        found = [db.read(lambda conn, i=i: conversations.read_attachment(conn, i)) for i in ids]
        return [f.data for f in found if f]
    finally:
        db.close()
