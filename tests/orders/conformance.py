"""What every order source must hold. A source's own tests subclass `Conformance` and give a fixture `shop`.

    class TestMySource(Conformance):
        @pytest.fixture
        def shop(self) -> Iterator[Shop]: ...

The fixture brings the source over a far side (a real local server) that holds the orders described by `Shop`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest

from bot.cases.order import Order, as_json, change, from_json
from bot.errors import RetryLaterError, StoreAwayError
from bot.orders.base import OrderSource

UTC_ZONE = ZoneInfo("UTC")
NOBODYS = "T999999"  # a number no shop of the tests has given out


@dataclass(frozen=True)
class Known:
    """One line of an order as the source must read it. Money is exact: goods and freight apart."""

    id: str  # what a buyer reads in the shop; "-2" behind it for the second line
    phone: str
    buyer: str
    item: str
    qty: int
    paid: Decimal
    freight: Decimal = Decimal("0.00")
    parcels: tuple[int, ...] = ()  # of a split shipment: how many pieces are in each parcel, in any order

    @property
    def tail(self) -> str:
        return self.phone[-4:]


class Shop(Protocol):
    """The far side of a test, with four orders in it.

    `plain`: one line, paid with cents that a float would not keep (19.99 or so a piece, three of them), freight on
    top. `split`: of the same buyer, three pieces in two parcels, of two and one. `lines`: of the same buyer, the
    two lines of one order. `other`: somebody else's, with another phone tail.
    """

    source: OrderSource
    plain: Known
    split: Known
    lines: tuple[Known, Known]
    other: Known

    def news(self, order_id: str) -> str:
        """Something about this order changes on the far side, each time anew; the name of a field that did."""

    def ignore_filters(self) -> None:
        """From now on the far side answers every question with all its orders (nothing to do where there is none)."""

    def away(self) -> OrderSource:
        """The same source with its far side out of reach (nobody listens there)."""

    def refunded(self, order_id: str) -> Decimal:
        """What the far side has paid back so far; only where `flags.acts`."""


def ids(orders: Sequence[Order]) -> list[str]:
    return sorted(order.id for order in orders)


def times(order: Order) -> list[datetime]:
    whole = [getattr(order, f.name) for f in fields(order)]
    parts = [getattr(parcel, f.name) for parcel in order.parcels for f in fields(parcel)]
    parts += [order.refund.at] if order.refund else []
    return [value for value in (*whole, *parts) if isinstance(value, datetime)]


def all_news(source: OrderSource, cursor: str) -> tuple[list[str], str]:
    """Read page by page to the end, as the mirror does: ids in the order told, and the last cursor."""
    told: list[str] = []
    for _ in range(100):
        page = source.changes(cursor)
        cursor = page.cursor
        if not page.news:
            return told, cursor
        told += [order_id for order_id, _ in page.news]
    raise AssertionError("the source never comes to an end of its news")


class Conformance:
    # --- who may see an order --------------------------------------------------------------------------------------

    def test_number_and_phone_tail_find_the_order(self, shop: Shop) -> None:
        assert ids(shop.source.find(shop.plain.id, shop.plain.tail)) == [shop.plain.id]

    def test_the_whole_phone_and_more_than_four_of_its_digits_prove_it_too(self, shop: Shop) -> None:
        digits = "".join(c for c in shop.plain.phone if c.isdigit())
        assert ids(shop.source.find(shop.plain.id, shop.plain.phone)) == [shop.plain.id]
        assert ids(shop.source.find(shop.plain.id, digits[-6:])) == [shop.plain.id]

    def test_a_number_is_found_however_it_is_typed(self, shop: Shop) -> None:
        typed = f" {shop.plain.id.lower()} "
        assert ids(shop.source.find(typed, f"尾号{shop.plain.tail}")) == [shop.plain.id]

    def test_any_mismatch_gives_nothing_and_never_tells_which_half_was_wrong(self, shop: Shop) -> None:
        plain, other = shop.plain, shop.other
        wrong_tail = "0000" if plain.tail != "0000" else "1111"
        answers = {
            "wrong tail": shop.source.find(plain.id, wrong_tail),
            "somebody else's tail": shop.source.find(plain.id, other.tail),
            "somebody else's number": shop.source.find(other.id, plain.tail),
            "a number that does not exist": shop.source.find(NOBODYS, plain.tail),
            "three digits": shop.source.find(plain.id, plain.tail[-3:]),
            "digits from the middle": shop.source.find(plain.id, plain.phone[-8:-4]),
            "a number that only ends like it": shop.source.find(plain.id, f"999{plain.tail}"),
            "no tail": shop.source.find(plain.id, ""),
            "no number": shop.source.find("", plain.tail),
            "nothing": shop.source.find("", ""),
            "half a number": shop.source.find(plain.id[:-1], plain.tail),
            "wildcards": shop.source.find("%", "%"),
            "a query of its own": shop.source.find(f"{plain.id} OR 1=1", plain.tail),
            "a path of its own": shop.source.find(f"../{plain.id}", plain.tail),
        }
        assert {why: found for why, found in answers.items() if found != []} == {}

    def test_a_far_side_that_ignores_filters_leaks_nothing(self, shop: Shop) -> None:
        shop.ignore_filters()
        assert shop.source.find(NOBODYS, shop.plain.tail) == []
        assert shop.source.find(shop.plain.id, shop.other.tail) == []
        assert shop.source.find("", "") == []
        assert shop.source.get(NOBODYS) is None
        assert list(shop.source.of("nobody-at-all")) == []
        assert ids(shop.source.find(shop.plain.id, shop.plain.tail)) == [shop.plain.id]
        assert shop.other.id not in ids(shop.source.of(shop.plain.buyer))

    # --- what an order says ----------------------------------------------------------------------------------------

    def test_one_order_is_read_by_its_exact_id(self, shop: Shop) -> None:
        found = shop.source.get(shop.plain.id)
        assert found is not None
        assert (found.id, found.item, found.qty) == (shop.plain.id, shop.plain.item, shop.plain.qty)
        assert (found.buyer, found.phone[-4:]) == (shop.plain.buyer, shop.plain.tail)
        assert shop.source.get(NOBODYS) is None
        assert shop.source.get("") is None

    def test_money_is_exact_and_goods_and_freight_stand_apart(self, shop: Shop) -> None:
        for known in (shop.plain, shop.split, *shop.lines, shop.other):
            found = shop.source.get(known.id)
            assert found is not None, known.id
            money = (found.paid, found.freight_paid)
            assert money == (known.paid, known.freight), known.id
            assert all(isinstance(amount, Decimal) for amount in money)
            assert found.unit_price * found.qty <= found.paid

    def test_times_are_aware_and_in_utc(self, shop: Shop) -> None:
        found = shop.source.get(shop.split.id)
        assert found is not None
        assert found.created_at in times(found), "an order tells when it was placed"
        assert {moment.utcoffset() for moment in times(found)} == {timedelta(0)}

    def test_a_split_shipment_has_its_parcels(self, shop: Shop) -> None:
        found = shop.source.get(shop.split.id)
        assert found is not None
        assert sorted(parcel.qty for parcel in found.parcels) == sorted(shop.split.parcels)
        assert all(parcel.parcel for parcel in found.parcels)
        assert len({parcel.parcel for parcel in found.parcels}) == len(found.parcels) == 2

    def test_an_order_of_two_goods_is_two_lines_proved_by_one_number(self, shop: Shop) -> None:
        first, second = shop.lines
        found = {order.id: order for order in shop.source.find(first.id, first.tail)}
        assert sorted(found) == sorted([first.id, second.id]) == [first.id, f"{first.id}-2"]
        assert [found[line.id].item for line in shop.lines] == [first.item, second.item]
        assert [found[line.id].paid for line in shop.lines] == [first.paid, second.paid]
        assert ids(shop.source.find(second.id, second.tail)) == [second.id]
        again = shop.source.get(second.id)
        assert again == found[second.id]

    def test_a_buyers_orders_are_all_theirs_and_only_theirs(self, shop: Shop) -> None:
        theirs = shop.source.of(shop.plain.buyer)
        assert ids(theirs) == sorted([shop.plain.id, shop.split.id, *(line.id for line in shop.lines)])
        assert ids(shop.source.of(shop.other.buyer)) == [shop.other.id]
        assert list(shop.source.of("nobody-at-all")) == []
        assert list(shop.source.of("")) == []

    def test_an_order_can_be_kept_and_read_again(self, shop: Shop) -> None:
        for found in shop.source.of(shop.plain.buyer):
            assert from_json(as_json(found)) == found

    # --- what the source is asked to do ----------------------------------------------------------------------------

    def test_a_case_is_filed_once_by_our_key(self, shop: Shop) -> None:
        if not shop.source.flags.files:
            assert shop.source.file("R-1", shop.plain.id, {}) is None
            assert list(shop.source.cases(shop.plain.id)) == []
            return
        case = {"type": "return_refund", "reason": "size", "qty": 1, "amount": Decimal("19.99")}
        first = shop.source.file("R-1", shop.plain.id, case)
        again = shop.source.file("R-1", shop.plain.id, case)
        assert first and again == first
        assert [kept["ref"] for kept in shop.source.cases(shop.plain.id)] == [first]
        assert list(shop.source.cases(shop.other.id)) == []

    def test_a_refund_is_paid_once_by_our_key(self, shop: Shop) -> None:
        fields = {"amount": Decimal("5.01"), "reason": "size"}
        if not shop.source.flags.acts:
            assert shop.source.act("R-1/1", shop.plain.id, "refund", fields) is None
            return
        first = shop.source.act("R-1/1", shop.plain.id, "refund", fields)
        again = shop.source.act("R-1/1", shop.plain.id, "refund", fields)
        assert first and again == first
        assert shop.refunded(shop.plain.id) == Decimal("5.01")
        second = shop.source.act("R-1/2", shop.plain.id, "refund", {**fields, "amount": Decimal("0.10")})
        assert second and second != first
        assert shop.refunded(shop.plain.id) == Decimal("5.11")

    def test_an_action_nobody_knows_does_nothing(self, shop: Shop) -> None:
        assert shop.source.act("R-1/1", shop.plain.id, "launch_rocket", {}) is None

    # --- news ------------------------------------------------------------------------------------------------------

    def test_news_begins_now_and_comes_once_in_order(self, shop: Shop) -> None:
        if not shop.source.flags.reports:
            assert shop.source.changes("7") == shop.source.changes("7")
            assert shop.source.changes("7").news == ()
            return
        told, cursor = all_news(shop.source, "")
        assert told == [], "an empty cursor means: from now on"
        assert cursor
        shop.news(shop.plain.id)
        shop.news(shop.other.id)
        told, cursor = all_news(shop.source, cursor)
        assert sorted(told) == sorted([shop.plain.id, shop.other.id])
        assert all_news(shop.source, cursor)[0] == []
        shop.news(shop.plain.id)
        assert all_news(shop.source, cursor)[0] == [shop.plain.id]

    def test_whoever_loses_a_page_asks_again_with_the_same_cursor(self, shop: Shop) -> None:
        if not shop.source.flags.reports:
            return
        _, cursor = all_news(shop.source, "")
        shop.news(shop.plain.id)
        lost = shop.source.changes(cursor)
        assert [order_id for order_id, _ in lost.news] == [shop.plain.id]
        shop.news(shop.other.id)
        told, _ = all_news(shop.source, cursor)
        assert sorted(told) == sorted([shop.plain.id, shop.other.id])

    def test_news_tells_what_the_order_is_now(self, shop: Shop) -> None:
        if not shop.source.flags.reports:
            return
        before = shop.source.get(shop.plain.id)
        assert before is not None
        _, cursor = all_news(shop.source, "")
        field = shop.news(shop.plain.id)
        changed = dict(shop.source.changes(cursor).news)[shop.plain.id]
        after = shop.source.get(shop.plain.id)
        assert after is not None
        assert getattr(after, field) != getattr(before, field)
        assert change(before, changed, UTC_ZONE) == after

    # --- out of reach ----------------------------------------------------------------------------------------------

    def test_a_far_side_out_of_reach_is_a_fault_and_never_an_empty_answer(self, shop: Shop) -> None:
        source = shop.away()
        out_of_reach: tuple[type[Exception], ...] = (StoreAwayError, RetryLaterError)
        with pytest.raises(out_of_reach):
            source.find(shop.plain.id, shop.plain.tail)
        with pytest.raises(out_of_reach):
            source.get(shop.plain.id)
        with pytest.raises(out_of_reach):
            source.of(shop.plain.buyer)
        calls: list[Any] = []
        if source.flags.acts:
            calls.append(lambda: source.act("R-1/1", shop.plain.id, "refund", {"amount": Decimal("5.01")}))
        if source.flags.files:
            calls.append(lambda: source.file("R-1", shop.plain.id, {"type": "return_refund"}))
        if source.flags.reports:
            calls.append(lambda: source.changes(""))
        for call in calls:
            with pytest.raises(out_of_reach):
                call()
