"""What an agent's window shows of skills, languages, shift and a pause, in a real browser."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from bot.cases.hours import DAYS
from bot.store import audit, marks, presence
from tests.channels.web.visitor import until
from tests.desk.conftest import Person
from tests.desk.scene import EMMA, ZHAO, ZONE, Scene


async def rows(page: Page, heading: str) -> list[str]:
    return await page.locator(f"ul[aria-labelledby={heading}] .name").all_inner_texts()


async def test_chats_in_another_language_stand_below_and_can_be_taken_all_the_same(
    desk: Scene, person: Person
) -> None:
    desk.db.write(lambda conn: presence.set_known(conn, "mei", [], ["zh"]))
    mei, bo = await person("mei"), await person("bo")
    await expect(mei.locator("#others")).to_contain_text("更适合其他同事")
    assert (await rows(mei, "waiting"), await rows(mei, "others")) == (["赵先生", "林晓"], ["Emma"])
    assert await rows(bo, "waiting") == ["赵先生", "Emma", "林晓"]
    await expect(mei).to_have_title(re.compile(r"^\(2\)"))
    await mei.locator(f'[id="row-{EMMA}"]').click()
    await expect(mei.locator("#head h1")).to_have_text("Emma")
    await mei.keyboard.press("c")
    await expect(mei.locator("#head")).to_contain_text("我在接待")
    await expect(mei.locator("#others")).to_have_count(0)


async def test_a_pause_is_one_key_holds_in_every_tab_and_is_ended_by_the_same_key(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    second = await page.context.new_page()
    await second.goto(f"{desk.url}/desk")
    await page.keyboard.press("o")
    for tab in (page, second):
        await expect(tab.locator("#queue .own-state").first).to_contain_text("已暂停接新会话")
    await expect(page).to_have_title(re.compile(r"^\D*$"))
    assert desk.db.read(lambda conn: presence.declines(conn, "mei"))
    await second.locator("#act-pause").click()
    await expect(page.locator("#act-pause")).to_contain_text("暂停接新会话")
    await expect(page).to_have_title(re.compile(r"^\(3\)"))
    notes = desk.db.read(lambda conn: list(audit.every(conn, audit.Wanted(who="mei"), 9)))
    assert [n.act for n in notes if n.act.startswith("person.")] == ["person.resumed", "person.paused"]


async def test_a_reply_being_typed_is_told_to_the_messenger_and_a_note_is_not(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await page.locator(f'[id="row-{ZHAO}"]').click()
    await expect(page.locator("#head h1")).to_have_text("赵先生")
    await page.keyboard.press("c")
    await expect(page.locator("#head")).to_contain_text("我在接待")
    await page.locator(".mode.note").click()
    await page.locator("#words").press_sequentially("内部")
    await page.locator("#words").fill("")
    await page.locator(".mode:not(.note)").first.click()
    assert desk.typed == []
    await page.locator("#words").press_sequentially("好")
    await until(lambda: desk.typed == [ZHAO])
    shown = desk.db.read(lambda conn: marks.live(conn, 0.0))[ZHAO]  # however long this test takes
    assert [m.kind for m in shown] == ["looking", "typing"]


async def test_who_is_off_shift_reads_when_theirs_is_and_hears_of_nothing(
    desk: Scene, person: Person
) -> None:
    today = desk.clock().astimezone(ZONE).weekday()
    desk.db.write(lambda conn: presence.set_shift(conn, "mei", f"{DAYS[(today + 3) % 7]} 09:00-18:00"))
    page = await person("mei", locale="en-US")
    await expect(page.locator("#queue .own-state").first).to_contain_text("You are not on shift now (")
    await expect(page).to_have_title(re.compile(r"^\D*$"))
    assert len(await rows(page, "waiting")) == 3  # they see them, and may take one
