"""Rows of data → orders: every field, both ways, and what a wrong row is told."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.order import (
    STATUSES,
    Gift,
    Order,
    Parcel,
    Refund,
    as_json,
    change,
    from_data,
    from_json,
    masked_phone,
    phone_tail,
)
from bot.errors import BotError

SHANGHAI = ZoneInfo("Asia/Shanghai")
FULL: dict[str, Any] = {
    "id": "T1",
    "buyer": "B1",
    "status": "signed",
    "created_at": "2026-03-05 10:00",
    "paid_at": "2026-03-05 10:02",
    "first_scan": "2026-03-06 19:40",
    "last_scan": "2026-03-08 18:20",
    "eta": "2026-03-09 20:00",
    "returned_at": "2026-03-12 09:00",
    "signed_at": "2026-03-08 18:20",
    "signed_by": "本人",
    "confirmed_at": "2026-03-09 08:00",
    "waiver_confirmed_at": "2026-03-05 10:01",
    "item": "连衣裙",
    "sku": "dress-M",
    "category": "apparel",
    "qty": 2,
    "unit_paid": 79.5,
    "paid": 159.00,
    "freight_paid": "8",
    "free_shipping": True,
    "insurance": "yes",
    "custom": False,
    "badges": ["7天无理由"],
    "pay": "alipay_balance",
    "phone": "13812345566",
    "address": "上海市",
    "stock": {"dress-S": 0, "dress-M": 3},
    "stall_hours": 48,
    "packing_weight_ok": True,
    "refund": {"ref": "R1", "at": "2026-03-10 17:30", "amount": 88.0},
    "tracking": "SF1234567890123",
    "parcels": [{"parcel": "P1", "qty": 2, "status": "signed", "signed_at": "2026-03-08 18:20"}],
    "gifts": [{"name": "帆布袋", "price": "19.90"}],
}


def order(**fields: Any) -> Order:
    return from_data({"id": "T1", "status": "signed", **fields}, SHANGHAI)


def fault(**fields: Any) -> str:
    with pytest.raises(BotError) as told:
        order(**fields)
    return str(told.value)


def test_a_time_without_a_zone_is_on_the_shops_clock() -> None:
    assert order(signed_at="2026-03-08 18:20").signed_at == datetime(2026, 3, 8, 10, 20, tzinfo=UTC)
    assert order(signed_at=datetime(2026, 3, 8, 18, 20)).signed_at == datetime(2026, 3, 8, 10, 20, tzinfo=UTC)  # noqa: DTZ001


def test_a_time_with_a_zone_keeps_it() -> None:
    assert order(signed_at="2026-03-08T18:20+00:00").signed_at == datetime(2026, 3, 8, 18, 20, tzinfo=UTC)


def test_every_field_is_read_and_none_is_left_at_its_default() -> None:
    read = from_data(FULL, SHANGHAI)
    assert set(FULL) == set(Order.__dataclass_fields__)
    assert read.refund == Refund("R1", datetime(2026, 3, 10, 9, 30, tzinfo=UTC), Decimal("88.00"))
    assert read.parcels == (Parcel("P1", 2, "signed", None, datetime(2026, 3, 8, 10, 20, tzinfo=UTC), None),)
    assert read.gifts == (Gift("帆布袋", Decimal("19.90")),)
    assert (read.paid, read.freight_paid, read.unit_price) == (
        Decimal("159.00"),
        Decimal("8.00"),
        Decimal("79.50"),
    )
    assert (read.insurance, read.free_shipping, read.badges) == (True, True, ("7天无理由",))


def test_an_order_survives_json() -> None:
    read = from_data(FULL, SHANGHAI)
    assert from_json(as_json(read)) == read


def test_what_a_csv_cell_can_hold_is_read_as_well() -> None:
    read = order(
        badges="7天无理由|正品保证(赔3)",
        qty="3",
        free_shipping="是",
        insurance="",
        stock='{"red": 2}',
        parcels='[{"parcel": "P1"}]',
        refund='{"ref": "R1", "amount": "5.00"}',
    )
    assert (read.badges, read.qty, read.free_shipping) == (("7天无理由", "正品保证(赔3)"), 3, True)
    assert (read.stock, read.parcels, read.insurance) == ({"red": 2}, (Parcel("P1"),), False)
    assert read.refund == Refund("R1", None, Decimal("5.00"))
    assert order(gifts='["cup"]').gifts == (Gift("cup"),)


def test_the_price_of_one_piece_never_adds_up_to_more_than_was_paid() -> None:
    three = order(paid="100.00", qty=3)
    assert three.unit_price == Decimal("33.33")
    assert order(unit_paid="20", qty=3).paid == Decimal("60.00")


def test_an_unknown_field_is_named_with_the_one_that_was_meant() -> None:
    assert "'sgned_at' is no order field; did you mean 'signed_at'?" in fault(sgned_at="2026-03-08 18:20")


def test_every_wrong_field_of_a_row_is_told_at_once_with_its_cure() -> None:
    told = fault(status="sined", paid="12x", eta="soon", qty=0, custom="perhaps")
    assert told.startswith("order T1: ")
    assert "'sined' is no order status; did you mean 'signed'?" in told
    assert "paid: '12x' is not a number; write digits only, e.g. 159.00" in told
    assert "eta: 'soon' is not a time; write e.g. 2026-03-08 18:20" in told
    assert "qty: '0' is not a whole number from 1 up" in told
    assert "custom: 'perhaps' is neither yes nor no; write true or false" in told


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("paid", -1, "is not possible here"),
        ("paid", "NaN", "is not possible here"),
        ("paid", True, "is not a number"),
        ("paid", "1.005", "more than two decimals"),
        ("signed_at", "2026-03-08", "has no time of day"),
        ("badges", 7, "is not a list"),
        ("refund", "R1", "cannot be read"),
        ("refund", {"at": "2026-03-08 18:20"}, "ref missing"),
        ("parcels", [{"parcel": "P1", "staus": "signed"}], "did you mean 'status'?"),
        ("gifts", [{"name": "cup", "prize": 1}], "did you mean 'price'?"),
        ("gifts", [{"price": 1}], "name missing"),
        ("stock", {"red": -1}, "is not possible here"),
        ("item", ["a"], "is not a text"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(field: str, value: Any, cause: str) -> None:
    assert f"{field}: " in fault(**{field: value})
    assert cause in fault(**{field: value})


def test_an_order_needs_an_id_and_a_status() -> None:
    with pytest.raises(BotError, match="id and status missing; every order needs an id and a status"):
        from_data({"item": "x"}, SHANGHAI)


def test_news_changes_only_what_it_names_and_leaves_the_old_order_alone() -> None:
    before = order(status="shipped", item="连衣裙")
    after = change(before, {"id": "T1", "status": "signed", "signed_at": "2026-03-08 18:20"}, SHANGHAI)
    assert (after.status, after.item) == ("signed", "连衣裙")
    assert after.signed_at == datetime(2026, 3, 8, 10, 20, tzinfo=UTC)
    assert (before.status, before.signed_at) == ("shipped", None)


def test_news_with_an_empty_value_clears_the_field() -> None:
    assert change(order(eta="2026-03-08 18:20"), {"eta": None}, SHANGHAI).eta is None


def test_news_about_another_order_is_refused() -> None:
    with pytest.raises(BotError, match="news is about order T2"):
        change(order(), {"id": "T2"}, SHANGHAI)


@pytest.mark.parametrize(
    ("phone", "masked", "tail"),
    [
        ("13812345566", "138****5566", "5566"),
        ("138****5566", "138****5566", "5566"),
        ("+44 7700 900123", "****0123", "0123"),
        ("12345", "****2345", "2345"),
        ("", "", ""),
        ("12", "", ""),
    ],
)
def test_a_phone_is_read_back_masked(phone: str, masked: str, tail: str) -> None:
    assert (masked_phone(order(phone=phone)), phone_tail(order(phone=phone))) == (masked, tail)


@given(st.from_regex(r"\+?[0-9]{8,15}", fullmatch=True))
def test_no_masked_phone_shows_more_than_seven_digits(phone: str) -> None:
    shown = masked_phone(order(phone=phone))
    assert "****" in shown
    assert sum(letter.isdigit() for letter in shown) <= 7


instants = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.sampled_from(STATUSES),
    instants,
    instants,
    st.decimals(0, 99999, places=2),
    st.booleans(),
    st.lists(st.text("ab天赔3()", min_size=1, max_size=5), max_size=3),
)
def test_any_order_survives_json(
    status: str, signed: datetime | None, eta: datetime | None, paid: Decimal, custom: bool, badges: list[str]
) -> None:
    first = order(status=status, signed_at=signed, eta=eta, paid=paid, custom=custom, badges=badges)
    assert from_json(as_json(first)) == first
