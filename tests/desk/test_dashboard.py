"""The dashboard over HTTP and in a real browser: who sees what, that it is live, in both themes and languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Connection

from bot.store import agents, handoff
from tests.desk.scene import EMMA, LIN, Scene
from tests.desk.test_people_pages import UNNAMED
from tests.desk.test_window import CONTRAST


@pytest.fixture
def shop(desk: Scene) -> Scene:
    """Three wait; mei answered Lin in a minute; li leads."""
    now = desk.clock().timestamp()

    def work(conn: Connection) -> None:
        agents.add(conn, "li", "李组长", "lead", 0)
        handoff.claim(conn, LIN, "mei", now)
        handoff.act(conn, LIN, "mei", "k1", {"do": "reply", "text": "您好"}, now)
        handoff.claim(conn, EMMA, "bo", now)

    desk.db.write(work)
    return desk


@pytest.fixture
async def tab(browser: Browser, shop: Scene) -> AsyncIterator[Page]:
    """The lead's dashboard; a fault of the page or of its content policy fails the test."""
    faults: list[str] = []
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    await page.goto(shop.link("li"))
    await page.get_by_role("button", name="Sign in").or_(page.locator("form button")).first.click()
    await page.goto(f"{shop.url}/desk/dashboard")
    yield page
    await context.close()
    assert faults == []


def names(page: str) -> set[str]:
    return set(re.findall(r'<th scope="row">([^<]+)</th>', page)) & {"小美", "阿波", "李组长"}


async def test_a_lead_sees_everybody_and_an_agent_only_their_own_day(shop: Scene) -> None:
    async with shop.client("li") as li, shop.client("mei") as mei:
        for path in ("/desk/dashboard", "/desk/dashboard/live"):
            lead, agent = (await li.get(path)).text, (await mei.get(path)).text
            assert names(lead) == {"小美", "阿波"}
            assert names(agent) == {"小美"}
            assert "进行中的工单" in lead and "进行中的工单" not in agent
            assert "承诺兑现率" not in agent and '<svg viewBox="0 0 480' not in agent


async def test_the_tiles_tell_what_waits_and_what_is_overdue(shop: Scene) -> None:
    async with shop.client("li") as li:
        page = (await li.get("/desk/dashboard")).text
    assert re.search(r"正在等人工</dt><dd><b>1</b>", page)  # Zhao
    assert re.search(r"最久等待</dt><dd><b>5:\d\d</b>", page)
    shop.later = timedelta(days=6)
    async with shop.client("li") as li:
        page = (await li.get("/desk/dashboard")).text
    rows = re.findall(
        r'<th scope="row">等商家处理</th><td class="n">(\d+)</td><td class="n late">(\d+)</td>', page
    )
    assert rows == [("2", "2")]


async def test_the_bar_on_top_leads_there_from_the_window_and_from_the_pages(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        for path in ("/desk", "/desk/me"):
            assert 'href="/desk/dashboard"' in (await mei.get(path)).text
        back = await mei.get("/desk/lang/en?back=dashboard")
        assert back.headers["location"] == "/desk/dashboard"
        assert "My day" in (await mei.get("/desk/dashboard")).text


async def test_the_board_follows_the_queue_and_keeps_an_open_table_open(shop: Scene, tab: Page) -> None:
    await tab.clock.install()
    await tab.reload()
    waiting = tab.locator(".tile").first
    await expect(waiting).to_contain_text("1")
    await tab.locator("#table-days summary").click()
    shop.db.write(lambda conn: handoff.close(conn, EMMA, "handed_back", shop.clock().timestamp()))
    again = shop.clock().timestamp()
    shop.db.write(lambda conn: handoff.enqueue(conn, EMMA, ["human"], 100, "en", again))
    shop.later += timedelta(seconds=20)  # what was read for the page before is too old now
    await tab.clock.run_for(10_500)
    await expect(waiting).to_contain_text("2")
    await expect(tab.locator("#table-days")).to_have_attribute("open", "")


async def test_a_line_that_is_cut_is_said_and_mends_itself(shop: Scene, tab: Page) -> None:
    await tab.clock.install()
    await tab.reload()
    await tab.context.set_offline(True)
    await tab.clock.run_for(10_500)
    await expect(tab.locator("#dash-lost")).to_be_visible()
    await tab.context.set_offline(False)
    await tab.clock.run_for(10_500)
    await expect(tab.locator("#dash-lost")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_word_can_be_read_and_every_control_has_a_name(
    shop: Scene, tab: Page, theme: str
) -> None:
    await tab.context.add_cookies([{"name": "desk_theme", "value": theme, "url": f"{shop.url}/desk"}])
    await tab.reload()
    assert await tab.evaluate(CONTRAST) == []
    assert await tab.evaluate(UNNAMED) == []


async def test_a_phone_needs_no_sideways_scrolling(shop: Scene, tab: Page) -> None:
    await tab.set_viewport_size({"width": 375, "height": 740})
    assert await tab.evaluate("document.querySelector('main').scrollWidth") <= 375
