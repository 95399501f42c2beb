"""Answers that read the buyer's own orders and cases: where is my parcel, my refund, my request."""

from __future__ import annotations

import re

from bot.cases.case import Status
from bot.cases.order import Order
from bot.cases.rules import logistics
from bot.cases.rules.refunds import arrival, latest_arrival, other_way_refused
from bot.dialogue import announce, at_hand, requests, run, whose, yours
from bot.dialogue.answer import Answer
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.parked import park
from bot.understanding.language import to_simplified

MOST = 4  # orders or cases told in one message


def look_up(a: Answer, topic: str, heard: Heard | None) -> None:
    """Serve a topic of kind "lookup" from the facts; without an order to look at, ask for its proof."""
    if topic == "case.status" and case_lines(a, heard):
        return
    if topic in ("delivery.track", "delivery.urge") and _own_return(a, heard):
        return
    if a.state.claimed or not whose.own_orders(a):
        whose.ask_proof(a, then=topic)
        return
    mine = whose.own_orders(a)
    meant = whose.meant(a, heard, mine) if heard else list(mine)
    if topic in ("refund.status", "case.status"):
        _refunds(
            a,
            [o for o in meant if o.refund]
            or ([] if len(meant) < len(mine) else [o for o in mine if o.refund]),
        )
    else:
        late = len(meant) == 1 and at_hand.is_late(a, meant[0])
        if (topic == "delivery.urge" or late) and len(meant) == 1 and _chase(a, meant[0], heard):
            return
        under_way = [o for o in meant if o.status in ("paid", "shipped", "delivered")] or meant
        for order in under_way[:MOST]:
            _parcel(a, order)


def _chase(a: Answer, order: Order, heard: Heard | None) -> bool:
    """What is late, stands still or is lost is not only looked up: it is taken in hand."""
    state = at_hand.parcel_state(a, order)
    name = "lost" if state in ("stalled", "lost") else "delay" if at_hand.is_late(a, order) else ""
    busy = any(c.order_id == order.id for c in a.open_cases())
    if busy and state != "arrived":
        return case_lines(a)
    if not name or name not in a.kit.flows or a.state.frame:
        return False
    run.start(a, a.kit.flows[name], heard, {"order": order.id})
    return True


_OTHER_CHANNEL = re.compile(
    r"退(?:款)?(?:到|回|给|进|去)(?:我)?(?:的)?(?:微信|支付宝|零钱|余额|银行卡|另一|另外|别的|其他|其它|新)|(?:换|改)(?:个|一个|一种|成)?(?:方式|账户|账号|渠道|卡)[一-鿿]{0,3}退"
    r"|\brefund\w*\b.{0,30}\b(?:to|onto|on|via) (?:my |an?)?(?:other|another|different|new|wechat|alipay|paypal)\b",
    re.IGNORECASE,
)


def other_channel(a: Answer, heard: Heard) -> bool:
    """ "Can you refund to my WeChat instead?": the way it was paid, unless a person agrees otherwise in writing."""
    if not heard.is_question or not _OTHER_CHANNEL.search(to_simplified(heard.text)):
        return False
    mine = whose.own_orders(a)
    meant = [o for o in mine if o.id == a.state.order] or (mine if len(mine) == 1 else [])
    no = other_way_refused(meant[0], a.kit.policy, a.now) if meant else None
    a.say(no.key if no else "refund_route", **(no.data if no else {}))
    a.reply_button("human", "button_human")
    return True


def _own_return(a: Answer, heard: Heard | None) -> bool:
    """ "Where is it?" after everything arrived and a return was posted means the return."""
    named = heard is not None and (
        heard.entities.order_ids
        or meant_by_item(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)
    )
    expected = any(o.status in ("unpaid", "paid", "shipped", "delivered") for o in whose.own_orders(a))
    posted = any(c.status == Status.RETURN_IN_TRANSIT for c in a.open_cases())
    return posted and not named and not expected and case_lines(a)


def case_lines(a: Answer, heard: Heard | None = None) -> bool:
    """What stands with each open case, or with those of the orders named, and until when; False where none is open."""
    named = heard.entities.order_ids if heard else ()
    cases = [c for c in a.open_cases() if c.order_id in named] or a.open_cases()
    for c in cases[:MOST]:
        announce.line(a, c)
    return bool(cases)


def _refunds(a: Answer, orders: list[Order]) -> None:
    """A refund that left us: number, sum, way, and the last day it should be there."""
    if not orders:
        if not (yours.refund_expected(a) or case_lines(a)):
            a.say("refund_none")
            a.say("faq:refund.timing")
        return
    for order in orders[:MOST]:
        assert order.refund is not None
        span = arrival(order, a.kit.policy)
        sent = order.refund.at or a.now
        a.say(
            "refund_sent_workdays" if span.unit == "wd" else "refund_sent",
            order=order.id,
            item=order.item,
            ref=order.refund.ref,
            amount=order.refund.amount,
            sent=sent,
            channel=order.pay or "paid_way",
            arrival=span,
            latest=latest_arrival(sent, span, a.kit.zone),
        )


def _parcel(a: Answer, order: Order) -> None:
    words = {"order": order.id, "item": order.item}
    a.remember(order=order.id)
    if order.status == "paid":
        a.say(
            "parcel_not_sent",
            paid=order.paid_at.astimezone(a.kit.zone).date() if order.paid_at else "",
            **words,
        )
    elif order.signed_at and order.status in ("signed", "success", "delivered"):
        a.say("parcel_signed", signed=order.signed_at, **words)
    elif scan := (order.last_scan or order.first_scan):
        told = a.before.spoken.get("order") == order.id and a.before.spoken.get("topic") == "delivery.track"
        coming = order.eta is not None and order.eta > a.now
        if not told:
            a.say("parcel_moving", scan=scan, **words)
        elif not coming:
            a.say("parcel_no_news", scan=scan, **words)
        if coming:
            a.say("parcel_eta", eta=order.eta, **words)
        elif a.state.frame and logistics.stalled(order, a.now) and "lost" in a.kit.flows:
            park(a, a.kit.flows["lost"], {"order": order.id})
            a.say("noted_for_later", what=requests.label(a, a.kit.flows["lost"], order.id))
    else:
        a.say("parcel_status", status=a.kit.knowledge.replies[f"order_{order.status}"], **words)
