"""The line about this buyer's own order or case that goes before a general answer: "can I still return the dress?"."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.cases.case import Case, CaseType, Status
from bot.cases.movers import GOODS_COME_BACK, PAYING, wanted
from bot.cases.order import Order
from bot.cases.reading import Arrival
from bot.cases.rules.refund_only import refund_needs_return
from bot.cases.rules.refusal import Refusal
from bot.cases.rules.returns import may_return, return_not_intact, return_window_end
from bot.dialogue import announce, asked, evidence, slots, whose
from bot.dialogue.answer import Answer
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.postage import postage
from bot.understanding import entities
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
# "Do I have to send it back?"
_BACK = r"(?:我)?(?:把)?(?:东西|商品|货|它|旧的|坏的)?(?:寄回|退回|寄|退货|寄过去)(?:去|来|给你们?)?"
SEND_BACK = (
    rf"(?:我)?(?:(?:需不需要|要不要|用不用|是不是(?:要|得)){_BACK}|(?:需要|要|得|还要|还得){_BACK}(?:吗|么|不|[?？]))"
    r"|(?:do|must|should|will|shall) i (?:have to |need to )?(?:send|ship|post|return|give) "
    r"(?:it|them|that|this|the (?:old|broken|faulty) one)(?: back)?(?: first)?|do you (?:need|want) (?:it|them) back"
)
_THIS_ONE = re.compile(
    r"[这那](?:件|个|条|双|单|台|款|只)|我(?:买的|这|那|的)|\b(?:it|this|my|mine|them|these)\b", re.IGNORECASE
)


def about_yours(a: Answer, topic: str, heard: Heard | None) -> bool:
    """Say what the answer to `topic` is for the order or case at hand; True where that is the whole answer."""
    if topic == "return.policy":
        return heard is not None and _verdict(a, heard)
    if topic in ("return.process", "evidence.howto") and heard and _send_back(a, heard):
        return True
    if topic == "evidence.howto":
        return _photos_lacking(a)
    if topic == "return.shipping_fee":
        return postage(a, heard)
    if topic == "counterfeit.policy" and asked.test_fee(a, heard):
        return True
    if topic == "delivery.refuse":
        return asked.at_the_door(a, heard)
    if topic == "refund.amount" and _promised(a):
        return True
    refused = next((c for c in a.open_cases() if c.status is Status.REJECTED), None)
    if topic == "refund.rejected" and refused:
        announce.tell(a, refused)
        return True
    case = next((c for c in a.open_cases() if c.judged.get("refund")), None)
    return case is not None and _about_case(a, topic, case, heard)


def _photos_lacking(a: Answer) -> bool:
    """What the case that was just spoken of still needs, and what to do where it cannot be photographed."""
    waiting = [c for c in a.open_cases() if c.status is Status.PENDING_EVIDENCE]
    spoken = [c for c in waiting if c.id == a.state.spoken.get("case")]
    case = next(iter(spoken or waiting), None)
    if case is None or not (lacking := evidence.lacking(a, case)):
        return False
    a.say("yours_evidence", photos=lacking, **announce.words_of(a, case))
    return True


_BY_NOW_POSTED = (Status.RETURN_IN_TRANSIT, Status.IN_REPAIR, Status.REFUNDING, Status.REFUND_FAILED)


def _send_back(a: Answer, heard: Heard) -> bool:
    """ "Do I have to send it back?": where to, not yet, or not at all."""
    open_now = a.open_cases()
    spoken = [c for c in open_now if c.id == a.state.spoken.get("case")] or open_now[:1]
    if not spoken or not heard.is_question or not re.search(SEND_BACK, entities.plain(heard.text)):
        return False
    case = spoken[0]
    words = announce.words_of(a, case)
    if case.status is Status.AWAIT_RETURN:
        a.say("yours_address", **words)
    elif no := _has_to_go_back(a, case):
        a.say(no.key, **no.data)
    elif wanted(case) not in GOODS_COME_BACK or case.judged.get("shards_back") is False:
        a.say("yours_keep_goods", **words)
    elif case.status in _BY_NOW_POSTED:
        announce.line(a, case)
    else:
        a.say("yours_not_yet", **words)
    return True


def _has_to_go_back(a: Answer, case: Case) -> Refusal | None:
    """Money is asked for goods that are in the buyer's hands, and nobody has agreed that they stay there."""
    order = announce.order_of_case(a, case)
    if order is None or wanted(case) != "refund" or case.type not in _MONEY_FOR_GOODS:
        return None
    gone = case.slots.get("reason") in ("damaged", "missing") or bool(case.slots.get("missing"))
    return refund_needs_return(order, shop_agrees=case.status in PAYING, unreturnable=gone)


# Broken on the way is never sent back; of the others the goods are what is paid back.
_MONEY_FOR_GOODS = (CaseType.REFUND_ONLY, CaseType.QUALITY_CLAIM, CaseType.WRONG_MISSING)


def _promised(a: Answer) -> bool:
    """A suspected fake: paid times the badge's multiple, and what it depends on; never a promise."""
    case = next((c for c in a.open_cases() if c.type is CaseType.COUNTERFEIT_CLAIM), None)
    multiple = int(case.judged.get("multiple") or 0) if case else 0
    if case is None or not multiple:
        return False
    sums = {name: Decimal(case.judged[name]) for name in ("paid", "promised")}
    a.say("yours_promised", case=case.id, item=announce.thing(a, case), multiple=multiple, **sums)
    return True


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


def _about_case(a: Answer, topic: str, case: Case, heard: Heard | None) -> bool:
    words: dict[str, Any] = {"case": case.id, "item": announce.thing(a, case)}
    if case.status == Status.AWAIT_RETURN and (topic == "return.address" or _asks_our_address(topic, heard)):
        a.say("yours_address", **words)
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
    order = named[0] if len(named) == 1 else whose.order_at_hand(a)
    if order is None or not may_i(heard):
        return False
    a.remember(order=order.id)
    _say_verdict(a, order, a.turn.sent_at, _intact(a, heard))
    return len(named) == 1 or bool(_THIS_ONE.search(text))


def _say_verdict(a: Answer, order: Order, asked_at: datetime, intact: str | None) -> None:
    refusal = may_return(order, a.kit.policy, asked_at, a.kit.zone) or return_not_intact(
        order, a.kit.policy, intact
    )
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
    return slots.state_heard(steps[0], heard.text, heard.lang) if steps else None
