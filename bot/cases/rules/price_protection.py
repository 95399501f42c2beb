"""Price protection (价保): a promise of the badge, within its days, for the very same goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.cases.order import CENT, Order
from bot.cases.policy import Policy
from bot.cases.rules.badges import price_badge
from bot.cases.rules.days import midnight_after, over
from bot.cases.rules.refunds import ZERO, refundable
from bot.cases.rules.refusal import Refusal

RULE = "price protection badge"


@dataclass(frozen=True)
class PriceNow:
    """What one piece costs now, as the buyer sees it. `unit` is the whole price; the rest are parts of it."""

    sku: str
    unit: Decimal
    red_packet: Decimal = ZERO  # taken off by one, so in `unit` as less
    freight: Decimal = ZERO  # in `unit` as more
    tax: Decimal = ZERO  # in `unit` as more


def price_named(order: Order, named: Decimal) -> PriceNow:
    """Today's price by the buyer's words, of the very same goods; below zero they named how far it fell."""
    return PriceNow(order.sku, max(ZERO, order.unit_price + named) if named < 0 else named)


def price_not_protected(
    order: Order,
    policy: Policy,
    asked_at: datetime,
    zone: ZoneInfo,
    now: PriceNow,
    campaign_end: datetime | None = None,
) -> Refusal | None:
    """The first rule that says no: no badge, too late, other goods, or not cheaper. `asked_at`: when it was sent."""
    end = price_window_end(order, policy, zone, campaign_end)
    data = {"item": order.item, "order": order.id, "end": end, "days": policy.price_protection.days}
    if policy.price_protection.only_items_with_badge and not price_badge(order):
        return Refusal("price_no_badge", RULE, data, False)
    if over(end, asked_at):
        return Refusal("price_too_late", RULE, data, False)
    if order.sku and now.sku != order.sku:
        return Refusal("price_other_sku", RULE, {**data, "sku": order.sku, "other": now.sku}, False)
    if not price_difference(order, policy, now):
        return Refusal("price_not_lower", RULE, {**data, "then": order.unit_price, "now": now.unit}, False)
    return None


def price_window_end(
    order: Order, policy: Policy, zone: ZoneInfo, campaign_end: datetime | None = None
) -> datetime | None:
    """The first instant past the protection (aware, in the shop's zone); whole days, the first not counted.

    From the end of the campaign, payment or receipt, as the shop's badge says; a campaign nobody knows of counts
    from payment. None while that has not come.
    """
    starts = {
        "campaign_end": campaign_end or order.paid_at,
        "payment": order.paid_at,
        "receipt": order.signed_at or order.confirmed_at,
    }
    start = starts[policy.price_protection.start]
    return midnight_after(start, policy.price_protection.days, zone) if start else None


def price_difference(order: Order, policy: Policy, now: PriceNow, refunded: Decimal = ZERO) -> Decimal:
    """What comes back: the fall of the price of one piece times their number, nothing where it did not fall.

    Parts that the badge leaves out (red packet, freight, tax) count neither way. Never more than is left of the money.
    """
    left_out = policy.price_protection.excludes
    price = now.unit
    price += now.red_packet if "red_packet" in left_out else ZERO
    price -= now.freight if "freight" in left_out else ZERO
    price -= now.tax if "tax" in left_out else ZERO
    fall = max(ZERO, order.unit_price - price) * order.qty
    return min(fall, order.paid, refundable(order, refunded)).quantize(CENT)
