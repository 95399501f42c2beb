"""The pages about people in a real browser: by keyboard, in both themes, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Connection

from bot.store import agents, audit, invitations
from tests.desk.scene import Scene
from tests.desk.test_door import GOOD, set_password
from tests.desk.test_window import CONTRAST

Visitor = Callable[..., Awaitable[Page]]
# A form control that no label, title or text names, or an id that stands twice.
UNNAMED = """() => {
  const named = (el) => el.labels?.length || el.ariaLabel || el.title || el.textContent.trim() ||
    document.getElementById(el.getAttribute("aria-labelledby"));
  const kinds = "input:not([type=hidden], [hidden]), select, textarea, button, a, summary";
  const controls = [...document.querySelectorAll(kinds)].filter((el) => !named(el)).map((el) => el.outerHTML);
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  return [...controls, ...ids.filter((id, i) => ids.indexOf(id) !== i)];
}"""


@pytest.fixture
async def visitor(browser: Browser, desk: Scene) -> AsyncIterator[Visitor]:
    """`await visitor()`: a browser of its own before the desk's door."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    async def come(**how: Any) -> Page:
        size = how.pop("viewport", {"width": 1280, "height": 900})
        locale = how.pop("locale", "en-GB")
        context = await browser.new_context(locale=locale, viewport=size, **how)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
        await page.goto(f"{desk.url}/desk")
        return page

    yield come
    for context in contexts:
        await context.close()
    assert faults == []


async def test_an_agent_turns_the_code_on_and_signs_in_with_password_and_phone(
    desk: Scene, visitor: Visitor
) -> None:
    set_password(desk, "mei")
    page = await visitor()
    await page.keyboard.type("mei")  # the first field has the focus
    await page.keyboard.press("Tab")
    await page.keyboard.type(GOOD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue .chat")).to_have_count(3)

    await page.get_by_title("My account: mei").click()
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.locator(".qr-frame svg")).to_be_visible()
    phone = pyotp.TOTP((await page.locator("#secret").inner_text()).replace(" ", ""))
    first = phone.at(desk.clock())
    await page.keyboard.type(first)
    await page.keyboard.press("Enter")
    await expect(page.locator("#codes li")).to_have_count(10)
    written_down = await page.locator("#codes li").first.inner_text()
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.get_by_text("On; 10 recovery codes left")).to_be_visible()

    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_label("Account").fill("mei")
    await page.get_by_label("Password").fill(GOOD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading")).to_contain_text("the code from your phone")
    await page.keyboard.type(first)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("was used already")
    await page.get_by_label("Code").fill(phone.at(desk.clock(), counter_offset=1))
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue .chat")).to_have_count(3)

    await page.goto(f"{desk.url}/desk/me")
    await page.get_by_label("Code or recovery code").fill(written_down)
    await page.get_by_role("button", name="Turn off").click()
    await expect(page.get_by_role("status")).to_have_text("The code is turned off")


async def test_an_admin_invites_a_colleague_who_joins_and_is_later_shut_out(
    desk: Scene, visitor: Visitor
) -> None:
    desk.db.write(lambda conn: agents.add(conn, "chen", "Chen", "admin", 0))
    chen, wang = await visitor(), await visitor()
    await chen.goto(desk.link("chen"))
    await chen.get_by_role("button", name="Sign in").click()
    await chen.goto(f"{desk.url}/desk/people")
    await chen.get_by_label("Shown name").last.fill("Wang")
    await chen.get_by_label("Account").fill("wang")
    await chen.get_by_label("Lead").check()
    await chen.get_by_role("button", name="Make the link").click()
    link = (await chen.locator("#link").input_value()).replace("http://127.0.0.1/", f"{desk.url}/")

    await wang.goto(link)
    await wang.get_by_label("New password").fill(GOOD)
    await wang.get_by_label("Once more").fill(GOOD)
    await wang.get_by_role("button", name="Join and sign in").click()
    await expect(wang.locator("#line")).to_have_text("Live")

    await chen.goto(f"{desk.url}/desk/people")
    await chen.locator("summary", has_text="Wang").click()
    out = chen.get_by_role("button", name="Deactivate: Wang")
    await out.click()
    await expect(chen.get_by_role("button", name="Sure? Press again")).to_be_focused()
    assert desk.db.read(lambda conn: agents.find(conn, "wang")).active  # type: ignore[union-attr]
    await chen.keyboard.press("Enter")
    await expect(chen.get_by_role("status")).to_contain_text("Deactivated")
    await expect(wang.locator("#line")).to_contain_text("You are signed out")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_legible_named_and_fits_a_phone(
    desk: Scene, visitor: Visitor, scheme: str
) -> None:
    """WCAG AA: 4.5:1 for every visible text, a name for every control; and nothing is cut off at 360 pixels."""

    def fill(conn: Connection) -> str:
        agents.add(conn, "chen", "Chen", "admin", 0)
        agents.deactivate(conn, "bo", 1.0)
        audit.note(conn, "bo", "chat.claim", "web:1", {}, desk.clock().timestamp())
        invited = invitations.invite(conn, "wang", "Wang", "agent", "chen", desk.clock().timestamp())
        assert invited
        return invited

    invited = desk.db.write(fill)
    page = await visitor(color_scheme=scheme, viewport={"width": 360, "height": 740})
    doors = ["/desk/sign-in", f"/desk/sign-in?key={invited}", "/desk/sign-in?key=x", desk.link("chen")]
    for path in [
        *doors,
        "/desk/me",
        "/desk/me/code",
        "/desk/people",
        "/desk/privacy",
        "/desk/audit",
        "/desk/audit?who=zz",
    ]:
        await page.goto(path if path.startswith("http") else desk.url + path)
        for summary in await page.locator("summary").all():
            await summary.click()
        assert await page.evaluate(CONTRAST) == [], path
        assert await page.evaluate(UNNAMED) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
        if path == doors[-1]:
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.locator("#line")).to_be_attached()
            await page.goto(f"{desk.url}/desk/me")
            await page.get_by_role("button", name="Turn on").click()
            await expect(page.locator(".qr-frame svg")).to_be_visible()
