"""Cases at the desk: what waits for the shop, acts with a preview, ten seconds to take one back, words put right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from bot.cases.acts import acts_of
from bot.cases.case import Case, CaseType, Status
from bot.cases.order import Order
from bot.cases.rules.platform import SUSPENSIONS
from bot.desk.case_view import buttons
from bot.desk.words import WORDS
from bot.dialogue.agent_case import CASE_ACTS
from bot.errors import ConfigError
from bot.knowledge.load import load
from bot.store import case_lists, cases, conversations, deadlines, desk, handoff, held, orders
from bot.store.db import Database
from bot.store.preview import preview
from bot.store.tables import metadata
from tests.desk.scene import LIN, ZHAO, Scene, fill
from tests.support.core import TOP, World, kit

MUG = "A260310-7KQ2M"
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Scene]:
    """A desk with the product's own engine behind it; its clock is moved on by `later`."""
    db = Database(sqlite_url)
    metadata.create_all(db.engine)
    scene = Scene(db, real=True)
    db.write(lambda conn: fill(conn, scene.clock()))
    await scene.start()
    yield scene
    await scene.stop()
    db.close()


async def do(client: httpx.AsyncClient, act: str, where: str = "act", **more: Any) -> httpx.Response:
    body = {"chat": LIN, "case": MUG, "do": act, "id": "id-case-00001", **more}
    return await client.post(f"/desk/case/{where}", json=body)


async def claim(client: httpx.AsyncClient, chat: str = LIN) -> None:
    await client.post("/desk/act/claim", json={"chat": chat, "id": "id-claim-00001"})


def status(scene: Scene, case: str = MUG) -> str:
    found = scene.db.read(lambda conn: cases.read_case(conn, case))
    assert found
    return str(found.status)


def said(scene: Scene, chat: str = LIN, author: str = "bot") -> list[str]:
    lines = scene.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))
    return [m.text for m in lines if m.author == author]


async def after(scene: Scene, seconds: float) -> None:
    scene.later += timedelta(seconds=seconds)
    await scene.engine()


# --- acts --------------------------------------------------------------------------------------------------------

TWO = [{"resend": 1}, {"refund": "40"}]


async def test_an_act_is_done_after_ten_seconds_and_says_what_was_previewed(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        seen = (await do(mei, "offer", "preview", options=TWO)).json()
        before = len(said(shop))
        assert (await do(mei, "offer", options=TWO)).status_code == 200
        await after(shop, 9)
        assert (status(shop), len(said(shop))) == ("PENDING_SELLER", before)
        await after(shop, 2)
    assert "退款 ¥40.00" in seen["text"]
    assert seen["buttons"][:2] == ["免费补发（重发）1 件", "退款 ¥40.00，不用退货"]
    assert status(shop) == "OFFERED"
    (message,) = said(shop)[before:]
    # The deadline of the offer is some seconds later than it was in the preview; the rest is the same to the letter.
    assert message.split("\n")[:4] == seen["text"].split("\n")[:4]


async def test_what_is_taken_back_in_time_never_happens(shop: Scene) -> None:
    async with shop.client("mei") as mei, shop.client("bo") as bo:
        await do(mei, "reject", code="custom_made")
        others = await bo.post("/desk/case/undo", json={"chat": LIN, "id": "id-case-00001"})
        undone = await mei.post("/desk/case/undo", json={"chat": LIN, "id": "id-case-00001"})
        before = said(shop)
        await after(shop, 60)
    assert (others.status_code, undone.status_code) == (409, 200)
    assert (status(shop), said(shop)) == ("PENDING_SELLER", before)


async def test_after_ten_seconds_it_cannot_be_taken_back(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        await do(mei, "approve")
        await after(shop, 11)
        late = await mei.post("/desk/case/undo", json={"chat": LIN, "id": "id-case-00001"})
    assert late.status_code == 409
    assert "已经发出" in late.json()["detail"]
    assert status(shop) == "SELLER_RESHIP"


async def test_an_act_sent_twice_is_one_act_and_does_not_begin_its_seconds_anew(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        before = len(said(shop))
        await do(mei, "offer", options=TWO)
        shop.later += timedelta(seconds=6)
        assert (await do(mei, "offer", options=TWO)).status_code == 200
        await after(shop, 5)
        assert len(said(shop)) == before + 1  # eleven seconds after the first
        assert (await do(mei, "offer", options=TWO)).status_code == 200  # its answer was lost on the way
        await after(shop, 11)
    assert len(said(shop)) == before + 1


async def test_the_ten_seconds_survive_a_restart(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        await do(mei, "approve")
    await shop.stop()
    await shop.start()
    async with shop.client("mei") as mei:
        page = (await mei.get("/desk", params={"chat": LIN})).text
        assert 'data-undo="id-case-00001"' in page
        await after(shop, 11)
    assert status(shop) == "SELLER_RESHIP"


@pytest.mark.parametrize(
    ("act", "more", "why"),
    [
        ("offer", {"options": [{"refund": "68.01"}]}, "最多可退"),
        ("approve", {"outcome": {"refund": "1000"}}, "最多可退"),
        ("reject", {"code": "no_such"}, "原因代码"),
        ("refunded", {"ref": "1"}, "PENDING_SELLER"),
        ("approve", {"case": "A260307-W8HJD"}, "没有工单"),  # another buyer's
    ],
)
async def test_what_cannot_be_done_is_told_before_it_is_held(
    shop: Scene, act: str, more: dict[str, Any], why: str
) -> None:
    async with shop.client("mei") as mei:
        seen = await do(mei, act, "preview", **more)
        answer = await do(mei, act, **more)
    assert why in seen.json()["no"]
    assert answer.status_code == 409
    assert why in answer.json()["detail"]
    assert shop.db.read(lambda conn: held.held_in(conn, LIN)) == []


async def test_a_case_of_a_chat_that_a_colleague_has_is_left_alone_and_says_whose_it_is(shop: Scene) -> None:
    async with shop.client("mei") as mei, shop.client("bo") as bo:
        await claim(mei)
        answer = await do(bo, "approve")
    assert answer.status_code == 409
    assert "小美" in answer.json()["detail"]


@pytest.mark.parametrize(
    "bad",
    [
        {"do": "release"},
        {"do": "approve", "id": "../x"},
        {"do": "offer", "options": [{"resend": 1}] * 4},
        {"do": "extend", "by": "9y"},
        {"do": "suspend", "hold": "because"},
        {"do": "approve", "text": "长" * 1001},
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(shop: Scene, bad: dict[str, Any]) -> None:
    async with shop.client("mei") as mei:
        answer = await do(mei, str(bad.pop("do")), **bad)
    assert answer.status_code in (400, 404, 422)
    assert shop.db.read(lambda conn: held.held_in(conn, LIN)) == []


async def test_a_paid_refund_is_booked_with_its_number(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        await do(mei, "approve", outcome={"refund": "40"})
        await after(shop, 11)
        await do(mei, "refunded", id="id-case-00002", ref="ALI-20260310-9")
        await after(shop, 11)
    found = shop.db.read(lambda conn: cases.read_case(conn, MUG))
    assert found
    assert (found.status, found.slots["refund"], found.slots["refund_ref"]) == (
        "CLOSED_REFUNDED",
        "40.00",
        "ALI-20260310-9",
    )


async def test_more_time_moves_the_deadline_and_the_buyer_hears_the_date(shop: Scene) -> None:
    shop.db.write(
        lambda conn: deadlines.set_deadline(
            conn, LIN, MUG, "seller_decide_refund_only_shipped", shop.clock() + timedelta(hours=5)
        )
    )
    before = shop.db.read(lambda conn: deadlines.running(conn, LIN))
    async with shop.client("mei") as mei:
        assert (await do(mei, "extend", by="2d")).status_code == 200
        await after(shop, 11)
    moved = shop.db.read(lambda conn: deadlines.running(conn, LIN))
    name = (MUG, "seller_decide_refund_only_shipped")
    assert moved[name] - before[name] == timedelta(days=2)


async def test_a_suspension_asks_why_and_its_end_follows_from_that(shop: Scene) -> None:
    def with_the_platform(conn: Connection) -> None:
        found = cases.read_case(conn, MUG)
        assert found
        cases.save_case(conn, replace(found, status=Status.PLATFORM_REVIEW), [])

    shop.db.write(with_the_platform)
    async with shop.client("mei") as mei:
        page = (await mei.get("/desk", params={"chat": LIN})).text
        seen = (await do(mei, "suspend", "preview", hold="court_shown")).json()
        assert (await do(mei, "suspend", hold="police_shown")).status_code == 200
        await after(shop, 11)
    assert 'data-fields="hold why"' in page
    assert all(f'<option value="{why}">' in page for why in SUSPENSIONS)
    assert "判决" in seen["text"]
    due = shop.db.read(lambda conn: deadlines.running(conn, LIN))[MUG, "suspension"]
    assert timedelta(days=180) < due - shop.clock() < timedelta(days=186)
    found = shop.db.read(lambda conn: cases.read_case(conn, MUG))
    assert found and found.slots["suspended_for"] == "police_shown"


@pytest.mark.parametrize("at", [s for s in Status if s is not Status.DRAFT])
def test_every_button_of_a_status_is_an_act_the_dialogue_takes(database: Database, at: Status) -> None:
    """The desk reads the table of moves; what it shows is never refused with "not possible while …"."""
    needs: dict[str, dict[str, Any]] = {
        "offer": {"options": [{"refund": "10"}]},
        "reject": {"code": "custom_made"},
        "extend": {"by": "1d"},
    }
    for kind in (CaseType.RETURN_REFUND, CaseType.LOST_PARCEL, CaseType.INVOICE):
        database.write(lambda conn, kind=kind: file(conn, at, kind))  # type: ignore[misc]
        found = database.read(lambda conn: cases.read_case(conn, "A1"))
        assert found
        for act in acts_of(found):
            data = {"do": act, "case": "A1", **needs.get(act, {})}
            seen = database.read(lambda conn, data=data: preview(conn, "web:a", "mei", data, kit(), NOW))  # type: ignore[misc]
            assert seen.no == "", f"{kind} {at}: {act}"


def file(conn: Connection, at: Status, kind: CaseType) -> None:
    conversations.identify(conn, "web:a", name="A")
    orders.put_orders(conn, [Order("T1", "signed", item="杯子", paid=Decimal("68"))], NOW.timestamp())
    case = Case("A1", "web:a", kind, at, NOW, NOW, order_id="T1", item="杯子")
    cases.save_case(conn, replace(case, closed_at=NOW if at.closed else None), [])
    conn.execute(text("DELETE FROM deadline"))
    from bot.cases.timers import running_in

    for timer in running_in(case):
        deadlines.set_deadline(conn, "web:a", "A1", timer.name, NOW + timedelta(days=1))


def test_every_act_of_the_dialogue_has_a_button_somewhere_and_words() -> None:
    made = [Case("A1", "web:a", kind, at, NOW, NOW) for kind in CaseType for at in Status]
    assert {act for case in made for act in acts_of(case)} == set(CASE_ACTS)
    assert [b.word for case in made for b in buttons(case) if b.word not in WORDS] == []
    assert [act for act in CASE_ACTS if f"act_{act}" not in WORDS] == []


async def test_a_case_with_a_step_on_its_way_takes_no_second_one(shop: Scene) -> None:
    async with shop.client("mei") as mei, shop.client("bo") as bo:
        await do(mei, "offer", options=TWO)
        second = await do(bo, "reject", id="id-case-00002", code="custom_made")
        page = (await bo.get("/desk", params={"chat": LIN})).text
    assert second.status_code == 409
    assert "正要发出" in second.json()["detail"]
    assert 'data-ok="true" disabled' in page
    assert "data-undo" not in page  # who did it may undo it, nobody else


async def test_an_act_on_a_case_keeps_the_chat_of_who_has_it(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        await claim(mei)
        first = shop.db.read(lambda conn: handoff.live(conn, LIN))
        shop.later += timedelta(minutes=14)
        await do(mei, "offer", options=TWO)
        then = shop.db.read(lambda conn: handoff.live(conn, LIN))
    assert first and then and first.lease_until and then.lease_until
    assert then.lease_until - first.lease_until >= timedelta(minutes=13)


# --- lists -------------------------------------------------------------------------------------------------------


def test_the_lists_hold_what_waits_for_the_shop_the_soonest_first(database: Database) -> None:
    def more(conn: Connection) -> None:
        conversations.identify(conn, "web:b", name="Bea")
        orders.put_orders(conn, [Order("T9", "signed", item="围巾", paid=Decimal("299"))], 0.0)
        for n, (at, hours) in enumerate(
            [
                (Status.PENDING_SELLER, 5),
                (Status.HUMAN_REVIEW, -1),
                (Status.RETURN_IN_TRANSIT, None),
                (Status.AWAIT_RETURN, 1),  # the buyer's move
                (Status.REFUND_FAILED, 2),
                (Status.REFUNDING, 9),
                (Status.CLOSED_REFUNDED, 1),
            ]
        ):
            case = Case(
                f"A{n}", "web:b", CaseType.RETURN_REFUND, at, NOW, NOW, order_id="T9", item=f"{n}",
                closed_at=NOW if at.closed else None, slots={"refund": "39.90"} if n > 3 else {},
            )  # fmt: skip
            cases.save_case(conn, case, [])
            if hours is not None:
                deadlines.set_deadline(
                    conn, "web:b", f"A{n}", "service_sla_decide", NOW + timedelta(hours=hours)
                )
            deadlines.set_deadline(
                conn, "web:b", f"A{n}", "service_sla_decide:warn12", NOW - timedelta(days=9)
            )

    database.write(more)
    decide = database.read(case_lists.to_decide)
    pay = database.read(case_lists.to_pay)
    assert [(r.case.id, r.name, r.item, r.amount) for r in decide.rows] == [
        ("A1", "Bea", "1", Decimal("299")),
        ("A0", "Bea", "0", Decimal("299")),
        ("A2", "Bea", "2", Decimal("299")),
    ]
    assert [r.due for r in decide.rows] == [NOW - timedelta(hours=1), NOW + timedelta(hours=5), None]
    assert [(r.case.id, r.amount) for r in pay.rows] == [("A4", Decimal("39.90")), ("A5", Decimal("39.90"))]
    few = database.read(lambda conn: case_lists.to_decide(conn, most=1))
    assert (len(few.rows), few.count) == (1, 3)


async def test_the_page_lists_cases_with_what_an_agent_chooses_by(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        page = (await mei.get("/desk")).text
    start = page.index(f'id="cases-{MUG}"')
    row = page[start : page.index("</li>", start)]
    for told in (
        "质量问题",
        "刻字马克杯",
        "林晓",
        "¥68.00",
        "data-left=",
        f"/desk?chat={LIN.replace(':', '%3A')}",
    ):
        assert told in row


async def test_evidence_is_shown_by_what_it_shows_and_what_is_missing(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        page = (await mei.get("/desk", params={"chat": LIN})).text
    strip = page[page.index('class="strip"') : page.index('class="case-acts"')]
    assert [strip.count(w) for w in ("问题近照", "商品整体", "还缺 快递面单")] == [1, 1, 1]
    assert f"/desk/cases/{MUG}/evidence.zip" in page
    assert "三包规定 art. 9" in page


# --- held acts on both databases ---------------------------------------------------------------------------------


def test_a_held_act_rings_once_on_any_database(database: Database) -> None:
    world = World(database)
    database.write(lambda conn: file(conn, Status.PENDING_SELLER, CaseType.RETURN_REFUND))
    act = {"do": "approve", "case": "A1"}

    def hold(key: str) -> bool:
        return database.write(lambda conn: held.hold_act(conn, "web:a", "mei", key, act, world.at, said="好"))

    assert hold("id-1")
    assert [
        (h.id, h.agent, h.do, h.case, h.said) for h in database.read(lambda c: held.held_in(c, "web:a"))
    ] == [("id-1", "mei", "approve", "A1", "好")]
    assert database.write(lambda conn: held.take_back(conn, "web:a", "mei", "id-1", world.at))
    assert hold("id-2")
    world.wait(held.SECONDS)
    world.work()
    assert not database.write(lambda conn: held.take_back(conn, "web:a", "mei", "id-2", world.at))
    found = database.read(lambda conn: cases.read_case(conn, "A1"))
    assert found and found.status is Status.AWAIT_RETURN
    assert [r.payload["data"]["do"] for r in world.rows("web:a") if r.source == "agent"] == ["approve"]


# --- words sent in error -----------------------------------------------------------------------------------------


async def test_who_has_the_chat_mends_and_withdraws_what_an_agent_wrote(shop: Scene) -> None:
    async with shop.client("mei") as mei, shop.client("bo") as bo:
        await claim(mei)
        await mei.post("/desk/act/reply", json={"chat": LIN, "id": "id-reply-0001", "text": "明天补发"})
        await shop.engine()
        n, bot = last(shop, "agent"), last(shop, "bot")
        foreign = await bo.post("/desk/message/edit", json={"chat": LIN, "n": n, "text": "x"})
        bots = await mei.post("/desk/message/withdraw", json={"chat": LIN, "n": bot})
        empty = await mei.post("/desk/message/edit", json={"chat": LIN, "n": n, "text": " "})
        edited = await mei.post("/desk/message/edit", json={"chat": LIN, "n": n, "text": "后天补发"})
        assert said(shop, author="agent") == ["后天补发"]
        gone = await mei.post("/desk/message/withdraw", json={"chat": LIN, "n": n})
        again = await mei.post("/desk/message/edit", json={"chat": LIN, "n": n, "text": "y"})
    codes = [a.status_code for a in (foreign, bots, empty, edited, gone, again)]
    assert codes == [409, 409, 400, 200, 200, 409]
    lines = shop.db.read(lambda conn: conversations.transcript(conn, LIN))
    assert [m.withdrawn_at is not None for m in lines if m.n == n] == [True]


def last(scene: Scene, author: str) -> int:
    lines = scene.db.read(lambda conn: conversations.transcript(conn, LIN))
    return next(m.n for m in reversed(lines) if m.author == author)


# --- canned replies ----------------------------------------------------------------------------------------------


async def test_canned_replies_are_filled_with_the_chats_own_data_and_none_has_a_hole(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        here = {c["key"]: c["text"] for c in (await mei.get("/desk/canned", params={"chat": LIN})).json()}
        unknown = {c["key"] for c in (await mei.get("/desk/canned", params={"chat": "web:emma"})).json()}
        nowhere = await mei.get("/desk/canned", params={"chat": "web:nobody"})
    assert "T1003（刻字马克杯）" in here["checking"]
    assert MUG in here["refund_sum"] and "¥68.00" in here["refund_sum"]
    assert "小美" in here["hello"]
    assert not any("{" in words for words in here.values())
    assert "hello" in unknown and not unknown & {"checking", "refund_sum", "case_deadline"}
    assert nowhere.status_code == 404


def test_a_canned_reply_that_names_what_the_desk_does_not_know_is_a_fault_with_its_line(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for path in (TOP / "knowledge").iterdir():
        if path.name != "canned.yaml":
            (folder / path.name).symlink_to(path)
    (folder / "canned.yaml").write_text(
        "hello:\n  title: {zh: 好, en: Hello}\n  text: {zh: '{buyr}好', en: 'Hello {buyr}'}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as fault:
        load(folder)
    assert "canned.yaml:3" in str(fault.value)
    assert "{buyr}; did you mean 'buyer'?" in str(fault.value)


# --- tags, passing on, drafts ------------------------------------------------------------------------------------


async def test_tags_are_kept_and_have_a_limit(shop: Scene) -> None:
    async with shop.client("mei") as mei:
        for name in ("VIP", " 送 礼 ", "VIP"):
            assert (await mei.post("/desk/tag", json={"chat": LIN, "tag": name})).status_code == 200
        await mei.post("/desk/tag", json={"chat": LIN, "tag": "VIP", "off": True})
        assert shop.db.read(lambda conn: desk.tags_of(conn, LIN)) == ["送 礼"]
        many = [await mei.post("/desk/tag", json={"chat": LIN, "tag": f"t{n}"}) for n in range(12)]
        blank = await mei.post("/desk/tag", json={"chat": LIN, "tag": " "})
    assert [a.status_code for a in many] == [200] * 11 + [409]
    assert blank.status_code == 400


async def test_a_chat_is_passed_to_a_colleague_with_what_was_typed_as_a_note(shop: Scene) -> None:
    async with shop.client("mei") as mei, shop.client("bo") as bo:
        await claim(mei)
        kept = await mei.post("/desk/draft", json={"chat": LIN, "text": "打算给她补发"})
        foreign = await bo.post("/desk/draft", json={"chat": LIN, "text": "x"})
        people = (await mei.get("/desk/colleagues")).json()["people"]
        no = await bo.post("/desk/transfer", json={"chat": LIN, "agent": "mei"})
        passed = await mei.post("/desk/transfer", json={"chat": LIN, "agent": "bo"})
        await shop.engine()
    assert (kept.json(), foreign.json()) == ({"kept": True}, {"kept": False})
    assert [p["name"] for p in people] == ["bo"]
    assert (no.status_code, passed.status_code) == (409, 200)
    live = shop.db.read(lambda conn: handoff.live(conn, LIN))
    assert live and live.agent == "bo"
    assert any("打算给她补发" in note for note in said(shop, author="note"))


async def test_a_lead_takes_a_chat_over_and_an_agent_may_not(shop: Scene) -> None:
    from bot.store import agents

    shop.db.write(lambda conn: agents.add(conn, "li", "李组长", "lead", 0))
    async with shop.client("mei") as mei, shop.client("bo") as bo, shop.client("li") as li:
        await claim(mei, ZHAO)
        refused = await bo.post("/desk/take-over", json={"chat": ZHAO})
        taken = await li.post("/desk/take-over", json={"chat": ZHAO})
    assert (refused.status_code, taken.status_code) == (403, 200)
    live = shop.db.read(lambda conn: handoff.live(conn, ZHAO))
    assert live and live.agent == "li"
