"""The platform: when it may be called, how often, and its clocks while a dispute rests."""

from datetime import datetime

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.rules.platform import (
    Suspension,
    applied_too_often,
    platform_not_open,
    suspension_ends,
)
from tests.cases.shop import BERLIN, POLICY, SHANGHAI, at, key

REFUSED_AT = at("2026-03-10 12:00")


def case(status: Status, since: datetime = REFUSED_AT) -> Case:
    return Case("A1", "c1", CaseType.RETURN_REFUND, status, since, since, item="连衣裙")


@pytest.mark.parametrize(
    ("status", "asked", "why"),
    [
        (Status.REJECTED, "2026-03-10 12:00", None),
        (Status.REJECTED, "2026-03-17 11:59:59", None),
        (Status.REJECTED, "2026-03-17 12:00", "platform_too_late"),
        (Status.CLOSED_REJECTED, "2026-03-10 12:00", "platform_too_late"),
        (Status.PENDING_SELLER, "2026-03-15 11:59:59", "platform_not_yet"),
        (Status.PENDING_SELLER, "2026-03-15 12:00", None),  # the shop let its time pass
        (Status.HUMAN_REVIEW, "2026-03-15 11:59:59", "platform_not_yet"),
        (Status.HUMAN_REVIEW, "2026-03-15 12:00", None),
        (Status.DRAFT, "2026-03-15 12:00", "platform_not_yet"),
        (Status.AWAIT_RETURN, "2026-03-15 12:00", "platform_not_yet"),
        (Status.PLATFORM_EVIDENCE, "2026-03-11 12:00", "platform_already"),
        (Status.PLATFORM_REVIEW, "2026-03-11 12:00", "platform_already"),
        (Status.SUSPENDED, "2026-03-11 12:00", "platform_already"),
        (Status.CLOSED_REFUNDED, "2026-03-11 12:00", "platform_case_closed"),
        (Status.CLOSED_WITHDRAWN, "2026-03-11 12:00", "platform_case_closed"),
    ],
)
def test_the_platform_is_open_after_a_refusal_or_a_silence(
    status: Status, asked: str, why: str | None
) -> None:
    assert key(platform_not_open(case(status), POLICY, at(asked), at("2026-03-15 12:00"))) == why


def test_the_days_count_from_the_refusal_and_not_from_a_later_word_on_the_case() -> None:
    noted = case(Status.REJECTED, at("2026-03-16 12:00"))
    refusal = platform_not_open(noted, POLICY, at("2026-03-17 12:00"), rejected_at=REFUSED_AT)
    assert refusal is not None and refusal.data["end"] == at("2026-03-17 12:00")
    assert platform_not_open(noted, POLICY, at("2026-03-17 12:00")) is None


def test_the_shop_that_has_no_deadline_has_not_let_one_pass() -> None:
    assert key(platform_not_open(case(Status.PENDING_SELLER), POLICY, at("2027-01-01"))) == "platform_not_yet"


@pytest.mark.parametrize(("applications", "refused"), [(0, False), (4, False), (5, True), (6, True)])
def test_five_applications_for_one_item_are_heard(applications: int, refused: bool) -> None:
    assert key(applied_too_often("连衣裙", applications)) == ("applied_too_often" if refused else None)


@pytest.mark.parametrize(
    ("why", "since", "ends"),
    [
        ("both_agree", "2026-03-10 12:00", "2026-04-09 12:00"),
        ("court", "2026-03-10 12:00", "2026-03-20 00:00"),  # 7 working days: the 19th is the last
        ("police", "2026-09-29 12:00", "2026-10-15 00:00"),  # a holiday week and a working Saturday
        ("court_shown", "2026-03-10 12:00", None),  # the judgment is waited for
        ("police_shown", "2026-03-10 12:00", "2026-09-11 00:00"),
        ("police_shown", "2026-08-31 12:00", "2027-03-01 00:00"),
    ],
)
def test_a_suspended_dispute_goes_on_by_itself(why: Suspension, since: str, ends: str | None) -> None:
    assert suspension_ends(at(since), why, SHANGHAI) == (at(ends) if ends else None)


def test_thirty_days_are_as_long_where_clocks_change() -> None:
    ends = suspension_ends(at("2026-03-20 12:00", BERLIN), "both_agree", BERLIN)
    assert ends == at("2026-04-19 13:00", BERLIN), "one hour less of that night was on the clock"
