"""How long a complaint about the goods is heard at all, once the order is completed, and what outlives that."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.days import over, term_end
from bot.cases.rules.refusal import Refusal

# What a claim may rest on that no period of the platform can end (淘宝平台争议处理规则 art. 5).
Ground = Literal["found_by_authority", "court_judgment", "proof_of_fault_or_loss", "seller_promise"]


def after_sale_end(order: Order, policy: Policy, zone: ZoneInfo) -> datetime | None:
    """The first instant past the after-sales period (aware, in the shop's zone); None while it has not begun.

    It begins when receipt is confirmed (交易成功) and runs whole days, so it never ends within a day.
    """
    if order.confirmed_at is None:
        return None
    return term_end(order.confirmed_at, policy.timers.after_sale_window_after_success, zone)


def after_sale_closed(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, ground: Ground | None = None
) -> Refusal | None:
    """After the period a complaint is refused, unless it rests on one of four grounds (争议处理规则 arts. 4-5)."""
    end = after_sale_end(order, policy, zone)
    if ground is not None or not over(end, asked_at):
        return None
    data = {
        "item": order.item,
        "order": order.id,
        "confirmed": order.confirmed_at,
        "end": end,
        "days": policy.timers.after_sale_window_after_success,
    }
    return Refusal("after_sale_closed", "淘宝平台争议处理规则 arts. 4-5", data, False)
