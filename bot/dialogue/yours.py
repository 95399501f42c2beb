"""The line about this buyer's own order or case that goes before a general answer: "can I still return the dress?"."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.cases.case import Case, Status
from bot.cases.order import Order
from bot.cases.reading import Arrival
from bot.cases.rules.freight import collect_on_delivery_refused
from bot.cases.rules.returns import may_return, return_not_intact, return_window_end
from bot.cases.rules.terms import return_terms
from bot.dialogue import announce, slots, whose
from bot.dialogue.answer import Answer
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.terms import terms
from bot.understanding.language import to_simplified

_MAY_I = re.compile(
    r"(?:能|可以|可不可以|能不能|还能|给不给|让不让)[^,，。?？]{0,4}退|退得了|退不退得"
    r"|\bcan (?:i|it|this|they)\b.*\b(?:return|sen[dt]|back)|\breturnable\b|\beligible\b|\btoo late\b",
    re.IGNORECASE,
)
_OUR_ADDRESS = re.compile(
    r"地址[^改换错]{0,4}(?:发|给|多少|是什么|呢|在哪)|发[^改换错]{0,5}地址|(?:your|the|which|what) address",
    re.IGNORECASE,
)
_COLLECT = re.compile(
    r"到付|\b(?:cash on delivery|c\.?o\.?d\b|(?:freight )?collect\b|pay on (?:delivery|arrival))"
)
_THIS_ONE = re.compile(
    r"[这那](?:件|个|条|双|单|台|款|只)|我(?:买的|这|那|的)|\b(?:it|this|my|mine|them|these)\b", re.IGNORECASE
)


def about_yours(a: Answer, topic: str, heard: Heard | None) -> bool:
    """Say what the answer to `topic` is for the order or case at hand; True where that is the whole answer."""
    if topic == "return.policy":
        return heard is not None and _verdict(a, heard)
    if topic == "return.shipping_fee" and _freight_of_flow(a):
        _collect_on_delivery(a, heard)
        return True
    case = _case_with_refund(a)
    if case is not None:
        return _about_case(a, topic, case, heard)
    order = _order_at_hand(a)
    if order and order.signed_at and topic == "return.shipping_fee":
        a.say(
            "yours_freight_order",
            item=order.item,
            freight=return_terms(order, order.qty, a.kit.policy, a.kit.zone).payer,
        )
    return False


def _freight_of_flow(a: Answer) -> bool:
    """Who pays the postage of what is being arranged right now."""
    flow = a.kit.flows.get(a.state.frame.flow) if a.state.frame else None
    found = terms(a, flow).words if flow else {}
    if flow is None or not found.get("freight"):
        return False
    a.say("yours_freight_now", item=found["item"], what=flow.title, freight=found["freight"])
    return True


def _collect_on_delivery(a: Answer, heard: Heard | None) -> None:
    """ "Can I send it cash on delivery?" is answered beside who pays."""
    refusal = collect_on_delivery_refused(a.kit.policy)
    if refusal and heard is not None and _COLLECT.search(to_simplified(heard.text).lower()):
        a.say(refusal.key, **refusal.data)


# Before these nobody has agreed to pay.
_AGREED = (Status.AWAIT_RETURN, Status.RETURN_IN_TRANSIT, Status.REFUNDING, Status.REFUND_FAILED)


def refund_agreed(case: Case) -> bool:
    """Whether money is to come back for it by what was decided."""
    return bool(case.judged.get("refund")) and case.status in _AGREED


def refund_expected(a: Answer) -> bool:
    """What is to come back for the case under way, by which way and how soon; False where no case promises money."""
    case = next((c for c in a.open_cases() if refund_agreed(c)), None)
    if case is not None:
        _say_refund(a, case)
    return case is not None


def _say_refund(a: Answer, case: Case) -> None:
    a.say(
        "yours_refund",
        case=case.id,
        item=announce.thing(a, case),
        status=a.kit.knowledge.replies[f"status_{case.status}"],
        amount=Decimal(case.judged["refund"]),
        channel=case.judged.get("pay") or "paid_way",
        arrival=Arrival.parse(case.judged["arrival"]),
    )


def _case_with_refund(a: Answer) -> Case | None:
    return next((c for c in a.open_cases() if c.judged.get("refund")), None)


def _about_case(a: Answer, topic: str, case: Case, heard: Heard | None) -> bool:
    words: dict[str, Any] = {"case": case.id, "item": announce.thing(a, case)}
    if case.status == Status.AWAIT_RETURN and (topic == "return.address" or _asks_our_address(topic, heard)):
        a.say("yours_address", **words)
        return True
    if topic == "return.shipping_fee":
        a.say("yours_freight", freight=case.judged["freight"], **words)
        _collect_on_delivery(a, heard)
        return True
    if topic in ("refund.timing", "refund.amount"):
        if refund_expected(a):
            return True
        announce.line(a, case)
    return False


def _asks_our_address(topic: str, heard: Heard | None) -> bool:
    """ "Send me the address again" while a parcel is to be posted is about ours, not a change of theirs."""
    return (
        topic == "delivery.change"
        and heard is not None
        and bool(_OUR_ADDRESS.search(to_simplified(heard.text)))
    )


def may_i(heard: Heard) -> bool:
    """Whether it asks if something may be returned."""
    return bool(_MAY_I.search(to_simplified(heard.text).lower()))


def _verdict(a: Answer, heard: Heard) -> bool:
    """May this very order be returned? Only where the buyer asks whether, and one order can be meant."""
    text = to_simplified(heard.text).lower()
    mine = whose.own_orders(a)
    named = [o for o in mine if o.id.upper() in heard.entities.order_ids] or meant_by_item(
        text, mine, a.kit.knowledge.lexicon.things
    )
    order = named[0] if len(named) == 1 else _order_at_hand(a)
    if order is None or not may_i(heard):
        return False
    a.remember(order=order.id)
    _say_verdict(a, order, a.turn.sent_at, _intact(a, heard))
    return len(named) == 1 or bool(_THIS_ONE.search(text))


def _say_verdict(a: Answer, order: Order, asked_at: datetime, intact: str | None) -> None:
    refusal = may_return(order, a.kit.policy, asked_at, a.kit.zone) or return_not_intact(order, intact)
    if refusal:
        a.say(refusal.key, **refusal.data)
        a.reply_button("human", "button_review")
        return
    a.say(
        "verdict_yes", item=order.item, order=order.id, end=return_window_end(order, a.kit.policy, a.kit.zone)
    )
    if a.state.frame is None:
        a.reply_button("topic:return.request", "button_return")


def _intact(a: Answer, heard: Heard) -> str | None:
    steps = [f.slots["intact"] for f in a.kit.flows.values() if "intact" in f.slots]
    return slots.option_heard(steps[0], heard.text, heard.lang) if steps else None


def _order_at_hand(a: Answer) -> Order | None:
    """The order a flow is about, the one spoken of last, or the only one there is."""
    mine = {o.id: o for o in whose.own_orders(a)}
    framed = a.state.frame.slots.get("order") if a.state.frame else None
    for known in (framed, a.state.order):
        if known in mine:
            return mine[known]
    return next(iter(mine.values())) if len(mine) == 1 else None
