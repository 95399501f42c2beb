"""The admins' page on a buyer's data: what is held, as a file, erased; and what is said where it may not be."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy import Connection, func, select, update

from bot.store import agents, audit, cases
from bot.store import tables as t
from tests.desk.conftest import Person
from tests.desk.scene import LIN, Scene

MUG = "A260310-7KQ2M"


@pytest.fixture
def shop(desk: Scene) -> Scene:
    def more(conn: Connection) -> None:
        agents.add(conn, "chen", "陈总", "admin", 0)
        conn.execute(update(t.queue).where(t.queue.c.chat == LIN).values(closed_at=1.0))
        conn.execute(
            update(t.case).where(t.case.c.chat == LIN).values(status="CLOSED_RESOLVED", closed_at=1.0)
        )
        conn.execute(update(t.outbox).where(t.outbox.c.chat == LIN).values(done_at=1.0))

    desk.db.write(more)
    return desk


def acts(scene: Scene) -> list[tuple[str, str, str]]:
    notes = scene.db.read(lambda conn: audit.page(conn, audit.Wanted(act="privacy"), None, 9))
    return [(n.act, n.who, n.subject) for n in notes]


def messages(scene: Scene) -> int:
    mine = select(func.count()).select_from(t.message).where(t.message.c.chat == LIN)
    return scene.db.read(lambda conn: conn.execute(mine).scalar_one())


async def press(client: httpx.AsyncClient, do: str, who: str, **more: str) -> httpx.Response:
    return await client.post(f"/desk/privacy/{do}", data={"who": who, **more})


async def test_by_any_name_an_admin_sees_how_much_is_held(shop: Scene) -> None:
    async with shop.client("chen") as chen:
        pages = [(await press(chen, "look", who)) for who in (LIN, "buyer_lin", MUG, "T1003")]
    for page in pages:
        assert page.status_code == 200
        assert LIN in page.text and "消息" in page.text and "工单 1" in page.text
        assert "裂纹" not in page.text, "how much, not what"
    assert acts(shop) == []


async def test_the_file_is_what_the_shell_gives_and_is_noted(shop: Scene) -> None:
    async with shop.client("chen") as chen:
        answer = await press(chen, "export", "buyer_lin")
    assert answer.headers["content-disposition"].startswith("attachment; filename=buyer-")
    document = json.loads(answer.text)
    assert document["accounts"] == ["buyer_lin"]
    assert len(document["conversations"][0]["messages"]) == messages(shop) > 3
    assert acts(shop) == [("privacy.export", "chen", "buyer_lin")]


async def test_erased_once_the_name_is_typed_again(shop: Scene) -> None:
    async with shop.client("chen") as chen:
        unsure = await press(chen, "erase", "buyer_lin", again="buyer_li")
        assert (unsure.status_code, messages(shop) > 3) == (400, True)
        assert "没有删除" in unsure.text
        done = await press(chen, "erase", "buyer_lin", again="buyer_lin")
        assert done.status_code == 200
        again = await press(chen, "erase", "buyer_lin", again="buyer_lin")
    [(act, who, alias)] = acts(shop)
    assert (act, who) == ("privacy.erase", "chen")
    assert alias.startswith("erased:") and alias in done.text
    assert messages(shop) == 0
    kept = shop.db.read(lambda conn: cases.read_case(conn, MUG))
    assert kept is not None and kept.chat == alias
    assert (again.status_code, "没有找到这个人" in again.text) == (400, True)


async def test_what_stands_against_it_is_said_in_the_agents_language_and_nothing_changes(shop: Scene) -> None:
    shop.db.write(lambda conn: conn.execute(update(t.case).values(status="REFUNDING", closed_at=None)))
    async with shop.client("chen") as chen:
        zh = await press(chen, "erase", LIN, again=LIN, even_open="yes")
        await chen.get("/desk/lang/en")
        en = await press(chen, "erase", LIN, again=LIN, even_open="yes")
    assert (zh.status_code, en.status_code) == (400, 400)
    assert f"{MUG} 的退款正在路上" in zh.text
    assert f"money is under way for {MUG}" in en.text
    assert messages(shop) > 3 and acts(shop) == []


async def test_open_cases_go_along_only_where_that_is_ticked(shop: Scene) -> None:
    shop.db.write(lambda conn: conn.execute(update(t.case).values(status="PENDING_SELLER", closed_at=None)))
    async with shop.client("chen") as chen:
        assert f"{MUG} 还没结" in (await press(chen, "erase", LIN, again=LIN)).text
        assert (await press(chen, "erase", LIN, again=LIN, even_open="yes")).status_code == 200
    kept = shop.db.read(lambda conn: cases.read_case(conn, MUG))
    assert kept is not None and str(kept.status) == "CLOSED_WITHDRAWN"


@pytest.mark.parametrize("who", ["nobody", "", "\0", "x" * 5000, "%", "'; drop table chat; --", "<b>"])
@pytest.mark.parametrize("do", ["look", "export", "erase"])
async def test_a_name_nobody_has_is_told_so(shop: Scene, who: str, do: str) -> None:
    async with shop.client("chen") as chen:
        answer = await press(chen, do, who, again=who.replace("\0", "").strip()[:200])
    assert (answer.status_code, "没有找到这个人" in answer.text) == (400, True)
    assert "<b>" not in answer.text.split("<main")[1].split("</main>")[0] or who != "<b>"
    assert acts(shop) == []


async def test_only_admins_are_shown_the_way_to_it(shop: Scene) -> None:
    for name, there in (("mei", False), ("chen", True)):
        async with shop.client(name) as client:
            assert ("/desk/privacy" in (await client.get("/desk/me")).text) is there
            assert (await client.get("/desk/privacy")).status_code == (200 if there else 403)


async def test_in_a_browser_from_the_bar_to_the_end(shop: Scene, person: Person) -> None:
    shop.db.write(lambda conn: conn.execute(update(t.queue).values(closed_at=None)))
    chen = await person("chen")
    await chen.goto(f"{shop.url}/desk/me")
    await chen.get_by_role("link", name="买家资料").click()
    await chen.get_by_label("店铺账号").fill("buyer_lin")
    await chen.get_by_role("button", name="查找").click()
    async with chen.expect_download() as file:
        await chen.get_by_role("button", name="导出").click()
    assert json.loads((await (await file.value).path()).read_text(encoding="utf-8"))["accounts"] == [
        "buyer_lin"
    ]
    await chen.get_by_role("checkbox").check()
    await chen.get_by_label("再输入一次").fill("buyer_lin")
    await chen.get_by_role("button", name="彻底删除").click()
    await chen.get_by_role("status").wait_for()
    assert messages(shop) == 0
