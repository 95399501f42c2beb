"""A closed case may be opened again as long as the same complaint would still be heard."""

from typing import Any

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.rules.reopening import may_not_reopen
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

CLOSED = at("2026-03-10 12:00")


def case(status: Status, kind: CaseType = CaseType.QUALITY_CLAIM, **slots: Any) -> Case:
    return Case("A1", "c1", kind, status, CLOSED, CLOSED, item="连衣裙", slots=slots)


@pytest.mark.parametrize("status", list(Status))
def test_silence_withdrawal_and_refusal_can_be_taken_up_again_and_nothing_else(status: Status) -> None:
    reopenable = status in (Status.CLOSED_TIMEOUT, Status.CLOSED_WITHDRAWN, Status.CLOSED_REJECTED)
    refusal = may_not_reopen(case(status), order(), POLICY, CLOSED, SHANGHAI)
    assert key(refusal) == (None if reopenable else "reopen_not_closed")


@pytest.mark.parametrize(
    ("slots", "asked", "why"),
    [
        ({"reason": "no_reason"}, "2026-03-15 23:59", None),
        ({"reason": "no_reason"}, "2026-03-16 00:00", "return_too_late"),
        ({"reason": "quality"}, "2026-03-24 23:59", None),
        ({"reason": "quality"}, "2026-03-25 00:00", "after_sale_closed"),
    ],
)
def test_each_complaint_has_its_own_time(slots: dict[str, str], asked: str, why: str | None) -> None:
    bought = order(signed_at="2026-03-08 18:20", confirmed_at="2026-03-09 10:00")
    closed = case(Status.CLOSED_TIMEOUT, CaseType.RETURN_REFUND, **slots)
    assert key(may_not_reopen(closed, bought, POLICY, at(asked), SHANGHAI)) == why


def test_an_authoritys_finding_opens_it_at_any_time() -> None:
    bought = order(confirmed_at="2026-03-09 10:00")
    fake = case(Status.CLOSED_REJECTED, CaseType.COUNTERFEIT_CLAIM)
    assert may_not_reopen(fake, bought, POLICY, at("2028-01-01"), SHANGHAI, "found_by_authority") is None
