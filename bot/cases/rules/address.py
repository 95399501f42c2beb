"""A change of address or phone: possible until a carrier has it, asked of the carrier after that, never promised."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.cancelling import shipped_at
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refusal import Refusal

RULE = "淘宝平台争议处理规则 art. 35"


def may_change_address(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Before the first scan it is changed and read back; after it the carrier is asked to redirect (art. 35)."""
    data = {"item": order.item, "order": order.id, "scan": shipped_at(order)}
    if order.status in ("refunded", "closed"):
        return Refusal("address_order_closed", RULE, data, False)
    if arrived(order) or order.confirmed_at:
        return Refusal("address_delivered", RULE, data, False)
    if shipped_at(order) is not None:
        return Refusal("address_on_the_way", RULE, data, False)
    return None
