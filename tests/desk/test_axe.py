"""WCAG 2.2 AA by axe: every page of the desk, each of its forms, and the buyers' pages; both themes, both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from bot.cases.case import Case, CaseType, Entry, Status
from bot.messages import Button
from bot.store import agents, audit, blocks, cases, handoff, invitations
from tests.channels.web.shop import Shop, free_port, new_session
from tests.channels.web.visitor import chat
from tests.channels.web.visitor import person as buyer_of
from tests.desk.scene import EMMA, LIN, ZHAO, Scene
from tests.desk.test_door import GOOD, set_password
from tests.support.axe import faults

pytestmark = pytest.mark.slow
looks = pytest.mark.parametrize("lang", ["zh", "en"])
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def listed(found: list[str]) -> str:
    """Each fault once, where it was met first."""
    return "\n".join({line.split(": ", 1)[1]: line for line in reversed(found)}.values())


class Tour:
    """One person's browser before the desk; `see` looks at what it shows, `found` is what was wrong on the way."""

    def __init__(self, desk: Scene, page: Page) -> None:
        self.desk, self.page, self.found = desk, page, list[str]()

    async def see(self, what: str) -> None:
        self.found += await faults(self.page, what)

    async def go(self, path: str, what: str = "") -> None:
        await self.page.goto(path if path.startswith("http") else self.desk.url + path)
        for summary in await self.page.locator("main summary").all():
            await summary.click()
        await self.see(what or path)

    async def sign_in(self, name: str) -> None:
        await self.page.goto(self.desk.link(name))
        await self.page.locator("form button").last.click()
        await expect(self.page.locator("#queue .wait").first).not_to_be_empty(timeout=20_000)

    async def open(self, chat: str) -> None:
        await self.page.locator(f'[id="row-{chat}"]').click()
        await expect(self.page.locator("#head h1")).to_be_visible(timeout=20_000)


@pytest.fixture
async def tour(browser: Browser, desk: Scene, lang: str) -> AsyncIterator[Tour]:
    context = await browser.new_context(
        locale="zh-CN" if lang == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
        viewport=WIDE,  # type: ignore[arg-type]
    )
    context.set_default_timeout(20_000)
    yield Tour(desk, await context.new_page())
    await context.close()


@pytest.fixture
def staffed(desk: Scene) -> Scene:
    """An admin, a lead, somebody invited, somebody who left, a blocked buyer, and lines in the audit log."""

    def fill(conn: Any) -> None:
        now = desk.clock().timestamp()
        agents.add(conn, "chen", "陈经理", "admin", now)
        agents.add(conn, "gone", "Gone", "agent", now)
        agents.deactivate(conn, "gone", now)
        invitations.invite(conn, "wang", "Wang", "lead", "chen", now)
        handoff.claim(conn, ZHAO, "bo", now)
        handoff.act(conn, ZHAO, "bo", "k1", {"do": "reply", "text": "您好"}, now)
        over = desk.clock() - timedelta(days=2)
        ended = Case(
            "A260301-CL05E", ZHAO, CaseType.QUALITY_CLAIM, Status.CLOSED_REFUNDED, over, over,
            buyer="buyer_zhao", order_id="T1011", closed_at=over, events=1,
        )  # fmt: skip
        line = Entry(ended.id, 1, over, "bot", "paid", Status.REFUNDING, Status.CLOSED_REFUNDED, "钱退了")
        cases.save_case(conn, ended, [line])
        blocks.put_block(conn, EMMA, "abuse", "third time", "chen", now)
        audit.note(conn, "bo", "chat.claim", ZHAO, {}, now)

    desk.db.write(fill)
    return desk


@looks
async def test_the_doors_are_clean(staffed: Scene, tour: Tour, lang: str) -> None:
    page = tour.page
    invited = staffed.db.write(
        lambda conn: invitations.invite(conn, "li", "Li", "agent", "chen", staffed.clock().timestamp())
    )
    for path in ("/desk/sign-in", f"/desk/sign-in?key={invited}", "/desk/sign-in?key=x", staffed.link("mei")):
        await tour.go(path, f"the door {path[:28]}")
    set_password(staffed, "mei")
    await page.goto(f"{staffed.url}/desk/sign-in")
    for password in ("wrong", GOOD):
        await page.locator("[name=name]").fill("mei")
        await page.locator("[name=password]").fill(password)
        await page.locator("form button").click()
        if password == "wrong":
            await expect(page.get_by_role("alert")).to_be_visible()
            await tour.see("a wrong password")
    await tour.go("/desk/me")
    await page.locator('form[action="/desk/me/code/start"] button').click()
    await expect(page.locator(".qr-frame svg")).to_be_visible()
    await tour.see("a code is set up")
    phone = pyotp.TOTP((await page.locator("#secret").inner_text()).replace(" ", ""))
    await page.locator("input.code").fill(phone.at(staffed.clock()))
    await page.keyboard.press("Enter")
    await expect(page.locator("#codes li")).to_have_count(10)
    await tour.see("the recovery codes")
    await tour.go("/desk/me", "my account with a code")
    await page.locator('form[action="/desk/sign-out"] button').click()
    await page.locator("[name=name]").fill("mei")
    await page.locator("[name=password]").fill(GOOD)
    await page.keyboard.press("Enter")
    await expect(page.locator("input.code")).to_be_visible()
    await tour.see("the code is asked for")
    assert not tour.found, listed(tour.found)


@looks
async def test_the_pages_beside_the_window_are_clean(staffed: Scene, tour: Tour, lang: str) -> None:
    await tour.sign_in("bo")
    await tour.go("/desk/people", "a page without the right")
    await tour.go("/desk/dashboard", "an agent's dashboard")
    await tour.sign_in("chen")
    paths = ("dashboard", "me", "people", "audit", "audit?who=zz", "blocked", "privacy")
    for size in (WIDE, PHONE):
        await tour.page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in paths:
            await tour.go(f"/desk/{path}", f"{path} {size['width']}")
    await tour.page.locator("[name=who]").fill("buyer_lin")
    await tour.page.keyboard.press("Enter")
    await expect(tour.page.locator("#erase")).to_be_visible()
    await tour.see("a buyer's data")
    assert not tour.found, listed(tour.found)


@looks
async def test_the_window_and_its_forms_are_clean(staffed: Scene, tour: Tour, lang: str) -> None:
    page, press = tour.page, tour.page.keyboard.press
    await tour.sign_in("chen")
    await tour.see("no chat is open")
    await tour.go(f"/desk?chat={ZHAO}", "a colleague's chat")
    await tour.open(LIN)
    await tour.see("a chat that waits")
    await press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    await page.locator("#words").fill("您好,今天就给您补发")
    await press("Enter")
    await expect(page.locator(".message.agent .text")).to_be_visible()
    await press("Escape")
    await press("n")
    await tour.see("a note is written")
    await press("Escape")
    await press("h")
    await expect(page.locator("#history .history-in")).not_to_be_empty()
    for summary in await page.locator("#packet details:not([open]) > summary").all():
        await summary.click()
    await tour.see("a chat of one's own")
    for size in (PHONE, WIDE):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for tab in ("queue", "thread", "packet") if size is PHONE else ():
            await page.locator(f'.tabs [data-tab="{tab}"]').click()
            await tour.see(f"{tab} on a phone")
    await page.locator("#canned-open").click()
    await expect(page.locator("#canned li").first).to_be_visible()
    await tour.see("canned replies")
    await press("Escape")
    await page.locator("#words").fill("")
    await press("Escape")
    for key, dialog in (("?", "help"), ("t", "tag-form"), ("p", "pass-form"), ("s", "find")):
        await press(key)
        await expect(page.locator(f"#{dialog}")).to_be_visible()
        if key == "p":
            await expect(page.locator("#pass-list button").first).to_be_visible()
        if key == "s":
            await page.keyboard.type("T1003")
            await expect(page.locator("#find-hits a.hit").first).to_be_visible()
        await tour.see(dialog)
        await press("Escape")
    await page.locator("#merge-open").click()
    await tour.see("a merge")
    await press("Escape")
    await page.locator("#block-open").click()
    await tour.see("a block")
    await press("Escape")
    for button in ("2", "3"):
        await press(button)
        await tour.see(f"list {button}")
    acts = page.locator("#packet [data-case-act]")
    for n in range(await acts.count()):
        await acts.nth(n).click()
        await expect(page.locator("#case-form")).to_be_visible()
        await tour.see(f"the form of {await acts.nth(n).get_attribute('data-case-act')}")
        await press("Escape")
    await page.locator("#messages .photo").first.click()
    await expect(page.locator("#viewer")).to_be_visible()
    await tour.see("a photo")
    await press("Escape")
    sent = page.locator(".message.agent").last
    await sent.hover()
    await sent.locator("[data-edit]").click()
    await tour.see("words are put right")
    await press("Escape")
    await page.locator("#act-resolve").click()
    await tour.see("sure?")
    assert not tour.found, listed(tour.found)


@looks
async def test_the_window_tells_what_went_wrong_cleanly(staffed: Scene, tour: Tour, lang: str) -> None:
    await tour.sign_in("chen")
    await tour.open(LIN)
    await staffed.stop()
    await expect(tour.page.locator("#line.lost")).to_be_visible()
    await tour.page.locator("#act-claim").click()
    await expect(tour.page.locator(".toast").first).to_be_visible()
    await tour.see("without a line")
    await staffed.start()
    assert not tour.found, listed(tour.found)


@looks
async def test_the_buyers_pages_are_clean(browser: Browser, sqlite_url: str, lang: str) -> None:
    from bot.store.db import Database

    db, session = Database(sqlite_url), new_session()
    db.migrate()
    found: list[str] = []
    shop = Shop(db, free_port())
    more = {"color_scheme": "light", "reduced_motion": "reduce"}
    async with shop.open(), buyer_of(browser, lang, "415", **more) as buyer:
        for size in (WIDE, PHONE):
            me = await chat(buyer, shop, session, lang)
            await me.page.set_viewport_size(size)  # type: ignore[arg-type]
            found += await faults(me.page, "an empty chat" if size is WIDE else "a chat on a phone")
            await me.say("选项")
            await expect(me.log.get_by_role("button", name="退货").last).to_be_visible()
            found += await faults(me.page, "choices")
        shop.tell(session, "长" * 1_300)
        shop.tell(session, "您好", author="agent", name="小美", buttons=[Button("好", "ok")])
        await expect(me.log.get_by_role("button", name="好", exact=True)).to_be_visible()
        await buyer.set_offline(True)
        await expect(me.view.locator("#banner")).to_be_visible()
        await me.choose({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
        await me.box.fill("x" * 9_900)
        found += await faults(me.page, "without a network, a file chosen")
        await me.send()
        await expect(me.view.locator("#pending .words")).to_be_visible()
        found += await faults(me.page, "without a network, a message waits")
        await buyer.set_offline(False)
        await me.page.goto(shop.url)
        found += await faults(me.page, "the demo shop")
    db.close()
    assert not found, listed(found)
