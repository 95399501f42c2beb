"""Money back while the goods stay where they are: when it is the buyer's by rule, and when the shop must agree."""

from __future__ import annotations

from bot.cases.order import Order
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refusal import Refusal

RULE = "淘宝平台争议处理规则"


def refund_needs_return(
    order: Order, shop_agrees: bool = False, unreturnable: bool = False
) -> Refusal | None:
    """Goods received go back for their money, unless the shop agrees, or they cannot go back and not by the buyer's
    doing (arts. 21-22). Not received: nothing to return (art. 38). Returning stays the buyer's right.
    """
    if not arrived(order) or shop_agrees or unreturnable:
        return None
    return Refusal("refund_needs_return", f"{RULE} art. 21", {"item": order.item, "order": order.id}, False)
