"""WooCommerce's REST form on recorded answers: the suite, and what is particular to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.order import Parcel, Refund
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.base import OrderSource
from bot.orders.door import Patience
from bot.orders.woocommerce import PAGE, Keys, WooCommerceOrders
from bot.orders.woocommerce_order import STATUSES, read_lines
from tests.orders.conformance import Conformance, Known, all_news
from tests.orders.fake_woocommerce import KEY, ORDER, SECRET, FakeWooCommerce, item, order
from tests.support.http_server import serving, unused_address

PHONE = "13812345566"
TRACKED = {
    "id": 9,
    "key": "_wc_shipment_tracking_items",
    "value": [
        {
            "tracking_provider": "sf-express",
            "tracking_number": "SF1234567890123",
            "date_shipped": "1773078000",
        }
        | {"products_list": [{"product": "401", "item_id": "401", "qty": "2"}]},
        {
            "tracking_provider": "sf-express",
            "tracking_number": "SF1234567890124",
            "date_shipped": "1773078000",
        }
        | {"products_list": [{"product": "401", "item_id": "401", "qty": "1"}]},
    ],
}
FREE = {"shipping_total": "0.00", "shipping_tax": "0.00"}


def opened(url: str, keys: Keys | None = None) -> WooCommerceOrders:
    return WooCommerceOrders(url, keys or Keys(KEY, SECRET), patience=Patience(5.0, 2, 0.001))


class WooShop:
    plain = Known("727", PHONE, "26", "连衣裙", 3, Decimal("59.97"), Decimal("12.00"))
    split = Known("728", PHONE, "26", "杯子", 3, Decimal("30.00"), parcels=(2, 1))
    lines = (
        Known("729", PHONE, "26", "T恤", 1, Decimal("49.90")),
        Known("729-2", PHONE, "26", "帽子", 2, Decimal("0.30")),
    )
    other = Known("730", "+44 7700 907788", "27", "Boots", 1, Decimal("329.00"))

    def __init__(self, far: FakeWooCommerce, url: str) -> None:
        self.far = far
        self._opened: list[WooCommerceOrders] = []
        self.source: OrderSource = self.open(url)

    def open(self, url: str, keys: Keys | None = None) -> WooCommerceOrders:
        self._opened.append(opened(url, keys))
        return self._opened[-1]

    def news(self, order_id: str) -> str:
        row = self.far.orders[int(order_id)]
        self.far.touch(int(order_id), status="processing" if row["status"] == "completed" else "completed")
        return "status"

    def ignore_filters(self) -> None:
        self.far.careless = True

    def away(self) -> OrderSource:
        return self.open(unused_address())

    def refunded(self, order_id: str) -> Decimal:
        return self.far.paid_back(int(order_id))

    def close(self) -> None:
        for source in self._opened:
            source.close()


@pytest.fixture
def shop() -> Iterator[WooShop]:
    far = FakeWooCommerce(
        order(727),
        order(728, line_items=[item(401, "杯子", 3, "30.00")], meta_data=[TRACKED], **FREE),
        order(729, line_items=[item(402, "T恤", 1, "49.90"), item(403, "帽子", 2, "0.28", "0.02")], **FREE),
        order(
            730, customer_id=27, phone="+44 7700 907788", line_items=[item(404, "Boots", 1, "329.00")], **FREE
        ),
    )
    with serving(far.app()) as url:
        made = WooShop(far, url)
        made.url = url  # type: ignore[attr-defined]
        yield made
        made.close()


class TestWooCommerce(Conformance):
    @pytest.fixture
    def shop(self, shop: WooShop) -> WooShop:
        return shop


def test_every_field_of_the_recorded_order_has_its_place() -> None:
    (read,) = read_lines(ORDER)
    assert (read.id, read.status, read.buyer, read.phone) == ("727", "paid", "26", PHONE)
    assert (read.item, read.sku, read.qty) == ("连衣裙", "dress-M", 3)
    assert (read.paid, read.freight_paid, read.unit_price) == (
        Decimal("59.97"),
        Decimal("12.00"),
        Decimal("19.99"),
    )
    assert read.created_at == datetime(2026, 3, 1, 2, 12, 8, tzinfo=UTC)
    assert read.paid_at == datetime(2026, 3, 1, 2, 14, 30, tzinfo=UTC)
    assert read.address == "示例路 8 弄 2 号, 上海市, CN2, 200030, CN"
    assert read.pay == "credit_card"


def test_a_shop_names_its_own_gateways() -> None:
    assert read_lines(ORDER | {"payment_method": "mypay"})[0].pay == ""
    assert read_lines(ORDER | {"payment_method": "mypay"}, {"mypay": "debit_card"})[0].pay == "debit_card"


def test_amounts_in_another_currency_are_never_read() -> None:
    assert read_lines(ORDER | {"currency": "USD"}) == ()
    assert len(read_lines(ORDER | {"currency": "USD"}, currency="USD")) == 1


def test_nothing_goes_back_on_an_order_in_another_currency(shop: WooShop) -> None:
    shop.far.orders[727]["currency"] = "USD"
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.act("R-1/1", "727", "refund", {"amount": Decimal("5.00")})


@pytest.mark.parametrize(("theirs", "ours"), STATUSES.items())
def test_their_states_are_ours(theirs: str, ours: str) -> None:
    assert read_lines(ORDER | {"status": theirs})[0].status == ours


@pytest.mark.parametrize("status", ["checkout-draft", "trash", "auto-draft", "packed-by-a-plugin"])
def test_drafts_and_states_nobody_knows_are_no_orders(status: str) -> None:
    assert read_lines(ORDER | {"status": status}) == ()


def test_parcels_are_those_of_the_line(shop: WooShop) -> None:
    found = shop.source.get("728")
    assert found is not None
    assert found.parcels == (Parcel("SF1234567890123", 2), Parcel("SF1234567890124", 1))


def test_one_parcel_with_everything_is_no_split_shipment() -> None:
    only = {"tracking_provider": "sf-express", "tracking_number": "SF1234567890123"}
    (read,) = read_lines(ORDER | {"meta_data": [TRACKED | {"value": [only]}]})
    assert (read.tracking, read.parcels) == ("SF1234567890123", ())


def test_money_that_went_back_is_added_up_under_the_latest_number() -> None:
    back = [{"id": 726, "reason": "", "total": "-10.00"}, {"id": 724, "reason": "", "total": "-1.05"}]
    assert read_lines(ORDER | {"refunds": back})[0].refund == Refund("726", None, Decimal("11.05"))


def test_a_guests_order_is_nobodys_account(shop: WooShop) -> None:
    shop.far.orders[727]["customer_id"] = 0
    found = shop.source.get("727")
    assert found is not None and found.buyer == ""
    assert list(shop.source.of("0")) == []


@pytest.mark.parametrize("odd", [{"line_items": None}, {"line_items": [{}]}, {"billing": None}])
def test_an_order_that_cannot_be_read_is_a_fault(odd: dict[str, Any]) -> None:
    with pytest.raises(SourceRefusedError, match="cannot be read"):
        read_lines(ORDER | odd)


def test_a_number_of_an_extension_is_found_though_it_is_not_the_id(shop: WooShop) -> None:
    shop.far.orders[727]["number"] = "EN-5001"
    assert [o.id for o in shop.source.find("en-5001", "5566")] == ["EN-5001"]
    assert shop.source.find("727", "5566") == []
    assert shop.source.act("R-1/1", "EN-5001", "refund", {"amount": Decimal("1.00")})
    assert shop.refunded("727") == Decimal("1.00")


def test_the_search_finds_more_than_was_asked_for_and_only_the_right_one_is_paid_back(shop: WooShop) -> None:
    shop.far.orders[727]["number"] = "EN-50010"
    shop.far.orders[728] |= {"number": "EN-5001"}
    shop.source.act("R-1/1", "EN-5001", "refund", {"amount": Decimal("1.00")})
    assert (shop.refunded("727"), shop.refunded("728")) == (Decimal("0.00"), Decimal("1.00"))


def test_a_refund_whose_answer_was_lost_is_found_and_not_paid_again(shop: WooShop) -> None:
    shop.far.lose_answers = 1
    asked = ("R-1/1", "727", "refund", {"amount": Decimal("5.00"), "reason": "size"})
    with pytest.raises(RetryLaterError, match="HTTP 504"):
        shop.source.act(*asked)
    assert shop.source.act(*asked) == "9000"
    assert [row["reason"] for row in shop.far.refunds[727]] == ["size [R-1/1]"]


def test_one_key_is_not_taken_for_another_that_begins_like_it(shop: WooShop) -> None:
    shop.source.act("R-1/10", "727", "refund", {"amount": Decimal("5.00")})
    shop.source.act("R-1/1", "727", "refund", {"amount": Decimal("5.00")})
    assert shop.refunded("727") == Decimal("10.00")


def test_a_gateway_that_cannot_pay_back_is_a_lasting_no(shop: WooShop) -> None:
    shop.far.broken_gateway = True
    with pytest.raises(SourceRefusedError, match="does not support automatic refunds"):
        shop.source.act("R-1/1", "727", "refund", {"amount": Decimal("5.00")})


def test_more_than_is_left_is_refused(shop: WooShop) -> None:
    with pytest.raises(SourceRefusedError, match="Invalid refund amount"):
        shop.source.act("R-1/1", "727", "refund", {"amount": Decimal("71.98")})
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.act("R-1/1", "999", "refund", {"amount": Decimal("1.00")})


def test_a_wrong_key_is_told_with_the_cure(shop: WooShop) -> None:
    wrong = shop.open(shop.url, Keys("ck_wrong", "cs_wrong"))  # type: ignore[attr-defined]
    with pytest.raises(RetryLaterError, match="does not accept our key: Sorry, you cannot list resources"):
        wrong.find("727", "5566")
    assert "cs_" not in repr(Keys("ck_wrong", "cs_wrong"))


def test_two_changes_within_one_second_are_both_told(shop: WooShop) -> None:
    _, cursor = all_news(shop.source, "")
    shop.news("727")
    told, cursor = all_news(shop.source, cursor)
    assert told == ["727"]
    shop.far.orders[727]["status"] = "refunded"  # in the same second as the change before
    assert all_news(shop.source, cursor)[0] == ["727"]


def test_a_change_that_shows_up_late_is_told(shop: WooShop) -> None:
    _, cursor = all_news(shop.source, "")
    shop.news("727")
    _, cursor = all_news(shop.source, cursor)
    earlier = shop.far.orders[727]["date_modified_gmt"][:-2] + "00"
    shop.far.orders[730] |= {"date_modified_gmt": earlier, "status": "completed"}
    assert all_news(shop.source, cursor)[0] == ["730"]


def test_more_changes_than_a_page_holds_in_one_second_are_all_told_once(shop: WooShop) -> None:
    _, cursor = all_news(shop.source, "")
    at = "2026-03-10T08:00:00"
    for order_id in range(1000, 1000 + PAGE + 50):
        shop.far.orders[order_id] = order(order_id, date_modified_gmt=at, **FREE)
    told, cursor = all_news(shop.source, cursor)
    assert sorted(told) == sorted(str(number) for number in range(1000, 1000 + PAGE + 50))
    assert all_news(shop.source, cursor)[0] == []


def test_a_shop_without_orders_tells_its_first(shop: WooShop) -> None:
    kept, shop.far.orders = shop.far.orders, {}
    _, cursor = all_news(shop.source, "")
    shop.far.orders = {727: kept[727]}
    assert all_news(shop.source, cursor)[0] == ["727"]


def test_a_cursor_of_another_source_is_told(shop: WooShop) -> None:
    with pytest.raises(SourceRefusedError, match="another source's"):
        shop.source.changes("17")


def test_one_order_nobody_can_read_does_not_hold_up_the_news_of_others(shop: WooShop) -> None:
    _, cursor = all_news(shop.source, "")
    shop.far.touch(730, billing=None)
    shop.news("727")
    assert all_news(shop.source, cursor)[0] == ["727"]
