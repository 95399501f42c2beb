"""The chat page in a real browser, as buyers use it."""

import asyncio
import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route, WebSocket, expect
from sqlalchemy import Connection

from bot.channels.links import sign
from bot.clock import system_clock
from bot.hub import Hub
from bot.inbox import Inlet
from bot.messages import Attachment, Button, Incoming
from bot.store import conversations
from bot.store.inbox import Settle
from tests.channels.web.shop import KEY, HeldInlet, Shop, chat_of
from tests.channels.web.visitor import chat, person, until
from tests.support.pictures import picture


def png(side: int = 40, red: int = 200) -> bytes:
    """A plain picture that a browser can draw."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((red, 120, 90)) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    )


# True once the browser keeps the bytes of a photo that was chosen.
KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("aftersales");
  asked.onsuccess = () => {
    const count = asked.result.transaction("files").objectStore("files").count();
    count.onsuccess = () => { asked.result.close(); done(count.result === 1); };
  };
})"""


async def test_a_buyer_types_and_is_answered(
    shop: Shop, browser: Browser, session: str, tmp_path: Path
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await expect(me.view.get_by_text("您好，有什么可以帮您？")).to_be_visible()
        await me.say("这件衣服怎么退")
        await me.said("这件衣服怎么退")
        await me.hears("收到：这件衣服怎么退")
        await expect(me.view.get_by_text("您好，有什么可以帮您？")).to_be_hidden()
        await expect(me.box).to_have_value("")
        await me.page.screenshot(path=tmp_path / "chat.png")
    assert [r["text"] for r in shop.rows(session)] == ["这件衣服怎么退"]


@pytest.mark.parametrize(
    ("lang", "title", "chip"),
    [("zh", "在线客服", "退款多久到账"), ("en", "Customer service", "How long does a refund take?")],
)
async def test_the_page_speaks_the_buyers_language_and_a_chip_is_said_as_the_buyers_line(
    shop: Shop, browser: Browser, session: str, lang: str, title: str, chip: str
) -> None:
    async with person(browser, lang) as buyer:
        me = await chat(buyer, shop, session, lang)
        await expect(me.view.get_by_role("heading", name=title)).to_be_visible()
        await me.view.get_by_role("button", name=chip).click()
        await me.said(chip)
        assert await me.page.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")


async def test_a_button_is_the_buyers_line_and_works_once(shop: Shop, browser: Browser, session: str) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.say("选项")
        button = me.log.get_by_role("button", name="退货", exact=True)
        await button.dblclick()
        await me.said("选项", "退货")
        await expect(button).to_have_attribute("aria-disabled", "true")
        await expect(me.log.get_by_role("button", name="退款", exact=True)).to_have_attribute(
            "aria-disabled", "true"
        )
        await me.log.get_by_role("button", name="退款", exact=True).click(force=True)
        await me.say("然后呢")
        await me.said("选项", "退货", "然后呢")
        await me.page.reload()
        await expect(me.log.get_by_role("button", name="退货", exact=True)).to_have_attribute(
            "aria-disabled", "true"
        )
    assert [r["button"] for r in shop.rows(session)] == [None, "return", None]


async def test_new_buttons_close_the_older_ones(shop: Shop, browser: Browser, session: str) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        shop.tell(session, "哪一件？", buttons=[Button("上衣", "a")])
        await expect(me.log.get_by_role("button", name="上衣")).not_to_have_attribute("aria-disabled", "true")
        shop.tell(session, "还是这件？", buttons=[Button("裙子", "b")])
        await expect(me.log.get_by_role("button", name="上衣")).to_have_attribute("aria-disabled", "true")
        await me.log.get_by_role("button", name="裙子").click()
        await expect(me.lines("buyer")).to_have_text(["裙子"])


# --- photos


async def test_several_photos_are_shown_first_and_arrive_as_the_original_bytes(
    shop: Shop, browser: Browser, session: str
) -> None:
    pictures = [png(40, 200), png(60, 20)]
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": p} for n, p in enumerate(pictures)]
        await me.choose(*files)
        await expect(me.view.locator("#tray canvas")).to_have_count(2)
        await me.box.fill("快递单和破损处")
        await me.send()
        await me.said("快递单和破损处")
        shown = me.log.locator(".by-buyer img")
        await expect(shown).to_have_count(2)
        await until(lambda: shown.evaluate_all("all => all.every(i => i.complete && i.naturalWidth > 0)"))
    stored = shop.rows(session)[0]["attachments"]
    assert [a["name"] for a in stored] == ["0.png", "1.png"]
    assert [shop.photo_hash(a["id"]) for a in stored] == [hashlib.sha256(p).hexdigest() for p in pictures]


@pytest.mark.parametrize("how", ["paste", "drop"])
async def test_a_photo_can_be_pasted_or_dropped_and_taken_back(
    shop: Shop, browser: Browser, session: str, how: str
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.page.evaluate(
            """([how, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
                const event = how === "paste"
                    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
                    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
                document.getElementById("text").dispatchEvent(event);
            }""",
            [how, list(png())],
        )
        remove = me.view.get_by_role("button", name="移除: shot.png")
        await expect(remove).to_be_visible()
        await remove.click()
        await expect(me.view.locator("#tray li")).to_have_count(0)
        await me.say("没有照片")
        await me.said("没有照片")
    assert shop.rows(session)[0]["attachments"] == []


async def test_a_file_of_another_kind_is_declined_in_words_and_can_be_discarded(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser, expected="415") as buyer:
        me = await chat(buyer, shop, session)
        await me.choose({"name": "a.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})
        await me.send()
        await expect(me.view.locator(".failed")).to_contain_text("这种文件我们打不开")
        await me.say("那我打字说")
        await expect(me.lines("buyer")).to_have_text(["那我打字说"])
        await me.view.get_by_role("button", name="删除").click()
        await expect(me.view.locator("#pending .said")).to_have_count(0)
    assert [r["text"] for r in shop.rows(session)] == ["那我打字说"]


# --- bad networks


async def test_what_is_typed_offline_arrives_once_and_in_order(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        page, uploads, lines = await buyer.new_page(), list[str](), list[list[str]]()

        def hear(line: WebSocket) -> None:
            said: list[str] = []
            lines.append(said)
            line.on("framesent", lambda text: said.append(json.loads(text).get("id")))

        page.on("request", lambda r: uploads.append(r.url) if r.method == "POST" else None)
        page.on("websocket", hear)
        me = await chat(buyer, shop, session, page=page)
        await me.say("在线")
        await me.said("在线")
        await buyer.set_offline(True)
        await expect(me.view.locator("#banner")).to_contain_text("网络断开了")
        await me.say("第一句")
        await me.choose({"name": "a.png", "mimeType": "image/png", "buffer": png()})
        await me.box.fill("第二句，带照片")
        await me.send()
        await me.say("第三句")
        await expect(me.view.locator("#pending .words")).to_have_text(["第一句", "第二句，带照片", "第三句"])
        await buyer.set_offline(False)
        await me.said("在线", "第一句", "第二句，带照片", "第三句")
        await expect(me.view.locator("#banner")).to_be_hidden()
    assert len(uploads) == 1
    # Where a line broke before the ack, the next one says it again, which the server forgives; one line never does.
    for said in lines:
        ids = [i for i in said if i]
        assert len(ids) == len(set(ids))
    assert len({i for said in lines for i in said if i}) == 4
    rows = shop.rows(session)
    assert [(r["text"], len(r["attachments"])) for r in rows] == [
        ("在线", 0),
        ("第一句", 0),
        ("第二句，带照片", 1),
        ("第三句", 0),
    ]


async def test_a_photo_on_its_way_while_the_line_breaks_is_uploaded_and_said_once(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        page, lines, uploads, go = await buyer.new_page(), list[WebSocket](), list[str](), asyncio.Event()
        said: list[str] = []

        def hear(line: WebSocket) -> None:
            lines.append(line)
            line.on("framesent", lambda text: said.append(json.loads(text).get("id")))

        async def hold(route: Route) -> None:
            uploads.append(route.request.url)
            await go.wait()
            await route.continue_()

        page.on("websocket", hear)
        await page.route("**/chat/photo", hold)
        me = await chat(buyer, shop, session, page=page)
        await me.choose({"name": "a.png", "mimeType": "image/png", "buffer": png()})
        await me.box.fill("带照片")
        await me.send()
        await until(lambda: len(uploads) == 1)
        await page.evaluate("dispatchEvent(new Event('offline')), dispatchEvent(new Event('online'))")
        await until(lambda: len(lines) == 2)
        await expect(me.view.locator("#banner")).to_be_hidden()
        go.set()
        await me.said("带照片")
    assert len(uploads) == 1
    assert len([i for i in said if i]) == 1
    assert [r["text"] for r in shop.rows(session)] == ["带照片"]


async def test_a_restart_of_the_server_loses_and_doubles_nothing(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        async with closed_shop.open():
            me = await chat(buyer, closed_shop, session)
            await me.say("重启之前")
            await me.hears("收到：重启之前")
        await expect(me.view.locator("#banner")).to_be_visible()
        await me.say("重启之中")
        async with closed_shop.open():
            await me.said("重启之前", "重启之中")
            await me.hears("收到：重启之前", "收到：重启之中")
            await expect(me.view.locator("#banner")).to_be_hidden()
    assert [r["text"] for r in closed_shop.rows(session)] == ["重启之前", "重启之中"]


async def test_outbox_photos_and_draft_outlive_a_reload(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        async with closed_shop.open():
            me = await chat(buyer, closed_shop, session)
            await buyer.set_offline(True)
            await expect(me.view.locator("#banner")).to_be_visible()
            await me.choose({"name": "a.png", "mimeType": "image/png", "buffer": png()})
            await me.box.fill("还没发出去")
            await me.send()
            await me.box.fill("写到一半")
            await until(lambda: me.page.evaluate("indexedDB.databases().then(all => all.length === 1)"))
            await until(lambda: me.page.evaluate(KEPT))
            await buyer.set_offline(False)
            await me.page.close()
        async with closed_shop.open():
            again = await chat(buyer, closed_shop, session)
            await again.said("还没发出去")
            await expect(again.box).to_have_value("写到一半")
    rows = closed_shop.rows(session)
    assert [r["text"] for r in rows] == ["还没发出去"]
    assert closed_shop.photo_hash(rows[0]["attachments"][0]["id"]) == hashlib.sha256(png()).hexdigest()


class LostAck:
    """Commits the first message and then fails before it can be confirmed."""

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet
        self.lost = 0

    async def put(self, events: Sequence[Incoming]) -> None:
        await self._inlet.put(events)
        if not self.lost:
            self.lost += 1
            raise RuntimeError("the line is cut after the commit")

    async def typing(self, chat: str) -> None:
        await self._inlet.typing(chat)


async def test_a_message_whose_confirmation_was_lost_is_sent_again_and_kept_once(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    hub = Hub()
    closed_shop.hub = hub
    closed_shop.inlet = lossy = LostAck(Inlet(closed_shop.db, system_clock, Settle(0.02, 0.1)))
    async with closed_shop.open(), person(browser) as buyer:
        me = await chat(buyer, closed_shop, session)
        await me.say("只说一次")
        await me.say("再说一句")
        await me.said("只说一次", "再说一句")
    assert lossy.lost == 1
    assert [r["text"] for r in closed_shop.rows(session)] == ["只说一次", "再说一句"]


async def test_the_next_message_waits_until_the_one_before_is_confirmed(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    closed_shop.inlet = held = HeldInlet()
    async with closed_shop.open(answering=False), person(browser) as buyer:
        page = await buyer.new_page()
        sent: list[str] = []
        page.on("websocket", lambda w: w.on("framesent", lambda text: sent.append(str(text))))
        me = await chat(buyer, closed_shop, session, page=page)
        for text in ("一", "二", "三"):
            await me.say(text)
        await until(lambda: len(sent) >= 2)
        await me.page.wait_for_timeout(300)
        assert [frame[:6] for frame in sent if '"typing"' not in frame] == ['{"hell', '{"id":']
        held.let_go.set()
        await expect(me.view.locator("#pending .state")).to_have_text(["✓ 已送达"] * 3)
    assert [event.text for event in held.taken] == ["一", "二", "三"]


async def test_a_lost_confirmation_is_made_good_before_anybody_answers(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    closed_shop.inlet = LostAck(Inlet(closed_shop.db, system_clock, Settle(0.02, 0.1)))
    async with closed_shop.open(answering=False), person(browser) as buyer:
        me = await chat(buyer, closed_shop, session)
        await me.say("只说一次")
        await expect(me.view.locator("#pending .state")).to_have_text("✓ 已送达")
    assert [r["text"] for r in closed_shop.rows(session)] == ["只说一次"]


async def test_more_than_the_pace_allows_goes_on_by_itself_in_order(
    closed_shop: Shop, browser: Browser, session: str
) -> None:
    closed_shop.settings = replace(closed_shop.settings, most_messages=2, per_seconds=0.5)
    async with closed_shop.open(), person(browser) as buyer:
        me = await chat(buyer, closed_shop, session)
        lines = [f"第{n}句" for n in range(6)]
        for line in lines:
            await me.say(line)
        await me.said(*lines)
    assert [r["text"] for r in closed_shop.rows(session)] == lines


async def test_the_page_works_where_the_browser_forbids_storage(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        await buyer.add_init_script(
            """const get = () => { throw new DOMException("no", "SecurityError"); };
            for (const name of ["localStorage", "sessionStorage", "indexedDB"])
                Object.defineProperty(window, name, { get });"""
        )
        me = await chat(buyer, shop, session)
        await me.choose({"name": "a.png", "mimeType": "image/png", "buffer": png()})
        await me.box.fill("没有存储也行")
        await me.send()
        await me.said("没有存储也行")
        await me.hears("收到：没有存储也行 +1")
    assert [r["text"] for r in shop.rows(session)] == ["没有存储也行"]


# --- typing


async def test_enter_sends_but_not_while_a_word_is_being_composed_and_shift_enter_breaks_the_line(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.box.fill("第一行")
        await me.box.press("Shift+Enter")
        await me.box.press_sequentially("tuihuo")
        for composing in ({"isComposing": True}, {"keyCode": 229}):
            await me.box.dispatch_event(
                "keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **composing}
            )
        await expect(me.view.locator("#pending .said")).to_have_count(0)
        await expect(me.box).to_have_value("第一行\ntuihuo")
        await me.box.press("Enter")
        await me.said("第一行\ntuihuo")
    assert [r["text"] for r in shop.rows(session)] == ["第一行\ntuihuo"]


async def test_a_text_too_long_is_counted_and_cannot_be_sent(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await me.box.fill("长" * 10_003)
        await expect(me.view.locator("#note")).to_have_text("超出 3 字，请分几条发送")
        await expect(me.view.get_by_role("button", name="发送", exact=True)).to_be_disabled()
        await me.box.fill("长" * 10_000)
        await me.send()
        await me.said("长" * 10_000)
        await expect(me.log.get_by_role("button", name="展开全文").first).to_be_visible()


async def test_markup_and_links_are_shown_as_they_were_written(
    shop: Shop, browser: Browser, session: str
) -> None:
    evil = (
        '<img src=x onerror="document.title=1"><script>document.title=2</script> https://bad.example/ &amp;'
    )
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        shop.tell(session, evil, buttons=[Button(evil[:40], "x")])
        shop.tell(session, evil, author="agent", name=evil)
        await me.say(evil)
        await me.said(evil)
        await expect(me.lines("agent")).to_have_text([evil])
        assert await me.log.locator("img, script, a").count() == 0
        assert await me.page.title() == "在线客服"


# --- people, tabs, looks


async def test_two_tabs_show_one_conversation(shop: Shop, browser: Browser, session: str) -> None:
    async with person(browser) as buyer:
        one, two = await chat(buyer, shop, session), await chat(buyer, shop, session)
        await one.say("在第一个窗口")
        await two.said("在第一个窗口")
        await two.say("在第二个窗口")
        for tab in (one, two):
            await tab.said("在第一个窗口", "在第二个窗口")
            await tab.hears("收到：在第一个窗口", "收到：在第二个窗口")
    assert len(shop.rows(session)) == 2


async def test_the_buyer_sees_who_answers(shop: Shop, browser: Browser, session: str, tmp_path: Path) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        status = me.view.locator("#status")
        await expect(status).to_contain_text("自动客服")
        await me.say("人工")
        await expect(status).to_have_text("已为您排队转人工 · 您排在第 1 位")
        shop.claim(session, "mei", "小梅")
        shop.tell(session, "您好，我是小梅。", author="agent", name="小梅")
        await expect(status).to_have_text("小梅 正在为您服务")
        await expect(me.log.locator(".by-agent .who")).to_have_text("小梅人工")
        await me.page.screenshot(path=tmp_path / "agent.png")


async def test_the_account_link_leaves_the_address_bar_and_outlives_a_reload(
    shop: Shop, browser: Browser
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, t=sign("lin", KEY))
        await me.hears("你好，lin")
        assert me.page.url == f"{shop.url}/chat"
        await me.page.reload()
        await me.hears("你好，lin")
        guest = await chat(buyer, shop)  # the same computer, another person: another conversation
        await expect(guest.view.get_by_text("您好，有什么可以帮您？")).to_be_visible()


async def test_the_page_fits_a_small_phone_and_is_dark_when_the_phone_is(
    shop: Shop, browser: Browser, session: str, tmp_path: Path
) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
    async with person(browser, "en", color_scheme="dark", **phone) as buyer:
        me = await chat(buyer, shop, session, "en")
        shop.tell(session, "x" * 300)
        shop.tell(session, "Which one?", buttons=[Button("The one with the very long name " * 2, "a")])
        await expect(me.log.get_by_role("button", name="The one")).to_be_visible()
        await me.page.screenshot(path=tmp_path / "phone.png")
        assert await me.page.evaluate("document.documentElement.scrollWidth") <= 320
        assert await me.view.locator("#scroll").evaluate("e => e.scrollWidth <= e.clientWidth")
        await expect(me.box).to_be_in_viewport()
        background = await me.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in background[4:-1].split(",")) < 60


async def test_the_chat_can_be_used_with_the_keyboard_alone(
    shop: Shop, browser: Browser, session: str
) -> None:
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        shop.tell(session, "要做什么？", buttons=[Button("退货", "r")])
        await expect(me.log.get_by_role("button", name="退货")).to_be_visible()
        await expect(me.box).to_be_focused()
        for _ in range(3):
            await me.page.keyboard.press("Shift+Tab")
            if await me.log.get_by_role("button", name="退货").evaluate("e => e === document.activeElement"):
                break
        await me.page.keyboard.press("Enter")
        await me.said("退货")
        await expect(me.log.get_by_role("button", name="退货")).to_be_focused()


async def test_a_talk_with_large_photos_opens_at_its_last_line(
    shop: Shop, browser: Browser, session: str
) -> None:
    tall = [Attachment(f"{session[:8]}{n}", f"{n}.jpg", "image/jpeg") for n in range(3)]

    def keep(conn: Connection) -> None:
        conversations.identify(conn, chat_of(session))
        for photo in tall:
            conversations.store_attachment(conn, chat_of(session), photo, picture("JPEG", side=(600, 900)), 0)

    shop.db.write(keep)
    shop.tell(session, "", author="buyer", attachments=tall)
    shop.tell(session, "都收到了")
    async with person(browser, viewport={"width": 600, "height": 500}) as buyer:
        me = await chat(buyer, shop, session)
        shown = me.log.locator(".by-buyer img")
        await until(lambda: shown.evaluate_all("all => all.length === 3 && all.every(i => i.naturalWidth)"))
        await expect(me.log.get_by_text("都收到了")).to_be_in_viewport()
        await me.view.locator("#scroll").evaluate("e => e.scrollTop = 0")
        await expect(me.log.get_by_text("都收到了")).not_to_be_in_viewport()


async def test_new_lines_do_not_pull_a_reader_away_from_what_they_read(
    shop: Shop, browser: Browser, session: str
) -> None:
    for n in range(40):
        shop.tell(session, f"第 {n} 行")
    async with person(browser) as buyer:
        me = await chat(buyer, shop, session)
        await expect(me.log.get_by_text("第 39 行", exact=True)).to_be_in_viewport()
        await me.view.locator("#scroll").evaluate("e => e.scrollTop = 0")
        shop.tell(session, "新的一行")
        newer = me.view.get_by_role("button", name="新消息")
        await expect(newer).to_be_visible()
        await expect(me.log.get_by_text("第 0 行", exact=True)).to_be_in_viewport()
        await newer.click()
        await expect(me.log.get_by_text("新的一行")).to_be_in_viewport()
