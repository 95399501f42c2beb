"""Questions that a rule answers for the order or the case at hand: refusing a parcel at the door, and the like.

What is said depends on this very order; the general answer of `knowledge/faq` follows where it adds something.
"""

from __future__ import annotations

from bot.cases.order import Order
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refunds import refund_amount
from bot.cases.rules.returns import door_refusal_freight, door_refusal_not_open
from bot.dialogue import paid, whose
from bot.dialogue.answer import Answer
from bot.dialogue.at_hand import stage_of
from bot.dialogue.heard import Heard
from bot.dialogue.terms import SHOPS_FAULT


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
