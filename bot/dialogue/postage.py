"""Who pays the postage of what this buyer sends back, and whether it may go cash on delivery or is insured."""

from __future__ import annotations

import re

from bot.cases.order import Order
from bot.cases.policy import Payer
from bot.cases.rules.freight import (
    collect_on_delivery_payer,
    collect_on_delivery_refused,
    freight_insurance,
    insurance_refused,
)
from bot.cases.rules.terms import return_terms
from bot.dialogue import announce, whose
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.terms import terms
from bot.understanding.language import to_simplified

_COLLECT = re.compile(
    r"到付|\b(?:cash on delivery|c\.?o\.?d\b|(?:freight )?collect\b|pay on (?:delivery|arrival))"
)
_INSURED = re.compile(r"运费险|退货险|\binsur")


_TAKEN_IN = {"buyer": "collect_on_delivery_buyer", "seller": "collect_on_delivery_seller"}


def postage(a: Answer, heard: Heard | None) -> bool:
    """Of what is being arranged, of an open case, or of the order at hand; True where nothing is left to say."""
    order = whose.order_at_hand(a)
    if now := _of_flow(a):
        flow, payer = now
        _beside(a, heard, order, payer, flow == "exchange")
        return True
    case = next((c for c in a.open_cases() if c.judged.get("freight")), None)
    if case is not None:
        a.say("yours_freight", freight=case.judged["freight"], case=case.id, item=announce.thing(a, case))
        _beside(
            a, heard, announce.order_of_case(a, case), case.judged["freight"], case.type.value == "exchange"
        )
        return True
    if order and order.signed_at:
        payer = return_terms(order, order.qty, a.kit.policy, a.kit.zone).payer
        a.say("yours_freight_order", item=order.item, freight=payer)
        _beside(a, heard, order, payer, exchange=False)
    return False


def _of_flow(a: Answer) -> tuple[str, Payer] | None:
    """Who pays for what is being arranged right now, and its name; None where nothing is or no freight is at stake."""
    flow = a.kit.flows.get(a.state.frame.flow) if a.state.frame else None
    found = terms(a, flow).words if flow else {}
    if flow is None or not found.get("freight"):
        return None
    a.say("yours_freight_now", item=found["item"], what=flow.title, freight=found["freight"])
    return flow.name, found["freight"]


def _beside(a: Answer, heard: Heard | None, order: Order | None, payer: Payer, exchange: bool) -> None:
    """ "Can I send it cash on delivery?", "is it insured?": answered beside who pays."""
    said = to_simplified(heard.text).lower() if heard else ""
    refusal = collect_on_delivery_refused(a.kit.policy)
    if _COLLECT.search(said):
        if refusal:
            a.say(refusal.key, **refusal.data)
        if a.kit.policy.freight.collect_on_delivery_return != "never":
            a.say(_TAKEN_IN[collect_on_delivery_payer(payer)])
    if order is None or not _INSURED.search(said):
        return
    if no := insurance_refused(order, a.kit.policy, a.turn.sent_at, a.kit.zone, exchange):
        a.say(no.key, **no.data)
    else:
        a.say("yours_insured", item=order.item, cap=freight_insurance(a.kit.policy).cap)
