"""Exchanges: the goods there are, and the days there are; what begins anew with the new goods is in `quality.py`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.quality import Fault, open_remedies, quality_exchange_end
from bot.cases.rules.refusal import Refusal
from bot.cases.rules.returns import may_return, return_possible


def in_stock(order: Order, sku: str, pieces: int = 1) -> bool | None:
    """Whether so many of `sku` are there; None where the order's source tells nothing of it."""
    if sku not in order.stock:
        return None
    return order.stock[sku] >= pieces


def exchange_no_stock(order: Order, sku: str, pieces: int = 1) -> Refusal | None:
    """None there: said at once, with what remains, a return or a refund; an unknown stock is asked for, not denied."""
    if in_stock(order, sku, pieces) is not False:
        return None
    others = tuple(known for known, count in order.stock.items() if count >= pieces and known != sku)
    data = {"item": order.item, "sku": sku, "left": order.stock[sku], "others": others}
    return Refusal("exchange_out_of_stock", "部分商品修理更换退货责任规定 art. 13", data, False)


def may_exchange_faulty(
    order: Order,
    policy: Policy,
    asked_at: datetime,
    zone: ZoneInfo,
    fault: Fault,
    promised_until: datetime | None = None,
) -> Refusal | None:
    """Faulty goods: 15 days from signing, two failed repairs, or as long as the shop promised (三包 arts. 10-12).

    `promised_until`: the first instant past the shop's own, longer promise.
    """
    if no := return_possible(order, policy, asked_at, zone):
        return no
    promised = promised_until is not None and asked_at < promised_until
    if promised or "exchange" in open_remedies(order, policy, asked_at, zone, fault):
        return None
    data = {
        "item": order.item,
        "signed": order.signed_at or order.confirmed_at,
        "end": quality_exchange_end(order, policy, zone, fault),
        "days": policy.timers.quality_exchange,
    }
    return Refusal("exchange_too_late", "部分商品修理更换退货责任规定 art. 10", data, False)


def may_exchange_without_reason(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, offered: bool
) -> Refusal | None:
    """The law knows a return without a reason, no exchange: only where the shop offers it, by the return's own rules.

    The buyer then pays every way (淘宝平台争议处理规则 art. 54).
    """
    if offered:
        return may_return(order, policy, asked_at, zone)
    return Refusal(
        "exchange_not_offered", "淘宝平台争议处理规则 art. 54", {"item": order.item, "order": order.id}
    )
