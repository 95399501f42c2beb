"""Money back through the payment that Medusa captured, once for each key of ours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.errors import SourceRefusedError
from bot.orders.medusa.admin import NAME, Admin
from bot.orders.medusa.reading import Row, key_of, payments_of
from bot.orders.refunds import RefundRequest, RefundResult

# Medusa's own provider: it books what people do by hand, and moves no money.
BY_HAND = "pp_system_default"


@dataclass(frozen=True)
class Paid:
    """`ref` is Medusa's id of the refund; `by_hand`: it is booked, and a person has to pay it."""

    ref: str
    by_hand: bool = False


def refund(admin: Admin, key: str, row: Row, order_id: str, amount: Decimal, reason: str) -> Paid:
    """Looks for our key in the notes first: Medusa itself would pay the same twice. `row` has to be fresh."""
    key = "_".join(key.split())  # the note's first word
    done = _booked(row, key)
    if done is None:
        payment = _payment_with(row, amount)
        note = " ".join(filter(None, (key, order_id, reason)))
        # A float prints the same digits again up to fifteen of them, and Medusa wants a number.
        answer = admin.post(f"payments/{payment['id']}/refund", amount=float(amount), note=note)
        done = _booked({"payment_collections": [{"payments": [{**payment, **answer["payment"]}]}]}, key)
    if done is None:
        raise SourceRefusedError(
            f"{NAME} took refund {key} and does not show it; look at the order's payments"
        )
    payment, kept = done
    if Decimal(kept["amount"]) != amount:
        raise SourceRefusedError(f"{NAME} has refund {key} already, of {kept['amount']} and not {amount}")
    return Paid(str(kept["id"]), payment["provider_id"] == BY_HAND)


def _booked(row: Row, key: str) -> tuple[Row, Row] | None:
    found = (
        (payment, one) for payment in payments_of(row) for one in payment["refunds"] if key_of(one) == key
    )
    return next(found, None)


def _payment_with(row: Row, amount: Decimal) -> Row:
    for payment in payments_of(row):
        if _left(payment) >= amount:
            return payment
    most = max((_left(payment) for payment in payments_of(row)), default=Decimal())
    raise SourceRefusedError(
        f"{NAME}: {amount} to pay back, but no payment of this order has more than {most} left"
    )


def _left(payment: Row) -> Decimal:
    taken = sum((Decimal(one["amount"]) for one in payment["captures"]), Decimal())
    return taken - sum((Decimal(one["amount"]) for one in payment["refunds"]), Decimal())


class MedusaRefunds:
    """The refund gateway of a Medusa shop, over the same connection as its orders."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def refund(self, request: RefundRequest) -> RefundResult:
        try:
            row = self._admin.order(request.order_id)
            if row is None or row["currency_code"] != request.currency.casefold():
                return RefundResult(
                    "failed", told=f"{NAME} has no order {request.order_id} in {request.currency}"
                )
            paid = refund(self._admin, request.key, row, request.order_id, request.amount, request.reason)
        except SourceRefusedError as no:
            return RefundResult("failed", told=str(no))
        if paid.by_hand:
            return RefundResult(
                "manual", paid.ref, f"booked in {NAME}, whose own payment provider moves no money"
            )
        return RefundResult("done", paid.ref)
