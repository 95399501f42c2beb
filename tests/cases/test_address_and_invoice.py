"""A change of address until the first scan; an invoice once the goods are there."""

from decimal import Decimal
from typing import Any

import pytest

from bot.cases.rules.address import may_change_address
from bot.cases.rules.invoice import invoice_waits, may_invoice, red_invoice_due
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
    ("fields", "refunded", "why"),
    [
        ({"status": "paid"}, "0", None),
        ({"status": "success"}, "0", None),
        ({"status": "signed", "signed_at": SCAN}, "99.99", None),
        ({"status": "signed", "signed_at": SCAN}, "100.00", "invoice_nothing_paid"),  # by a case of ours
        ({"status": "unpaid"}, "0", "invoice_nothing_paid"),
        ({"status": "refunded"}, "0", "invoice_nothing_paid"),
        ({"status": "closed"}, "0", "invoice_nothing_paid"),
    ],
)
def test_an_invoice_needs_money_that_stays(fields: dict[str, Any], refunded: str, why: str | None) -> None:
    assert key(may_invoice(order(**fields), Decimal(refunded))) == why


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"status": "paid"}, True),
        ({"status": "shipped"}, True),
        ({"status": "signed", "signed_at": SCAN}, False),
        ({"status": "success"}, False),
    ],
)
def test_an_invoice_follows_receipt(fields: dict[str, Any], waits: bool) -> None:
    assert invoice_waits(order(**fields)) is waits


@pytest.mark.parametrize(
    ("invoiced", "refunded", "red"), [(True, "20", True), (False, "20", False), (True, "0", False)]
)
def test_money_that_went_back_turns_an_invoice_red(invoiced: bool, refunded: str, red: bool) -> None:
    assert red_invoice_due(invoiced, Decimal(refunded)) is red
