"""Signing in: a link works once, only by the button, and nothing is seen or done without a session."""

from __future__ import annotations

import httpx
import pytest

from tests.desk.scene import LIN, Scene


async def test_a_sign_in_link_works_once(desk: Scene) -> None:
    key = desk.link("mei").split("key=")[1]
    async with desk.client() as client, desk.client() as thief:
        first = await client.post("/desk/sign-in", data={"key": key})
        second = await thief.post("/desk/sign-in", data={"key": key})
        assert (first.status_code, second.status_code) == (303, 403)
        assert (await client.get("/desk")).status_code == 200
        assert (await thief.get("/desk")).status_code == 303
        assert "agents link NAME" in second.text


async def test_a_preview_of_the_link_does_not_burn_it(desk: Scene) -> None:
    link = desk.link("mei")
    async with desk.client() as client:
        for _ in range(3):
            assert (await client.get(link)).status_code == 200
            await client.head(link)
        answer = await client.post("/desk/sign-in", data={"key": link.split("key=")[1]})
        assert answer.status_code == 303


async def test_the_cookie_is_for_this_site_and_no_script(desk: Scene) -> None:
    async with desk.client() as client:
        answer = await client.post("/desk/sign-in", data={"key": desk.link("mei").split("key=")[1]})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/desk" in cookie
    assert "secure" not in cookie  # this desk is served over plain http


async def test_an_old_link_is_told_how_to_get_a_new_one(desk: Scene) -> None:
    from datetime import timedelta

    key = desk.link("mei").split("key=")[1]
    desk.later = timedelta(hours=25)
    async with desk.client() as client:
        answer = await client.post("/desk/sign-in", data={"key": key})
    assert answer.status_code == 403
    assert "python3 start.py agents link NAME" in answer.text


@pytest.mark.parametrize("path", ["/desk", f"/desk?chat={LIN}", "/desk/lang/en"])
async def test_without_a_session_a_page_leads_to_the_door(desk: Scene, path: str) -> None:
    async with desk.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")


async def test_without_a_session_no_photo_is_shown_and_no_act_is_done(desk: Scene) -> None:
    async with desk.client() as client:
        photo = await client.get("/desk/photo/ph-crack")
        act = await client.post("/desk/act/claim", json={"chat": LIN, "id": "act-00000001"})
    assert (photo.status_code, act.status_code) == (401, 401)
    assert desk.acts(LIN) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_an_act_from_another_site_is_refused(desk: Scene, origin: str | None) -> None:
    async with desk.client("mei") as client:
        headers = {**client.headers, "origin": origin or ""}
        if origin is None:
            del headers["origin"]
        async with httpx.AsyncClient(base_url=desk.url, cookies=client.cookies, headers=headers) as foreign:
            act = await foreign.post("/desk/act/claim", json={"chat": LIN, "id": "act-00000001"})
            out = await foreign.post("/desk/sign-out")
        assert (act.status_code, out.status_code) == (403, 403)
        assert desk.acts(LIN) == []
        assert (await client.get("/desk")).status_code == 200


async def test_signing_out_ends_the_session(desk: Scene) -> None:
    async with desk.client("mei") as client:
        cookies = dict(client.cookies)
        await client.post("/desk/sign-out")
    async with httpx.AsyncClient(base_url=desk.url, cookies=cookies) as old:
        assert (await old.get("/desk")).status_code == 303


async def test_no_page_has_an_inline_script_or_style(desk: Scene) -> None:
    async with desk.client("mei") as client:
        page = await client.get(f"/desk?chat={LIN}")
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert page.text.count("<script") == page.text.count("<script src=")


async def test_the_page_is_in_the_language_of_the_agent(desk: Scene) -> None:
    async with desk.client("mei") as client:
        chinese = await client.get("/desk", headers={"accept-language": "zh-CN"})
        await client.get("/desk/lang/en")
        english = await client.get("/desk", headers={"accept-language": "zh-CN"})
    assert "等待接入" in chinese.text
    assert "Waiting" in english.text
    assert "等待接入" not in english.text
