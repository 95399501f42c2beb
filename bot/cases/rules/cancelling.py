"""May an order still be cancelled? Until a carrier has scanned it, by the buyer's word alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.refusal import Refusal
from bot.cases.rules.returns import door_refusal_not_open, return_already_settled

RULE = "淘宝平台争议处理规则"


def shipped_at(order: Order) -> datetime | None:
    """When a carrier first scanned it or any of its parcels: a click on "shipped" is not it (争议处理规则 art. 25)."""
    scans = [order.first_scan, *(parcel.first_scan for parcel in order.parcels)]
    return min((scan for scan in scans if scan), default=None)


def may_cancel(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """The first rule that says no to cancelling; `asked_at`: when the request was sent (aware)."""
    rules = (return_already_settled, cancel_unpaid, cancel_received, cancel_on_the_way)
    return next((no for rule in rules if (no := rule(order, policy, asked_at, zone))), None)


def cancel_unpaid(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Nothing was paid, so there is nothing to refund: an unpaid order is closed by leaving it."""
    if order.status != "unpaid":
        return None
    return Refusal("cancel_unpaid", "no payment was made", {"order": order.id, "item": order.item}, False)


def cancel_received(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """What the buyer has is not cancelled but returned (争议处理规则 art. 28)."""
    received = order.signed_at or order.confirmed_at
    if received is None and order.status not in ("signed", "success"):
        return None
    data = {"order": order.id, "item": order.item, "signed": received}
    return Refusal("cancel_received", f"{RULE} art. 28", data)


def cancel_on_the_way(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Scanned before the request: the shop asks the carrier to stop it, or it is refused at the door (art. 23),
    where that is open."""
    scanned = shipped_at(order)
    if scanned is None:
        if order.status != "delivered":
            return None
    elif shipped_without_consent(order, asked_at):
        return None
    data = {"order": order.id, "item": order.item, "scan": scanned, "left": unscanned_pieces(order)}
    if door_refusal_not_open(order, policy, asked_at, zone):
        return Refusal("cancel_on_the_way_no_door", f"{RULE} arts. 23, 39", data, False)
    return Refusal("cancel_on_the_way", f"{RULE} arts. 23, 25", data, False)


def shipped_without_consent(order: Order, requested_at: datetime) -> bool:
    """Sent after the buyer asked for the money: the refund stands, cost and risk are the shop's (art. 27)."""
    scanned = shipped_at(order)
    return scanned is not None and scanned > requested_at


def unscanned_pieces(order: Order) -> int:
    """How many pieces of a split shipment no carrier has scanned: these can still be cancelled (art. 25)."""
    if not order.parcels:
        return 0 if order.first_scan else order.qty
    return max(0, order.qty - sum(parcel.qty for parcel in order.parcels if parcel.first_scan))
