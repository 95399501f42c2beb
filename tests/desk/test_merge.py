"""Chats of one buyer shown as one, and chats taken from the bot: in a real browser, with the real engine behind it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.messages import Attachment, Incoming
from bot.store import agents, conversations, handoff, inbox, merged
from bot.store.inbox import Settle
from tests.desk.conftest import Person
from tests.desk.scene import EMMA, LIN, WHOLE, ZHAO, Scene
from tests.support.axe import faults

TELEGRAM, GUEST = "telegram:555", "web:guest"
NOW = Settle(0, 0)


@pytest.fixture
def shop(desk: Scene) -> Scene:
    """Lin has been here before: by Telegram with her account, and as a guest."""
    desk.real = True
    past = desk.clock().timestamp() - 3600

    def fill(conn: Any) -> None:
        agents.add(conn, "ann", "安姐", "lead", past)
        conversations.identify(conn, TELEGRAM, "buyer_lin", "晓晓")
        conversations.add_message(conn, TELEGRAM, "buyer", "昨天问过杯子的事", past)
        conversations.add_message(conn, TELEGRAM, "bot", "请把照片发来", past + 1)
        conversations.identify(conn, GUEST, None, "林晓")
        conversations.add_message(conn, GUEST, "buyer", "没登录先问一句", past)

    desk.db.write(fill)
    return desk


async def writes(desk: Scene, chat: str, text: str) -> None:
    """The buyer, and the engine at once."""
    now = desk.clock().timestamp()
    event = Incoming(chat, key=f"{text}:{now}", text=text)
    desk.db.write(lambda conn: inbox.put(conn, [event], now, NOW))
    await desk.engine()


def owner(desk: Scene, chat: str) -> str | None:
    place = desk.db.read(lambda conn: handoff.live(conn, chat))
    return place.agent if place else "-"


def said(desk: Scene, chat: str, author: str) -> list[str]:
    lines = desk.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))
    return [m.text for m in lines if m.author == author]


async def claim(page: Page, chat: str = LIN) -> None:
    await page.locator(f'[id="row-{chat}"]').click()
    await page.locator("#act-claim").click()
    await expect(page.locator("#head")).to_contain_text("我在接待")


async def merge(page: Page, name: str) -> None:
    await page.locator("#merge-open").click()
    await page.get_by_role("radio", name=name).check()
    await page.locator("#merge-do").click()
    await expect(page.locator("#merge-form")).not_to_be_visible()


# --- merging -----------------------------------------------------------------------------------------------------


async def test_two_chats_are_one_thread_and_a_reply_goes_where_the_buyer_wrote_last(
    shop: Scene, person: Person
) -> None:
    page = await person("mei")
    await claim(page)
    await page.locator("#merge-open").click()
    await page.get_by_role("radio", name="晓晓").check()
    await expect(page.locator("#merge-names")).to_have_text(
        "把 晓晓 · Telegram · buyer_lin 并入 林晓 · 网页 · buyer_lin"
    )
    await expect(
        page.locator("#merge-ask")
    ).not_to_be_visible()  # the same account: there is nothing to confirm
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#head")).to_contain_text("2 处会话")
    texts = page.locator("#messages .text")
    await expect(texts.first).to_have_text("昨天问过杯子的事")  # said before all of the other chat
    await expect(page.locator("#held")).to_contain_text("回复发到 网页")

    await writes(shop, TELEGRAM, "我在手机上了")
    await expect(page.locator("#held")).to_contain_text("回复发到 Telegram")
    await expect(page.locator("#messages .message.buyer").last).to_contain_text("我在手机上了")
    await expect(page.locator("#messages .message.buyer").last).to_contain_text("Telegram")
    await expect(page.locator("#mine + ul .chat")).to_have_count(1)  # one buyer, one row
    await page.locator("#words").fill("好的,在这边说")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .message.agent").last).to_contain_text("好的,在这边说")
    assert said(shop, TELEGRAM, "agent") == ["好的,在这边说"]
    assert said(shop, LIN, "agent") == []

    await page.locator("#messages .message.agent").last.get_by_role("button", name="改").click()
    await page.locator("#edit-text").fill("好的,就在这边说")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#messages .message.agent").last).to_contain_text("就在这边说")
    assert said(shop, TELEGRAM, "agent") == ["好的,就在这边说"]


async def test_a_photo_goes_where_the_words_go(shop: Scene, person: Person) -> None:
    page = await person("mei")
    await claim(page)
    await merge(page, "晓晓")
    await expect(page.locator("#held")).to_contain_text("回复发到 网页")
    photo = {"name": "new.png", "mimeType": "image/png", "buffer": WHOLE}
    await page.locator("#photos").set_input_files([photo])  # type: ignore[list-item]
    await expect(page.locator("#chosen li")).to_have_count(1)
    await writes(shop, TELEGRAM, "发这里吧")
    await expect(page.locator("#held")).to_contain_text("回复发到 Telegram")
    await page.locator("#words").fill("这样的")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .message.agent .photo")).to_have_count(1)
    lines = shop.db.read(lambda conn: conversations.transcript(conn, TELEGRAM))
    (sent,) = [a for m in lines if m.author == "agent" for a in m.attachments]
    stored = shop.db.read(lambda conn: conversations.read_attachment(conn, sent.id))
    assert stored is not None
    assert stored.chat == TELEGRAM


async def test_a_guest_is_merged_once_the_agent_says_who_it_is(shop: Scene, person: Person) -> None:
    page = await person("mei", locale="en-US")
    await claim_en(page)
    await page.locator("#merge-open").click()
    await page.locator("#merge-find").fill(GUEST)
    await page.keyboard.press("Enter")
    await expect(page.locator("#merge-found label")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await expect(page.locator("#merge-do")).to_be_disabled()
    await page.get_by_role("checkbox", name="same buyer").check()
    await page.locator("#merge-why").fill("gave the order number")
    await page.locator("#merge-do").click()
    await expect(page.locator("#head")).to_contain_text("2 chats")
    assert shop.db.read(lambda conn: merged.members(conn, GUEST)) == (GUEST, LIN)

    apart = page.locator("[data-apart]")
    await apart.click()
    await apart.click()  # asked once more
    await expect(page.locator("#head")).not_to_contain_text("2 chats")
    assert shop.db.read(lambda conn: merged.members(conn, GUEST)) == (GUEST,)
    await expect(page.locator("#messages .message.note").last).to_contain_text("分开")


async def claim_en(page: Page) -> None:
    await page.locator(f'[id="row-{LIN}"]').click()
    await page.locator("#act-claim").click()
    await expect(page.locator("#head")).to_contain_text("You have this chat")


async def test_a_chat_that_is_shown_elsewhere_leads_there_and_to_its_line(
    shop: Scene, person: Person
) -> None:
    page = await person("ann")
    await page.locator(f'[id="row-{LIN}"]').click()
    await merge(page, "晓晓")
    await page.locator(f'[id="row-{EMMA}"]').click()
    await expect(page.locator("#head h1")).to_have_text("Emma")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("昨天问过")
    await page.locator("#find-hits a.hit").first.click()
    await expect(page.locator("#head h1")).to_have_text("林晓")
    await expect(page.locator("#messages li.found")).to_contain_text("昨天问过杯子的事")
    assert "chat=web%3Alin" in page.url
    await page.goto(f"{shop.url}/desk?chat={TELEGRAM}")
    await expect(page.locator("#head h1")).to_have_text("林晓")


@pytest.mark.parametrize(
    ("name", "body", "status", "why"),
    [
        ("mei", {"chat": LIN, "other": TELEGRAM}, 409, "先接入"),
        ("ann", {"chat": LIN, "other": ZHAO, "sure": True}, 409, "两个不同的账号"),
        ("ann", {"chat": LIN, "other": GUEST}, 409, "先确认"),
        ("ann", {"chat": LIN, "other": "web:nobody"}, 409, "没有这个会话"),
        ("ann", {"chat": LIN, "other": TELEGRAM}, 200, ""),
    ],
)
async def test_what_may_not_be_merged_is_refused_in_words(
    shop: Scene, name: str, body: dict[str, Any], status: int, why: str
) -> None:
    async with shop.client(name) as client:
        client.cookies.set("desk_lang", "zh")
        answer = await client.post("/desk/merge", json=body)
    assert answer.status_code == status
    assert why in str(answer.json().get("detail", ""))


async def test_a_photo_of_another_buyer_is_not_carried_over(shop: Scene) -> None:
    """Only within one thread does a photo change its chat."""
    photo = Attachment("of-zhao", "z.png", "image/png")
    shop.db.write(lambda conn: conversations.store_attachment(conn, ZHAO, photo, WHOLE, 0))
    async with shop.client("mei") as mei:
        await mei.post("/desk/act/claim", json={"chat": LIN, "id": "claim-lin"})
        await mei.post("/desk/merge", json={"chat": LIN, "other": TELEGRAM})
        body = {"chat": LIN, "id": "photo-of-zhao", "attachments": ["of-zhao"]}
        assert (await mei.post("/desk/act/reply", json=body)).status_code == 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_form_and_the_thread_are_clean(shop: Scene, person: Person, scheme: str) -> None:
    page = await person("mei", color_scheme=scheme)
    await claim(page)
    await page.locator("#merge-open").click()
    await page.locator("#merge-found input").nth(1).check()
    await expect(page.locator("#merge-ask")).to_be_visible()
    found = await faults(page, "form")
    await page.keyboard.press("Escape")
    await merge(page, "晓晓")
    await expect(page.locator("#held")).to_contain_text("回复发到")
    assert [*found, *await faults(page, "thread")] == []


# --- taking from the bot -----------------------------------------------------------------------------------------


async def test_a_chat_with_the_bot_is_found_and_taken(shop: Scene, person: Person) -> None:
    page = await person("mei")
    await page.keyboard.press("s")
    await page.keyboard.type("没登录")
    await page.locator("#find-hits a.hit").first.click()
    await expect(page.locator("#head")).to_contain_text("机器人接待中")
    await page.keyboard.press("c")
    await expect(page.locator("#act-take")).to_contain_text("再按一次")
    assert owner(shop, GUEST) == "-"
    await page.keyboard.press("c")
    await expect(page.locator("#head")).to_contain_text("我在接待")
    await expect(page.locator("#messages .message.system").last).to_contain_text("小美")
    await page.locator("#words").fill("我来看看")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .message.agent")).to_contain_text("我来看看")
    assert (owner(shop, GUEST), said(shop, GUEST, "agent")) == ("mei", ["我来看看"])


async def test_a_colleagues_chat_is_shut_to_an_agent_and_open_to_a_lead(shop: Scene, person: Person) -> None:
    now = shop.clock().timestamp()
    assert shop.db.write(lambda conn: handoff.claim(conn, LIN, "bo", now))
    seen = {}
    for name in ("mei", "bo", "ann"):
        async with shop.client(name) as client:
            page = (await client.get("/desk", params={"chat": LIN})).text
        assert "阿波" in page
        seen[name] = "裂纹" in page
    assert seen == {"mei": False, "bo": True, "ann": True}
    async with shop.client("mei") as mei:
        answer = await mei.post("/desk/act/take", json={"chat": LIN, "id": "take-lins"})
        assert answer.status_code == 409
    assert owner(shop, LIN) == "bo"
