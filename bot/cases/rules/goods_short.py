"""Wrong or missing goods: is the rest still on its way, what does the weight say, what is a missing piece worth."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.cases.order import Order, Parcel
from bot.cases.rules.refunds import ZERO, refundable
from bot.cases.rules.refusal import Refusal

# What the packing record says of the claim that pieces are missing.
Weight = Literal["agrees", "denies", "unknown"]


def parcels_on_the_way(order: Order, now: datetime) -> tuple[Parcel, ...]:
    """The parcels of a split shipment that nobody has signed for at `now`."""
    return tuple(part for part in order.parcels if part.signed_at is None or part.signed_at > now)


def rest_is_on_the_way(order: Order, missing: int, now: datetime) -> Refusal | None:
    """What is missing travels in another parcel: said which and by when, and no case is opened (the buyer has lost
    nothing yet; 淘宝平台争议处理规则 art. 10). More missing than is under way is a case all the same.
    """
    parts = parcels_on_the_way(order, now)
    if not parts or missing > sum(part.qty for part in parts):
        return None
    data = {
        "item": order.item,
        "order": order.id,
        "parcels": tuple(part.parcel for part in parts),
        "qty": sum(part.qty for part in parts),
        "eta": max((part.eta for part in parts if part.eta), default=None),
    }
    return Refusal("rest_on_the_way", "淘宝平台争议处理规则 art. 10", data, False)


def weight_verdict(order: Order) -> Weight:
    """A parcel that left with its right weight speaks against missing pieces, one that did not speaks for them."""
    if order.packing_weight_ok is None:
        return "unknown"
    return "denies" if order.packing_weight_ok else "agrees"


def missing_refund(order: Order, missing: int, refunded: Decimal = ZERO) -> Decimal:
    """What `missing` pieces were paid: the price of one times their number, never above what is left of the money."""
    pieces = min(missing, order.qty)
    whole = order.paid if pieces == order.qty else order.unit_price * pieces
    return min(whole, order.paid, refundable(order, refunded))
