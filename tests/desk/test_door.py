"""Signing in by link, password and code, what is told to whom, and that nothing is seen or done without a session."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import timedelta

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi import Response
from sqlalchemy import Connection
from starlette.requests import HTTPConnection
from websockets import ConnectionClosed, Origin
from websockets.asyncio.client import ClientConnection, connect

from bot.desk.gate import Gate, network_of
from bot.desk.passwords import Passwords, unfit
from bot.store import agents, audit, proofs
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


# --- passwords ---------------------------------------------------------------------------------------------------

GOOD = "teapot orbit lantern"


class Counting(PasswordHasher):
    """Cheap, and counts how often a password was looked at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.looked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's name
        self.looked += 1
        return super().verify(hash, password)


def set_password(desk: Scene, name: str, password: str = GOOD) -> None:
    hashed = Counting().hash(password)
    desk.db.write(lambda conn: proofs.set_password(conn, name, hashed))


async def sign_in(client: httpx.AsyncClient, name: str, password: str = GOOD) -> httpx.Response:
    return await client.post("/desk/sign-in", data={"name": name, "password": password})


async def test_name_and_password_open_the_desk(desk: Scene) -> None:
    set_password(desk, "mei")
    async with desk.client() as client:
        answer = await sign_in(client, " mei ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        assert "小美" in (await client.get("/desk")).text


async def test_nobody_learns_which_names_exist(desk: Scene) -> None:
    """A wrong password, a colleague without one, one who was deactivated, nobody of that name: one and the same."""
    set_password(desk, "mei")
    desk.db.write(lambda conn: agents.add(conn, "old", "Old", "agent", 0))
    set_password(desk, "old")
    desk.db.write(lambda conn: agents.deactivate(conn, "old", 1.0))
    pages = set()
    async with desk.client() as client:
        for name, password in (("mei", "wrong"), ("bo", "wrong"), ("old", GOOD), ("zz", GOOD), ("", "")):
            answer = await sign_in(client, name, password)
            pages.add(
                (answer.status_code, re.sub(r' value="[^"]*"', "", answer.text).replace(" autofocus", ""))
            )
    assert len(pages) == 1
    ((status, page),) = pages
    assert status == 403 and "账号或密码不对" in page


async def test_a_name_nobody_has_costs_as_much_as_a_wrong_password() -> None:
    hasher = Counting()
    passwords = Passwords(hasher)
    assert not await passwords.right(hasher.hash(GOOD), "wrong")
    assert hasher.looked == 1
    assert not await passwords.right(None, "wrong")
    assert hasher.looked == 2


async def test_a_keyboard_at_full_width_types_the_same_password() -> None:
    passwords = Passwords(Counting())
    hashed = await passwords.hash("teapot orbit 2026!")
    assert await passwords.right(hashed, "teapot\u3000orbit\u3000２０２６！")
    assert not await passwords.right(hashed, "Teapot orbit 2026!")


async def test_too_many_wrong_tries_are_told_the_time_and_a_restart_forgets_nothing(desk: Scene) -> None:
    set_password(desk, "mei")
    async with desk.client() as client:
        codes = [(await sign_in(client, "mei", f"wrong {i}")).status_code for i in range(9)]
        assert codes == [403] * 8 + [429]
    await desk.stop()
    await desk.start()
    async with desk.client() as client:
        right = await sign_in(client, "mei")
        assert (right.status_code, "请 15 分钟后再试" in right.text) == (429, True)
        desk.later = timedelta(minutes=14)
        assert "请 1 分钟后再试" in (await sign_in(client, "mei")).text
        desk.later = timedelta(minutes=15, seconds=1)
        assert (await sign_in(client, "mei")).status_code == 303
    assert [n.act for n in log(desk) if n.act == "sign_in.throttled"] == ["sign_in.throttled"]


async def test_a_throttled_agent_gets_in_by_a_link_and_starts_afresh(desk: Scene) -> None:
    set_password(desk, "mei")
    async with desk.client() as client:
        for _ in range(9):
            await sign_in(client, "mei", "wrong")
        link = desk.link("mei")
        assert (await client.post("/desk/sign-in", data={"key": link.split("key=")[1]})).status_code == 303
        assert (await sign_in(client, "mei")).status_code == 303


async def test_a_password_hashed_the_old_way_is_hashed_anew_when_it_is_next_used(desk: Scene) -> None:
    set_password(desk, "mei")
    old = desk.db.read(lambda conn: proofs.proofs(conn, "mei")).password
    async with desk.client() as client:
        assert (await sign_in(client, "mei")).status_code == 303
        new = desk.db.read(lambda conn: proofs.proofs(conn, "mei")).password
        assert old and new and new != old and "m=19456,t=2,p=1" in new
        assert (await sign_in(client, "mei")).status_code == 303
        assert (await client.get("/desk")).status_code == 200


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "password_short"),
        ("x" * 129, "password_long"),
        ("1234567890", "password_common"),
        ("Password123!", "password_common"),
        ("qwertyuiop1", "password_common"),
        ("xiaomei12345", "password_common"),
        (GOOD, None),
        ("茶壶今晚住在月亮的背面", None),
        ("x7" * 64, "password_common"),
    ],
)
def test_which_passwords_are_good_enough(password: str, why: str | None) -> None:
    assert unfit(password, ["xiaomei", "小美"]) == why


async def test_a_link_may_set_a_password_on_the_way_in(desk: Scene) -> None:
    key = desk.link("mei").split("key=")[1]
    async with desk.client() as client:
        for password, again in (("short", "short"), (GOOD, "something else"), ("1234567890", "1234567890")):
            answer = await client.post(
                "/desk/sign-in", data={"key": key, "password": password, "again": again}
            )
            assert answer.status_code == 400  # and the link is not spent
        answer = await client.post("/desk/sign-in", data={"key": key, "password": GOOD, "again": GOOD})
        assert answer.status_code == 303
    async with desk.client() as client:
        assert (await sign_in(client, "mei")).status_code == 303


# --- the code from the phone -------------------------------------------------------------------------------------

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_code(desk: Scene, name: str) -> None:
    def turn_on(conn: Connection) -> None:
        proofs.plan_totp(conn, name, SECRET)
        proofs.start_totp(conn, name, ["ABCDEFGHJKMNPQRS"], 0)

    desk.db.write(turn_on)


def shown(desk: Scene, steps: int = 0) -> str:
    """What the phone shows now, or so many steps later."""
    return pyotp.TOTP(SECRET).at(desk.clock() + timedelta(seconds=30 * steps))


async def send_code(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/desk/sign-in/code", data={"code": code})


@pytest.mark.parametrize("by", ["password", "link"])
async def test_with_the_code_on_nothing_else_opens_the_desk(desk: Scene, by: str) -> None:
    set_password(desk, "mei")
    with_code(desk, "mei")
    async with desk.client() as client:
        data = (
            {"key": desk.link("mei").split("key=")[1]} if by == "link" else {"name": "mei", "password": GOOD}
        )
        half = await client.post("/desk/sign-in", data=data)
        assert half.headers["location"] == "/desk/sign-in/code"
        assert "desk_session" not in client.cookies
        for name in ("desk_half", "desk_session"):  # half a sign-in is no session, whatever it is called
            cookie = {"cookie": f"{name}={client.cookies['desk_half']}"}
            assert (await client.get("/desk", headers=cookie)).status_code == 303
        assert (await send_code(client, "000000")).status_code == 403
        assert (await send_code(client, shown(desk))).headers["location"] == "/desk"
        assert "desk_half" not in client.cookies
        assert (await client.get("/desk")).status_code == 200


async def test_a_code_works_once_and_neither_does_an_older_one_after_it(desk: Scene) -> None:
    set_password(desk, "mei")
    with_code(desk, "mei")
    seen = [shown(desk, -1), shown(desk)]
    async with desk.client() as client, desk.client() as thief:
        for who in (client, thief):
            await sign_in(who, "mei")
        assert (await send_code(client, seen[1])).status_code == 303
        assert [(await send_code(thief, code)).status_code for code in (seen[1], seen[0])] == [403, 403]
        assert (await send_code(thief, shown(desk, 3))).status_code == 403  # nor one that is not shown yet
        assert (await send_code(thief, shown(desk, 1))).status_code == 303  # a clock half a minute ahead is


async def test_a_recovery_code_stands_in_for_the_phone_once(desk: Scene) -> None:
    set_password(desk, "mei")
    with_code(desk, "mei")
    answers = []
    for _ in range(2):
        async with desk.client() as client:
            await sign_in(client, "mei")
            answers.append((await send_code(client, "abcd-efgh jkmn pqrs")).status_code)
    assert answers == [303, 403]
    assert [n.detail for n in log(desk) if n.act == "sign_in"] == [{"by": "recovery"}]


async def test_codes_cannot_be_tried_for_ever_by_who_knows_the_password(desk: Scene) -> None:
    set_password(desk, "mei")
    with_code(desk, "mei")
    said = []
    async with desk.client() as client:
        for i in range(5):
            said.append((await sign_in(client, "mei")).status_code)
            said += [(await send_code(client, f"00000{i}")).status_code for _ in range(2)]
    assert said[:8] == [303, 403, 403, 303, 403, 403, 303, 403]
    assert set(said[8:]) == {429}


async def test_the_code_is_asked_of_nobody_who_has_shown_nothing(desk: Scene) -> None:
    with_code(desk, "mei")
    async with desk.client() as client:
        page, post = await client.get("/desk/sign-in/code"), await send_code(client, shown(desk))
    assert [(a.status_code, a.headers["location"]) for a in (page, post)] == [(303, "/desk/sign-in")] * 2


# --- cookies and sessions ----------------------------------------------------------------------------------------


async def test_over_https_no_cookie_leaves_in_the_clear(desk: Scene) -> None:
    gate = Gate(desk.db, desk.clock, "https://shop.example")
    for keep in (gate.remember, gate.remember_half):
        response = Response()
        keep(response, "secret")
        cookie = response.headers["set-cookie"].lower()
        assert "; secure" in cookie and "httponly" in cookie and "samesite=strict" in cookie


async def test_a_session_nobody_uses_ends_and_one_in_use_goes_on(desk: Scene) -> None:
    async with desk.client("mei") as client:
        for days in (2, 4, 6):
            desk.later = timedelta(days=days)
            assert (await client.get("/desk")).status_code == 200
        desk.later = timedelta(days=9, minutes=1)
        assert (await client.get("/desk")).status_code == 303


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_tries_are_counted_by_what_one_subscriber_has(host: str, network: str) -> None:
    assert network_of(HTTPConnection({"type": "http", "client": (host, 1), "headers": []})) == network


def log(desk: Scene) -> list[audit.Note]:
    return desk.db.read(lambda conn: audit.page(conn, audit.Wanted(), None, 99))


# --- the live line -----------------------------------------------------------------------------------------------


def line(desk: Scene, cookie: str, origin: str) -> connect:
    """The WebSocket that a page at `origin` would open."""
    headers = {"cookie": f"desk_session={cookie}"}
    return connect(
        f"{desk.url.replace('http', 'ws')}/desk/ws", origin=Origin(origin), additional_headers=headers
    )


async def closed(socket: ClientConnection) -> int | None:
    """Why the line was closed, whatever came over it before."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_code


async def test_another_sites_page_gets_no_live_line(desk: Scene) -> None:
    async with desk.client("mei") as client:
        async with line(desk, client.cookies["desk_session"], "https://evil.example") as socket:
            assert await closed(socket) == 4403
        async with line(desk, "made up", desk.url) as socket:
            assert await closed(socket) == 4401


@pytest.mark.parametrize("what", ["deactivated", "new role", "new password"])
async def test_an_open_desk_goes_dark_with_its_session(desk: Scene, what: str) -> None:
    async with (
        desk.client("mei") as client,
        line(desk, client.cookies["desk_session"], desk.url) as socket,
        asyncio.timeout(30),
    ):
        await socket.send('{"open": "", "have": {}}')
        assert "parts" in await socket.recv()
        if what == "deactivated":
            desk.db.write(lambda conn: agents.deactivate(conn, "mei", 1.0))
        elif what == "new role":
            desk.db.write(lambda conn: agents.set_role(conn, "mei", "lead"))
        else:
            set_password(desk, "mei")
        assert await closed(socket) == 4401
