"""What the conversation itself makes likelier: the buyer's orders, the case under way, what was just answered.

"到哪了" of somebody with a return on its way and of somebody who waits for a parcel are two questions. The weights are
log odds for the matcher: enough to tip a message between two topics, never to make one of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cases.case import Status
from bot.dialogue.state import State
from bot.dialogue.turn import Facts

_CASE_OPEN = {"case.status": 0.6, "return.cancel": 0.3}
_BY_STATUS: Mapping[Status, Mapping[str, float]] = {
    Status.AWAIT_RETURN: {"return.tracking": 0.8, "return.address": 0.5, "return.shipping_fee": 0.3},
    Status.RETURN_IN_TRANSIT: {"refund.timing": 0.4, "refund.status": 0.4, "return.deadline": 0.4},
    Status.REFUNDING: {"refund.status": 0.8, "refund.timing": 0.5},
    Status.REFUND_FAILED: {"refund.status": 0.8},
    Status.REJECTED: {"refund.rejected": 0.8, "platform.intervention": 0.5},
    Status.PENDING_EVIDENCE: {"evidence.howto": 0.8},
}
_BY_ORDER: Mapping[str, Mapping[str, float]] = {
    "unpaid": {"payment.account": 0.3, "order.cancel": 0.2, "order.change": 0.2},
    "paid": {"delivery.urge": 0.4, "order.cancel": 0.3, "order.change": 0.3, "delivery.change": 0.3},
    "shipped": {"delivery.track": 0.4, "delivery.urge": 0.4, "delivery.change": 0.2, "delivery.refuse": 0.2},
    "delivered": {"delivery.not_received": 0.5, "delivery.track": 0.2},
    "signed": {"return.request": 0.3, "exchange.request": 0.2, "item.defect": 0.3, "return.policy": 0.2},
    "success": {"warranty.repair": 0.3, "return.policy": 0.2, "item.defect": 0.2},
    "refunded": {"refund.status": 0.4, "refund.timing": 0.3},
}
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "refund": ("refund.timing", "refund.status", "refund.amount"),
    "return": ("return.process", "return.address", "return.shipping_fee", "return.deadline"),
    "delivery": ("delivery.track", "delivery.urge"),
    "counterfeit": ("counterfeit.policy", "evidence.howto"),
}
_JUST_SPOKEN_OF = 0.3  # the family of the topic answered last: who asks about a refund asks on about it


def leaning(state: State, facts: Facts) -> dict[str, float]:
    """Log odds by topic, 0 where nothing is known. Only the buyer's own orders and cases are looked at."""
    found: dict[str, float] = {}
    for case in facts.cases:
        if not case.status.closed and case.status is not Status.DRAFT:
            _lift(found, _CASE_OPEN)
            _lift(found, _BY_STATUS.get(case.status, {}))
    for status in {order.status for order in facts.orders}:
        _lift(found, _BY_ORDER.get(status, {}))
    if state.last_answer and "." in state.last_answer:
        family = state.last_answer.split(".")[0]
        _lift(found, dict.fromkeys(_FAMILIES.get(family, ()), _JUST_SPOKEN_OF))
    return found


def _lift(found: dict[str, float], more: Mapping[str, float]) -> None:
    """The strongest reason counts, not their sum: ten orders on their way are no ten reasons."""
    for topic, weight in more.items():
        found[topic] = max(found.get(topic, 0.0), weight)
