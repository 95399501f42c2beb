"""Where the rules on money and on the platform bite once a case is filed: for the buyer, and for the agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.dialogue.effects import Alert, PayOut
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.handoff.packet import value_text
from tests.dialogue.talk import NOON, ZONE, Talk, changed, order

CUP = order("T1", "马克杯", paid="100.00", category="home")


def filed(talk: Talk, status: Status, kind: CaseType = CaseType.QUALITY_CLAIM, **more: object) -> Case:
    judged = {"refund": "100.00", "filed_at": NOON.isoformat()}
    number = str(more.pop("number", "A1"))
    case = Case(number, "web:b", kind, status, NOON, NOON, "B1", "T1", "马克杯", dict(more), judged)
    talk.cases[case.id] = case
    return case


def paid(talk: Talk) -> list[Decimal]:
    return [e.amount for e in talk.effects if isinstance(e, PayOut)]


def alerts(talk: Talk) -> list[str]:
    return [e.text["en"] for e in talk.effects if isinstance(e, Alert)]


# --- never more than was paid ----------------------------------------------------------------------------------------


def test_an_approval_above_what_another_case_has_left_is_not_carried_out_and_says_the_most(kit: Kit) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.CLOSED_REFUNDED, number="A0", refund="80.00")
    filed(talk, Status.PENDING_SELLER, wanted="refund")
    talk.act("approve", case="A1")
    assert (talk.cases["A1"].status, paid(talk)) == (Status.PENDING_SELLER, [])
    assert "¥20.00" in talk.notes[-1] and "¥100.00" in talk.notes[-1]
    talk.act("approve", case="A1", outcome={"refund": "20.00"})
    assert (talk.cases["A1"].status, paid(talk)) == (Status.REFUNDING, [Decimal("20.00")])


def test_an_approval_that_moves_no_money_yet_is_not_held_up_by_it(kit: Kit) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.CLOSED_REFUNDED, number="A0", refund="80.00")
    filed(talk, Status.PENDING_SELLER, wanted="return")
    talk.act("approve", case="A1")
    assert talk.cases["A1"].status is Status.AWAIT_RETURN


@pytest.mark.parametrize(("back", "by_rule"), [("", True), ("60.00", True), ("60.01", False)])
def test_a_rule_settles_nothing_above_what_is_left_when_the_photo_comes(
    kit: Kit, back: str, by_rule: bool
) -> None:
    """Judged to 40.00, under the cap, before another case of the order was paid."""
    talk = Talk(kit, [CUP])
    if back:
        filed(talk, Status.CLOSED_REFUNDED, number="A0", refund=back)
    case = filed(talk, Status.PENDING_EVIDENCE, CaseType.REFUND_ONLY, reason="quality")
    talk.cases["A1"] = replace(case, judged={**case.judged, "refund": "40.00"})
    talk.hear("", photos=4)
    now = talk.cases["A1"]
    assert (bool(now.slots.get("by_rule")), now.status is Status.REFUNDING) == (by_rule, by_rule)
    assert paid(talk) == ([Decimal("40.00")] if by_rule else [])


# --- a payment too old for its channel -------------------------------------------------------------------------------


def test_what_no_channel_takes_back_any_more_is_not_sent_to_one(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "马克杯", paid="100.00", paid_at="2025-03-01 10:00")]).with_agent()
    filed(talk, Status.PENDING_SELLER, wanted="refund")
    said = talk.act("approve", case="A1")
    assert (talk.cases["A1"].status, paid(talk)) == (Status.REFUNDING, [])
    assert "365" in said and "书面同意" in said
    assert any("consent in writing" in text and "¥100.00" in text for text in alerts(talk))
    talk.act("refunded", case="A1", ref="ICBC-77")
    assert talk.cases["A1"].status is Status.CLOSED_REFUNDED


def test_a_younger_payment_goes_by_its_channel(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "马克杯", paid="100.00", paid_at="2025-04-01 10:00")]).with_agent()
    filed(talk, Status.PENDING_SELLER, wanted="refund")
    assert "书面同意" not in talk.act("approve", case="A1")
    assert paid(talk) == [Decimal("100.00")]


# --- money advanced --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "flag", "told"),
    [
        (CaseType.RETURN_REFUND, "", True),
        (CaseType.EXCHANGE, "", False),  # no money to advance
        (CaseType.RETURN_REFUND, "repeat", False),
    ],
)
def test_fast_refunds_are_spoken_of_to_buyers_without_a_mark_who_send_goods_back(
    kit: Kit, kind: CaseType, flag: str, told: bool
) -> None:
    marks = State(flags=(flag,) if flag else ())
    talk = Talk(changed(kit, refund__fast_refund=True), [CUP], state=marks)
    filed(talk, Status.AWAIT_RETURN, kind)
    assert ("垫付" in talk.hear("寄了 SF1234567890123")) is told


# --- what the law leaves open for faulty goods -----------------------------------------------------------------------


def test_the_remedies_that_are_open_at_the_request_are_kept_for_who_decides(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "电饭煲", paid="300.00", category="electronics")])
    talk.hear("电饭煲坏了，通不了电")
    assert talk.case.type is CaseType.QUALITY_CLAIM
    assert talk.case.judged["remedies"] == ["return", "exchange", "repair", "resend", "partial"]
    assert talk.case.judged["proof"] == ["buyer_photos", "shop_test"], "durable goods in their first months"
    late = Talk(
        kit,
        [
            order(
                "T1", "电饭煲", paid="300.00", category="electronics", status="success",
                signed_at="2026-01-08 18:20", confirmed_at="2026-01-10 09:00",
            )
        ],
    )  # fmt: skip
    late.hear("电饭煲坏了，通不了电")
    assert late.case.judged["remedies"] == [], "every term is over: a person looks"


@pytest.mark.parametrize(
    ("said", "proof"),
    [
        ("马克杯少了一个", ["shop_delivery_proof", "shop_packing_proof", "buyer_photos"]),
        ("马克杯收到时碎了", ["shop_delivery_proof", "shop_packing_proof", "buyer_photos"]),
        ("马克杯是假货，我要投诉", ["shop_documents", "buyer_test"]),
        ("马克杯质量有问题，掉漆", ["buyer_photos", "shop_explains", "buyer_test"]),
    ],
)
def test_who_has_to_prove_what_is_kept_with_the_case_and_read_by_agents(
    kit: Kit, said: str, proof: list[str]
) -> None:
    talk = Talk(kit, [order("T1", "马克杯", paid="100.00", category="home", qty=2)])
    talk.hear(said)
    for answer in ("1个", "没有", "想退款", "确认"):
        if not talk.cases or talk.case.status is Status.DRAFT:
            talk.hear(answer)
    assert talk.case.judged["proof"] == proof
    for lang in ("zh", "en"):
        told = [value_text("proof", name, ZONE, lang) for name in proof]
        assert not set(told) & set(proof), "each in words"


# --- the platform ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PENDING_SELLER, Status.HUMAN_REVIEW])
def test_within_the_shops_own_promise_the_platform_is_not_open_yet(kit: Kit, status: Status) -> None:
    talk = Talk(kit, [CUP])
    filed(talk, status)
    said = talk.hear("我要申请平台介入")
    assert "3月13日 12:00" in said and "人工" in "".join(talk.labels)
    assert (len(talk.cases), talk.cases["A1"].status) == (1, status)


def test_past_it_or_where_it_is_the_buyers_turn_a_person_looks(kit: Kit) -> None:
    for status, hours in ((Status.PENDING_SELLER, 73), (Status.AWAIT_RETURN, 1)):
        talk = Talk(kit, [CUP], now=NOON + timedelta(hours=hours))
        filed(talk, status)
        assert "还在我们处理的期限里" not in talk.hear("我要申请平台介入")


def test_a_question_about_it_is_no_request(kit: Kit) -> None:
    talk = Talk(kit, [CUP])
    filed(talk, Status.PENDING_SELLER)
    assert "还在我们处理的期限里" not in talk.hear("怎么申请平台介入？")


def test_after_a_refusal_it_is_open_and_once_asked_not_asked_again(kit: Kit) -> None:
    talk = Talk(kit, [CUP])
    filed(talk, Status.REJECTED)
    talk.hear("我要申请平台介入")
    assert talk.cases["A1"].status is Status.PLATFORM_EVIDENCE
    assert "已经在处理" in talk.hear("我要申请平台介入")


# --- suspended -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hold", "until"),
    [
        (None, datetime(2026, 4, 9, 12, 0, tzinfo=ZONE)),
        ("both_agree", datetime(2026, 4, 9, 12, 0, tzinfo=ZONE)),
        ("court", datetime(2026, 3, 20, 0, 0, tzinfo=ZONE)),
        ("police", datetime(2026, 3, 20, 0, 0, tzinfo=ZONE)),
        ("police_shown", datetime(2026, 9, 11, 0, 0, tzinfo=ZONE)),
    ],
)
def test_a_suspension_ends_by_why_there_is_one(kit: Kit, hold: str | None, until: datetime) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.PLATFORM_REVIEW)
    said = talk.act("suspend", case="A1", **({"hold": hold} if hold else {}))
    assert talk.timers["A1", "suspension"] == until
    assert f"{until.month}月{until.day}日" in said
    before = until - timedelta(seconds=1)
    talk.wait(seconds=(before - talk.now).total_seconds())
    assert talk.cases["A1"].status is Status.SUSPENDED
    assert "恢复审理" in talk.wait(seconds=2)
    assert talk.cases["A1"].status is Status.PLATFORM_REVIEW


def test_a_court_that_has_taken_it_up_is_waited_for_until_somebody_resumes(kit: Kit) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.PLATFORM_EVIDENCE)
    assert "判决" in talk.act("suspend", case="A1", hold="court_shown")
    assert not [name for case, name in talk.timers if case == "A1"]
    talk.wait(days=400)
    assert talk.cases["A1"].status is Status.SUSPENDED
    talk.act("resume", case="A1")
    assert talk.cases["A1"].status is Status.PLATFORM_REVIEW
    talk.act("suspend", case="A1")
    assert ("A1", "suspension") in talk.timers, "an older reason does not last"


def test_a_suspension_is_for_what_the_platform_has(kit: Kit) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.PENDING_SELLER)
    talk.act("suspend", case="A1", hold="court")
    assert talk.cases["A1"].status is Status.PENDING_SELLER
    assert "suspend" in talk.notes[-1]


# --- a refund that is not paid ---------------------------------------------------------------------------------------


def test_fifteen_days_without_the_money_are_told_to_the_agents_as_what_the_law_calls_it(kit: Kit) -> None:
    talk = Talk(kit, [CUP]).with_agent()
    filed(talk, Status.RETURN_IN_TRANSIT, CaseType.RETURN_REFUND)
    talk.act("inspect", case="A1", ok=True)
    assert talk.timers["A1", "legal_deliberate_delay"] == NOON + timedelta(days=15)
    talk.wait(days=15)
    assert any("deliberate delay; act at once" in text for text in alerts(talk))
    assert talk.cases["A1"].status is Status.REFUNDING
