"""Money back while the goods stay where they are: when it is the buyer's by rule, and when the shop must agree."""

from __future__ import annotations

from bot.cases.order import Order
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refusal import Refusal

RULE = "淘宝平台争议处理规则"


def refund_needs_return(
    order: Order,
    received: bool | None = None,
    shop_agrees: bool = False,
    unreturnable: bool = False,
    fake: bool = False,
) -> Refusal | None:
    """Goods received go back for their money, unless the shop agrees, they cannot go back and not by the buyer's
    doing (arts. 21-22), or they were found to be fake (art. 69). Not received: nothing to return (art. 38).

    `received`: the buyer's word; without it, what the carrier reports. Returning stays the buyer's right.
    """
    has_goods = arrived(order) if received is None else received
    if not has_goods or shop_agrees or unreturnable or fake:
        return None
    return Refusal("refund_needs_return", f"{RULE} art. 21", {"item": order.item, "order": order.id}, False)
