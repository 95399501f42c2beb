"""A change of address until the first scan; an invoice once the goods are there."""

from typing import Any

import pytest

from bot.cases.rules.address import may_change_address
from bot.cases.rules.invoice import may_invoice, red_invoice_due
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

NOW = at("2026-03-10 12:00")
SCAN = "2026-03-09 10:00"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "unpaid"}, None),
        ({"status": "paid"}, None),
        ({"status": "shipped"}, None),  # clicked "shipped", handed to nobody
        ({"status": "shipped", "first_scan": SCAN}, "address_on_the_way"),
        ({"status": "shipped", "parcels": [{"parcel": "P1", "first_scan": SCAN}]}, "address_on_the_way"),
        ({"status": "delivered", "first_scan": SCAN}, "address_delivered"),
        ({"status": "signed", "signed_at": SCAN}, "address_delivered"),
        ({"status": "success", "confirmed_at": SCAN}, "address_delivered"),
        ({"status": "closed"}, "address_order_closed"),
        ({"status": "refunded"}, "address_order_closed"),
    ],
)
def test_an_address_is_changed_until_a_carrier_has_the_parcel(
    fields: dict[str, Any], why: str | None
) -> None:
    assert key(may_change_address(order(**fields), POLICY, NOW, SHANGHAI)) == why


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "paid"}, "invoice_after_receipt"),
        ({"status": "shipped"}, "invoice_after_receipt"),
        ({"status": "signed", "signed_at": SCAN}, None),
        ({"status": "success"}, None),
        ({"status": "refunded"}, "invoice_nothing_paid"),
        ({"status": "closed"}, "invoice_nothing_paid"),
    ],
)
def test_an_invoice_follows_receipt(fields: dict[str, Any], why: str | None) -> None:
    assert key(may_invoice(order(**fields), POLICY, NOW, SHANGHAI)) == why


@pytest.mark.parametrize(
    ("fields", "invoiced", "red"),
    [
        ({"status": "refunded"}, True, True),
        ({"status": "refunded"}, False, False),
        ({"status": "signed", "refund": {"ref": "R1", "amount": "20.00"}}, True, True),
        ({"status": "signed"}, True, False),
    ],
)
def test_money_that_went_back_turns_an_invoice_red(fields: dict[str, Any], invoiced: bool, red: bool) -> None:
    assert red_invoice_due(order(**fields), invoiced) is red
