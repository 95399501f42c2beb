"""Claim, reply, note, hand back, resolve over HTTP: one owner, one act, and nothing lost or carried over."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.store import handoff
from bot.store.db import Database
from tests.desk.scene import CRACK, EMMA, LIN, WHOLE, ZHAO, Scene, fill


async def act(client: httpx.AsyncClient, do: str, chat: str = LIN, **more: object) -> httpx.Response:
    return await client.post(f"/desk/act/{do}", json={"chat": chat, "id": f"id-{do}-00001", **more})


async def test_of_many_who_claim_at_once_exactly_one_has_the_chat(database: Database) -> None:
    scene = Scene(database)
    database.write(lambda conn: fill(conn, scene.clock()))
    await scene.start()
    try:
        async with scene.client("mei") as mei, scene.client("bo") as bo:
            for chat in (LIN, ZHAO, EMMA):
                answers = await asyncio.gather(
                    *(act(who, "claim", chat) for who in (mei, bo) for _ in range(2))
                )
                mine, theirs = answers[:2], answers[2:]
                codes = [[a.status_code for a in pair] for pair in (mine, theirs)]
                assert sorted(codes) == [[200, 200], [409, 409]]  # each clicked twice, which is one click
                assert len([a for a in scene.acts(chat) if a.data["do"] == "claim"]) == 1
    finally:
        await scene.stop()


async def test_the_loser_of_a_claim_is_told_who_has_it(desk: Scene) -> None:
    async with desk.client("mei") as mei, desk.client("bo") as bo:
        assert (await act(mei, "claim")).status_code == 200
        chinese = await act(bo, "claim")
        english = await bo.post(
            "/desk/act/claim",
            json={"chat": LIN, "id": "id-claim-00002"},
            headers={"cookie": f"desk_lang=en; desk_session={bo.cookies['desk_session']}"},
        )
    assert chinese.json()["detail"] == "小美 已经接手"
    assert english.json()["detail"] == "小美 already has this chat"


@pytest.mark.parametrize("do", ["reply", "note", "release", "resolve"])
async def test_an_agent_who_does_not_have_the_chat_can_do_nothing_to_it(desk: Scene, do: str) -> None:
    async with desk.client("mei") as mei, desk.client("bo") as bo:
        before_claim = await act(bo, do, text="您好")
        await act(mei, "claim")
        after_claim = await act(bo, do, text="您好")
    assert (before_claim.status_code, after_claim.status_code) == (409, 409)
    assert "小美" in after_claim.json()["detail"]
    assert [a.data["do"] for a in desk.acts(LIN)] == ["claim"]


async def test_a_reply_sent_twice_is_one_reply(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        await act(mei, "claim")
        answers = await asyncio.gather(*(act(mei, "reply", text="马上给您补寄") for _ in range(3)))
    assert {a.status_code for a in answers} == {200}
    assert [(a.data["do"], a.data.get("text")) for a in desk.acts(LIN)][1:] == [("reply", "马上给您补寄")]


async def test_a_hand_back_whose_answer_was_lost_may_be_sent_again(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        await act(mei, "claim")
        first = await act(mei, "release")
        await desk.engine()  # takes the chat out of the queue
        again = await act(mei, "release")
        later = await act(mei, "reply", text="还有")
    assert (first.status_code, again.status_code, later.status_code) == (200, 200, 409)
    assert desk.db.read(lambda conn: handoff.live(conn, LIN)) is None


@pytest.mark.parametrize(
    ("do", "more", "why"),
    [
        ("reply", {"text": "  \n "}, "没有内容"),
        ("note", {"text": ""}, "没有内容"),
        ("reply", {"text": "长" * 4001}, "4000"),
        ("reply", {"text": "x", "id": "../../"}, "刷新"),
        ("reply", {"text": "x", "attachments": ["ph-other"]}, "图片没找到"),
        ("reply", {"text": "x", "attachments": ["ph-late"]}, "图片没找到"),
    ],
)
async def test_a_wrong_act_is_refused_with_the_reason(
    desk: Scene, do: str, more: dict[str, object], why: str
) -> None:
    async with desk.client("mei") as mei:
        await act(mei, "claim")
        answer = await act(mei, do, **more)
    assert answer.status_code == 400
    assert why in answer.json()["detail"]
    assert len(desk.acts(LIN)) == 1


async def test_a_photo_of_one_chat_cannot_be_sent_to_another(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        await act(mei, "claim", ZHAO)
        answer = await act(mei, "reply", ZHAO, text="看图", attachments=["ph-crack"])
    assert answer.status_code == 400


async def test_photos_are_the_original_bytes_with_their_own_type(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        crack, whole = [await mei.get(f"/desk/photo/{i}") for i in ("ph-crack", "ph-whole")]
    assert (crack.content, whole.content) == (CRACK, WHOLE)
    assert crack.headers["content-type"] == "image/png"
    assert crack.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in crack.headers["content-security-policy"]


async def test_a_photo_that_is_not_here_says_why(desk: Scene) -> None:
    from bot.store import conversations

    async with desk.client("mei") as mei:
        waiting = await mei.get("/desk/photo/ph-late")
        desk.db.write(
            lambda conn: conversations.fail_attachment(conn, "ph-late", "Telegram: file is too big")
        )
        failed = await mei.get("/desk/photo/ph-late")
        unknown = await mei.get("/desk/photo/nothing")
    assert (waiting.status_code, failed.status_code, unknown.status_code) == (202, 410, 404)
    assert "正在取图" in waiting.text
    assert "file is too big" in failed.text


async def test_a_page_sent_as_a_photo_is_only_ever_saved(desk: Scene) -> None:
    from bot.messages import Attachment
    from bot.store import conversations

    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    a = Attachment("ph-svg", "x.svg", "image/svg+xml")
    desk.db.write(lambda conn: conversations.store_attachment(conn, LIN, a, svg, 0.0))
    async with desk.client("mei") as mei:
        answer = await mei.get("/desk/photo/ph-svg")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_an_agent_sends_a_photo(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        await act(mei, "claim")
        up = await mei.post("/desk/upload", params={"chat": LIN, "name": "label.png"}, content=CRACK)
        sent = await act(mei, "reply", text="", attachments=[up.json()["id"]])
        shown = await mei.get(f"/desk/photo/{up.json()['id']}")
    assert (up.status_code, sent.status_code) == (200, 200)
    assert shown.content == CRACK
    (photo,) = desk.acts(LIN)[-1].data["attachments"]
    assert (photo["id"], photo["name"], photo["mime"]) == (up.json()["id"], "label.png", "image/png")


async def test_only_pictures_of_a_sensible_size_go_up_and_only_to_ones_own_chat(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        not_mine = await mei.post("/desk/upload", params={"chat": LIN}, content=CRACK)
        await act(mei, "claim")
        text = await mei.post("/desk/upload", params={"chat": LIN}, content=b"<html>hello</html>")
        huge = await mei.post("/desk/upload", params={"chat": LIN}, content=CRACK + bytes(11 * 1024 * 1024))
    assert (not_mine.status_code, text.status_code, huge.status_code) == (409, 415, 413)


async def test_a_buyers_markup_is_shown_as_text(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        page = await mei.get("/desk", params={"chat": EMMA})
    assert "<script>document.title" not in page.text
    assert page.text.count("&lt;script&gt;document.title=") >= 2  # in the list and in the transcript
