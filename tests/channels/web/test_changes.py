"""Messages that change in place, in a real browser: the living case card, and what an agent takes back."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from bot.messages import Button
from tests.channels.web.shop import Shop
from tests.channels.web.visitor import chat, person

CANCEL, TRACK, AGREE = Button("撤销申请", "c"), Button("填单号", "t"), Button("同意", "a")


async def test_the_card_changes_where_it_stands_and_says_when(
    shop: Shop, browser: Browser, session: str
) -> None:
    shop.tell(session, "R-1 · 等您寄回", buttons=(CANCEL, TRACK))
    shop.tell(session, "还有什么可以帮您？")
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.hears("R-1 · 等您寄回", "还有什么可以帮您？")
        shop.change(session, 1, "R-1 · 退款中", (AGREE,))
        await me.hears("R-1 · 退款中", "还有什么可以帮您？")
        row = me.log.locator("[data-n='1']")
        await expect(row.get_by_role("button")).to_have_text(["同意"])
        await expect(row.locator("time")).to_contain_text("更新于")
        await row.get_by_role("button", name="同意").click()
        await me.said("同意")
    assert [(r["button"], r["text"]) for r in shop.rows(session)] == [("a", "同意")]


async def test_a_change_leaves_the_buttons_alone_where_they_are_the_same(
    shop: Shop, browser: Browser, session: str
) -> None:
    shop.tell(session, "R-1 · 等您寄回", buttons=(CANCEL,))
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.log.get_by_role("button", name="撤销申请").click()
        await me.said("撤销申请")
        shop.change(session, 1, "R-1 · 包裹在路上")
        await expect(me.lines("bot").first).to_have_text("R-1 · 包裹在路上")
        await expect(me.log.get_by_role("button", name="撤销申请")).to_have_attribute("aria-disabled", "true")


async def test_changes_made_while_the_page_was_away_are_there_when_it_comes_back(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    closed_shop.tell(session, "R-1 · 等您寄回")
    closed_shop.tell(session, "地址是1号", author="agent", name="小梅")
    async with person(browser) as buyer:
        async with closed_shop.open():
            me = await chat(buyer, closed_shop, session)
            await me.hears("R-1 · 等您寄回")
        closed_shop.change(session, 1, "R-1 · 退款中")
        closed_shop.withdraw(session, 2)
        closed_shop.tell(session, "退款已提交。")
        async with closed_shop.open():
            await expect(me.lines("bot")).to_have_text(["R-1 · 退款中", "退款已提交。"], timeout=20_000)
            await expect(me.lines("agent")).to_have_text(["这条消息已撤回"])
            await expect(me.log.get_by_text("地址是1号")).to_have_count(0)
