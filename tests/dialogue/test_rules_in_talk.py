"""Rules that look back: what earlier cases of the order mean for what is asked now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.dialogue.effects import Alert, ReadOrders
from bot.dialogue.turn import Kit
from tests.dialogue.talk import NOON, Talk, changed, order

PHONES = {
    "category": "数码",
    "paid": "288.00",
    "status": "success",
    "signed_at": "2026-01-05 10:00",
    "confirmed_at": "2026-02-27 10:00",
}


def earlier(talk: Talk, kind: CaseType, status: Status, days_ago: int, **slots: object) -> Case:
    at = NOON - timedelta(days=days_ago)
    case = Case("A0", "web:b", kind, status, at, at, "B1", "T1", "耳机", dict(slots), {"filed_at": "x"})
    talk.cases[case.id] = case
    return case


@pytest.mark.parametrize(("days_ago", "open_now"), [(None, False), (14, True), (17, False)])
def test_the_guarantee_of_exchanged_goods_runs_from_the_day_they_came(
    kit: Kit, days_ago: int | None, open_now: bool
) -> None:
    talk = Talk(kit, [order("T1", "耳机", **PHONES)])
    if days_ago is not None:
        came = (NOON - timedelta(days=days_ago)).isoformat()
        earlier(talk, CaseType.EXCHANGE, Status.CLOSED_RESOLVED, 30, received_at=came)
    said = talk.hear("耳机有质量问题 没声音 想换一个")
    assert ("换货期限" in said) is not open_now
    assert ("换成什么规格" in said) is open_now


def test_what_was_sent_again_counts_from_the_day_the_buyer_had_it(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "耳机", **PHONES)])
    earlier(talk, CaseType.EXCHANGE, Status.AWAIT_BUYER_RECEIPT, 3)
    talk.hear("收到了 没问题")
    assert talk.cases["A0"].status is Status.CLOSED_RESOLVED
    assert talk.cases["A0"].slots["received_at"] == NOON.isoformat()
    talk.hear("耳机坏了 没声音")
    assert talk.case.type is CaseType.QUALITY_CLAIM
    assert talk.case.judged["remedies"][:2] == ["return", "exchange"], "seven and fifteen days anew"


@pytest.mark.parametrize(("rounds", "may_return"), [(1, False), (2, False), (3, True)])
def test_goods_repaired_twice_in_vain_may_go_back_at_any_time(
    kit: Kit, rounds: int, may_return: bool
) -> None:
    late = {**PHONES, "confirmed_at": "2026-01-10 10:00"}
    talk = Talk(kit, [order("T1", "耳机", **late)])
    earlier(talk, CaseType.REPAIR_RESEND, Status.CLOSED_RESOLVED, 20, rounds=rounds)
    talk.hear("耳机坏了 没声音")
    assert ("return" in talk.case.judged["remedies"]) is may_return


def test_repairs_of_goods_that_were_exchanged_since_count_no_more(kit: Kit) -> None:
    late = {**PHONES, "confirmed_at": "2026-01-10 10:00"}
    talk = Talk(kit, [order("T1", "耳机", **late)])
    earlier(talk, CaseType.REPAIR_RESEND, Status.CLOSED_RESOLVED, 50, rounds=3)
    came = (NOON - timedelta(days=40)).isoformat()
    again = earlier(talk, CaseType.EXCHANGE, Status.CLOSED_RESOLVED, 45, received_at=came)
    repaired = Case(
        "A9", "web:b", CaseType.REPAIR_RESEND, Status.CLOSED_RESOLVED, again.opened_at - timedelta(days=5),
        again.opened_at, "B1", "T1", "耳机", {"rounds": 3}, {},
    )  # fmt: skip
    talk.cases[repaired.id] = repaired
    talk.hear("耳机坏了 没声音")
    assert "return" not in talk.case.judged["remedies"]


def test_freight_that_nobody_spoke_of_before_the_yes_is_the_shops_and_what_was_said_stays(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "耳机")]).with_agent()
    case = earlier(talk, CaseType.QUALITY_CLAIM, Status.PENDING_SELLER, 1, wanted="return")
    said = talk.act("approve", case="A0")
    assert talk.cases["A0"].judged["freight"] == "seller_pays" and "运费由我们承担" in said
    talk.cases["A0"] = Case(
        "A0", "web:b", case.type, Status.PENDING_SELLER, NOON, NOON, "B1", "T1", "耳机", {"wanted": "return"},
        {"freight": "buyer_pays_return_only"},
    )  # fmt: skip
    said = talk.act("approve", case="A0")
    assert talk.cases["A0"].judged["freight"] == "buyer_pays_return_only" and "运费由我们承担" not in said


def test_a_refund_without_a_written_invoice_troubles_no_accounts(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "耳机")]).with_agent()
    earlier(talk, CaseType.RETURN_REFUND, Status.REFUNDING, 1, refund="100.00")
    said = talk.act("refunded", case="A0", ref="X1")
    assert "红冲" not in said
    assert not [e for e in talk.effects if isinstance(e, Alert) and "发票" in e.text["zh"]]


def test_who_pays_the_test_is_the_policys_to_say(kit: Kit) -> None:
    ours = changed(kit, counterfeit__test_fee__genuine="seller")
    assert "认定为真由商家承担" in Talk(ours, [order("T1", "耳机")]).hear("鉴定费谁出")
    assert "认定为真由您承担" in Talk(kit, [order("T1", "耳机")]).hear("鉴定费谁出")


@pytest.mark.parametrize(("kept", "read"), [(True, []), (False, ["B1"])])
def test_a_linked_accounts_orders_are_fetched_once_where_the_shop_keeps_them(
    kit: Kit, kept: bool, read: list[str]
) -> None:
    talk = Talk(replace(kit, orders_kept=kept))
    talk.link("B1")
    assert [e.buyer for e in talk.effects if isinstance(e, ReadOrders)] == read
    talk.link("B1")
    assert not [e for e in talk.effects if isinstance(e, ReadOrders)]
    assert talk.event("looked_up", request="lookup:web:b:B1", state="away", found=[]) == ""


def test_what_broke_on_the_way_is_paid_back_or_sent_anew_and_never_asked_back(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "茶杯", paid="88.00", category="陶瓷")])
    talk.hear("茶杯收到就碎了")
    assert talk.case.type is CaseType.DAMAGED_PARCEL
    assert talk.case.judged["remedies"][0] == "refund"
    assert "return" not in talk.case.judged["remedies"]
