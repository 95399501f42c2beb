"""May this order be returned without a reason? Each rule looks at the order and the policy, nothing else.

Returns after the window are refused in `return_too_late`; whether the goods are whole is judged in `intact.py`.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Payer, Policy
from bot.cases.rules.days import midnight_after, over
from bot.cases.rules.freight import return_freight
from bot.cases.rules.goods import excluded_kind
from bot.cases.rules.intact import return_not_intact as return_not_intact
from bot.cases.rules.refusal import Refusal

SEVEN_DAYS = "网络购买商品七日无理由退货暂行办法"
CONSUMER_LAW = "消费者权益保护法"
DISPUTES = "淘宝平台争议处理规则"
_NO_REASON_BADGE = re.compile(r"无理由|無理由|no[- ]reason", re.IGNORECASE)
_NOT = re.compile(
    r"不支持|不[适適]用|不享|非[七7]天|除外|\bnot\b|\bno [7s]|\bwithout\b|\bexcl", re.IGNORECASE
)


def window_start(order: Order, policy: Policy) -> datetime | None:
    """The instant whose day is followed by the first day of the window; None while it has not come.

    Goods signed for: the signature, and without one the confirmation. By policy also the confirmation for goods
    that no carrier brought, and the end of installation (暂行办法 art. 10; 消费者权益保护法实施条例 art. 18). An order
    has no time of installation: its confirmation of receipt stands for it, and until then the window stays open.
    """
    start = policy.no_reason_return.clock_start
    if start == "after_install_complete":
        return order.confirmed_at
    if start == "next_day_00_00_after_confirm_receipt_if_no_logistics" and not brought_by_carrier(order):
        return order.confirmed_at
    return order.signed_at or order.confirmed_at


def brought_by_carrier(order: Order) -> bool:
    """Whether any carrier ever scanned it; what never was is fetched, downloaded or handed over."""
    return order.first_scan is not None or any(parcel.first_scan for parcel in order.parcels)


def return_window_end(order: Order, policy: Policy, zone: ZoneInfo) -> datetime | None:
    """The first instant a no-reason request is too late (aware, in the shop's zone); None before signing.

    Counted in whole days of the shop's zone from 00:00 of the day after signing: signed on the 8th with 7 days, a
    request counts until the 16th, 00:00 (网络购买商品七日无理由退货暂行办法 art. 10; 消费者权益保护法 art. 25).
    """
    start = window_start(order, policy)
    return midnight_after(start, policy.no_reason_return.window_days, zone) if start else None


def return_too_late(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Asked for after the window it is refused, judged by when the request was sent (暂行办法 art. 10)."""
    end = return_window_end(order, policy, zone)
    if not over(end, asked_at):
        return None
    data = {
        "signed": window_start(order, policy),
        "end": end,
        "days": policy.no_reason_return.window_days,
        "item": order.item,
    }
    return Refusal("return_too_late", f"{SEVEN_DAYS} art. 10", data)


def return_not_received(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Goods not signed for cannot be sent back; before that one cancels, or refuses them at the door where that is
    open."""
    if order.status in ("unpaid", "paid"):
        return Refusal(
            "return_not_shipped",
            f"{DISPUTES} art. 25",
            {"item": order.item, "order": order.id},
            False,
        )
    if order.signed_at is None and order.confirmed_at is None and order.status in ("shipped", "delivered"):
        data = {"item": order.item, "order": order.id}
        if door_refusal_not_open(order, policy, asked_at, zone):
            return Refusal("return_on_the_way_no_door", f"{DISPUTES} art. 39", data, False)
        return Refusal("return_on_the_way", f"{DISPUTES} art. 37", data, False)
    return None


def return_already_settled(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo
) -> Refusal | None:
    """What was refunded in full is not refunded again: never more than was paid."""
    if order.status not in ("refunded", "closed"):
        return None
    if order.refund:
        data = {"order": order.id, "ref": order.refund.ref, "amount": order.refund.amount}
        return Refusal("return_already_refunded", "at most the amount paid", data, False)
    return Refusal("return_order_closed", "at most the amount paid", {"order": order.id}, False)


def return_excluded_by_law(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo
) -> Refusal | None:
    """The law's closed list (消费者权益保护法 art. 25); a shop's own promise overrides it (法释〔2022〕8号 art. 2)."""
    kind = excluded_kind(order)
    if promises_no_reason(order) or kind is None or kind not in policy.no_reason_return.excluded_by_law:
        return None
    return Refusal(f"return_excluded_{kind}", f"{CONSUMER_LAW} art. 25", {"item": order.item})


def return_excluded_by_confirmation(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo
) -> Refusal | None:
    """Goods the buyer confirmed, on this very order, to be outside; only those (暂行办法 arts. 7, 20)."""
    if order.waiver_confirmed_at is None or not policy.no_reason_return.excluded_if_buyer_confirmed_per_order:
        return None
    data = {"item": order.item, "confirmed": order.waiver_confirmed_at}
    return Refusal("return_excluded_by_confirmation", f"{SEVEN_DAYS} art. 7", data)


def door_refusal_not_open(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, damaged: bool = False
) -> Refusal | None:
    """Refusing at the door: always what is visibly wrong (art. 37), else what has the no-reason return (art. 40).

    Goods that have none, and are sound, come back at the buyer's risk and cost (art. 39): said before, not after.
    """
    if damaged:
        return None
    for rule in (return_excluded_by_law, return_excluded_by_confirmation):
        if rule(order, policy, asked_at, zone):
            return Refusal(
                "door_refusal_not_open", f"{DISPUTES} art. 39", {"item": order.item, "order": order.id}
            )
    return None


def door_refusal_freight(order: Order, policy: Policy, damaged: bool = False) -> Payer:
    """Refused without a reason it costs what a return costs, refused for damage the shop pays (arts. 37, 53)."""
    return return_freight(order, policy, shop_at_fault=damaged)


def promises_no_reason(order: Order) -> bool:
    """Whether a badge on this order promised a no-reason return; one that says the opposite does not."""
    return any(_NO_REASON_BADGE.search(badge) and not _NOT.search(badge) for badge in order.badges)


# The order is the order in which staff would ask themselves.
_AT_ALL = (return_already_settled, return_not_received)
_NO_REASON = (*_AT_ALL, return_excluded_by_law, return_excluded_by_confirmation, return_too_late)


def return_possible(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """The first rule that says no to any return: the buyer must have the goods, and we the money."""
    return next((no for rule in _AT_ALL if (no := rule(order, policy, asked_at, zone))), None)


def may_return(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """The first rule that says no to a no-reason return. `asked_at`: when the request was sent (aware)."""
    return next((no for rule in _NO_REASON if (no := rule(order, policy, asked_at, zone))), None)
