"""What the bot needs of whoever pays money back. Without one, a person pays and books it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

# done: the money is on its way back. pending: accepted, news follows. manual: a person has to pay.
# failed: it will not be paid like this; a person has to look.
State = Literal["done", "pending", "manual", "failed"]


@dataclass(frozen=True)
class RefundRequest:
    """`key` is the same however often one payment is asked for; `amount` is in yuan, say, not in fen."""

    key: str
    case_id: str
    attempt: int
    order_id: str
    amount: Decimal
    currency: str = "CNY"
    reason: str = ""


@dataclass(frozen=True)
class RefundResult:
    """`ref` is the far side's number of the payment, `told` what it said; agents read both."""

    state: State
    ref: str = ""
    told: str = ""


class RefundGateway(Protocol):
    """Blocking, called outside any transaction, and again after every crash or fault: the same key pays once.

    Raises `RetryLaterError` or `StoreAwayError` when out of reach. A refusal is a result, "failed".
    """

    def refund(self, request: RefundRequest) -> RefundResult: ...


class ManualRefunds:
    """Nothing is paid by itself."""

    def refund(self, request: RefundRequest) -> RefundResult:
        return RefundResult("manual")
