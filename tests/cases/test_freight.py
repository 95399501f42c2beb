"""Who pays the way back, said before the yes."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cases.order import from_data
from bot.cases.rules.freight import return_freight
from tests.cases.shop import POLICY


@pytest.mark.parametrize(
    ("fields", "fault", "payer"),
    [
        ({"free_shipping": True}, False, "buyer_pays_return_only"),
        ({"free_shipping": True, "freight_paid": 8}, False, "buyer_pays_return_only"),
        ({"freight_paid": 8}, False, "buyer_pays_all"),
        ({}, False, "buyer_pays_return_only"),  # nothing was charged for the way out
        ({"free_shipping": True}, True, "seller_pays_both_ways"),
        ({"freight_paid": 8}, True, "seller_pays_both_ways"),
    ],
)
def test_the_payer_follows_from_fault_and_free_shipping(
    fields: dict[str, Any], fault: bool, payer: str
) -> None:
    order = from_data({"id": "T1", "status": "signed", "paid": 88, **fields}, ZoneInfo("Asia/Shanghai"))
    assert return_freight(order, POLICY, shop_at_fault=fault) == payer


def test_a_more_generous_shop_pays_itself() -> None:
    generous = POLICY.override({"freight.no_reason_free_shipping_item": "seller_pays"})
    order = from_data({"id": "T1", "status": "signed", "free_shipping": True}, ZoneInfo("Asia/Shanghai"))
    assert return_freight(order, generous) == "seller_pays"
