"""What a rule may settle by itself, and why a person has to look at the rest (个人信息保护法 art. 24)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bot.cases.order import Order
from bot.cases.rules.exchange import in_stock
from bot.cases.rules.goods_short import missing_refund, weight_verdict
from bot.cases.rules.refunds import ZERO, refundable

Why = Literal[
    "flagged",
    "repeated",
    "over_cap",
    "above_paid",
    "nothing_due",
    "weight_denies",
    "weight_unknown",
    "no_stock",
]
# Marks of a conversation with which nothing is settled by itself; they never make a claim worse (a choice of ours).
RISKY = frozenset({"safety", "legal_threat", "scam", "extortion", "high_value", "vulnerable", "repeat"})
FEW_REFUNDS = 2  # settled by rule for one buyer in 30 days; the third is looked at


@dataclass(frozen=True)
class Settlement:
    """`why` is None where the rule settles it; else it names why a person decides. `amount` is what it comes to."""

    amount: Decimal
    why: Why | None

    @property
    def by_rule(self) -> bool:
        return self.why is None


def risk(flags: Collection[str], refunds_lately: int = 0) -> Why | None:
    """Low risk is None: no mark on the conversation, and few refunds by rule in the last 30 days, in this shop only."""
    if RISKY & set(flags):
        return "flagged"
    return "repeated" if refunds_lately >= FEW_REFUNDS else None


def settle_refund_only(
    order: Order, amount: Decimal, cap: Decimal, risky: Why | None = None, refunded: Decimal = ZERO
) -> Settlement:
    """Money without a return: up to the shop's cap and at low risk by rule, else a person (`shop.auto_refund_cap`)."""
    if amount > refundable(order, refunded):
        return Settlement(amount, "above_paid")
    return Settlement(amount, risky or _within(amount, cap))


def settle_resend(
    order: Order, value: Decimal, cap: Decimal, risky: Why | None = None, sku: str = "", pieces: int = 1
) -> Settlement:
    """A cheap part or gift goes out again by rule unless none is left; `value` is what it is worth.

    Parts are seldom counted as stock: what the order's source tells nothing of is taken to be there.
    """
    if in_stock(order, sku or order.sku, pieces) is False:
        return Settlement(value, "no_stock")
    return Settlement(value, risky or _within(value, cap))


def settle_shortage(
    order: Order, missing: int, cap: Decimal, risky: Why | None = None, refunded: Decimal = ZERO
) -> Settlement:
    """Missing pieces: by rule where the weight at packing bears the buyer out and the sum is under the cap.

    Weight that speaks against it proves nothing yet: a person looks (淘宝平台争议处理规则 arts. 75-76).
    """
    amount = missing_refund(order, missing, refunded)
    against: dict[str, Why | None] = {
        "agrees": None,
        "denies": "weight_denies",
        "unknown": "weight_unknown",
    }
    return Settlement(amount, risky or against[weight_verdict(order)] or _within(amount, cap))


def _within(amount: Decimal, cap: Decimal) -> Why | None:
    if amount <= 0:
        return "nothing_due"
    return None if amount <= cap else "over_cap"
