"""Parcels: standing still, lost, signed by somebody else, refused at the door, broken on the way."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.order import Parcel
from bot.cases.rules.delivery import (
    carrier_has_proof,
    not_delivered_yet,
    signer,
    transit_damage,
)
from bot.cases.rules.logistics import (
    last_seen,
    not_lost_yet,
    presumed_lost,
    presumed_lost_at,
    stalled,
)
from bot.cases.rules.returns import door_refusal_freight, door_refusal_not_open
from tests.cases.shop import BERLIN, POLICY, SHANGHAI, at, key, order

SENT = {"status": "shipped", "first_scan": "2026-03-05 10:00"}
SEEN = {**SENT, "last_scan": "2026-03-06 10:00"}


@pytest.mark.parametrize(
    ("fields", "now", "since"),
    [
        (SEEN, "2026-03-08 09:59:59", None),
        (SEEN, "2026-03-08 10:00", "2026-03-08 10:00"),
        (SENT, "2026-03-07 10:00", "2026-03-07 10:00"),  # only the first scan is known
        ({**SEEN, "stall_hours": 24}, "2026-03-07 10:00", "2026-03-07 10:00"),
        ({**SEEN, "stall_hours": "1.5"}, "2026-03-06 11:30", "2026-03-06 11:30"),
        ({**SEEN, "status": "delivered"}, "2026-03-20 10:00", None),
        ({**SEEN, "signed_at": "2026-03-07 10:00"}, "2026-03-20 10:00", None),
        ({"status": "paid"}, "2026-03-20 10:00", None),  # nothing on its way
    ],
)
def test_a_parcel_stands_still_after_so_many_hours_without_a_scan(
    fields: dict[str, Any], now: str, since: str | None
) -> None:
    stall = stalled(order(**fields), at(now))
    assert (stall.since if stall else None) == (at(since) if since else None)


def test_the_shop_sets_its_own_hours_where_the_order_has_none() -> None:
    assert stalled(order(**SEEN), at("2026-03-07 10:00"), Decimal(24)) is not None
    assert stalled(order(**SEEN, stall_hours=72), at("2026-03-07 10:00"), Decimal(24)) is None


def test_hours_without_a_scan_are_hours_where_clocks_change() -> None:
    parcel = order(BERLIN, status="shipped", last_scan="2026-03-28 12:00")
    stall = stalled(parcel, at("2026-03-30 13:00", BERLIN))
    assert stall is not None and stall.since == at("2026-03-30 13:00", BERLIN)
    assert stalled(parcel, at("2026-03-30 12:59", BERLIN)) is None


@pytest.mark.parametrize(
    ("fields", "same_city", "lost"),
    [
        ({**SEEN, "eta": "2026-03-09 18:00"}, False, "2026-03-16 18:00"),
        ({**SEEN, "eta": "2026-03-09 18:00"}, True, "2026-03-12 18:00"),
        (SEEN, False, "2026-03-13 10:00"),  # no promised time: from the last scan
        (SENT, True, "2026-03-08 10:00"),
        ({**SEEN, "eta": "2028-02-25 18:00"}, False, "2028-03-03 18:00"),  # over a leap day
    ],
)
def test_a_parcel_counts_as_lost_three_or_seven_days_past_its_promise(
    fields: dict[str, Any], same_city: bool, lost: str
) -> None:
    parcel = order(**fields)
    assert presumed_lost_at(parcel, POLICY, same_city) == at(lost)
    assert not presumed_lost(parcel, POLICY, at(lost) - timedelta(seconds=1), same_city)
    assert presumed_lost(parcel, POLICY, at(lost), same_city)


@pytest.mark.parametrize(
    ("fields", "now", "why"),
    [
        ({**SEEN, "eta": "2026-03-09 18:00"}, "2026-03-16 17:59", "not_lost_yet"),
        ({**SEEN, "eta": "2026-03-09 18:00"}, "2026-03-16 18:00", None),
        ({**SEEN, "signed_at": "2026-03-09 18:00"}, "2026-04-16 18:00", "lost_but_signed"),
        ({**SEEN, "status": "delivered"}, "2026-04-16 18:00", "lost_but_signed"),
        ({"status": "success", "confirmed_at": "2026-03-09 18:00"}, "2026-04-16 18:00", "lost_but_signed"),
        ({"status": "paid"}, "2026-04-16 18:00", "lost_but_not_sent"),
        ({"status": "paid", "eta": "2026-03-01 18:00"}, "2026-04-16 18:00", "lost_but_not_sent"),
    ],
)
def test_only_what_is_under_way_gets_lost(fields: dict[str, Any], now: str, why: str | None) -> None:
    refusal = not_lost_yet(order(**fields), POLICY, at(now))
    assert key(refusal) == why
    if why == "not_lost_yet":
        assert refusal is not None and refusal.data["lost_at"] == at("2026-03-16 18:00")


def test_one_parcel_of_several_is_lost_by_itself() -> None:
    lost = Parcel("P1", first_scan=at("2026-03-05 10:00"), eta=at("2026-03-08 10:00"))
    there = Parcel("P2", first_scan=at("2026-03-05 10:00"), signed_at=at("2026-03-08 10:00"))
    assert presumed_lost(lost, POLICY, at("2026-03-15 10:00"))
    assert not presumed_lost(there, POLICY, at("2026-03-30 10:00"))
    assert not presumed_lost(Parcel("P3"), POLICY, at("2026-03-30 10:00"))


def test_where_nobody_says_that_it_stays_in_town_it_has_the_longer_time_and_what_was_not_sent_has_none() -> (
    None
):
    assert presumed_lost_at(order(**SEEN), POLICY) == at("2026-03-13 10:00")
    assert not presumed_lost(order(**SEEN), POLICY, at("2026-03-13 09:59"))
    assert presumed_lost_at(order(status="paid", eta="2026-03-09 18:00"), POLICY) is None


def test_the_last_scan_is_that_of_the_youngest_parcel_where_the_order_has_none() -> None:
    parts = [
        {"parcel": "P1", "first_scan": "2026-03-05 10:00"},
        {"parcel": "P2", "first_scan": "2026-03-06 10:00"},
    ]
    assert last_seen(order(parcels=parts)) == at("2026-03-06 10:00")
    assert last_seen(order()) is None


@pytest.mark.parametrize(
    ("signed_by", "who"),
    [
        ("本人签收", "buyer"),
        ("收件人", "buyer"),
        ("the recipient, in person", "buyer"),
        ("非本人签收", "somebody_else"),
        ("他人代收", "somebody_else"),
        ("家人", "somebody_else"),
        ("门卫代签", "somebody_else"),
        ("Neighbour", "somebody_else"),
        ("not the recipient", "somebody_else"),
        ("菜鸟驿站", "pickup_point"),
        ("丰巢快递柜", "pickup_point"),
        ("代收点", "pickup_point"),
        ("parcel locker 12", "pickup_point"),
        ("林**", "unknown"),
        ("", "unknown"),
    ],
)
def test_who_signed_is_read_from_the_carriers_note(signed_by: str, who: str) -> None:
    assert signer(order(signed_by=signed_by)) == who


@pytest.mark.parametrize(
    ("signed_by", "slip", "named", "proof"),
    [
        ("本人签收", None, None, True),
        ("他人代收", None, None, False),
        ("", None, None, False),
        ("驿站", None, None, False),
        ("驿站", None, True, True),  # the buyer had it left there
        ("门卫", None, False, False),
        ("林**", None, None, None),  # a name: nobody has compared it
        ("林**", None, False, None),
        ("林**", None, True, True),
        ("他人代收", True, None, True),  # the carrier shows an authorisation
        ("本人签收", False, None, False),  # the note says so, and no slip can be shown
    ],
)
def test_the_shop_has_to_show_a_signature(
    signed_by: str, slip: bool | None, named: bool | None, proof: bool | None
) -> None:
    assert carrier_has_proof(order(signed_by=signed_by), slip, named) is proof


def test_nothing_is_taken_for_granted_that_nobody_said() -> None:
    assert not carrier_has_proof(order(signed_by="驿站"))  # nobody said that the buyer named it
    sound = order(status="shipped", custom=True)  # nobody said that it is damaged
    assert (
        key(door_refusal_not_open(sound, POLICY, at("2026-03-10 10:00"), SHANGHAI)) == "door_refusal_not_open"
    )
    assert door_refusal_freight(sound, POLICY) == "buyer_pays_return_only"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "delivered", "signed_at": "2026-03-09 16:41"}, None),
        ({"status": "delivered"}, None),
        ({"status": "success", "confirmed_at": "2026-03-09 16:41"}, None),
        (SEEN, "not_delivered_yet"),
        ({"status": "shipped"}, None),  # no carrier told anything: that is asked for
    ],
)
def test_signed_but_not_received_needs_a_signature(fields: dict[str, Any], why: str | None) -> None:
    assert key(not_delivered_yet(order(**fields))) == why


@pytest.mark.parametrize(
    ("fields", "damaged", "why", "payer"),
    [
        ({"free_shipping": True}, False, None, "buyer_pays_return_only"),
        ({"freight_paid": 8}, False, None, "buyer_pays_all"),
        ({"custom": True}, False, "door_refusal_not_open", "buyer_pays_return_only"),
        ({"category": "生鲜"}, False, "door_refusal_not_open", "buyer_pays_return_only"),
        (
            {"waiver_confirmed_at": "2026-03-01 10:00"},
            False,
            "door_refusal_not_open",
            "buyer_pays_return_only",
        ),
        ({"custom": True}, True, None, "seller_pays_both_ways"),
        ({"category": "生鲜"}, True, None, "seller_pays_both_ways"),
    ],
)
def test_at_the_door_damage_is_always_refused_and_other_goods_by_the_no_reason_return(
    fields: dict[str, Any], damaged: bool, why: str | None, payer: str
) -> None:
    parcel = order(status="shipped", **fields)
    assert key(door_refusal_not_open(parcel, POLICY, at("2026-03-10 10:00"), SHANGHAI, damaged)) == why
    assert door_refusal_freight(parcel, POLICY, damaged) == payer


@pytest.mark.parametrize(
    ("category", "told_by"),
    [
        ("手机", "2026-03-10 18:20"),  # 48 hours
        ("电视", "2026-03-11 18:20"),  # 72
        ("apparel", "2026-03-10 18:20"),
        ("ceramics", "2026-03-16 00:00"),  # 7 whole days
        ("home", "2026-03-24 00:00"),
        ("宠物", "2026-03-09 18:20"),
        ("books", None),
    ],
)
def test_when_damage_is_best_told_is_a_hint_by_kind_of_goods_and_never_a_bar(
    category: str, told_by: str | None
) -> None:
    broken = order(category=category, signed_at="2026-03-08 18:20")
    damage = transit_damage(broken, POLICY, at("2026-04-08 10:00"), SHANGHAI)
    assert damage.told_by == (at(told_by) if told_by else None)
    assert damage.told_in_time is (told_by is None)
    assert (damage.freight, damage.shards_back) == ("seller_pays_both_ways", False)
    assert transit_damage(broken, POLICY, at("2026-03-08 19:00"), SHANGHAI).told_in_time
