"""What a rule may settle by itself, and why a person looks at the rest."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.rules.refund_only import refund_needs_return
from bot.cases.rules.settle import (
    risk,
    settle_refund_only,
    settle_resend,
    settle_shortage,
)
from tests.cases.shop import key, order

CAP = Decimal(50)


@pytest.mark.parametrize(
    ("amount", "flags", "lately", "refunded", "why"),
    [
        ("50.00", [], 0, "0", None),
        ("50.00", [], 0, "50.00", None),  # all that is left of the money
        ("0.01", [], 0, "0", None),
        ("50.01", [], 0, "0", "over_cap"),
        ("0.00", [], 0, "0", "nothing_due"),
        ("20.00", ["safety"], 0, "0", "flagged"),
        ("20.00", ["extortion"], 0, "0", "flagged"),
        ("20.00", [], 1, "0", None),
        ("20.00", [], 2, "0", "repeated"),
        ("20.00", [], 0, "90.00", "above_paid"),
    ],
)
def test_a_small_refund_at_low_risk_needs_nobody(
    amount: str, flags: list[str], lately: int, refunded: str, why: str | None
) -> None:
    settled = settle_refund_only(order(), Decimal(amount), CAP, risk(flags, lately), Decimal(refunded))
    assert (settled.why, settled.by_rule) == (why, why is None)


@pytest.mark.parametrize(
    ("value", "stock", "flags", "why"),
    [
        ("5.00", {}, [], None),  # parts are seldom counted as stock
        ("5.00", {"part": 1}, [], None),
        ("5.00", {"part": 0}, [], "no_stock"),
        ("50.01", {}, [], "over_cap"),
        ("5.00", {}, ["scam"], "flagged"),
    ],
)
def test_a_cheap_part_goes_out_by_itself(
    value: str, stock: dict[str, int], flags: list[str], why: str | None
) -> None:
    assert settle_resend(order(stock=stock), Decimal(value), CAP, risk(flags), "part").why == why


@pytest.mark.parametrize(
    ("fields", "missing", "why", "amount"),
    [
        ({"packing_weight_ok": False}, 1, None, "25.00"),
        ({"packing_weight_ok": False}, 2, None, "50.00"),
        ({"packing_weight_ok": False}, 3, "over_cap", "75.00"),
        ({"packing_weight_ok": True}, 1, "weight_denies", "25.00"),
        ({}, 1, "weight_unknown", "25.00"),
    ],
)
def test_missing_pieces_are_settled_where_the_weight_bears_the_buyer_out(
    fields: dict[str, Any], missing: int, why: str | None, amount: str
) -> None:
    settled = settle_shortage(order(qty=4, **fields), missing, CAP)
    assert (settled.why, settled.amount) == (why, Decimal(amount))


@given(
    st.integers(0, 10**6),
    st.integers(1, 20),
    st.integers(1, 30),
    st.integers(0, 10**6),
    st.integers(0, 10**5),
)
def test_a_rule_never_settles_above_the_cap_or_the_money_left(
    cents: int, qty: int, missing: int, refunded: int, cap: int
) -> None:
    bought = order(paid=str(Decimal(cents) / 100), qty=qty, packing_weight_ok=False)
    limit, back = Decimal(cap) / 100, Decimal(refunded) / 100
    for settled in (
        settle_shortage(bought, missing, limit, refunded=back),
        settle_refund_only(bought, Decimal(cents) / 200, limit, refunded=back),
    ):
        if settled.by_rule:
            assert 0 < settled.amount <= min(limit, bought.paid - back)


@pytest.mark.parametrize(
    ("fields", "said", "needs_return"),
    [
        ({"signed_at": "2026-03-08 10:00"}, {}, True),
        ({"status": "delivered"}, {}, True),
        ({"status": "shipped"}, {}, False),
        ({"signed_at": "2026-03-08 10:00"}, {"shop_agrees": True}, False),
        ({"signed_at": "2026-03-08 10:00"}, {"unreturnable": True}, False),
    ],
)
def test_goods_received_go_back_for_their_money_but_for_two_reasons(
    fields: dict[str, Any], said: dict[str, bool], needs_return: bool
) -> None:
    assert key(refund_needs_return(order(**fields), **said)) == (
        "refund_needs_return" if needs_return else None
    )
