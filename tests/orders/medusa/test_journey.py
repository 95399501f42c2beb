"""A return from filing to the money, and what a crash between any two calls leaves behind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.refunds import RefundRequest
from tests.orders.medusa.shops import MedusaShop

CASE = {"type": "return_refund", "reason": "size", "qty": 1}


def request(order_id: str, amount: str, currency: str = "CNY") -> RefundRequest:
    return RefundRequest("R-1/1", "R-1", 1, order_id, Decimal(amount), currency, "size")


def kept(shop: MedusaShop, order_id: str) -> list[tuple[str, int, int]]:
    return [(case["status"], case["qty"], case["received"]) for case in shop.medusa.cases(order_id)]


def test_a_return_is_filed_received_and_refunded(shop: MedusaShop) -> None:
    order_id = shop.bought("plain").id
    ref = shop.medusa.file("R-1", order_id, CASE)
    assert [(case["ref"], case["key"]) for case in shop.medusa.cases(order_id)] == [(ref, "R-1")]
    assert kept(shop, order_id) == [("requested", 1, 0)]
    assert shop.medusa.act("R-1/back", order_id, "receive", {"ref": ref}) == ref
    assert kept(shop, order_id) == [("received", 1, 1)]
    paid = shop.medusa.gateway().refund(request(order_id, "19.99"))
    after = shop.medusa.get(order_id)
    assert after is not None and after.refund is not None
    assert (after.status, after.refund.ref, after.refund.amount) == ("delivered", paid.ref, Decimal("19.99"))
    assert after.returned_at is not None and after.signed_at is not None
    assert after.returned_at > after.signed_at
    assert (after.qty, after.paid) == (3, Decimal("59.97")), "what was paid stays what was paid"


def test_the_second_line_of_an_order_is_returned_and_refunded_for_itself(shop: MedusaShop) -> None:
    first, second = shop.bought_lines()
    shop.medusa.file("R-1", second.id, {"type": "return_refund"})
    shop.medusa.act("R-1/1", second.id, "refund", {"amount": Decimal("5.00"), "reason": "size"})
    assert kept(shop, second.id) == [("requested", second.qty, 0)], "all of the line where no number is given"
    assert kept(shop, first.id) == []
    lines = {order.id: order.refund for order in shop.medusa.find(first.id, first.tail)}
    refund = lines[second.id]
    assert lines[first.id] is None
    assert refund is not None and refund.amount == Decimal("5.00")


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_filing_that_broke_off_after_any_call_is_finished_and_not_begun_again(
    shop: MedusaShop, lost: int
) -> None:
    order_id = shop.bought("plain").id
    shop.far.lose_answer(lost)
    with pytest.raises(RetryLaterError):
        shop.medusa.file("R-1", order_id, CASE)
    ref = shop.medusa.file("R-1", order_id, CASE)
    assert [case["ref"] for case in shop.medusa.cases(order_id)] == [ref]
    assert kept(shop, order_id) == [("requested", 1, 0)]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_receipt_that_broke_off_after_any_call_is_finished_once(shop: MedusaShop, lost: int) -> None:
    order_id = shop.bought("plain").id
    ref = shop.medusa.file("R-1", order_id, CASE)
    shop.far.lose_answer(lost)
    with pytest.raises(RetryLaterError):
        shop.medusa.act("R-1/back", order_id, "receive", {"ref": ref})
    assert shop.medusa.act("R-1/back", order_id, "receive", {"ref": ref}) == ref
    assert kept(shop, order_id) == [("received", 1, 1)]


def test_a_refund_whose_answer_was_lost_is_found_and_not_paid_again(shop: MedusaShop) -> None:
    order_id, gateway = shop.bought("plain").id, shop.medusa.gateway()
    shop.far.lose_answer(1)
    with pytest.raises(RetryLaterError):
        gateway.refund(request(order_id, "5.01"))
    assert gateway.refund(request(order_id, "5.01")).ref
    assert shop.refunded(order_id) == Decimal("5.01")
    assert [path.rpartition("/")[2] for path in shop.far.wishes] == ["refund"]


def test_one_key_never_pays_two_amounts(shop: MedusaShop) -> None:
    order_id, gateway = shop.bought("plain").id, shop.medusa.gateway()
    gateway.refund(request(order_id, "5.01"))
    assert gateway.refund(request(order_id, "6.00")).state == "failed"
    assert shop.refunded(order_id) == Decimal("5.01")


def test_a_refund_through_medusas_own_provider_has_to_be_paid_by_a_person(shop: MedusaShop) -> None:
    result = shop.medusa.gateway().refund(request(shop.bought("plain").id, "5.01"))
    assert result.state == "manual" and result.ref
    assert "moves no money" in result.told


def test_more_than_was_paid_or_another_currency_is_refused_with_the_reason(shop: MedusaShop) -> None:
    order_id, gateway = shop.bought("plain").id, shop.medusa.gateway()
    too_much = gateway.refund(request(order_id, "71.98"))
    foreign = gateway.refund(request(order_id, "5.01", "EUR"))
    assert (too_much.state, foreign.state) == ("failed", "failed")
    assert "no payment of this order has more than 71.97 left" in too_much.told
    assert f"has no order {order_id} in EUR" in foreign.told
    assert shop.far.wishes == []


def test_goods_that_were_not_sent_cannot_be_filed_as_a_return(shop: MedusaShop) -> None:
    order_id = shop.bought("unsent").id
    with pytest.raises(SourceRefusedError, match="1 to be returned, but 0 sent"):
        shop.medusa.file("R-1", order_id, CASE)
    assert shop.far.wishes == [], "a return that was begun would block the order"


def test_more_pieces_than_are_left_cannot_be_filed(shop: MedusaShop) -> None:
    order_id = shop.bought("plain").id
    shop.medusa.file("R-1", order_id, {"type": "return_refund", "qty": 2})
    with pytest.raises(SourceRefusedError, match="2 to be returned, but 1 sent"):
        shop.medusa.file("R-2", order_id, {"type": "return_refund", "qty": 2})


def test_while_a_person_edits_the_order_ours_waits(shop: MedusaShop) -> None:
    order_id = shop.bought("plain").id
    shop.staff_begin_return(order_id)
    with pytest.raises(RetryLaterError, match="somebody is changing order"):
        shop.medusa.file("R-1", order_id, CASE)
    assert shop.far.wishes == []


def test_a_return_of_staff_without_a_place_is_received_where_the_goods_came_from(shop: MedusaShop) -> None:
    order_id = shop.bought("plain").id
    shop.staff_request_return(order_id)
    ref = shop.medusa.act("R-1/back", order_id, "receive", {})
    assert [(case["ref"], case["key"]) for case in shop.medusa.cases(order_id)] == [(ref, None)]
    assert kept(shop, order_id) == [("received", 1, 1)]


def test_what_is_no_return_is_not_filed(shop: MedusaShop) -> None:
    assert shop.medusa.file("R-1", "1", {"type": "invoice"}) is None
    assert shop.far.wishes == []


def test_an_order_that_is_not_there_cannot_be_acted_on(shop: MedusaShop) -> None:
    with pytest.raises(SourceRefusedError, match="has no order 999999"):
        shop.medusa.file("R-1", "999999", CASE)


def test_money_taken_is_news_though_the_orders_own_time_stands_still(shop: MedusaShop) -> None:
    number = shop.authorised()
    before = shop.medusa.get(number)
    cursor = shop.medusa.changes("").cursor
    shop.capture(number)
    [(told, fields)] = shop.medusa.changes(cursor).news
    after = shop.medusa.get(number)
    assert before is not None and after is not None
    assert told == number
    assert fields["paid_at"] == after.paid_at.isoformat() if after.paid_at else None
    assert before.paid_at != after.paid_at
