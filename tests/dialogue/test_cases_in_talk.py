"""Cases after they are filed, as a conversation: what is paid, what is let go, what an old button does."""

from __future__ import annotations

from decimal import Decimal

from bot.cases.case import Case, CaseType, Status
from bot.dialogue.effects import Alert, PayOut
from bot.dialogue.turn import Kit
from tests.dialogue.talk import NOON, Talk, order

DRESS = order("T1001", "碎花连衣裙")
LAMP = order("T1002", "台灯", paid="88.00")
NEW = order("T1003", "台灯", paid="88.00", status="paid", signed_at=None)


def paid(talk: Talk) -> list[Decimal]:
    return [e.amount for e in talk.effects if isinstance(e, PayOut)]


def filed(
    talk: Talk, kind: CaseType, status: Status, of: str = "T1002", number: str = "A1", **slots: object
) -> Case:
    judged = {"refund": "88.00", "filed_at": NOON.isoformat()}
    case = Case(number, "web:b", kind, status, NOON, NOON, "B1", of, "台灯", dict(slots), judged)
    talk.cases[case.id] = case
    return case


def test_what_the_shop_has_paid_itself_is_not_paid_once_more(kit: Kit) -> None:
    talk = Talk(
        kit,
        [
            order(
                "T1002",
                "台灯",
                paid="88.00",
                refund={"ref": "P1", "amount": "88.00", "at": "2026-03-10 11:00"},
            )
        ],
    )
    filed(talk, CaseType.QUALITY_CLAIM, Status.PENDING_SELLER)
    talk.event("order", order="T1002", changed=["refund"])
    assert talk.cases["A1"].status is Status.CLOSED_REFUNDED
    assert paid(talk) == []


def test_an_invoice_asked_for_is_not_paid_out_when_the_goods_are(kit: Kit) -> None:
    talk = Talk(
        kit,
        [
            order(
                "T1002",
                "台灯",
                paid="88.00",
                refund={"ref": "P1", "amount": "88.00", "at": "2026-03-10 11:00"},
            )
        ],
    )
    filed(talk, CaseType.INVOICE, Status.PENDING_SELLER)
    talk.event("order", order="T1002", changed=["refund"])
    assert talk.cases["A1"].status is Status.PENDING_SELLER
    assert paid(talk) == []


def test_a_return_pays_what_an_earlier_case_has_left(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.QUALITY_CLAIM, Status.CLOSED_REFUNDED, refund="20.00")
    assert "68.00" in talk.hear("退货,不喜欢,没用过")
    talk.hear("确认")
    talk.hear("寄了 SF1234567890123")
    talk.act("inspect", ok=True)
    assert paid(talk) == [Decimal("68.00")]


def test_what_was_agreed_before_another_case_was_paid_is_cut_to_what_is_left(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.PRICE_PROTECTION, Status.CLOSED_REFUNDED, number="A2", refund="30.00")
    filed(talk, CaseType.RETURN_REFUND, Status.RETURN_IN_TRANSIT)
    talk.act("inspect", case="A1", ok=True)
    assert paid(talk) == [Decimal("58.00")]


def test_what_has_gone_back_whole_is_not_asked_for_again(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.REFUND_ONLY, Status.CLOSED_REFUNDED, refund="88.00")
    assert "没有可以再退的" in talk.hear("退货,不喜欢,没用过")
    assert talk.open == []


def test_a_refund_that_is_being_paid_cannot_be_taken_back(kit: Kit) -> None:
    talk = Talk(kit, [NEW])
    talk.hear("取消订单")
    talk.hear("确认")
    assert talk.case.status is Status.REFUNDING
    assert "已经在付" in talk.hear("点错了 撤回")
    assert "已经在付" in talk.hear("撤销申请吧")
    assert talk.case.status is Status.REFUNDING


def test_the_button_of_an_offer_that_was_replaced_takes_nothing(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.QUALITY_CLAIM, Status.PENDING_SELLER)
    talk.act("offer", options=[{"refund": "60.00"}])
    old = talk.state.offered[0].value
    talk.act("offer", options=[{"resend": 1}])
    assert "之前那一步" in talk.tap(old)
    assert talk.case.status is Status.OFFERED
    talk.press("补发|重发|免费")
    assert talk.case.status is Status.SELLER_RESHIP


def test_no_choice_before_the_carrier_has_answered(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.LOST_PARCEL, Status.CARRIER_CHECK)
    talk.tap("choice:A1:refund")
    assert talk.case.status is Status.CARRIER_CHECK


def test_new_goods_that_fail_have_to_come_back_before_they_are_paid_for(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.EXCHANGE, Status.AWAIT_BUYER_RECEIPT, goods_here=True)
    talk.hear("新的还是坏的")
    talk.act("offer", options=[{"return": True}])
    talk.hear("接受")
    assert talk.case.status is Status.AWAIT_RETURN
    assert paid(talk) == []


def test_goods_that_are_with_the_shop_are_not_sent_for_again_by_its_silence(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.RETURN_REFUND, Status.REJECTED, goods_here=True)
    talk.hear("重新申请")
    talk.wait(days=6)
    assert talk.case.status is Status.REFUNDING


def test_a_photo_that_completes_the_papers_says_nothing_while_a_person_has_the_chat(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.QUALITY_CLAIM, Status.PENDING_EVIDENCE)
    talk.with_agent()
    assert talk.hear(photos=2) == ""
    assert talk.case.status is Status.PENDING_SELLER


def test_what_was_never_filed_is_not_opened_again(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    talk.cases["A1"] = Case(
        "A1", "web:b", CaseType.RETURN_REFUND, Status.CLOSED_WITHDRAWN, NOON, NOON, "B1", "T1002", "台灯"
    )
    talk.hear("重新申请")
    assert talk.cases["A1"].status is Status.CLOSED_WITHDRAWN


def test_a_no_reason_return_is_not_opened_again_past_its_window(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.RETURN_REFUND, Status.CLOSED_TIMEOUT, reason="no_reason")
    talk.wait(days=10)
    assert "没法通融" in talk.hear("重新申请")
    assert talk.cases["A1"].status is Status.CLOSED_TIMEOUT


def test_one_of_the_same_goods_is_open_already(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.RETURN_REFUND, Status.CLOSED_TIMEOUT)
    filed(talk, CaseType.QUALITY_CLAIM, Status.PENDING_SELLER, number="A2")
    talk.act("reopen", case="A1")
    assert talk.cases["A1"].status is Status.CLOSED_TIMEOUT
    assert talk.notes


def test_another_wish_has_a_clock_of_its_own(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    talk.hear("台灯不亮 坏的", photos=2)
    assert talk.case.status is Status.PENDING_SELLER
    talk.hear("给我换一个新的吧")
    talk.wait(days=6)
    assert talk.case.status is not Status.PENDING_SELLER


def test_a_price_only_the_buyer_names_is_agreed_to_by_nobodys_silence(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.PRICE_PROTECTION, Status.CLOSED_REJECTED)
    talk.act("reopen", case="A1")
    talk.wait(days=9)
    assert talk.case.status is Status.PENDING_SELLER


def test_words_after_a_rating_that_answer_an_offer_are_no_feedback(kit: Kit) -> None:
    talk = Talk(kit, [LAMP, DRESS])
    filed(talk, CaseType.QUALITY_CLAIM, Status.AWAIT_BUYER_RECEIPT)
    talk.hear("收到了 没问题")
    talk.press("^满意")
    filed(talk, CaseType.QUALITY_CLAIM, Status.PENDING_SELLER, of="T1001", number="A2")
    talk.act("offer", case="A2", options=[{"resend": 1}, {"refund": "60.00"}])
    talk.hear("退我60")
    assert talk.cases["A2"].status is Status.REFUNDING


def test_an_older_try_that_was_paid_after_all_is_told_to_people(kit: Kit) -> None:
    talk = Talk(kit, [LAMP])
    filed(talk, CaseType.RETURN_REFUND, Status.REFUNDING, refund="88.00", attempt="2")
    talk.event("refund", case="A1", attempt=1, state="done", ref="P1")
    assert any("重复" in e.text["zh"] for e in talk.effects if isinstance(e, Alert))
    assert talk.case.status is Status.REFUNDING
