"""The desk in a real browser: what an agent sees, types and presses."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from bot.messages import Attachment
from bot.store import alerts, conversations, handoff
from tests.channels.web.visitor import until
from tests.desk.conftest import Person
from tests.desk.scene import EMMA, LIN, WHOLE, ZHAO, Scene


async def open_chat(page: Page, chat: str) -> None:
    await page.locator(f'[id="row-{chat}"]').click()
    await expect(page.locator("#head h1")).to_be_visible()


async def test_an_agent_signs_in_claims_replies_and_resolves(desk: Scene, person: Person) -> None:
    page = await person("mei")
    names = await page.locator("#queue .chat .name").all_inner_texts()
    assert names == ["赵先生", "Emma", "林晓"]  # the most urgent first

    await open_chat(page, LIN)
    await expect(page.locator("#packet")).to_contain_text("138****5566")
    await expect(page.locator("#packet")).to_contain_text("等商家处理")
    await expect(page.locator("#messages")).to_contain_text("正在取图")
    await page.keyboard.press("c")
    await expect(page.locator("#head")).to_contain_text("我在接待")

    await page.locator("#words").fill("林女士您好,今天就给您补发")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.agent .text")).to_have_text("林女士您好,今天就给您补发")
    await expect(page.locator("#words")).to_have_value("")

    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("stock: 3 left")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".message.note .text")).to_have_text("stock: 3 left")

    desk.says(LIN, "好的谢谢")
    await expect(page.locator("#messages > li").last).to_contain_text("好的谢谢")

    await page.locator("#act-resolve").click()
    await page.locator("#act-resolve").click()
    await expect(page.locator("#head")).to_contain_text("机器人接待中")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim", "reply", "note", "resolve"]


async def test_of_two_who_click_claim_at_once_one_has_it_and_the_other_is_told_who(
    desk: Scene, person: Person
) -> None:
    mei, bo = await asyncio.gather(person("mei"), person("bo"))
    for page in (mei, bo):
        await open_chat(page, LIN)
    both = asyncio.Barrier(2)  # neither page learns of the other's click before both are on their way

    async def hold(route: Route) -> None:
        await both.wait()
        await route.continue_()

    for page in (mei, bo):
        await page.route("**/desk/act/claim", hold)
    await asyncio.gather(mei.locator("#act-claim").click(), bo.locator("#act-claim").click())
    await expect(mei.locator("#head .holder:not(.queued)")).to_be_visible()
    await expect(bo.locator("#head .holder:not(.queued)")).to_be_visible()
    heads = [await page.locator("#head .holder").inner_text() for page in (mei, bo)]
    assert heads in (["我在接待", "小美 接待中"], ["阿波 接待中", "我在接待"])
    loser, winner = (bo, "小美") if heads[0] == "我在接待" else (mei, "阿波")
    await expect(loser.locator(".toast")).to_have_text(f"{winner} 已经接手")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim"]


async def test_half_typed_words_survive_a_push_a_reload_a_restart_and_another_chat(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    words = page.locator("#words")
    await words.press_sequentially("今天 18:00 前")
    await words.evaluate("box => box.setSelectionRange(3, 3)")

    desk.says(LIN, "在吗")
    await expect(page.locator("#messages > li").last).to_contain_text("在吗")
    assert await words.evaluate("box => [box.value, box.selectionStart, document.activeElement === box]") == [
        "今天 18:00 前",
        3,
        True,
    ]

    await page.reload()
    await expect(words).to_have_value("今天 18:00 前")

    await open_chat(page, ZHAO)
    await expect(words).to_have_value("")
    await words.fill("赵先生您好")
    await open_chat(page, LIN)
    await expect(words).to_have_value("今天 18:00 前")

    await desk.stop()
    await expect(page.locator("#line")).to_contain_text("正在重连")
    await words.press_sequentially("XX")
    await desk.start()
    desk.says(LIN, "还在吗")
    await expect(page.locator("#messages > li").last).to_contain_text("还在吗")
    assert "XX" in await words.input_value()
    assert await page.locator("#messages > li").count() == len(
        set(await page.locator("#messages > li").evaluate_all("all => all.map(li => li.id)"))
    )


async def test_a_reply_while_the_server_is_away_stays_in_the_box_and_goes_out_once(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    await desk.stop()
    await page.locator("#words").fill("马上补发")
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_contain_text("文字还在")
    await expect(page.locator("#words")).to_have_value("马上补发")
    await desk.start()
    await page.locator("#words").press("Enter")
    await expect(page.locator(".message.agent .text")).to_have_text("马上补发")
    await expect(page.locator("#words")).to_have_value("")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim", "reply"]


async def test_ten_seconds_without_a_network_lose_no_word(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    words = page.locator("#words")
    await words.press_sequentially("今天")
    await page.context.set_offline(True)
    await expect(page.locator("#line")).to_contain_text("正在重连")
    await words.press_sequentially("就补发")
    await words.press("Enter")
    await expect(page.locator("#said")).to_contain_text("文字还在")
    desk.says(LIN, "喂？")
    await page.wait_for_timeout(10_000)
    await page.context.set_offline(False)
    await expect(page.locator("#line")).to_have_text("已连接")
    await expect(page.locator("#messages > li").last).to_contain_text("喂？")
    await expect(words).to_have_value("今天就补发")
    await words.press("Enter")
    await expect(page.locator(".message.agent .text")).to_have_text("今天就补发")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim", "reply"]


async def test_another_chat_can_be_opened_while_the_server_is_away(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await desk.stop()
    await expect(page.locator("#line")).to_contain_text("正在重连")
    await page.locator(f'[id="row-{ZHAO}"]').click()
    await page.locator("#words").fill("赵先生您好")
    await desk.start()
    await expect(page.locator("#head h1")).to_have_text("赵先生")
    await expect(page.locator("#words")).to_have_value("赵先生您好")
    assert "林晓" not in await page.locator("#talk").inner_text()


async def test_a_chat_that_is_gone_leaves_an_empty_window_and_a_quiet_line(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    frames: list[str | bytes] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(frame)))
    await page.evaluate("history.replaceState(null, '', '/desk?chat=web:nobody')")
    await page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    await expect(page.locator(".pick")).to_be_visible()
    await expect(page.locator("#messages > li")).to_have_count(0)
    await desk.stop()
    await desk.start()
    await expect(page.locator("#line")).to_have_text("已连接")
    await page.wait_for_timeout(1500)
    assert len(frames) <= 2


async def test_words_for_a_chat_that_was_lost_meanwhile_stay_in_the_box(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    await page.locator("#words").fill("您好")
    now = desk.clock().timestamp()
    desk.db.write(lambda conn: handoff.close(conn, LIN, "handed_back", now))  # the page does not know yet
    await page.locator("#words").press("Enter")
    await expect(page.locator("#said")).to_contain_text("机器人接待中")
    await expect(page.locator("#words")).to_have_value("您好")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim"]


async def test_the_enter_that_chooses_a_word_of_an_input_method_sends_nothing(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    words = page.locator("#words")
    await words.fill("nihao")
    await words.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await words.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    )
    await words.press("Shift+Enter")
    await page.wait_for_timeout(200)
    await expect(words).to_have_value("nihao\n")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim"]


async def test_a_buyers_script_is_text_and_runs_nowhere(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, EMMA)
    desk.says(EMMA, "<img src=x onerror=\"document.title='owned'\"><b>bold</b>")
    await expect(page.locator("#messages > li").last).to_contain_text('<img src=x onerror="')
    await expect(page.locator("#messages > li").last.locator("b").nth(1)).to_have_count(0)
    assert "owned" not in await page.title()


async def test_photos_open_large_and_a_late_one_appears_by_itself(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.locator("#messages .photo").first.click()
    await expect(page.locator("#viewed")).to_be_visible()
    assert await page.locator("#viewed").evaluate("img => img.naturalWidth") == 160
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_be_hidden()

    late = Attachment("ph-late", "box.jpg", "image/jpeg")
    desk.db.write(lambda conn: conversations.store_attachment(conn, LIN, late, WHOLE, 0.0))
    desk.hub.changed([LIN])
    await expect(page.locator('#messages [data-name="box.jpg"]')).to_be_visible()
    await expect(page.locator("#messages .file.waiting")).to_have_count(0)


async def test_what_another_host_writes_appears_within_seconds(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    now = desk.clock().timestamp()
    desk.db.write(lambda conn: conversations.add_message(conn, LIN, "buyer", "从别的机器来", now))
    await expect(page.locator("#messages > li").last).to_contain_text("从别的机器来")


async def test_the_list_is_walked_by_keys_and_keeps_its_focus(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await page.keyboard.press("j")
    await expect(page.locator("#head h1")).to_have_text("赵先生")
    await page.keyboard.press("j")
    await expect(page.locator("#head h1")).to_have_text("Emma")
    await page.keyboard.press("k")
    await expect(page.locator("#head h1")).to_have_text("赵先生")
    desk.says(LIN, "还有人吗")
    await expect(page.locator(f'[id="row-{LIN}"] .last')).to_contain_text("还有人吗")
    assert await page.evaluate("document.activeElement.id") == f"row-{ZHAO}"
    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.go_back()
    await expect(page.locator("#head h1")).to_have_text("Emma")


async def test_a_phone_shows_one_column_at_a_time_and_nothing_is_cut_off(desk: Scene, person: Person) -> None:
    page = await person("mei", viewport={"width": 360, "height": 740}, has_touch=True, locale="en-GB")
    columns, shown = page.locator("main .column:visible"), "all => all.map(c => `${c.id} ${c.offsetWidth}`)"
    assert await columns.evaluate_all(shown) == ["left 360"]
    await open_chat(page, LIN)
    assert await columns.evaluate_all(shown) == ["talk 360"]
    await page.locator("#act-claim").click()
    await page.locator("#words").fill("hello")
    await page.locator("#send").click()
    await expect(page.locator(".message.agent .text")).to_have_text("hello")
    await page.locator('.tabs [data-tab="packet"]').click()
    assert await columns.evaluate_all(shown) == ["packet 360"]
    await expect(page.locator("#packet")).to_contain_text("Waiting for the shop")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(desk: Scene, person: Person, scheme: str) -> None:
    """WCAG AA: 4.5:1 for every visible text, in the light and in the dark."""
    page = await person("mei", color_scheme=scheme)
    await open_chat(page, ZHAO)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
    await page.keyboard.press("2")
    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    await page.locator("#packet").get_by_role("button", name="提方案").click()
    await expect(page.locator("#will-read")).to_contain_text("退款")
    assert await page.evaluate(CONTRAST) == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-undo]")).to_be_visible()
    await page.locator("#canned-open").click()
    await expect(page.locator("#canned li").first).to_contain_text("打招呼")
    assert await page.evaluate(CONTRAST) == []


async def test_the_theme_and_the_language_are_kept(desk: Scene, person: Person) -> None:
    page = await person("mei", color_scheme="light")
    dark = "getComputedStyle(document.body).backgroundColor"
    light_ground = await page.evaluate(dark)
    await page.locator("#theme").click()
    dark_ground = await page.evaluate(dark)
    assert dark_ground != light_ground
    await open_chat(page, ZHAO)
    await page.locator("#lang").click()
    await expect(page.locator("#head .holder")).to_have_text("Waiting for an agent")
    assert await page.evaluate(dark) == dark_ground


async def test_a_session_that_ended_says_so_and_keeps_the_words(desk: Scene, person: Person) -> None:
    from bot.store.agents import sign_out

    page = await person("mei")
    await open_chat(page, LIN)
    await page.locator("#words").fill("写到一半")
    secret = next(c["value"] for c in await page.context.cookies() if c["name"] == "desk_session")
    desk.db.write(lambda conn: sign_out(conn, secret))
    desk.hub.changed([LIN])
    await expect(page.locator("#line")).to_contain_text("登录已失效")
    await page.goto(desk.link("mei"))
    await page.get_by_role("button").first.click()
    await open_chat(page, LIN)
    await expect(page.locator("#words")).to_have_value("写到一半")


async def test_an_alert_is_told_in_every_desk_even_after_the_line_was_down(
    desk: Scene, person: Person
) -> None:
    def alert(key: str, words: str) -> None:
        now = desk.clock().timestamp()
        text = {"zh": words, "en": "Urgent"}
        desk.db.write(lambda conn: alerts.add_alert(conn, LIN, key, text, now))
        desk.hub.changed([LIN])

    page = await person("mei")
    await expect(page.locator("#line")).to_have_text("已连接")
    await until(lambda: bool(desk.hub.watchers))  # an alert from before the line is no news to it
    alert("a1", "P0 人身安全:林晓")
    await expect(page.locator(".toast")).to_have_text("P0 人身安全:林晓")
    await page.locator(".toast").click()
    await expect(page.locator("#head h1")).to_have_text("林晓")
    await desk.stop()
    await expect(page.locator("#line")).to_contain_text("正在重连")
    alert("a2", "P1 大额:林晓")
    await desk.start()
    await expect(page.locator(".toast", has_text="P1 大额")).to_be_visible(timeout=10_000)
    await expect(page.locator(".toast", has_text="P0 人身安全")).to_have_count(
        0
    )  # followed, and not told twice


async def test_a_note_that_names_a_colleague_stands_in_their_list_until_they_looked(
    desk: Scene, person: Person
) -> None:
    mei, bo = await person("mei"), await person("bo")
    await open_chat(mei, LIN)
    await mei.keyboard.press("c")
    await expect(mei.locator("#act-release")).to_be_visible()
    await mei.keyboard.press("Escape")
    await mei.keyboard.press("n")
    await mei.keyboard.type("@bo please look at the crack")
    await mei.keyboard.press("Enter")
    await expect(bo.locator("#queue")).to_contain_text("小美 在备注里提到了您")
    await bo.locator(f'[id="called-{LIN}"]').click()
    await expect(bo.locator("#messages")).to_contain_text("please look at the crack")
    await expect(bo.locator(f'[id="called-{LIN}"]')).to_have_count(0)


async def test_what_was_typed_at_one_computer_stands_at_another(desk: Scene, person: Person) -> None:
    office, home = await person("mei"), await person("mei")
    await open_chat(office, LIN)
    await office.keyboard.press("c")
    await expect(office.locator("#act-release")).to_be_visible()
    async with office.expect_response("**/desk/draft"):
        await office.locator("#words").fill("我先去仓库看一眼")
    await open_chat(home, LIN)
    await expect(home.locator("#words")).to_have_value("我先去仓库看一眼")


async def test_a_tag_is_typed_and_taken_off_and_a_chat_passed_on_by_keys(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    await page.keyboard.type("送礼")
    await page.keyboard.press("Enter")
    await expect(page.locator("#tag-line .label").first).to_contain_text("送礼")
    await page.get_by_role("button", name="去掉标签 送礼").click()
    await expect(page.locator("#tag-line .label")).to_have_count(1)  # only the one that adds
    await page.locator("#thread").focus()
    await page.keyboard.press("p")
    await expect(page.locator("#pass-list button")).to_contain_text("阿波")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head")).to_contain_text("阿波 接待中")


async def test_a_slow_answer_does_not_take_the_keys_of_an_agent_who_went_on(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    gone_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await gone_on.wait()
        await route.continue_()

    await page.route("**/desk/act/*", hold)
    await page.keyboard.press("c")
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.press("Escape")
    async with page.expect_response("**/desk/act/claim"):
        gone_on.set()
    await expect(page.locator("#act-release")).to_be_visible()
    await page.keyboard.press("t")
    await expect(page.locator("#tag-text")).to_be_focused()
    await page.keyboard.press("Escape")

    gone_on.clear()
    await page.locator("#words").fill("马上补发")
    await page.locator("#send").click()
    await expect(page.locator("#words")).to_be_focused()  # for the next line, as soon as this one is out
    await page.keyboard.press("Escape")
    async with page.expect_response("**/desk/act/reply"):
        gone_on.set()
    await expect(page.locator("#words")).to_have_value("")
    await page.keyboard.press("t")
    await expect(page.locator("#tag-text")).to_be_focused()


async def test_who_lost_a_claim_goes_on_with_keys(desk: Scene, person: Person) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.route(
        "**/desk/act/claim", lambda route: route.fulfill(status=409, json={"error": "阿波 已经接手"})
    )
    await page.keyboard.press("c")
    await expect(page.locator(".toast")).to_have_text("阿波 已经接手")
    await page.keyboard.press("k")
    await expect(page.locator("#words")).to_have_value("")
    await expect(page.locator("#head h1")).to_have_text("Emma")


async def test_canned_replies_are_chosen_by_keys_and_a_sent_one_is_put_right(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await open_chat(page, LIN)
    await page.keyboard.press("c")
    await expect(page.locator("#act-release")).to_be_visible()
    words = page.locator("#words")
    await words.focus()
    await page.keyboard.type("24/7")  # no beginning of a word
    await expect(page.locator("#canned")).to_be_hidden()
    await words.fill("")
    await page.keyboard.type("好的/check")
    await expect(page.locator("#canned [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(words).to_have_value("好的我正在核对订单 T1003（刻字马克杯）的记录，看完马上回您。")
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim"]  # that Enter chose, and sent nothing
    await page.keyboard.press("Enter")
    sent = page.locator(".message.agent").last
    await expect(sent.locator(".text")).to_contain_text("好的我正在核对")
    await sent.hover()
    await sent.get_by_role("button", name="修改").click()
    await page.locator("#edit-text").fill("看完马上回您")
    await page.keyboard.press("Control+Enter")
    await expect(sent.locator(".text")).to_have_text("看完马上回您")
    await expect(sent).to_contain_text("改过")
    await sent.hover()
    await sent.get_by_role("button", name="撤回").click()
    await sent.get_by_role("button", name="确认撤回").click()
    await expect(sent).to_contain_text("买家看不到了")


async def test_the_list_that_is_shown_and_a_half_filled_form_survive_a_reload(
    desk: Scene, person: Person
) -> None:
    page = await person("mei")
    await page.keyboard.press("2")
    await page.locator('[id="cases-A260310-7KQ2M"]').click()
    await page.get_by_role("button", name="提方案").click()
    await page.locator("#options input").first.fill("12.50")
    await page.locator("#add-option").click()
    await page.reload()
    await expect(page.locator('[id="cases-A260310-7KQ2M"]')).to_be_visible()
    await page.get_by_role("button", name="提方案").click()
    assert await page.locator("#options select").evaluate_all("all => all.map(s => s.value)") == [
        "refund",
        "resend",
    ]
    await expect(page.locator("#options input").first).to_have_value("12.50")
    await expect(page.locator("#will-read")).to_contain_text("¥12.50")


# Walks every visible text and works out its contrast against the nearest painted ground.
CONTRAST = """() => {
  const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; };
  const linear = (v) => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (el) => {
    for (; el; el = el.parentElement) {
      const colour = parse(getComputedStyle(el).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || !el.checkVisibility() || el.closest("button:disabled, script")) continue;
    const a = light(parse(getComputedStyle(el).color)), b = light(ground(el));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${text.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return weak;
}"""
