"""Faulty goods: which remedies are open at each moment, and in which order they are offered."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.rules.quality import (
    Fault,
    described_wrongly_but_used,
    enough_repairs,
    open_remedies,
    quality_exchange_end,
    quality_return_end,
)
from tests.cases.shop import BERLIN, POLICY, SHANGHAI, at, order

MINOR, MAJOR = Fault("minor"), Fault("major")
PHONE = {"category": "electronics", "signed_at": "2026-03-08 18:20"}
DRESS = {"category": "apparel", "signed_at": "2026-03-08 18:20"}
OLD_PHONE = {**PHONE, "confirmed_at": "2026-03-10 09:00"}  # complaints are heard until 2026-03-26 00:00
IN_WARRANTY = replace(MAJOR, warranty_until=at("2027-03-09 00:00"))


@pytest.mark.parametrize(
    ("fields", "fault", "asked", "remedies"),
    [
        # a machine with a small fault: 7 days to return, 15 to exchange, then repair
        (OLD_PHONE, MINOR, "2026-03-15 23:59:59", ("partial", "resend", "repair", "exchange", "return")),
        (OLD_PHONE, MINOR, "2026-03-16 00:00", ("partial", "resend", "repair", "exchange")),
        (OLD_PHONE, MINOR, "2026-03-23 23:59:59", ("partial", "resend", "repair", "exchange")),
        (OLD_PHONE, MINOR, "2026-03-24 00:00", ("partial", "resend", "repair")),
        (OLD_PHONE, MINOR, "2026-03-26 00:00", ()),
        # one with a grave fault may go back as long as complaints are heard
        (OLD_PHONE, MAJOR, "2026-03-25 23:59:59", ("return", "repair", "resend", "partial")),
        (OLD_PHONE, IN_WARRANTY, "2026-06-01 00:00", ("repair", "resend", "partial")),
        (OLD_PHONE, IN_WARRANTY, "2027-03-08 23:59:59", ("repair", "resend", "partial")),
        (OLD_PHONE, IN_WARRANTY, "2027-03-09 00:00", ()),
        # no machine: nothing to repair
        (DRESS, MAJOR, "2026-03-10 10:00", ("return", "exchange", "resend", "partial")),
        (DRESS, MINOR, "2026-05-10 10:00", ("partial", "resend", "exchange", "return")),  # not confirmed yet
        (
            {**DRESS, "confirmed_at": "2026-03-10 09:00"},
            MAJOR,
            "2026-03-25 23:59:59",
            ("return", "exchange", "resend", "partial"),
        ),
        ({**DRESS, "confirmed_at": "2026-03-10 09:00"}, MAJOR, "2026-03-26 00:00", ()),
        # nothing received, nothing to choose
        ({"category": "apparel", "status": "shipped"}, MAJOR, "2026-03-10 10:00", ()),
    ],
)
def test_what_is_open_now(
    fields: dict[str, Any], fault: Fault, asked: str, remedies: tuple[str, ...]
) -> None:
    assert open_remedies(order(**fields), POLICY, at(asked), SHANGHAI, fault) == remedies


def test_two_failed_repairs_open_exchange_and_return_again() -> None:
    late = at("2026-06-01 10:00")
    fault = replace(IN_WARRANTY, failed_repairs=2)
    assert open_remedies(order(**OLD_PHONE), POLICY, late, SHANGHAI, fault)[:2] == ("return", "exchange")
    assert "repair" not in open_remedies(order(**OLD_PHONE), POLICY, late, SHANGHAI, fault)
    once = replace(IN_WARRANTY, failed_repairs=1)
    assert "return" not in open_remedies(order(**OLD_PHONE), POLICY, late, SHANGHAI, once)


def test_goods_that_cannot_go_back_and_cheap_ones_are_refunded() -> None:
    asked = at("2026-03-10 10:00")
    broken = replace(MAJOR, unreturnable=True)
    assert open_remedies(order(**DRESS), POLICY, asked, SHANGHAI, broken)[0] == "refund"
    assert "return" not in open_remedies(order(**DRESS), POLICY, asked, SHANGHAI, broken)
    cheap = order(**{**DRESS, "paid": "50.00"})
    assert open_remedies(cheap, POLICY, asked, SHANGHAI, MAJOR, cap=Decimal(50))[:2] == ("refund", "return")
    assert "refund" not in open_remedies(order(**DRESS), POLICY, asked, SHANGHAI, MAJOR, cap=Decimal(50))


def test_after_an_exchange_the_terms_begin_anew() -> None:
    phone, again = order(**OLD_PHONE), replace(MINOR, exchanged_at=at("2026-04-01 15:00"))
    assert quality_return_end(phone, POLICY, SHANGHAI, again) == at("2026-04-09 00:00")
    assert quality_exchange_end(phone, POLICY, SHANGHAI, again) == at("2026-04-17 00:00")
    assert "return" in open_remedies(phone, POLICY, at("2026-04-08 23:59"), SHANGHAI, again)


def test_the_days_are_the_shops_days_where_clocks_change() -> None:
    phone = order(BERLIN, category="electronics", signed_at="2026-03-25 12:00")
    assert quality_return_end(phone, POLICY, BERLIN, MINOR) == at("2026-04-02 00:00", BERLIN)


@pytest.mark.parametrize(("failed", "enough"), [(0, False), (1, False), (2, True), (3, True)])
def test_two_repairs_are_enough(failed: int, enough: bool) -> None:
    assert enough_repairs(failed, POLICY) is enough


@pytest.mark.parametrize(
    ("visible", "used", "intact", "refused"),
    [
        (True, True, False, True),
        (True, True, True, False),
        (True, False, False, False),
        (False, True, False, False),
    ],
)
def test_what_differed_at_first_sight_is_no_claim_once_it_was_used_up(
    visible: bool, used: bool, intact: bool, refused: bool
) -> None:
    assert described_wrongly_but_used(visible, used, intact) is refused
