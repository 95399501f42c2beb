"""One case from both ends, on the real program in real browsers: the offer made, taken back, made again, and taken."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.channels.web.visitor import demo_buyer
from tests.support.pictures import png
from tests.support.program import Program

pytestmark = pytest.mark.slow


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Program]:
    async with Program(tmp_path / "shop") as program:
        yield program


async def open_page(browser: Browser) -> Page:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    return await context.new_page()


async def test_an_offer_is_previewed_taken_back_made_again_and_the_buyer_takes_it(
    browser: Browser, shop: Program
) -> None:
    buyer = await demo_buyer(await open_page(browser), shop.url, "小林")
    bot = buyer.lines("bot")
    await buyer.say("碎花裙刚收到 裙摆破了个洞 质量太差了")
    await expect(bot.last).to_contain_text("请把照片发在这里")
    await buyer.choose({"name": "破洞近照.png", "mimeType": "image/png", "buffer": png(640, 480)})
    await buyer.send()
    await expect(bot.last).to_contain_text("轮到我们")
    said = await bot.count()

    # Nobody asked for a person: the agent finds the case among those that wait for the shop.
    desk = await open_page(browser)
    await desk.goto(await shop.sign_in_link())
    await desk.get_by_role("button").first.click()
    await expect(desk.locator("#list-cases .number")).to_have_text("1")
    await desk.keyboard.press("2")
    await desk.keyboard.press("j")
    card = desk.locator("#packet .card").first
    await expect(card.locator(".status")).to_have_text("等商家处理")
    await expect(card.locator(".strip figure").first).to_contain_text("近照")
    await expect(card.locator(".strip .gap")).to_have_count(2)

    await desk.keyboard.press("a")
    await desk.get_by_role("button", name="提方案").click()
    form = desk.locator("#case-form")
    await form.locator("#options input").first.fill("1000")
    await expect(form.locator("#case-no")).to_contain_text("最多可退")
    await expect(form.locator("#case-do")).to_be_disabled()
    await form.locator("#options input").first.fill("50")
    await form.locator("#add-option").click()
    await expect(form.locator("#will-read")).to_contain_text("1. 退款 ¥50.00，不用退货")
    await expect(form.locator("#will-offer span").nth(1)).to_have_text("免费补发（重发）1 件")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator("#held .held-act")).to_contain_text("秒后发出")
    await desk.reload()  # it is held by the shop, not by this page
    await expect(desk.locator("#held .held-act")).to_contain_text("提方案")
    await desk.locator("#thread").focus()
    await desk.keyboard.press("z")
    await expect(desk.locator("#held .held-act")).to_have_count(0)
    await desk.wait_for_timeout(11_000)  # the ten seconds in which it would have gone out
    await expect(card.locator(".status")).to_have_text("等商家处理")
    assert await bot.count() == said

    await desk.keyboard.press("a")
    await desk.get_by_role("button", name="提方案").click()
    await form.locator("#options input").first.fill("60")
    await form.locator("#add-option").click()
    await expect(form.locator("#will-read")).to_contain_text("¥60.00")
    preview = await form.locator("#will-read").inner_text()
    await desk.keyboard.press("Control+Enter")
    await expect(card.locator(".status")).to_have_text("方案待确认")
    await expect(bot.last).to_contain_text("有方案了")
    assert preview.split("\n")[:3] == (await bot.last.inner_text()).split("\n")[:3]

    await buyer.view.get_by_role("button", name="退款 ¥60.00，不用退货").click()
    await expect(bot.last).to_contain_text("¥60.00")
    await expect(card.locator(".status")).to_have_text(re.compile("退款"))
    await expect(desk.locator("#list-cases .number")).to_have_text("0")
    await card.locator("summary").click()
    await expect(card.locator(".timeline")).to_contain_text("买家接受方案")
