"""What has gone back for an order already, by whichever of its cases, and what may still go back at most."""

from __future__ import annotations

from decimal import Decimal

from bot.cases.movers import PAYING, money
from bot.cases.order import Order
from bot.cases.rules.refunds import refundable
from bot.dialogue.answer import Answer


def spent(a: Answer, order_id: str, but: str = "") -> Decimal:
    """Paid back or under way, in this turn too; `but` is the case that asks, whose own sum does not count."""
    sums = {case: amount for order, case, amount in a.facts.refunds if order == order_id}
    for case in a.cases.values():
        if case.order_id == order_id:
            sums[case.id] = (money(case) or Decimal(0)) if case.status in PAYING else Decimal(0)
    return sum((amount for case, amount in sums.items() if case != but), Decimal(0))


def left(a: Answer, order: Order, but: str = "") -> Decimal:
    """All refunds of an order together are at most what was paid for it (消费者权益保护法实施条例 art. 18)."""
    return refundable(order, spent(a, order.id, but))
