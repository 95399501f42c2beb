"""What every refund gateway must hold. A gateway's own tests subclass `RefundConformance` and give a fixture `till`."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

import pytest

from bot.errors import RetryLaterError, StoreAwayError
from bot.orders.refunds import RefundGateway, RefundRequest


class Till(Protocol):
    """The far side of a test: it knows the order `order` and can pay 100.00 of it back."""

    gateway: RefundGateway
    order: str

    def paid(self) -> list[Decimal]:
        """What has really been paid back, in order."""

    def away(self) -> RefundGateway:
        """The gateway, with nobody at the other end."""


def asked(till: Till, key: str, amount: str, order: str | None = None) -> RefundRequest:
    return RefundRequest(
        key, "R-118", 1, till.order if order is None else order, Decimal(amount), reason="size"
    )


class RefundConformance:
    def test_money_is_paid_to_the_cent_and_named(self, till: Till) -> None:
        result = till.gateway.refund(asked(till, "refund:R-118:1", "19.99"))
        assert result.state in ("done", "pending")
        assert result.ref
        assert till.paid() == [Decimal("19.99")]

    def test_the_same_key_pays_once_and_names_the_same_payment(self, till: Till) -> None:
        results = [till.gateway.refund(asked(till, "refund:R-118:1", "19.99")) for _ in range(3)]
        assert {r.ref for r in results} == {results[0].ref}
        assert {r.state for r in results} <= {"done", "pending"}
        assert till.paid() == [Decimal("19.99")]

    def test_another_attempt_is_another_payment(self, till: Till) -> None:
        first = till.gateway.refund(asked(till, "refund:R-118:1", "10.00"))
        second = till.gateway.refund(asked(till, "refund:R-118:2", "5.50"))
        assert first.ref != second.ref
        assert till.paid() == [Decimal("10.00"), Decimal("5.50")]

    def test_an_order_nobody_knows_is_refused_with_words_and_nothing_is_paid(self, till: Till) -> None:
        result = till.gateway.refund(asked(till, "refund:R-118:1", "1.00", order="T999999"))
        assert result.state == "failed"
        assert result.told
        assert till.paid() == []

    def test_a_far_side_that_is_away_is_a_fault_to_be_tried_again(self, till: Till) -> None:
        with pytest.raises((RetryLaterError, StoreAwayError)):
            till.away().refund(asked(till, "refund:R-118:1", "1.00"))
        assert till.paid() == []
