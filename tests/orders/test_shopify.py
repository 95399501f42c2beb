"""Shopify's Admin GraphQL form on recorded answers: the suite, and what is particular to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import parse, validate

from bot.cases.order import Parcel, Refund
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders import shopify
from bot.orders.base import OrderSource
from bot.orders.door import Patience
from bot.orders.shopify import PAGE, ShopifyOrders
from bot.orders.shopify_order import read_lines
from tests.orders.conformance import Conformance, Known, all_news
from tests.orders.fake_shopify import ORDER, SCHEMA, TOKEN, FakeShopify, item, money, order, sent
from tests.support.http_server import serving, unused_address

PHONE = "+8613812345566"
FREE: dict[str, Any] = {"shippingLines": {"nodes": []}}


def lines(*items: dict[str, Any]) -> dict[str, Any]:
    return {"lineItems": {"nodes": list(items)}}


class ShopifyShop:
    plain = Known("1001", PHONE, "26", "连衣裙 - M", 3, Decimal("59.97"), Decimal("12.00"))
    split = Known("1002", PHONE, "26", "杯子", 3, Decimal("30.00"), parcels=(2, 1))
    lines = (
        Known("1003", PHONE, "26", "T恤", 1, Decimal("49.90")),
        Known("1003-2", PHONE, "26", "帽子", 2, Decimal("0.30")),
    )
    other = Known("1004", "+447700907788", "27", "Boots", 1, Decimal("329.00"))

    def __init__(self, far: FakeShopify, url: str) -> None:
        self.far, self.url = far, url
        self._opened: list[ShopifyOrders] = []
        self.source: OrderSource = self.open(url)

    def open(self, url: str, token: str = TOKEN) -> ShopifyOrders:
        self._opened.append(ShopifyOrders(url, token, patience=Patience(5.0, 2, 0.001)))
        return self._opened[-1]

    def news(self, order_id: str) -> str:
        paid = self.far.numbered(order_id)["displayFinancialStatus"] == "PAID"
        self.far.touch(order_id, displayFinancialStatus="REFUNDED" if paid else "PAID")
        return "status"

    def ignore_filters(self) -> None:
        self.far.careless = True

    def away(self) -> OrderSource:
        return self.open(unused_address())

    def refunded(self, order_id: str) -> Decimal:
        return self.far.paid_back(order_id)

    def close(self) -> None:
        for source in self._opened:
            source.close()


@pytest.fixture
def shop() -> Iterator[ShopifyShop]:
    parcels = [sent("SF1234567890123", 401, 2), sent("SF1234567890124", 401, 1)]
    far = FakeShopify(
        order(1001),
        order(1002, fulfillments=parcels, **lines(item(401, "杯子", 3, "30.0")), **FREE),
        order(1003, **lines(item(402, "T恤", 1, "49.9"), item(403, "帽子", 2, "0.3")), **FREE),
        order(1004, phone="+447700907788", customer=27, **lines(item(404, "Boots", 1, "329.0")), **FREE),
    )
    with serving(far.app()) as url:
        made = ShopifyShop(far, url)
        yield made
        made.close()


class TestShopify(Conformance):
    @pytest.fixture
    def shop(self, shop: ShopifyShop) -> ShopifyShop:
        return shop


@pytest.mark.parametrize("question", [shopify._LIST, shopify._ORDER, shopify._PAYMENTS, shopify._REFUND])
def test_what_is_asked_is_in_the_schema(question: str) -> None:
    assert validate(SCHEMA, parse(question)) == []


def test_every_field_of_the_recorded_order_has_its_place() -> None:
    (read,) = read_lines(ORDER)
    assert (read.id, read.status, read.buyer, read.phone) == ("1001", "paid", "26", PHONE)
    assert (read.item, read.sku, read.qty) == ("连衣裙 - M", "dress-M", 3)
    assert (read.paid, read.freight_paid, read.unit_price) == (
        Decimal("59.97"),
        Decimal("12.00"),
        Decimal("19.99"),
    )
    assert read.created_at == datetime(2026, 3, 1, 2, 12, 8, tzinfo=UTC)
    assert read.paid_at == datetime(2026, 3, 1, 2, 14, 30, tzinfo=UTC)
    assert read.address == "示例路 8 弄 2 号, 上海市 200030, China"
    assert read.pay == "credit_card"


def test_prices_that_hold_the_tax_are_not_taxed_twice() -> None:
    assert read_lines(ORDER | {"taxesIncluded": True})[0].paid == Decimal("56.58")


def test_amounts_in_another_currency_are_never_read() -> None:
    assert read_lines(ORDER | {"currencyCode": "USD"}) == ()
    assert len(read_lines(ORDER | {"currencyCode": "USD"}, currency="USD")) == 1


def test_nothing_goes_back_on_an_order_in_another_currency(shop: ShopifyShop) -> None:
    shop.far.numbered("1001")["currencyCode"] = "USD"
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00")})


@pytest.mark.parametrize("typed", ["1001", "#1001", " # 1001"])
def test_the_sign_before_a_number_may_be_typed_or_not(shop: ShopifyShop, typed: str) -> None:
    assert [found.id for found in shop.source.find(typed, "5566")] == ["1001"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"displayFinancialStatus": "PENDING"}, "unpaid"),
        ({"displayFinancialStatus": "PARTIALLY_REFUNDED"}, "paid"),
        ({"displayFinancialStatus": "REFUNDED"}, "refunded"),
        ({"displayFinancialStatus": "VOIDED"}, "closed"),
        ({"cancelledAt": "2026-03-02T00:00:00Z"}, "closed"),
        ({"fulfillments": [sent("SF1", 315, 2)]}, "paid"),  # one piece is not sent yet
        ({"fulfillments": [sent("SF1", 315, 3)]}, "shipped"),
        ({"fulfillments": [sent("SF1", 315, 3, status="CANCELLED")]}, "paid"),
        ({"fulfillments": [sent("SF1", 315, 3, deliveredAt="2026-03-05T10:00:00Z")]}, "delivered"),
    ],
)
def test_their_states_are_ours(theirs: dict[str, Any], ours: str) -> None:
    (read,) = read_lines(ORDER | theirs)
    assert (read.status, read.signed_at) == (ours, None)


def test_a_parcel_has_its_number_and_times(shop: ShopifyShop) -> None:
    found = shop.source.get("1002")
    assert found is not None
    scanned, due = datetime(2026, 3, 2, 11, 40, tzinfo=UTC), datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
    assert found.parcels[0] == Parcel("SF1234567890123", 2, "shipped", scanned, None, due)
    assert (found.first_scan, found.eta, found.status) == (scanned, due, "shipped")


def test_one_parcel_with_everything_is_no_split_shipment() -> None:
    (read,) = read_lines(ORDER | {"fulfillments": [sent("SF1", 315, 3)]})
    assert (read.tracking, read.parcels) == ("SF1", ())
    assert read.first_scan == datetime(2026, 3, 2, 11, 40, tzinfo=UTC)


def test_a_part_the_carrier_delivered_is_on_its_way_no_more() -> None:
    part = sent("SF1", 315, 2, deliveredAt="2026-03-05T10:00:00Z")
    (read,) = read_lines(ORDER | {"fulfillments": [part]})
    assert [p.signed_at for p in read.parcels] == [datetime(2026, 3, 5, 10, 0, tzinfo=UTC)]
    assert (read.status, read.signed_at) == ("paid", None)


def test_money_that_went_back_is_added_up_under_the_latest_number() -> None:
    back = [
        {
            "id": "gid://shopify/Refund/9",
            "createdAt": "2026-03-09T09:00:00Z",
            "totalRefundedSet": money("10.0"),
        },
        {
            "id": "gid://shopify/Refund/8",
            "createdAt": "2026-03-08T09:00:00Z",
            "totalRefundedSet": money("1.05"),
        },
    ]
    at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert read_lines(ORDER | {"refunds": back})[0].refund == Refund("9", at, Decimal("11.05"))


def test_a_guests_order_is_nobodys_account() -> None:
    assert read_lines(ORDER | {"customer": None})[0].buyer == ""


@pytest.mark.parametrize(
    "odd", [{"lineItems": None}, {"lineItems": {"nodes": [{}]}}, {"displayFinancialStatus": "NEW"}]
)
def test_an_order_that_cannot_be_read_is_a_fault(odd: dict[str, Any]) -> None:
    with pytest.raises(SourceRefusedError, match="cannot be read"):
        read_lines(ORDER | odd)


def test_a_refund_whose_answer_was_lost_is_paid_once(shop: ShopifyShop) -> None:
    shop.far.lose_answers = 1
    assert shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00"), "reason": "size"}) == "9000"
    assert [row["note"] for row in shop.far.numbered("1001")["refunds"]] == ["size [R-1/1]"]


def test_a_refund_asked_for_again_later_has_the_same_key(shop: ShopifyShop) -> None:
    shop.far.lose_answers = 2  # all tries of the first time
    with pytest.raises(RetryLaterError):
        shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00")})
    shop.far.numbered("1001")["refunds"][0]["note"] = None  # whatever becomes of the note
    assert shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00")}) == "9000"
    assert shop.refunded("1001") == Decimal("5.00")


def test_a_refund_is_found_by_its_note_when_shopify_has_forgotten_the_key(shop: ShopifyShop) -> None:
    shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00")})
    shop.far.keys.clear()
    assert shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("5.00")}) == "9000"
    assert shop.refunded("1001") == Decimal("5.00")


def test_money_goes_back_on_the_payments_it_came_by(shop: ShopifyShop) -> None:
    row = shop.far.numbered("1001")
    first = row["transactions"][0] | {"amountSet": money("40.0")}
    second = first | {"id": "gid://shopify/OrderTransaction/8002", "amountSet": money("31.97")}
    failed = first | {"id": "gid://shopify/OrderTransaction/8000", "status": "FAILURE"}
    row["transactions"] = [failed, first, second]
    shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("30.00")})
    shop.source.act("R-1/2", "1001", "refund", {"amount": Decimal("30.00")})
    back = [t for t in row["transactions"] if t["kind"] == "REFUND"]
    parts = [
        (t["parentTransaction"]["id"][-4:], Decimal(t["amountSet"]["shopMoney"]["amount"])) for t in back
    ]
    assert parts == [("8001", 30), ("8001", 10), ("8002", 20)]
    with pytest.raises(SourceRefusedError, match="no payment left"):
        shop.source.act("R-1/3", "1001", "refund", {"amount": Decimal("11.98")})


def test_what_shopify_refuses_is_told_in_its_words(shop: ShopifyShop) -> None:
    shop.far.numbered("1001")["transactions"][0]["amountSet"] = money("500.0")
    with pytest.raises(SourceRefusedError, match="Refund amount is too large"):
        shop.source.act("R-1/1", "1001", "refund", {"amount": Decimal("400.00")})
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.act("R-1/1", "9999", "refund", {"amount": Decimal("1.00")})


def test_a_shop_that_asks_to_slow_down_is_asked_again(shop: ShopifyShop) -> None:
    shop.far.throttle = 3
    assert shop.source.get("1001") is not None
    shop.far.throttle = 99
    with pytest.raises(RetryLaterError, match="slow down"):
        shop.source.get("1001")


def test_a_wrong_token_is_told_with_the_cure(shop: ShopifyShop) -> None:
    with pytest.raises(RetryLaterError, match=r"does not accept our key: .*Invalid API key"):
        shop.open(shop.url, "shpat_wrong").find("1001", "5566")


def test_more_changes_than_a_page_holds_in_one_second_are_all_told_once(shop: ShopifyShop) -> None:
    _, cursor = all_news(shop.source, "")
    for number in range(2000, 2000 + PAGE + 5):
        row = order(number, updatedAt="2026-03-10T08:00:00Z")
        shop.far.orders[row["id"]] = row
    told, cursor = all_news(shop.source, cursor)
    assert sorted(told) == [str(number) for number in range(2000, 2000 + PAGE + 5)]
    assert all_news(shop.source, cursor)[0] == []


def test_two_changes_within_one_second_are_both_told(shop: ShopifyShop) -> None:
    _, cursor = all_news(shop.source, "")
    shop.news("1001")
    _, cursor = all_news(shop.source, cursor)
    shop.far.numbered("1001")["phone"] = "unread"
    assert all_news(shop.source, cursor)[0] == [], "nothing that we read of it changed"
    shop.far.numbered("1001")["displayFinancialStatus"] = "VOIDED"
    assert all_news(shop.source, cursor)[0] == ["1001"]


def test_one_order_nobody_can_read_does_not_hold_up_the_news_of_others(shop: ShopifyShop) -> None:
    _, cursor = all_news(shop.source, "")
    shop.far.touch("1004", displayFinancialStatus=None)
    shop.news("1001")
    assert all_news(shop.source, cursor)[0] == ["1001"]
