"""Who pays the way back. Unsaid before the buyer agrees, the shop pays (淘宝平台争议处理规则 art. 49)."""

from __future__ import annotations

from bot.cases.order import Order
from bot.cases.policy import Payer, Policy


def return_freight(order: Order, policy: Policy, shop_at_fault: bool = False) -> Payer:
    """The payer of a return's freight, as the policy names it.

    The shop's fault: the shop, both ways (消费者权益保护法 art. 24). No reason and shipped free: the buyer, only
    the way back. No reason and freight was charged: the buyer, both ways (淘宝平台争议处理规则 art. 53, 暂行办法
    art. 18).
    """
    if shop_at_fault:
        return policy.freight.fault_of_seller
    if order.free_shipping or not order.freight_paid:
        return policy.freight.no_reason_free_shipping_item
    return policy.freight.no_reason_paid_shipping_or_threshold_broken
