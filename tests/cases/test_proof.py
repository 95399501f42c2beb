"""Who must prove what: by what can be seen, by when it was confirmed, by age."""

from typing import Any

import pytest

from bot.cases.rules.proof import (
    proof_of_fake,
    proof_of_fault,
    proof_of_receipt,
    proof_of_shortage,
    shop_proves_by_age,
)
from tests.cases.shop import SHANGHAI, at, order

PHONE = {"category": "electronics", "signed_at": "2025-08-31 10:00"}
YOUNG, OLD = at("2026-02-28 23:59:59"), at("2026-03-01 00:00")  # six months after the 31st of August


@pytest.mark.parametrize(
    ("fields", "visible", "now", "proof"),
    [
        (
            {"category": "apparel", "signed_at": "2026-02-20 10:00"},
            True,
            OLD,
            ("buyer_photos", "shop_explains", "buyer_test"),
        ),
        (
            {"category": "apparel", "signed_at": "2026-02-20 10:00"},
            False,
            OLD,
            ("shop_documents", "buyer_test"),
        ),
        (PHONE, True, YOUNG, ("buyer_photos", "shop_test")),
        (PHONE, False, YOUNG, ("shop_documents", "shop_test")),
        (PHONE, True, OLD, ("buyer_photos", "shop_explains", "buyer_test")),
        (PHONE, False, OLD, ("shop_documents", "buyer_test")),
    ],
)
def test_what_can_be_seen_is_shown_and_for_what_cannot_the_shop_begins(
    fields: dict[str, Any], visible: bool, now: Any, proof: tuple[str, ...]
) -> None:
    assert proof_of_fault(order(**fields), visible, now, SHANGHAI) == proof


def test_in_the_first_six_months_the_shop_proves_for_durable_goods_only() -> None:
    assert shop_proves_by_age(order(**PHONE), YOUNG, SHANGHAI)
    assert not shop_proves_by_age(order(**PHONE), OLD, SHANGHAI)
    assert not shop_proves_by_age(order(category="apparel", signed_at="2026-02-20 10:00"), YOUNG, SHANGHAI)
    assert not shop_proves_by_age(order(category="electronics", status="paid"), YOUNG, SHANGHAI)


def test_before_confirmation_the_shop_proves_that_all_was_sent_after_it_the_buyer_that_it_was_not() -> None:
    assert proof_of_shortage(order(signed_at="2026-03-08 10:00"))[0] == "shop_delivery_proof"
    confirmed = order(confirmed_at="2026-03-09 10:00")
    assert proof_of_shortage(confirmed) == ("buyer_photos",)
    assert proof_of_shortage(confirmed, merged_parcel=True)[0] == "shop_delivery_proof"


def test_for_a_fake_and_a_signature_the_shop_shows_its_papers() -> None:
    assert proof_of_fake()[0] == "shop_documents"
    assert proof_of_receipt() == ("buyer_statement", "shop_delivery_proof")
