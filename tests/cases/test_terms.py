"""What a return comes to, said before the yes and kept with the case after it."""

from decimal import Decimal

from bot.cases.rules.terms import return_terms
from tests.cases.shop import POLICY, SHANGHAI, at, order

DRESS = {"signed_at": "2026-03-08 18:20", "paid": "159.00", "free_shipping": True, "pay": "alipay_balance"}


def test_a_return_without_a_reason_costs_the_buyer_the_way_back() -> None:
    terms = return_terms(order(**DRESS), 1, POLICY, SHANGHAI)
    assert (terms.payer, terms.amount, terms.window_end) == (
        "buyer_pays_return_only",
        Decimal("159.00"),
        at("2026-03-16 00:00"),
    )


def test_a_fault_costs_the_shop_every_way() -> None:
    terms = return_terms(
        order(**{**DRESS, "free_shipping": False, "freight_paid": 12}), 1, POLICY, SHANGHAI, True
    )
    assert (terms.payer, terms.amount) == ("seller_pays_both_ways", Decimal("171.00"))


def test_the_figures_kept_with_the_case_are_plain_text() -> None:
    kept = return_terms(order(**DRESS), 1, POLICY, SHANGHAI).judged()
    assert kept["refund"] == "159.00"
    assert kept["window_end"] == "2026-03-16T00:00:00+08:00"
    assert kept["policy"] == POLICY.version
