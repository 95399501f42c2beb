"""The search box, a buyer's history and blocking, in a real browser: what they open and who may do what."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Route, expect

from bot.cases.case import Case, CaseType, Status
from bot.desk.search import excerpt
from bot.store import agents, audit, blocks, cases, conversations, handoff
from bot.store import desk as desk_store
from bot.store.audit import Wanted
from tests.desk.conftest import Person
from tests.desk.scene import EMMA, LIN, ZHAO, Scene

TELEGRAM = "telegram:555"  # Lin's, too


def add_lead(desk: Scene) -> None:
    now = desk.clock().timestamp()
    desk.db.write(lambda conn: agents.add(conn, "ann", "安姐", "lead", now))


# --- search ------------------------------------------------------------------------------------------------------


async def test_words_are_found_and_opened_by_the_keyboard_alone(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await page.keyboard.press("s")
    await page.keyboard.type("裂纹")
    hits = page.locator("#find-hits")
    await expect(hits.locator("mark").first).to_have_text("裂纹")
    await expect(page.locator("#find-said")).to_have_text("找到 1 条")
    await page.keyboard.press("ArrowDown")
    await expect(hits.locator("a.hit").first).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#find-text")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head h1")).to_have_text("林晓")
    await expect(page.locator("#find")).not_to_be_visible()
    await expect(page.locator("#thread")).to_be_focused()
    await expect(page.locator("#messages li.found")).to_contain_text("裂纹近照")


async def test_the_window_shows_itself_as_ready_when_its_last_script_is_here(
    desk: Scene, person: Person
) -> None:
    """On a slow line no key goes nowhere: the numbers of the lists come when every key works."""
    page = await person("mei")

    async def slow(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await page.route("**/search.js*", slow)
    await page.goto(f"{desk.url}/desk", wait_until="commit")
    await expect(page.locator("#list-queue .number")).to_have_text("3")
    await page.keyboard.press("s")
    await expect(page.locator("#find")).to_be_visible()


async def test_a_case_is_found_by_its_number_and_stands_open_at_its_card(desk: Scene, person: Person) -> None:
    page = await person("mei", viewport={"width": 390, "height": 844})
    await page.locator("#find-open").click()
    await page.locator("#find-text").fill("7kq2m")
    await page.locator("#find-hits a.hit").first.click()
    await expect(page.locator("#card-A260310-7KQ2M")).to_be_in_viewport()


async def test_ctrl_k_opens_the_box_while_typing_and_the_words_typed_stay(
    desk: Scene, person: Person
) -> None:
    page = await person("mei", locale="en-US")
    await page.locator(f'[id="row-{LIN}"]').click()
    await page.locator("#words").fill("half a wo")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("nothing like it")
    await expect(page.locator("#find-hits")).to_contain_text("Nothing found")
    await page.keyboard.press("Escape")
    await expect(page.locator("#find")).not_to_be_visible()
    await expect(page.locator("#words")).to_be_focused()
    await expect(page.locator("#words")).to_have_value("half a wo")


async def test_what_was_found_is_text_and_never_markup(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await page.keyboard.press("s")
    await page.keyboard.type("<script>")
    await expect(page.locator("#find-hits mark")).to_have_text("<script>")
    assert await page.title() != "owned"


async def test_the_box_shows_a_colleagues_chat_to_a_lead_only(desk: Scene) -> None:
    now = desk.clock().timestamp()
    add_lead(desk)
    assert desk.db.write(lambda conn: handoff.claim(conn, EMMA, "bo", now))
    seen = {}
    for name in ("mei", "bo", "ann"):
        async with desk.client(name) as client:
            answer = await client.get("/desk/find", params={"q": "delivered"})
            assert answer.headers["cache-control"] == "no-store"
            seen[name] = EMMA in answer.text
    assert seen == {"mei": False, "bo": True, "ann": True}
    async with desk.client() as stranger:
        assert (await stranger.get("/desk/find", params={"q": "delivered"})).status_code == 303


async def test_who_knows_the_address_of_a_colleagues_photo_case_or_pack_gets_none_of_them(
    desk: Scene,
) -> None:
    add_lead(desk)
    now = desk.clock().timestamp()
    asked = {"chat": LIN, "case": "A260310-7KQ2M", "do": "approve"}

    async def answers(name: str) -> list[int]:
        async with desk.client(name) as client:
            photo = await client.get("/desk/photo/ph-crack")
            preview = await client.post("/desk/case/preview", json=asked)
            pack = await client.get("/desk/cases/A260310-7KQ2M/evidence.zip")
        return [photo.status_code, preview.status_code, pack.status_code]

    assert await answers("mei") == [200, 200, 200]  # nobody has it: whoever may claim may look
    assert desk.db.write(lambda conn: handoff.claim(conn, LIN, "bo", now))
    assert [await answers(name) for name in ("mei", "bo", "ann")] == [[404] * 3, [200] * 3, [200] * 3]


async def test_a_tag_finds_its_chat(desk: Scene) -> None:
    def prepare(conn: Any) -> None:
        desk_store.tag(conn, LIN, "赔付中", "mei", desk.clock().timestamp())
        conversations.identify(conn, LIN, name="林晓 & Co")

    desk.db.write(prepare)
    async with desk.client("mei") as mei:
        answer = (await mei.get("/desk/find", params={"q": "赔付"})).text
    assert "标签: <mark>赔付</mark>中" in answer
    assert "林晓 &amp; Co" in answer


def test_the_line_is_cut_around_the_words_and_keeps_their_case() -> None:
    assert excerpt("Where is my PARCEL now?", ["parcel"]) == ("Where is my ", "PARCEL", " now?")
    assert excerpt("前" * 50 + "裂纹" + "后" * 200, ["裂纹"]) == ("…" + "前" * 36, "裂纹", "后" * 122 + "…")
    assert excerpt("nothing of it", ["裂纹"]) == ("", "", "nothing of it")


# --- history -----------------------------------------------------------------------------------------------------


def other_chat(desk: Scene) -> None:
    """Lin came by Telegram before: bo resolved it, and she rated the case there."""

    def fill(conn: Any) -> None:
        past = (desk.clock() - timedelta(days=5)).timestamp()
        conversations.identify(conn, TELEGRAM, buyer="buyer_lin", name="晓晓")
        conversations.add_message(conn, TELEGRAM, "buyer", "上次的快递呢", past)
        handoff.enqueue(conn, TELEGRAM, ["human"], 100, "zh", past)
        assert handoff.claim(conn, TELEGRAM, "bo", past)
        handoff.close(conn, TELEGRAM, "resolved", past + 60)
        opened, closed = desk.clock() - timedelta(days=6), desk.clock() - timedelta(days=5)
        kind, status = CaseType.RETURN_REFUND, Status.CLOSED_RESOLVED
        case = Case("A260201-BCD23", TELEGRAM, kind, status, opened, closed, buyer="buyer_lin")
        cases.save_case(conn, replace(case, slots={"rating": "good"}, closed_at=closed), [])
        desk_store.tag(conn, TELEGRAM, "老客户", "bo", past)

    desk.db.write(fill)


async def test_a_buyers_history_is_read_when_it_is_opened_and_each_thing_opens(
    desk: Scene, person: Person
) -> None:
    other_chat(desk)
    page = await person("mei")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/desk/history" in r.url else None)
    await page.locator(f'[id="row-{LIN}"]').click()
    await expect(page.locator("#head h1")).to_have_text("林晓")
    assert asked == []
    await page.keyboard.press("h")
    past = page.locator("#history")
    for words in ("阿波 · 已办结", "退货退款 A260201-BCD23", "质量问题", "刻字马克杯", "满意", "老客户"):
        await expect(past).to_contain_text(words)
    await page.locator("#tag-open").click()
    await page.locator("#tag-text").fill("新的")
    await page.keyboard.press("Enter")
    await expect(page.locator("#tag-line")).to_contain_text("新的")
    desk.says(LIN, "还在吗")  # the column is drawn anew with her last words, and the history stays
    await expect(page.locator("#packet .summary")).to_contain_text("还在吗")
    await expect(past).to_contain_text("阿波 · 已办结")
    await past.get_by_role("link", name="A260201-BCD23").click()
    await expect(page.locator("#head h1")).to_have_text("晓晓")
    await expect(page.locator("#messages")).to_contain_text("上次的快递呢")


async def test_what_a_colleague_has_is_not_in_the_history(desk: Scene) -> None:
    other_chat(desk)
    now = desk.clock().timestamp()
    desk.db.write(lambda conn: handoff.enqueue(conn, TELEGRAM, ["human"], 100, "zh", now))
    assert desk.db.write(lambda conn: handoff.claim(conn, TELEGRAM, "bo", now))
    for name, seen in (("mei", False), ("bo", True)):
        async with desk.client(name) as client:
            here = await client.get("/desk/history", params={"chat": LIN})
            there = await client.get("/desk/history", params={"chat": TELEGRAM})
        assert ("别处的会话" in here.text, there.status_code == 200) == (seen, seen)
    async with desk.client("mei") as mei:
        assert (await mei.get("/desk/history", params={"chat": "web:nobody"})).status_code == 404


# --- block -------------------------------------------------------------------------------------------------------


async def test_a_lead_blocks_with_a_reason_and_lifts_it(desk: Scene, person: Person) -> None:
    add_lead(desk)
    page = await person("ann")
    await page.locator(f'[id="row-{ZHAO}"]').click()
    await page.locator("#block-open").click()
    await page.get_by_role("radio", name="其他").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#block-no")).to_contain_text("要写明")
    await page.locator("#block-words").fill("冒充同事打电话")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#head")).to_contain_text("已屏蔽")
    await expect(page.locator("#packet .blocked-line")).to_contain_text("冒充同事打电话")
    await expect(page.locator(".message.note")).to_contain_text("冒充同事打电话")
    await expect(page.locator(f'[id="row-{ZHAO}"]')).to_have_count(0)
    assert desk.acts(ZHAO) == []  # nothing is said to the buyer

    await page.locator("#packet").get_by_role("link", name="已屏蔽的买家").click()
    await expect(page.locator("main")).to_contain_text("buyer_zhao")
    lift = page.get_by_role("button", name="解除屏蔽: 赵先生")
    await lift.click()  # asked once more
    await lift.click()
    await expect(page.locator("main")).to_contain_text("没有屏蔽任何人")
    noted = desk.db.read(lambda conn: audit.page(conn, Wanted(act="chat", subject=ZHAO), None, 10))
    assert [(n.who, n.act, dict(n.detail)) for n in noted] == [
        ("ann", "chat.unblock", {}),
        ("ann", "chat.block", {"reason": "other"}),
    ]


async def test_an_agent_may_neither_block_nor_see_who_is(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await page.locator(f'[id="row-{ZHAO}"]').click()
    await expect(page.locator("#history")).to_be_visible()
    await expect(page.locator("#block-open")).to_have_count(0)
    async with desk.client("mei") as mei:
        body = {"chat": ZHAO, "reason": "spam"}
        assert (await mei.post("/desk/block", json=body)).status_code == 403
        assert (await mei.get("/desk/blocked")).status_code == 403
        assert (await mei.post("/desk/blocked/lift", data={"chat": ZHAO})).status_code == 403
    assert desk.db.read(blocks.blocked) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"reason": "no such"}, "请选原因"),
        ({"reason": "other", "words": "  "}, "请选原因"),
        ({"reason": "spam", "chat": "web:nobody"}, "没有这个会话"),
        ({"reason": "spam", "chat": LIN}, "已经屏蔽"),
    ],
)
async def test_a_block_that_makes_no_sense_is_refused(desk: Scene, body: dict[str, str], why: str) -> None:
    add_lead(desk)
    async with desk.client("ann") as ann:
        zh = {"cookie": "; ".join([*(f"{k}={v}" for k, v in ann.cookies.items()), "desk_lang=zh"])}
        first = await ann.post("/desk/block", json={"chat": LIN, "reason": "abuse"})
        answer = await ann.post("/desk/block", json={"chat": ZHAO, **body}, headers=zh)
    assert first.status_code == 200
    assert (answer.status_code, why in answer.json()["detail"]) == (409, True)
    assert [b.chat for b in desk.db.read(blocks.blocked)] == [LIN]
