"""Faulty goods: what the buyer may choose at this moment. How long a repair may take is a timer's (`timers.py`).

Terms run from signing (消费者权益保护法实施条例 art. 18), after an exchange from its receipt. The shop pays freight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.after_sale import after_sale_end
from bot.cases.rules.days import over, term_end
from bot.cases.rules.goods import is_durable

Remedy = Literal["refund", "return", "exchange", "repair", "resend", "partial"]
Severity = Literal[
    "minor", "major"
]  # major: the goods cannot serve what they were bought for (争议处理规则 art. 68)


@dataclass(frozen=True)
class Fault:
    """What is known of a fault. `warranty_until`: the first instant past the warranty, where the goods have one."""

    severity: Severity = "major"
    warranty_until: datetime | None = None
    failed_repairs: int = 0
    unreturnable: bool = False  # cannot go back, and not by the buyer's doing (争议处理规则 arts. 21-22)
    exchanged_at: datetime | None = None  # receipt of goods exchanged for these: the terms begin anew


def guarantee_restarts(received_at: datetime, failed_repairs: int = 0) -> Fault:
    """With the new goods every term of the guarantee begins anew (三包 art. 14, 消费者权益保护法实施条例 art. 18).

    `failed_repairs`: of the new goods.
    """
    return Fault(exchanged_at=received_at, failed_repairs=failed_repairs)


def quality_return_end(order: Order, policy: Policy, zone: ZoneInfo, fault: Fault) -> datetime | None:
    """The first instant past the 7 days for returning faulty goods (三包 art. 9, 消费者权益保护法 art. 24)."""
    start = guarantee_start(order, fault)
    return term_end(start, policy.timers.quality_return, zone) if start else None


def quality_exchange_end(order: Order, policy: Policy, zone: ZoneInfo, fault: Fault) -> datetime | None:
    """The first instant past the 15 days in which faulty goods may be exchanged (三包 art. 10)."""
    start = guarantee_start(order, fault)
    return term_end(start, policy.timers.quality_exchange, zone) if start else None


def guarantee_start(order: Order, fault: Fault) -> datetime | None:
    """Receipt of the goods, or of those they were exchanged for (三包 art. 14, 实施条例 art. 18)."""
    return fault.exchanged_at or order.signed_at or order.confirmed_at


def open_remedies(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, fault: Fault, cap: Decimal = Decimal(0)
) -> tuple[Remedy, ...]:
    """What the buyer may choose now, what suits the fault best first; empty where a person has to look.

    Return: 7 days; for goods that are no machines, and for those a grave fault makes useless, as long as complaints
    are heard (争议处理规则 arts. 67-68); after two failed repairs (三包 arts. 11-13).
    Exchange: 15 days, and the same. Repair: machines, in the warranty. Goods that cannot go back (art. 21), or cost
    no more than `cap`, are refunded and kept. A part of the price or a new part sent is open beside any of them, by
    agreement.
    """
    may_return, may_exchange, may_repair = _open(order, policy, asked_at, zone, fault)
    offered: dict[Remedy, bool] = {
        "refund": may_return and (fault.unreturnable or order.paid <= cap),
        "return": may_return and not fault.unreturnable,
        "exchange": may_exchange,
        "repair": may_repair,
        "resend": may_return or may_exchange or may_repair,
        "partial": may_return or may_exchange or may_repair,
    }
    return tuple(remedy for remedy in _ORDER[fault.severity] if offered[remedy])


def enough_repairs(failed: int, policy: Policy) -> bool:
    """Repaired twice and still broken: exchange or return, and nothing more to repair (三包 art. 11)."""
    return failed >= policy.timers.repairs_before_exchange_or_return


def described_wrongly_but_used(visible: bool, used: bool, intact: bool) -> bool:
    """What differed at first sight and was used all the same, until no longer intact: a ground to refuse, for a
    person to weigh (争议处理规则 art. 77)."""
    return visible and used and not intact


_ORDER: dict[Severity, tuple[Remedy, ...]] = {
    "minor": ("partial", "resend", "repair", "exchange", "return", "refund"),
    "major": ("refund", "return", "exchange", "repair", "resend", "partial"),
}


def _open(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, fault: Fault
) -> tuple[bool, bool, bool]:
    """Whether return, exchange and repair are open."""
    if guarantee_start(order, fault) is None:
        return False, False, False
    durable = is_durable(order)
    heard = not over(after_sale_end(order, policy, zone), asked_at)
    worn_out = enough_repairs(fault.failed_repairs, policy)
    returning = not over(quality_return_end(order, policy, zone, fault), asked_at)
    exchanging = not over(quality_exchange_end(order, policy, zone, fault), asked_at)
    guaranteed = fault.warranty_until is not None and not over(fault.warranty_until, asked_at)
    return (
        returning or worn_out or (heard and (not durable or fault.severity == "major")),
        exchanging or worn_out or (heard and not durable),
        durable and not worn_out and (heard or guaranteed),
    )
