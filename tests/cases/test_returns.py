"""The no-reason return: the window to the minute, every exclusion, and everything that overrides one."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.returns import (
    may_return,
    promises_no_reason,
    return_not_intact,
    return_possible,
    return_window_end,
)
from tests.cases import shop
from tests.cases.shop import POLICY, SHANGHAI, at


def order(zone: ZoneInfo = SHANGHAI, **fields: Any) -> Order:
    return shop.order(zone, **{"signed_at": "2026-03-08 18:20", "paid": "159.00", **fields})


def refused(order: Order, moment: str, policy: Policy = POLICY, zone: ZoneInfo = SHANGHAI) -> str | None:
    refusal = may_return(order, policy, at(moment, zone), zone)
    return refusal.key if refusal else None


@pytest.mark.parametrize(
    ("signed", "last_minute", "too_late"),
    [
        ("2026-03-08 18:20", "2026-03-15 23:59:59", "2026-03-16 00:00"),
        ("2026-03-01 09:00", "2026-03-08 23:59:59", "2026-03-09 00:00"),
        ("2026-03-08 00:00", "2026-03-15 23:59:59", "2026-03-16 00:00"),  # signed as the day began
        ("2026-03-08 23:59", "2026-03-15 23:59:59", "2026-03-16 00:00"),  # signed as it ended
        ("2026-02-25 12:00", "2026-03-04 23:59:59", "2026-03-05 00:00"),  # February of 28 days
        ("2028-02-22 12:00", "2028-02-29 23:59:59", "2028-03-01 00:00"),  # ends on a leap day
        ("2028-02-25 12:00", "2028-03-03 23:59:59", "2028-03-04 00:00"),  # runs over a leap day
        ("2026-12-28 12:00", "2027-01-04 23:59:59", "2027-01-05 00:00"),  # over the turn of the year
    ],
)
def test_the_window_is_whole_days_from_the_midnight_after_signing(
    signed: str, last_minute: str, too_late: str
) -> None:
    goods = order(signed_at=signed)
    assert return_window_end(goods, POLICY, SHANGHAI) == at(too_late)
    assert refused(goods, last_minute) is None
    assert refused(goods, too_late) == "return_too_late"


@pytest.mark.parametrize(
    ("zone", "signed", "too_late", "hours"),
    [
        ("Europe/Berlin", "2026-03-25 12:00", "2026-04-02 00:00", 167),  # clocks go forward on the way
        ("Europe/Berlin", "2026-10-20 12:00", "2026-10-28 00:00", 169),  # and back
        ("America/New_York", "2026-03-05 12:00", "2026-03-13 00:00", 167),
        ("UTC", "2026-03-05 12:00", "2026-03-13 00:00", 168),
    ],
)
def test_days_are_the_shops_days_where_clocks_change(
    zone: str, signed: str, too_late: str, hours: int
) -> None:
    here = ZoneInfo(zone)
    end = return_window_end(order(here, signed_at=signed), POLICY, here)
    first = at(signed, here).replace(hour=0) + timedelta(days=1)
    assert end == at(too_late, here)
    assert (end.timestamp() - first.timestamp()) / 3600 == hours


@pytest.mark.parametrize(
    ("signed", "last_second", "too_late"),
    [
        ("2026-03-21 09:00", "2026-03-28 23:59:59", "2026-03-29 00:00"),  # ends just before clocks go forward
        ("2026-03-22 09:00", "2026-03-29 23:59:59", "2026-03-30 00:00"),  # ends with the day of 23 hours
        ("2026-10-17 09:00", "2026-10-24 23:59:59", "2026-10-25 00:00"),  # ends just before they go back
        ("2026-10-18 09:00", "2026-10-25 23:59:59", "2026-10-26 00:00"),  # ends with the day of 25 hours
        ("2028-02-22 09:00", "2028-02-29 23:59:59", "2028-03-01 00:00"),  # ends with a leap day
    ],
)
def test_in_berlin_the_last_second_is_in_and_the_first_instant_after_it_out(
    signed: str, last_second: str, too_late: str
) -> None:
    goods = order(shop.BERLIN, signed_at=signed)
    assert refused(goods, last_second, zone=shop.BERLIN) is None
    assert refused(goods, too_late, zone=shop.BERLIN) == "return_too_late"


NO_LOGISTICS = "next_day_00_00_after_confirm_receipt_if_no_logistics"
INSTALLED = "after_install_complete"


@pytest.mark.parametrize(
    ("setting", "fields", "too_late"),
    [
        ("next_day_00_00_after_sign", {}, "2026-03-16 00:00"),
        ("next_day_00_00_after_sign", {"confirmed_at": "2026-03-12 10:00"}, "2026-03-16 00:00"),
        # No carrier brought it: its confirmation counts, whatever was ticked off before.
        (NO_LOGISTICS, {"confirmed_at": "2026-03-12 10:00"}, "2026-03-20 00:00"),
        (
            NO_LOGISTICS,
            {"confirmed_at": "2026-03-12 10:00", "first_scan": "2026-03-06 10:00"},
            "2026-03-16 00:00",
        ),
        (
            NO_LOGISTICS,
            {
                "confirmed_at": "2026-03-12 10:00",
                "parcels": [{"parcel": "P1", "first_scan": "2026-03-06 10:00"}],
            },
            "2026-03-16 00:00",
        ),
        (NO_LOGISTICS, {}, None),
        # An order knows no installation: its confirmation stands for it.
        (INSTALLED, {"confirmed_at": "2026-03-12 10:00"}, "2026-03-20 00:00"),
        (INSTALLED, {}, None),
    ],
)
def test_the_clock_starts_as_the_shop_has_set_it(
    setting: str, fields: dict[str, Any], too_late: str | None
) -> None:
    policy, goods = POLICY.override({"no_reason_return.clock_start": setting}), order(**fields)
    assert return_window_end(goods, policy, SHANGHAI) == (at(too_late) if too_late else None)
    if too_late:
        assert refused(goods, too_late, policy) == "return_too_late"
        before = at(too_late) - timedelta(seconds=1)
        assert may_return(goods, policy, before, SHANGHAI) is None
    else:  # not begun, so not over either
        assert refused(goods, "2026-12-31 12:00", policy) is None


def test_the_day_of_signing_is_the_shops_not_the_servers() -> None:
    signed_after_midnight_in_shanghai = order(signed_at="2026-03-08T16:30:00+00:00")
    assert return_window_end(signed_after_midnight_in_shanghai, POLICY, SHANGHAI) == at("2026-03-17 00:00")


def test_a_shop_that_gives_more_days_is_held_to_them() -> None:
    generous = POLICY.override({"no_reason_return.window_days": 15})
    assert refused(order(), "2026-03-23 23:59", generous) is None
    assert refused(order(), "2026-03-24 00:00", generous) == "return_too_late"


def test_without_a_signature_the_confirmation_of_receipt_counts() -> None:
    confirmed = order(status="success", signed_at=None, confirmed_at="2026-03-08 18:20")
    assert refused(confirmed, "2026-03-15 23:59") is None
    assert refused(confirmed, "2026-03-16 00:00") == "return_too_late"


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"custom": True}, "return_excluded_custom_made"),
        ({"category": "生鲜"}, "return_excluded_fresh_perishable"),
        ({"category": "fresh fruit"}, "return_excluded_fresh_perishable"),
        ({"category": "food/seafood"}, "return_excluded_fresh_perishable"),
        ({"category": "digital"}, "return_excluded_downloaded_or_unsealed_av_software_digital"),
        ({"category": "软件"}, "return_excluded_downloaded_or_unsealed_av_software_digital"),
        ({"category": "期刊"}, "return_excluded_delivered_newspaper_periodical"),
        ({"waiver_confirmed_at": "2026-03-01 10:00"}, "return_excluded_by_confirmation"),
        ({"status": "paid", "signed_at": None}, "return_not_shipped"),
        ({"status": "unpaid", "signed_at": None}, "return_not_shipped"),
        ({"status": "shipped", "signed_at": None}, "return_on_the_way"),
        ({"status": "delivered", "signed_at": None}, "return_on_the_way"),
        ({"status": "closed"}, "return_order_closed"),
        ({"status": "refunded", "refund": {"ref": "R1", "amount": "159"}}, "return_already_refunded"),
    ],
)
def test_each_no_has_its_own_reason(fields: dict[str, Any], key: str) -> None:
    assert refused(order(**fields), "2026-03-10 12:00") == key


@pytest.mark.parametrize("badge", ["7天无理由", "支持七天无理由退货", "7-day no-reason return"])
@pytest.mark.parametrize("fields", [{"custom": True}, {"category": "生鲜"}, {"category": "digital"}])
def test_a_shop_that_promised_seven_days_on_excluded_goods_must_honour_it(
    badge: str, fields: dict[str, Any]
) -> None:
    assert refused(order(badges=[badge], **fields), "2026-03-10 12:00") is None
    assert refused(order(badges=["正品保证"], **fields), "2026-03-10 12:00") is not None


@pytest.mark.parametrize(
    ("badge", "promised"),
    [
        ("7天无理由", True),
        ("支持七天无理由退货", True),
        ("七天無理由退貨", True),
        ("7-day no-reason return", True),
        ("No reason returns, 7 days", True),
        ("非质量问题也支持7天无理由", True),
        ("不支持7天无理由", False),
        ("不适用七天无理由退货", False),
        ("不適用七天無理由退貨", False),
        ("非7天无理由", False),
        ("no 7-day no-reason return", False),
        ("not eligible for no-reason return", False),
        ("正品保证", False),
    ],
)
def test_a_badge_that_says_the_opposite_is_no_promise(badge: str, promised: bool) -> None:
    assert promises_no_reason(order(badges=[badge])) is promised


def test_a_promise_does_not_stop_the_clock() -> None:
    assert refused(order(custom=True, badges=["7天无理由"]), "2026-03-16 00:00") == "return_too_late"


def test_goods_that_could_be_excluded_are_not_without_the_buyers_confirmation_on_this_order() -> None:
    assert refused(order(category="cosmetics"), "2026-03-10 12:00") is None


def test_a_shop_may_strike_an_exclusion_off_its_list() -> None:
    kind = POLICY.override({"no_reason_return.excluded_by_law": ["fresh_perishable"]})
    assert refused(order(custom=True), "2026-03-10 12:00", kind) is None
    assert refused(order(category="生鲜"), "2026-03-10 12:00", kind) == "return_excluded_fresh_perishable"


@pytest.mark.parametrize(
    "fields", [{"custom": True}, {"category": "生鲜"}, {"signed_at": "2026-01-01 10:00"}]
)
def test_a_fault_is_another_road_where_only_the_no_reason_return_is_closed(fields: dict[str, Any]) -> None:
    goods, now = order(**fields), at("2026-03-10 12:00")
    assert return_possible(goods, POLICY, now, SHANGHAI) is None
    refusal = may_return(goods, POLICY, now, SHANGHAI)
    assert refusal is not None
    assert refusal.fault_counts


@pytest.mark.parametrize("status", ["unpaid", "paid", "shipped", "delivered", "refunded", "closed"])
def test_without_goods_or_money_no_reason_opens_a_return(status: str) -> None:
    refusal = return_possible(order(status=status, signed_at=None), POLICY, at("2026-03-10 12:00"), SHANGHAI)
    assert refusal is not None
    assert not refusal.fault_counts


def test_goods_that_are_not_whole_are_refused_and_only_then() -> None:
    refusal = return_not_intact(order(), POLICY, "no")
    assert refusal is not None
    assert refusal.key == "return_not_intact"
    assert return_not_intact(order(), POLICY, "yes") is None
    assert return_not_intact(order(), POLICY, None) is None


def test_what_was_refunded_is_said_with_its_number_and_no_fault_changes_that() -> None:
    refusal = may_return(
        order(status="refunded", refund={"ref": "R1", "amount": "159"}),
        POLICY,
        at("2026-03-10 12:00"),
        SHANGHAI,
    )
    assert refusal is not None
    assert (refusal.data["ref"], refusal.fault_counts) == ("R1", False)


def test_every_refusal_names_its_rule() -> None:
    late = may_return(order(), POLICY, at("2026-04-01 00:00"), SHANGHAI)
    assert late is not None
    assert "暂行办法" in late.rule
    assert late.data["end"] == at("2026-03-16 00:00")


@pytest.mark.parametrize(
    ("category", "opened", "key"),
    [
        ("food", True, "return_seal_broken"),
        ("cosmetics", True, "return_seal_broken"),
        ("食品", True, "return_seal_broken"),
        ("food", False, None),
        ("apparel", True, None),  # looking into the parcel is no damage
        ("electronics", True, None),
    ],
)
def test_a_broken_seal_counts_for_food_and_cosmetics_only(
    category: str, opened: bool, key: str | None
) -> None:
    refusal = return_not_intact(order(category=category), POLICY, "yes", opened)
    assert (refusal.key if refusal else None) == key
