"""Which clocks a status starts, how long they run, and where each leads."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.machine import move, moves
from bot.cases.timers import TIMERS, timer_of, timers_of
from tests.cases.shop import POLICY

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
# The shop's people are to have decided by then, whatever else runs.
PROMISED = {"service_sla_decide": timedelta(hours=72), "service_sla_decide:warn12": timedelta(hours=60)}


def decide(name: str, hours: int) -> dict[str, timedelta]:
    """A clock whose end is the shop's consent, which agents hear of a day before."""
    return {name: timedelta(hours=hours), f"{name}:warn24": timedelta(hours=hours - 24), **PROMISED}


def case(status: Status, kind: CaseType = CaseType.RETURN_REFUND) -> Case:
    return Case("A1", "web:1", kind, status, NOW, NOW)


@pytest.mark.parametrize(
    ("status", "kind", "started"),
    [
        (Status.DRAFT, CaseType.RETURN_REFUND, {"silent_24h": timedelta(hours=24)}),
        (
            Status.AWAIT_RETURN,
            CaseType.RETURN_REFUND,
            {
                "buyer_ship_back": timedelta(days=7),
                "buyer_ship_back:warn48": timedelta(days=5),
                "buyer_ship_back:warn24": timedelta(days=6),
            },
        ),
        (
            Status.RETURN_IN_TRANSIT,
            CaseType.RETURN_REFUND,
            {
                "seller_confirm_return_express": timedelta(days=10),
                "seller_confirm_return_express:warn48": timedelta(days=8),
            },
        ),
        (Status.PENDING_SELLER, CaseType.RETURN_REFUND, decide("seller_decide_return", 120)),
        (Status.PENDING_SELLER, CaseType.EXCHANGE, decide("seller_decide_exchange", 120)),
        (Status.PENDING_SELLER, CaseType.CANCEL_ORDER, decide("seller_decide_unshipped", 48)),
        (Status.PENDING_SELLER, CaseType.REFUND_ONLY, decide("seller_decide_refund_only_shipped", 120)),
        (Status.PENDING_SELLER, CaseType.INVOICE, PROMISED),
        (Status.HUMAN_REVIEW, CaseType.RETURN_REFUND, PROMISED),
        (Status.CLOSED_REFUNDED, CaseType.RETURN_REFUND, {}),
    ],
)
def test_a_status_starts_its_clocks(status: Status, kind: CaseType, started: dict[str, timedelta]) -> None:
    assert dict(timers_of(case(status, kind), POLICY, NOW)) == {
        n: NOW + length for n, length in started.items()
    }


def test_lengths_are_the_policys() -> None:
    quick = POLICY.override({"timers.buyer_ship_back": "3d"})
    assert dict(timers_of(case(Status.AWAIT_RETURN), quick, NOW))["buyer_ship_back"] == NOW + timedelta(
        days=3
    )


def test_no_warning_comes_before_its_clock_has_started() -> None:
    hasty = POLICY.override({"timers.buyer_ship_back": "36h"})
    assert [name for name, _ in timers_of(case(Status.AWAIT_RETURN), hasty, NOW)] == [
        "buyer_ship_back",
        "buyer_ship_back:warn24",
    ]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", [CaseType.RETURN_REFUND, CaseType.EXCHANGE, CaseType.CANCEL_ORDER])
def test_every_clock_leads_to_a_move_the_table_has(status: Status, kind: CaseType) -> None:
    """Alarms aside, which move nothing and tell somebody."""
    here = case(status, kind)
    for name, _ in timers_of(here, POLICY, NOW):
        timer = timer_of(here, name.partition(":")[0])
        assert timer is not None
        if timer.alarm:
            assert timer.to is None
            continue
        assert timer.to is not None
        to = timer.to(here)
        moved, _ = move(here, timer.event, "system", NOW, to=to)
        assert moved.status is to
        assert to in moves(status)[timer.event].to


def test_a_ring_of_a_status_long_left_means_nothing() -> None:
    assert timer_of(case(Status.RETURN_IN_TRANSIT), "buyer_ship_back") is None
    assert timer_of(case(Status.PENDING_SELLER, CaseType.INVOICE), "seller_decide_return") is None


def test_every_clock_has_a_length() -> None:
    for timers in TIMERS.values():
        for timer in timers:
            assert not timer.figure or POLICY.lookup(timer.figure) > timedelta(0), timer.name
