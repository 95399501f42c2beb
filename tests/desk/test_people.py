"""People and their rights over HTTP: who may do what, what an admin can do, one's own account, the audit log."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pyotp
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Connection, text

from bot.desk.look import Look
from bot.desk.pages import desk_router
from bot.desk.shell import device
from bot.desk.words import WORDS
from bot.desk.words_people import PEOPLE
from bot.handoff.rights import ROLES, may
from bot.hub import Hub
from bot.store import agents, audit, handoff, invitations, presence, proofs
from bot.store.tables import metadata
from tests.desk.scene import KEY, LIN, ZONE, Scene
from tests.desk.test_door import GOOD, set_password, sign_in
from tests.support.core import kit

# Which right each of the desk's routes asks for; "": nobody needs to be signed in. A new route gets a row here.
ROUTES = {
    "GET /desk": "answer",
    "GET /desk/sign-in": "",
    "POST /desk/sign-in": "",
    "GET /desk/sign-in/code": "",
    "POST /desk/sign-in/code": "",
    "POST /desk/sign-out": "answer",
    "GET /desk/lang/{to}": "",
    "GET /desk/static/{name}": "",
    "GET /desk/me": "answer",
    "POST /desk/me/password": "answer",
    "POST /desk/me/code/start": "answer",
    "GET /desk/me/code": "answer",
    "POST /desk/me/code/on": "answer",
    "POST /desk/me/code/off": "answer",
    "POST /desk/me/code/recovery": "answer",
    "POST /desk/me/sessions/end": "answer",
    "POST /desk/me/telegram": "answer",
    "POST /desk/me/telegram/off": "answer",
    "GET /desk/people": "manage_people",
    "POST /desk/people/{do}": "manage_people",
    "GET /desk/privacy": "erase",
    "POST /desk/privacy/look": "erase",
    "POST /desk/privacy/export": "erase",
    "POST /desk/privacy/erase": "erase",
    "GET /desk/audit": "see_audit",
    "GET /desk/audit.csv": "export",
    "GET /desk/dashboard": "answer",  # an agent sees their own day
    "GET /desk/dashboard/live": "answer",
    "POST /desk/act/{do}": "answer",
    "GET /desk/photo/{photo_id:path}": "answer",
    "POST /desk/upload": "answer",
    "GET /desk/cases/{case_id}/evidence.zip": "answer",
    "POST /desk/case/preview": "answer",
    "POST /desk/case/act": "answer",
    "POST /desk/case/undo": "answer",
    "POST /desk/message/edit": "answer",
    "POST /desk/message/withdraw": "answer",
    "GET /desk/colleagues": "answer",
    "POST /desk/transfer": "answer",
    "POST /desk/take-over": "take_over_from_others",
    "POST /desk/pause": "answer",
    "GET /desk/find": "answer",
    "GET /desk/history": "answer",
    "GET /desk/merge": "answer",
    "POST /desk/merge": "answer",
    "POST /desk/merge/apart": "answer",
    "POST /desk/block": "block_buyer",
    "GET /desk/blocked": "block_buyer",
    "POST /desk/blocked/lift": "block_buyer",
    "POST /desk/tag": "answer",
    "POST /desk/draft": "answer",
    "GET /desk/draft": "answer",
    "GET /desk/canned": "answer",
}
# Something plausible to ask of each, so that what refuses is the gate.
ASKED = {
    "{do}": [
        "invite",
        "take-back",
        "change",
        "work",
        "link",
        "drop-link",
        "no-code",
        "end-sessions",
        "deactivate",
        "reactivate",
    ],
    "{photo_id:path}": ["ph-crack"],
    "{case_id}": ["A260310-7KQ2M"],
}
_ACT = {"chat": LIN, "case": "A260310-7KQ2M", "do": "approve", "id": "id-00000001"}
BODIES = {
    "/desk/case/preview": _ACT,
    "/desk/case/act": _ACT,
    "/desk/case/undo": {"chat": LIN, "id": "id-00000001"},
    "/desk/message/edit": {"chat": LIN, "n": 1, "text": "hi"},
    "/desk/message/withdraw": {"chat": LIN, "n": 1},
    "/desk/transfer": {"chat": LIN, "agent": "bo"},
    "/desk/take-over": {"chat": LIN},
    "/desk/pause": {"on": True},
    "/desk/merge": {"chat": LIN, "other": "web:other", "sure": True},
    "/desk/merge/apart": {"chat": LIN},
    "/desk/block": {"chat": LIN, "reason": "other", "words": "spam"},
    "/desk/tag": {"chat": LIN, "tag": "vip"},
    "/desk/draft": {"chat": LIN, "text": "hi"},
}
FORM = {
    "name": "mei",
    "display": "Changed",
    "role": "admin",
    "id": "others",
    "new": GOOD,
    "again": GOOD,
    "code": "1",
}


@pytest.fixture
def shop(desk: Scene) -> Scene:
    """With a lead and an admin beside the two agents."""

    def more(conn: Connection) -> None:
        agents.add(conn, "li", "李组长", "lead", 0)
        agents.add(conn, "chen", "陈总", "admin", 0)

    desk.db.write(more)
    return desk


def routes(scene: Scene) -> list[tuple[str, str]]:
    router = desk_router(scene.db, Hub(), scene.clock, lambda: None, Look(ZONE, scene.url), kit, KEY)
    return [
        (method, route.path)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def everything(scene: Scene) -> dict[str, list[str]]:
    """All rows of all tables, but for what a session's use writes."""

    def read(conn: Connection) -> dict[str, list[str]]:
        names = [t.name for t in metadata.sorted_tables if t.name != "agent_session"]
        return {n: sorted(str(r) for r in conn.execute(text(f'SELECT * FROM "{n}"')).all()) for n in names}

    return scene.db.read(read)


def places(path: str) -> list[str]:
    if path == "/desk/act/{do}":
        return [path.replace("{do}", do) for do in ("claim", "reply", "resolve")]
    for slot, values in ASKED.items():
        if slot in path:
            return [path.replace(slot, value) for value in values]
    return [path]


async def ask(client: httpx.AsyncClient, method: str, path: str, **more: object) -> httpx.Response:
    if path.startswith("/desk/act/"):
        return await client.post(path, json={"chat": LIN, "id": "id-00000001", "text": "hi"}, **more)  # type: ignore[arg-type]
    if path in BODIES:
        return await client.post(path, json=BODIES[path], **more)  # type: ignore[arg-type]
    if path == "/desk/upload":
        return await client.post(f"{path}?chat={LIN}", content=b"x", **more)  # type: ignore[arg-type]
    return await client.request(method, path, data=FORM if method == "POST" else None, **more)  # type: ignore[arg-type]


def log(desk: Scene, act: str = "") -> list[audit.Note]:
    return desk.db.read(lambda conn: audit.page(conn, audit.Wanted(act=act), None, 99))


# --- rights ------------------------------------------------------------------------------------------------------


def test_every_route_says_which_right_it_asks_for(shop: Scene) -> None:
    assert {f"{method} {path}" for method, path in routes(shop)} == set(ROUTES)


async def test_who_lacks_the_right_is_refused_and_nothing_changes(shop: Scene) -> None:
    asked = 0
    for role, name in (("agent", "mei"), ("lead", "li")):
        async with shop.client(name) as client:
            for method, route in routes(shop):
                right = ROUTES[f"{method} {route}"]
                if not right or may(role, right):
                    continue
                for path in places(route):
                    before = everything(shop)
                    answer = await ask(client, method, path)
                    assert answer.status_code == 403, f"{role}: {method} {path}"
                    assert everything(shop) == before, f"{role}: {method} {path}"
                    asked += 1
    assert asked == (12 + 2) + 11 + 3 + 2 * 4


async def test_who_is_not_signed_in_gets_nothing_and_changes_nothing(shop: Scene) -> None:
    async with shop.client() as client:
        for method, route in routes(shop):
            if not ROUTES[f"{method} {route}"]:
                continue
            for path in places(route):
                before = everything(shop)
                answer = await ask(client, method, path)
                refused = answer.status_code == 401 or answer.headers.get("location") == "/desk/sign-in"
                assert refused, f"{method} {path}: {answer.status_code}"
                assert everything(shop) == before, f"{method} {path}"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_sites_page_changes_nothing_even_with_an_admins_cookie(
    shop: Scene, origin: str
) -> None:
    async with shop.client("chen") as client:
        for method, route in routes(shop):
            for path in places(route) if method == "POST" else []:
                before = everything(shop)
                answer = await ask(client, method, path, headers={"origin": origin})
                assert answer.status_code == 403, path
                assert everything(shop) == before, path


async def test_an_admin_is_let_in_where_others_are_not(shop: Scene) -> None:
    for name, seen in (("mei", [403, 403, 403]), ("li", [403, 200, 200]), ("chen", [200, 200, 200])):
        async with shop.client(name) as client:
            paths = ("/desk/people", "/desk/audit", "/desk/audit.csv")
            assert [(await client.get(path)).status_code for path in paths] == seen
            me = (await client.get("/desk/me")).text
            assert ["/desk/people" in me, "/desk/audit" in me] == [code == 200 for code in seen[:2]]


# --- what an admin does ------------------------------------------------------------------------------------------


@asynccontextmanager
async def admin(shop: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with shop.client("chen") as client:
        yield client


def key_in(page: httpx.Response) -> str:
    found = re.search(r"sign-in\?key=([\w-]+)", page.text)
    assert found, page.text
    return found[1]


async def test_an_invitation_from_the_page_to_the_first_sign_in(shop: Scene) -> None:
    form = {"name": "wang", "display": "小王", "role": "lead"}
    async with admin(shop) as chen:
        page = await chen.post("/desk/people/invite", data=form)
        key = key_in(page)
        again = await chen.get("/desk/people")
        assert "小王" in again.text and key not in again.text  # shown once
    async with shop.client() as wang:
        welcome = await wang.get(f"/desk/sign-in?key={key}")
        assert "小王,欢迎加入客服团队" in welcome.text and "组长" in welcome.text
        joined = await wang.post("/desk/sign-in", data={"key": key, "password": GOOD, "again": GOOD})
        assert joined.headers["location"] == "/desk"
        assert (await wang.get("/desk/audit")).status_code == 200  # a lead
        assert (await wang.get(f"/desk/sign-in?key={key}")).status_code == 403
    async with shop.client() as wang:
        assert (await sign_in(wang, "wang")).status_code == 303
    acts = [(n.who, n.act) for n in reversed(log(shop))]
    assert acts[1:] == [
        ("chen", "person.invited"),
        ("wang", "person.joined"),
        ("wang", "password"),
        ("wang", "sign_in"),
        ("wang", "sign_in"),
    ]


async def test_an_invitation_taken_back_lets_nobody_in(shop: Scene) -> None:
    async with admin(shop) as chen:
        key = key_in(
            await chen.post("/desk/people/invite", data={"name": "wang", "display": "W", "role": "admin"})
        )
        assert (await chen.post("/desk/people/take-back", data={"id": agents.sealed(key)})).status_code == 303
    async with shop.client() as client:
        assert (await client.post("/desk/sign-in", data={"key": key})).status_code == 403
    assert shop.db.read(lambda conn: agents.find(conn, "wang")) is None


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"name": "a b", "display": "B", "role": "agent"}, "2 到 32"),
        ({"name": "x", "display": "B", "role": "agent"}, "2 到 32"),
        ({"name": "mei", "display": "B", "role": "agent"}, "已经有了"),
        ({"name": "wang", "display": "", "role": "agent"}, "1 到 40"),
        ({"name": "wang", "display": "B", "role": "owner"}, "没有这个角色"),
    ],
)
async def test_what_cannot_be_invited_is_told_and_what_was_typed_is_kept(
    shop: Scene, form: dict[str, str], why: str
) -> None:
    async with admin(shop) as chen:
        page = await chen.post("/desk/people/invite", data=form)
    assert page.status_code == 400 and why in page.text and f'value="{form["name"]}"' in page.text
    assert shop.db.read(lambda conn: invitations.pending(conn, 0)) == []


async def test_a_new_role_counts_at_once_and_asks_for_a_new_sign_in(shop: Scene) -> None:
    async with shop.client("mei") as mei, admin(shop) as chen:
        form = {"name": "mei", "display": "小美", "role": "lead"}
        assert (await chen.post("/desk/people/change", data=form)).status_code == 303
        assert (await mei.get("/desk")).status_code == 303
    async with shop.client("mei") as mei:
        assert (await mei.get("/desk/audit")).status_code == 200
    (note,) = log(shop, "person.role")
    assert (note.who, note.subject, note.detail, note.address) == (
        "chen", "mei", {"from": "agent", "to": "lead"}, "127.0.0.1",
    )  # fmt: skip


async def test_a_new_shown_name_signs_nobody_out(shop: Scene) -> None:
    async with shop.client("mei") as mei, admin(shop) as chen:
        await chen.post("/desk/people/change", data={"name": "mei", "display": "美美", "role": "agent"})
        assert "美美" in (await mei.get("/desk")).text


async def test_who_is_deactivated_is_out_at_once_and_their_chats_wait_again(shop: Scene) -> None:
    set_password(shop, "mei")
    async with shop.client("mei") as mei, admin(shop) as chen:
        await mei.post("/desk/act/claim", json={"chat": LIN, "id": "id-claim-00001"})
        await chen.post("/desk/people/deactivate", data={"name": "mei"})
        assert (await mei.get("/desk")).status_code == 303
        assert (await sign_in(mei, "mei")).status_code == 403
        entry = shop.db.read(lambda conn: handoff.live(conn, LIN))
        assert entry is not None and entry.agent is None
        await chen.post("/desk/people/reactivate", data={"name": "mei"})
        assert (await sign_in(mei, "mei")).status_code == 303


@pytest.mark.parametrize("do", ["deactivate", "change"])
async def test_an_admin_cannot_lock_themselves_out(shop: Scene, do: str) -> None:
    async with admin(shop) as chen:
        form = {"name": "chen", "display": "陈总", "role": "agent"}
        answer = await chen.post(f"/desk/people/{do}", data=form)
        assert answer.status_code == 400 and "不能对自己" in answer.text
        assert (await chen.get("/desk/people")).status_code == 200


async def test_an_admin_says_what_somebody_knows_and_when_they_work(shop: Scene) -> None:
    form = {"name": "mei", "skills": "Refunds、 disputes", "speaks_zh": "1", "hours": "mon-fri 09:00-18:00"}
    async with admin(shop) as chen:
        assert (await chen.post("/desk/people/work", data=form)).status_code == 303
        page = (await chen.get("/desk/people")).text
        assert 'value="disputes, Refunds"' in page and 'value="mon-fri 09:00-18:00"' in page
        wrong = await chen.post("/desk/people/work", data={**form, "skills": "refunds", "hours": "9 to 5"})
        assert wrong.status_code == 400 and "mon-fri 09:00-18:00; sat 10:00-16:00" in wrong.text
        assert 'value="9 to 5"' in wrong.text  # what was typed is there to be mended
        long = await chen.post("/desk/people/work", data={**form, "skills": "x" * 41})
        assert long.status_code == 400 and "最多 20 个技能" in long.text
        nobody = await chen.post("/desk/people/work", data={**form, "name": "who"})
        assert nobody.status_code == 400
    known = shop.db.read(presence.works)["mei"]
    assert known == presence.Work(
        frozenset({"Refunds", "disputes"}), frozenset({"zh"}), "mon-fri 09:00-18:00"
    )
    async with shop.client("mei") as mei:
        own = (await mei.get("/desk/me")).text
        assert "周一至周五 09:00-18:00" in own and "disputes" in own


async def test_a_new_link_for_who_forgot_ends_the_older_ones(shop: Scene) -> None:
    old = shop.link("mei").split("key=")[1]
    async with admin(shop) as chen:
        new = key_in(await chen.post("/desk/people/link", data={"name": "mei"}))
        async with shop.client() as mei:
            assert (await mei.post("/desk/sign-in", data={"key": old})).status_code == 403
            assert (await mei.post("/desk/sign-in", data={"key": new})).status_code == 303
        dropped = key_in(await chen.post("/desk/people/link", data={"name": "bo"}))
        await chen.post("/desk/people/drop-link", data={"name": "bo"})
    async with shop.client() as bo:
        assert (await bo.post("/desk/sign-in", data={"key": dropped})).status_code == 403


async def test_an_admin_signs_somebody_out_everywhere_and_turns_their_code_off(shop: Scene) -> None:
    shop.db.write(lambda conn: proofs.plan_totp(conn, "mei", "SECRET"))
    async with shop.client("mei") as mei, admin(shop) as chen:
        shop.db.write(lambda conn: proofs.start_totp(conn, "mei", ["A"], 0))
        await chen.post("/desk/people/end-sessions", data={"name": "mei"})
        assert (await mei.get("/desk")).status_code == 303
        await chen.post("/desk/people/no-code", data={"name": "mei"})
    assert shop.db.read(lambda conn: proofs.proofs(conn, "mei")) == proofs.Proofs()


# --- one's own account -------------------------------------------------------------------------------------------


async def test_a_first_password_is_set_and_changed_only_by_who_knows_it(shop: Scene) -> None:
    async with shop.client("mei") as here, shop.client("mei") as there:
        first = {"new": GOOD, "again": GOOD}
        assert (await here.post("/desk/me/password", data=first)).status_code == 303
        assert ((await here.get("/desk")).status_code, (await there.get("/desk")).status_code) == (200, 303)
        other = {"new": "walnut bicycle fog", "again": "walnut bicycle fog"}
        for now in ("", "wrong"):
            refused = await here.post("/desk/me/password", data={**other, "now": now})
            assert refused.status_code == 403 and "现在的密码不对" in refused.text
        assert (await here.post("/desk/me/password", data={**other, "now": GOOD})).status_code == 303
        assert (await sign_in(there, "mei")).status_code == 403
        assert (await sign_in(there, "mei", "walnut bicycle fog")).status_code == 303


async def test_the_code_is_asked_for_once_the_phone_has_shown_it(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        await mei.post("/desk/me/code/start")
        page = await mei.get("/desk/me/code")
        assert "<svg" in page.text and " style=" not in page.text
        secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
        assert secret
        phone = pyotp.TOTP(secret[1].replace(" ", ""))
        assert (await mei.post("/desk/me/code/on", data={"code": "000000"})).status_code == 403
        assert not shop.db.read(lambda conn: proofs.proofs(conn, "mei")).totp_on
        used = phone.at(shop.clock())
        kept = await mei.post("/desk/me/code/on", data={"code": used})
        codes = re.findall(r"<li><code>([A-Z0-9-]{19})</code>", kept.text)
        assert len(set(codes)) == 10
        assert shop.db.read(lambda conn: proofs.proofs(conn, "mei")).totp_on

        assert (await mei.post("/desk/me/code/off", data={"code": used})).status_code == 403  # a replay
        fresh = await mei.post("/desk/me/code/recovery", data={"code": codes[0]})
        new = re.findall(r"<li><code>([A-Z0-9-]{19})</code>", fresh.text)
        assert len(new) == 10 and not set(new) & set(codes)
        assert (await mei.post("/desk/me/code/off", data={"code": codes[1]})).status_code == 403
        assert (await mei.post("/desk/me/code/off", data={"code": new[1]})).status_code == 303
    assert shop.db.read(lambda conn: proofs.proofs(conn, "mei")) == proofs.Proofs()
    assert [n.act for n in log(shop, "totp")] == ["totp.off", "totp.codes", "totp.on"]


async def test_one_device_or_all_others_are_signed_out(shop: Scene) -> None:
    async with shop.client("mei") as here, shop.client("mei") as phone, shop.client("mei") as till:
        of_phone = agents.sealed(phone.cookies["desk_session"])
        page = (await here.get("/desk/me")).text
        assert page.count('name="id"') == 3 and of_phone in page  # two others, and "all others"
        await here.post("/desk/me/sessions/end", data={"id": of_phone})
        clients = (here, phone, till)
        assert [(await c.get("/desk")).status_code for c in clients] == [200, 303, 200]
        await here.post("/desk/me/sessions/end", data={"id": "others"})
        assert [(await c.get("/desk")).status_code for c in clients] == [200, 303, 303]


async def test_nobody_signs_a_colleague_out(shop: Scene) -> None:
    async with shop.client("bo") as bo, shop.client("mei") as mei:
        await mei.post("/desk/me/sessions/end", data={"id": agents.sealed(bo.cookies["desk_session"])})
        assert (await bo.get("/desk")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari · macOS"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile MicroMessenger/8.0", "微信 WeChat · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("", ""),
    ],
)
def test_a_device_is_named_as_its_owner_would(agent: str, name: str) -> None:
    assert device(agent) == name


# --- the audit log -----------------------------------------------------------------------------------------------


async def test_what_is_done_to_a_chat_is_noted_with_who_and_where_but_not_what_was_said(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        for n, do in enumerate(("claim", "reply", "reply", "note", "resolve")):
            said = {"chat": LIN, "id": f"id-same-{'reply' if do == 'reply' else n}-1", "text": "十八号补发"}
            assert (await mei.post(f"/desk/act/{do}", json=said)).status_code == 200
    notes = list(reversed(log(shop, "chat")))
    assert [n.act for n in notes] == [
        "chat.claim",
        "chat.reply",
        "chat.note",
        "chat.resolve",
    ]  # a reply sent again
    assert {(n.who, n.subject, n.address) for n in notes} == {("mei", LIN, "127.0.0.1")}
    assert "十八号" not in str(notes)


async def test_an_act_that_was_refused_is_not_noted(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        answer = await mei.post("/desk/act/reply", json={"chat": LIN, "id": "id-reply-00001", "text": "hi"})
    assert answer.status_code == 409
    assert log(shop, "chat") == []


async def test_the_log_is_filtered_and_paged_without_losing_a_row(shop: Scene) -> None:
    def write(conn: Connection) -> None:
        for n in range(120):
            audit.note(conn, "bo", "chat.reply", f"web:{n}", {}, shop.clock().timestamp() - n)

    shop.db.write(write)
    async with shop.client("li") as li:
        seen: list[str] = []
        where = "/desk/audit?who=bo&act=chat"
        while where:
            page = (await li.get(where)).text
            seen += re.findall(r">(web:\d+)</a>", page)
            older = re.search(r'href="([^"]+)" rel="next"', page)
            where = older[1].replace("&amp;", "&") if older else ""
        assert seen == [f"web:{n}" for n in range(120)]
        one = (await li.get("/desk/audit", params={"on": "web:7"})).text
        assert re.findall(r">(web:\d+)</a>", one) == ["web:7"]
        tomorrow = f"{shop.clock().astimezone(ZONE) + timedelta(days=1):%Y-%m-%d}"
        assert "没有符合的记录" in (await li.get("/desk/audit", params={"since": tomorrow})).text
        for odd in (
            "before=x-y",
            "before=1-%00",
            f"before={9**400}-a",
            "before=1",
            "since=yesterday",
            "until=9999-12-31",
            "who=%00",
        ):
            assert (await li.get(f"/desk/audit?{odd}")).status_code == 200


async def test_the_csv_holds_what_the_page_shows_and_no_formula(shop: Scene) -> None:
    shop.db.write(lambda conn: audit.note(conn, "bo", "chat.reply", "=HYPERLINK(1)", {}, 1e9))
    async with shop.client("li") as li:
        answer = await li.get("/desk/audit.csv", params={"who": "bo"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [
        ["时间", "谁", "做了什么", "对象", "详情", "来自"],
        ["2001-09-09 09:46:40", "bo", "回复买家", "'=HYPERLINK(1)", "", ""],
    ]
    assert log(shop)[0].act == "audit.exported"


async def test_no_page_about_people_has_a_style_or_script_of_its_own(shop: Scene) -> None:
    async with shop.client("chen") as chen:
        await chen.post("/desk/me/code/start")
        for path in ("me", "me/code", "people", "audit", "sign-in?key=x"):
            page = await chen.get(f"/desk/{path}")
            assert " style=" not in page.text and "<style" not in page.text and " onclick" not in page.text
            assert page.text.count("<script") == page.text.count("<script src=")
            assert page.headers["content-security-policy"].startswith("default-src 'self'")


def test_the_words_about_people_take_nobody_elses_place() -> None:
    assert [key for key, both in PEOPLE.items() if WORDS[key] is not both] == []
    assert {f"role_{role}" for role in ROLES} <= set(PEOPLE)
