"""May this order be returned without a reason? Each rule looks at the order and the policy, nothing else.

Returns after the window are refused in `return_too_late`.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.refusal import Refusal

SEVEN_DAYS = "网络购买商品七日无理由退货暂行办法"
CONSUMER_LAW = "消费者权益保护法"

# What shops call their categories, and the exclusion by law each falls under.
_BY_LAW = {
    "fresh_perishable": {
        "fresh",
        "perishable",
        "food_fresh",
        "fruit",
        "seafood",
        "flowers",
        "生鲜",
        "鲜活",
        "水果",
        "海鲜",
        "鲜花",
    },
    "downloaded_or_unsealed_av_software_digital": {
        "digital",
        "software",
        "download",
        "game_code",
        "数字商品",
        "软件",
        "虚拟",
    },
    "delivered_newspaper_periodical": {"newspaper", "magazine", "periodical", "报纸", "期刊", "杂志"},
}


def return_window_end(order: Order, policy: Policy, zone: ZoneInfo) -> datetime | None:
    """The first instant a no-reason request is too late (aware, in the shop's zone); None before signing.

    Counted in whole days of the shop's zone from 00:00 of the day after signing: signed on the 8th with 7 days, a
    request counts until the 16th, 00:00 (网络购买商品七日无理由退货暂行办法 art. 10; 消费者权益保护法 art. 25).
    """
    signed = order.signed_at or order.confirmed_at
    if signed is None:
        return None
    first_day = signed.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(first_day + timedelta(days=policy.no_reason_return.window_days), time(), zone)


def return_too_late(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Asked for after the window it is refused, judged by when the request was sent (暂行办法 art. 10)."""
    end = return_window_end(order, policy, zone)
    if end is None or asked_at < end:
        return None
    signed = order.signed_at or order.confirmed_at
    data = {"signed": signed, "end": end, "days": policy.no_reason_return.window_days, "item": order.item}
    return Refusal("return_too_late", f"{SEVEN_DAYS} art. 10", data)


def return_not_received(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Goods not signed for cannot be sent back; before that one cancels, or refuses them at the door."""
    if order.status in ("unpaid", "paid"):
        return Refusal(
            "return_not_shipped",
            "淘宝平台争议处理规则 art. 25",
            {"item": order.item, "order": order.id},
            False,
        )
    if order.signed_at is None and order.confirmed_at is None and order.status in ("shipped", "delivered"):
        return Refusal(
            "return_on_the_way",
            "淘宝平台争议处理规则 art. 37",
            {"item": order.item, "order": order.id},
            False,
        )
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
    if any("无理由" in badge or "no-reason" in badge.lower() for badge in order.badges):
        return None
    kind = "custom_made" if order.custom else _excluded_kind(order.category)
    if kind is None or kind not in policy.no_reason_return.excluded_by_law:
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


def return_not_intact(order: Order, intact: str | None, opened: bool = False) -> Refusal | None:
    """Goods no longer whole are outside; opening the box to look is not damage (暂行办法 arts. 8-9)."""
    if opened and _words_in(order.category) & _SEALED:
        return Refusal("return_seal_broken", f"{SEVEN_DAYS} art. 9", {"item": order.item})
    if intact != "no":
        return None
    return Refusal("return_not_intact", f"{SEVEN_DAYS} art. 9", {"item": order.item})


# Goods whose necessary single-use seal, once broken, makes them not intact (暂行办法 art. 9).
_SEALED = {
    "food",
    "snack",
    "snacks",
    "tea",
    "drink",
    "cosmetics",
    "beauty",
    "skincare",
    "medical",
    "contraceptive",
}
_SEALED |= {"食品", "零食", "茶叶", "饮料", "化妆品", "美妆", "护肤", "医疗器械", "计生用品"}

# The order is the order in which staff would ask themselves.
_AT_ALL = (return_already_settled, return_not_received)
_NO_REASON = (*_AT_ALL, return_excluded_by_law, return_excluded_by_confirmation, return_too_late)


def return_possible(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """The first rule that says no to any return: the buyer must have the goods, and we the money."""
    return next((no for rule in _AT_ALL if (no := rule(order, policy, asked_at, zone))), None)


def may_return(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """The first rule that says no to a no-reason return. `asked_at`: when the request was sent (aware)."""
    return next((no for rule in _NO_REASON if (no := rule(order, policy, asked_at, zone))), None)


def _excluded_kind(category: str) -> str | None:
    return next((kind for kind, names in _BY_LAW.items() if _words_in(category) & names), None)


def _words_in(category: str) -> set[str]:
    return {category.lower(), *category.lower().replace("/", " ").replace("-", " ").split()}
