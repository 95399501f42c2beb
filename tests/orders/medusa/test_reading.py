"""What Medusa's JSON means to us: states, money, numbers, and what a storefront may add."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI

from bot.cases.order import Order
from bot.errors import SourceRefusedError
from bot.orders.medusa.admin import Admin
from bot.orders.medusa.news import changes
from bot.orders.medusa.reading import Row, items_of, key_of, read
from tests.orders.medusa.far_side import FarSide
from tests.orders.medusa.shops import PAY, MedusaShop, SeededShop
from tests.support.http_server import serving

# What was done to the order in Medusa → our state.
STATES = {
    "authorised": "paid",
    "paid": "paid",
    "several": "shipped",
    "split": "shipped",
    "delivered": "delivered",
    "completed": "success",
    "cancelled": "closed",
    "cancelled_paid": "refunded",
    "refunded": "refunded",
    "part_refunded": "paid",
}


@pytest.fixture
def admin(medusa_url: str, far: FarSide, seeded: SeededShop | None) -> Iterator[Admin]:
    admin = Admin(medusa_url, seeded.at.key if seeded else "sk_recorded", "CNY")
    yield admin
    admin.close()


@pytest.fixture
def row(shop: MedusaShop, admin: Admin) -> Row:
    """An order of one dress, sent and delivered."""
    found = admin.order(shop.number("delivered"))
    assert found is not None
    return found


def one(row: Row, **line: Any) -> Order:
    """The order read with its only line changed."""
    [order] = read({**row, "items": [{**row["items"][0], **line}]}, PAY)
    return order


def test_each_state_of_medusa_is_one_of_ours(shop: MedusaShop) -> None:
    found = {kind: shop.medusa.get(shop.number(kind)) for kind in STATES}
    assert {kind: order.status for kind, order in found.items() if order} == STATES


@pytest.mark.parametrize("state", ["not_paid", "awaiting", "requires_action", "canceled"])
def test_what_is_neither_sent_nor_paid_is_unpaid(row: Row, state: str) -> None:
    nothing = {"quantity": 1, "shipped_quantity": 0, "delivered_quantity": 0}
    assert [o.status for o in read({**row, "payment_status": state}, PAY)] == ["delivered"]
    assert one({**row, "payment_status": state}, detail=nothing).status == "unpaid"


def test_a_full_refund_covers_goods_and_freight(shop: MedusaShop) -> None:
    order = shop.medusa.get(shop.number("refunded"))
    assert order is not None and order.refund is not None
    assert (order.paid, order.freight_paid, order.refund.amount) == (
        Decimal("19.99"),
        Decimal("12.00"),
        Decimal("31.99"),
    )


def test_a_refund_that_staff_booked_stands_on_the_first_line(shop: MedusaShop) -> None:
    number = shop.number("part_refunded")
    first, second = shop.medusa.get(number), shop.medusa.get(f"{number}-2")
    assert first is not None and second is not None
    assert first.refund is not None and first.refund.amount == Decimal("7.50")
    assert second.refund is None


def test_goods_are_received_when_the_last_parcel_is(shop: MedusaShop) -> None:
    split, whole = shop.medusa.get(shop.number("split")), shop.medusa.get(shop.number("delivered"))
    assert split is not None and whole is not None
    assert split.signed_at is None and split.last_scan is not None
    assert [(p.qty, p.status, p.signed_at is None) for p in split.parcels] == [
        (2, "delivered", False),
        (1, "shipped", True),
    ]
    assert whole.signed_at is not None
    assert whole.tracking.startswith("SF")
    assert whole.parcels == ()


def test_a_way_back_that_costs_is_no_freight_of_the_buyers_order(row: Row) -> None:
    way = row["shipping_methods"][0]
    back = {**way, "total": 9, "detail": {**way["detail"], "return_id": "return_1"}}
    [order] = read({**row, "shipping_methods": [way, back]}, PAY)
    assert (order.freight_paid, order.free_shipping) == (Decimal("0.00"), True)


def test_a_cancelled_parcel_was_never_sent(row: Row) -> None:
    gone = [{**parcel, "canceled_at": "2026-03-10T06:05:00.000Z"} for parcel in row["fulfillments"]]
    [order] = read({**row, "fulfillments": gone}, PAY)
    assert (order.parcels, order.first_scan) == ((), None)


def test_shares_of_a_cent_are_rounded_once(row: Row) -> None:
    assert one(row, total=Decimal("53.33333333333333333")).paid == Decimal("53.33")
    parts = {"total": Decimal("33.335"), "return_received_total": Decimal("33.335")}
    assert one(row, **parts).paid == Decimal("66.67")


def test_a_shop_that_numbers_its_orders_itself_is_asked_by_that_number(row: Row) -> None:
    two = {**row, "custom_display_id": "web-77", "items": [*row["items"], *row["items"]]}
    assert list(items_of(two)) == ["WEB-77", "WEB-77-2"]


def test_a_line_that_was_edited_away_leaves_the_others_their_numbers(row: Row) -> None:
    [item] = row["items"]
    gone = {**item, "id": "ordli_0", "detail": {**item["detail"], "quantity": 0}}
    orders = read({**row, "items": [item, gone]}, PAY)
    assert [order.id for order in orders] == [f"{row['display_id']}-2"]


@pytest.mark.parametrize("name", ["Default variant", "Default Title", "default", None])
def test_the_only_variant_of_a_product_goes_without_saying(row: Row, name: str | None) -> None:
    assert one(row, variant_title=name).item == "碎花连衣裙"


def test_a_storefront_may_say_what_only_it_knows(row: Row) -> None:
    order = one(
        row, metadata={"badges": ["7天无理由"], "custom": True, "gift_wrap": "red"}, product_type="apparel"
    )
    assert (order.badges, order.custom, order.category) == (("7天无理由",), True, "apparel")


def test_what_a_storefront_wrote_wrongly_does_not_take_the_order_away(row: Row) -> None:
    order = one(row, metadata={"waiver_confirmed_at": "soon"})
    assert (order.id, order.waiver_confirmed_at) == (str(row["display_id"]), None)


def test_an_order_in_a_form_we_do_not_know_is_a_fault_that_names_it(row: Row) -> None:
    strange = {name: value for name, value in row.items() if name != "payment_status"}
    with pytest.raises(
        SourceRefusedError, match=f"order {row['display_id']} cannot be read: KeyError: 'payment_status'"
    ):
        read(strange, PAY)


def test_one_order_that_cannot_be_read_does_not_hold_up_the_news_of_others(row: Row) -> None:
    strange = {**row, "id": "order_0", "items": None}
    app = FastAPI(openapi_url=None)

    @app.get("/admin/{what}")
    def told(what: str) -> dict[str, Any]:
        return {what: [strange, row] if what == "orders" else []}

    with serving(app) as url:
        far = Admin(url, "sk_1", "CNY")
        news = changes(far, '{"orders": {"at": ""}, "payments": {"at": ""}}', PAY)
        far.close()
    assert [order_id for order_id, _ in news.news] == [str(row["display_id"])]


def test_drafts_and_orders_in_another_currency_are_not_there(row: Row, admin: Admin) -> None:
    assert admin.ours(row)
    assert not admin.ours({**row, "is_draft_order": True})
    assert not admin.ours({**row, "currency_code": "eur"})


def test_a_number_may_be_written_as_medusa_writes_it(shop: MedusaShop) -> None:
    delivered = shop.number("delivered")
    assert [order.id for order in shop.medusa.find(f"#{delivered}", "5566")] == [delivered]


def test_medusa_answers_a_filter_it_does_not_know_with_every_order(shop: MedusaShop, admin: Admin) -> None:
    """Why both factors are looked at again here; should it ever refuse such a filter, so much the better."""
    number = shop.number("delivered")
    rows = admin.rows("orders", display_id=number, fields="id,display_id", order="display_id", limit="3")
    assert len(rows) == 3


def test_a_note_of_staff_is_not_taken_for_our_key() -> None:
    assert key_of({"note": "R-1/1 T1001 size"}) == "R-1/1"
    assert key_of({"note": "the box was wet"}) == "the"
    assert key_of({"note": None}) == ""
