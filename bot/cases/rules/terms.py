"""What a return comes to: window, freight, money, arrival. Said before the yes, and kept with the case after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.order import Gift, Order
from bot.cases.policy import Payer, Policy
from bot.cases.reading import Arrival
from bot.cases.rules.freight import return_freight
from bot.cases.rules.refunds import ZERO, arrival, gift_deduction, refund_amount
from bot.cases.rules.returns import return_window_end


@dataclass(frozen=True)
class ReturnTerms:
    """`window_end` is the first instant too late; `amount` is in the shop's currency; `pay` is the way it was paid."""

    signed: datetime | None
    window_end: datetime | None
    days: int
    qty: int
    payer: Payer
    amount: Decimal
    arrival: Arrival
    pay: str
    insured: bool
    policy_version: str
    off: Decimal = ZERO  # for gifts that are kept; `amount` is without it

    def judged(self) -> dict[str, Any]:
        """JSON-safe, to be kept with the case: a change of policy never rewrites a promise."""
        return {
            "policy": self.policy_version,
            "signed_at": self.signed.isoformat() if self.signed else None,
            "window_days": self.days,
            "window_end": self.window_end.isoformat() if self.window_end else None,
            "freight": self.payer,
            "refund": str(self.amount),
            "arrival": str(self.arrival),
            "pay": self.pay,
            **({"gifts_off": str(self.off)} if self.off else {}),
        }


def return_terms(
    order: Order,
    qty: int,
    policy: Policy,
    zone: ZoneInfo,
    shop_at_fault: bool = False,
    kept: Sequence[Gift] = (),
) -> ReturnTerms:
    """The terms of a return of `qty` pieces of this order: without a reason, or for the shop's fault.

    `kept`: gifts that the buyer does not send back.
    """
    off = gift_deduction(policy, kept, shop_at_fault)
    payer = return_freight(order, policy, shop_at_fault)
    return ReturnTerms(
        signed=order.signed_at or order.confirmed_at,
        window_end=return_window_end(order, policy, zone),
        days=policy.no_reason_return.window_days,
        qty=qty,
        payer=payer,
        amount=refund_amount(order, qty, payer, deduct=off),
        off=off,
        arrival=arrival(order, policy),
        pay=order.pay,
        insured=order.insurance,
        policy_version=policy.version,
    )
