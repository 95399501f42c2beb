"""Questions that a rule answers for the order or the case at hand: refusing a parcel at the door, and the like.

What is said depends on this very order; the general answer of `knowledge/faq` follows where it adds something.
"""

from __future__ import annotations

import re
from typing import Any

from bot.cases.case import Case, CaseType
from bot.cases.order import Order
from bot.cases.rules.compensation import delay_compensation, no_delay_compensation
from bot.cases.rules.counterfeit import report_issuer, report_not_accepted, who_pays_the_test
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refunds import refund_amount
from bot.cases.rules.returns import door_refusal_freight, door_refusal_not_open
from bot.dialogue import paid, whose
from bot.dialogue.answer import Answer
from bot.dialogue.at_hand import stage_of
from bot.dialogue.heard import Heard
from bot.dialogue.stock import stock
from bot.dialogue.terms import SHOPS_FAULT
from bot.understanding.language import to_simplified

_TEST_FEE = re.compile(
    r"(?:鉴定|检测|检验|送检|验货|质检|测试)[^,，。?？]{0,4}(?:费|钱)|(?:费用?|钱)[^,，。?？]{0,6}(?:鉴定|检测|检验|送检)"
    r"|\b(?:test(?:ing)?|lab|inspection|authentication) (?:fees?|costs?)\b"
    r"|\bpays? for (?:the |an? )?(?:\w+ )?(?:test|inspection|authentication)"
)
_LATE = (
    r"(?:晚|迟|延误|超时|没按时|不按时|拖|逾期|不发货|还没发|没发货"
    r"|late|delay\w*|not (?:been )?(?:sent|shipped)|slow)"
)
_PAID_FOR_IT = r"(?:赔付|赔偿|补偿|补贴|赔(?!礼)|compensat\w+|reimburse\w*)"
_FOR_THE_DELAY = re.compile(rf"{_LATE}.{{0,24}}{_PAID_FOR_IT}|{_PAID_FOR_IT}.{{0,24}}{_LATE}", re.DOTALL)


def at_the_door(a: Answer, heard: Heard | None) -> bool:
    """May this parcel be refused, and what comes back? True where it may not, which is the whole answer."""
    order = _on_its_way(a, heard)
    if order is None:
        return False
    damaged = heard is not None and heard.entities.reason in SHOPS_FAULT
    a.remember(order=order.id)
    if no := door_refusal_not_open(order, a.kit.policy, a.turn.sent_at, a.kit.zone, damaged):
        a.say(no.key, **no.data)
        a.reply_button("human", "button_human")
        return True
    payer = door_refusal_freight(order, a.kit.policy, damaged)
    sum_ = min(refund_amount(order, order.qty, payer), paid.left(a, order))
    channel = order.pay or "paid_way"
    a.say("door_refusal_open", item=order.item, order=order.id, freight=payer, amount=sum_, channel=channel)
    return False


def _on_its_way(a: Answer, heard: Heard | None) -> Order | None:
    """The one parcel it can be about: named, spoken of, or the only one that is under way."""
    under_way = [o for o in whose.own_orders(a) if stage_of(o) == "on_way" and not arrived(o)]
    meant = whose.meant(a, heard, under_way) if heard and under_way else under_way
    known = [o for o in under_way if o.id == a.state.order]
    found = meant if len(meant) == 1 else known
    return found[0] if len(found) == 1 else None


def test_fee(a: Answer, heard: Heard | None) -> bool:
    """ "Who pays for the test?": by its result, as the policy has it."""
    if heard is None or not _TEST_FEE.search(to_simplified(heard.text).lower()):
        return False
    payers = {name: who_pays_the_test(a.kit.policy, fake=name == "fake") for name in ("fake", "genuine")}
    a.say("test_fee", **{name: f"on_{payer}" for name, payer in payers.items()})
    return True


def for_the_delay(a: Answer, heard: Heard) -> bool:
    """ "Do I get anything for the delay?": what the shop promised for this order, or that it promised nothing."""
    if not heard.is_question or not _FOR_THE_DELAY.search(to_simplified(heard.text).lower()):
        return False
    waiting = [o for o in whose.own_orders(a) if stage_of(o) in ("not_sent", "on_way")]
    meant = whose.meant(a, heard, waiting) if waiting else []
    known = [o for o in meant if o.id == a.state.order] if len(meant) > 1 else meant
    if len(known) != 1:
        return False
    order = known[0]
    a.remember(order=order.id)
    if no := no_delay_compensation(order, a.kit.policy, a.now):
        a.say(no.key, **no.data)
    else:
        owed = delay_compensation(order, a.kit.policy, a.now)
        a.say("delay_compensation_due", item=order.item, order=order.id, amount=owed)
    a.reply_button("human", "button_human")
    return True


def report_told(a: Answer, case: Case, heard: Heard) -> None:
    """A finding that a buyer tells of while the claim runs: whether its issuer counts is said at once."""
    if case.type is CaseType.COUNTERFEIT_CLAIM and (no := report_not_accepted(report_issuer(heard.text))):
        a.say(no.key, **no.data)


def exchange_wished(a: Answer, order: Order | None, target: str, words: dict[str, Any]) -> None:
    """Whether what is wished for on a filed case is there, and what is there instead; `words` are the case's."""
    there, others = stock(order, target) if order else ("stock_unknown", ())
    a.say(f"exchange_{there}", target=target or words["item"], **words)
    if others:
        a.say("exchange_others", others=others)
