"""News from the order's source or the carrier: what it means for the cases on that order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.cases.case import Case, CaseType, Status
from bot.cases.movers import attempt
from bot.cases.order import Order
from bot.cases.rules.cancelling import shipped_at, shipped_without_consent
from bot.cases.timers import TASKS
from bot.dialogue import announce, clocks, sentinel, signature
from bot.dialogue.answer import Answer
from bot.dialogue.moves import advance, alert


def hear(a: Answer) -> None:
    """The order's row has changed already; here its open cases follow."""
    number, changed = _named(a.turn.first.data)
    order = next((o for o in [*a.facts.orders, *a.facts.named] if o.id == number), None)
    if order is None:
        return
    if not any(c.order_id == order.id for c in a.open_cases()):
        sentinel.delivered(a, order, changed)
    for case in [c for c in a.open_cases() if c.order_id == order.id]:
        if follow := _FOLLOWS.get(case.status):
            follow(a, case, order, changed)


def _named(data: Any) -> tuple[str, set[str]]:
    """The order's number and the fields that changed: `{"order": {"id": …, …}}` or `{"order": id, "changed": […]}`."""
    told = data.get("order")
    if isinstance(told, dict):
        return str(told.get("id", "")), set(told) - {"id"}
    return str(told or ""), set(data.get("changed", ()))


def _checked(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """The carrier answers: a signature that is not there is no delivery; a parcel that moves on is found."""
    if case.type is CaseType.DELIVERED_NOT_RECEIVED:
        if "signed_by" in changed:
            signature.shown(a, case, order)
        elif order.returned_at:
            clocks.carrier_has_nothing(a, case, "carrier", "sent back to the shop")
        return
    if order.status in ("delivered", "signed", "success") and {"status", "signed_at"} & changed:
        advance(a, case, "found", "carrier")
    elif order.returned_at and "returned_at" in changed:
        clocks.carrier_has_nothing(a, case, "carrier", "sent back to the shop")
    elif {"last_scan", "eta"} & changed:
        a.say("parcel_moves_again", scan=order.last_scan or order.first_scan or a.now, item=order.item)


def _resent(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """The second parcel's first scan: it is on its way."""
    scan = order.last_scan or shipped_at(order)
    if {"first_scan", "last_scan", "parcels"} & changed and _since(scan, case):
        advance(a, case, "first_scan", "system")


def _since(scan: datetime | None, case: Case) -> bool:
    return scan is not None and scan >= case.updated_at


def _paid(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """The shop's system has paid it back; or it has sent the goods all the same, which is its own risk."""
    if order.refund and "refund" in changed:
        slots = {"refund_ref": order.refund.ref}
        if order.refund.amount:
            slots["refund"] = str(order.refund.amount)
        advance(a, case, "channel_ok", "system", slots=slots)
    else:
        _shipped_anyway(a, case, order, changed)


def _shipped_anyway(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """Sent after the buyer asked for the money: the refund stands (淘宝平台争议处理规则 art. 27)."""
    if case.type is not CaseType.CANCEL_ORDER or not {"first_scan", "parcels", "status"} & changed:
        return
    if shipped_without_consent(order, case.opened_at) and not case.slots.get("shipped_anyway"):
        a.update(case, shipped_anyway=True)
        a.say("shipped_anyway", **announce.words_of(a, case))
        alert(a, case, "alert_shipped_anyway")


def _undecided(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    if case.type is CaseType.DELAY_COMPLAINT:
        clocks.tell_news(a, case)
    elif order.refund and "refund" in changed and case.type not in TASKS:
        # Paid by the shop's own system: the case follows, and nothing is paid by it once more.
        slots = {"refund": str(order.refund.amount), "refund_ref": order.refund.ref or order.id}
        moved = advance(a, case, "approve_refund", "rule", slots=slots, say=False)
        advance(a, moved, "channel_ok", "system")
    else:
        _shipped_anyway(a, case, order, changed)


def _goods_back(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """The return has arrived: the law's days for the refund begin (七日无理由退货暂行办法 art. 13)."""
    if order.returned_at and "returned_at" in changed:
        due = order.returned_at + a.kit.policy.timers.legal_refund_after_goods_back
        a.update(case, goods_back_at=order.returned_at.isoformat())
        a.say("goods_back", due=due, **announce.words_of(a, case))


def _arrived(a: Answer, case: Case, order: Order, changed: set[str]) -> None:
    """What was sent again is there: the buyer is asked once whether all is well."""
    if {"signed_at", "status"} & changed and order.status in ("delivered", "signed", "success"):
        announce.tell(a, case)


_FOLLOWS = {
    Status.CARRIER_CHECK: _checked,
    Status.SELLER_RESHIP: _resent,
    Status.AWAIT_BUYER_RECEIPT: _arrived,
    Status.REFUNDING: _paid,
    Status.PENDING_SELLER: _undecided,
    Status.RETURN_IN_TRANSIT: _goods_back,
}


def paid_out(a: Answer) -> None:
    """What became of a payment: done, waiting for a person, on its way, or failed (then an agent is told)."""
    data = a.turn.first.data
    case = a.cases.get(str(data.get("case", "")))
    state, tried = str(data.get("state", "")), str(data.get("attempt"))
    if case and state == "done" and tried != str(attempt(case)):
        alert(a, case, "alert_paid_twice", key_end=tried, old=tried)
    if case is None or case.status is not Status.REFUNDING or tried != str(attempt(case)):
        return  # an older try's answer moves nothing any more
    if state == "done":
        advance(a, case, "channel_ok", "system", slots={"refund_ref": str(data.get("ref", ""))})
    elif state == "failed":
        moved = advance(a, case, "channel_fail", "system", why=str(data.get("told", "")))
        alert(a, moved, "alert_refund_failed", told=str(data.get("told", "")))
    elif state == "manual":
        alert(a, case, "alert_refund_manual", amount=str(case.slots.get("refund", "")))
