"""What the conversation makes likelier: the same words, told apart by the buyer's own orders and cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cases.case import Case, CaseType, Status
from bot.cases.order import Order
from bot.dialogue.leaning import leaning
from bot.dialogue.state import State
from bot.dialogue.turn import Facts

_DAY = datetime(2026, 3, 1, tzinfo=UTC)


def _case(status: Status) -> Case:
    return Case(
        id="A1",
        chat="c",
        buyer="B1",
        type=CaseType.RETURN_REFUND,
        status=status,
        opened_at=_DAY,
        updated_at=_DAY,
    )


def test_nothing_known_leans_nowhere() -> None:
    assert leaning(State(), Facts()) == {}


@pytest.mark.parametrize(
    ("status", "likelier", "than"),
    [
        ("shipped", "delivery.track", "return.request"),
        ("signed", "item.defect", "delivery.urge"),
        ("paid", "order.cancel", "return.request"),
        ("refunded", "refund.status", "delivery.track"),
    ],
)
def test_an_orders_state_tips_the_scales(status: str, likelier: str, than: str) -> None:
    found = leaning(State(), Facts(orders=(Order(id="T1", status=status),)))
    assert found.get(likelier, 0) > found.get(than, 0)


def test_ten_parcels_weigh_no_more_than_one() -> None:
    one = leaning(State(), Facts(orders=(Order(id="T1", status="shipped"),)))
    ten = leaning(State(), Facts(orders=tuple(Order(id=f"T{n}", status="shipped") for n in range(10))))
    assert one == ten


def test_a_case_under_way_speaks_for_its_next_step_and_a_closed_or_unfiled_one_does_not() -> None:
    waiting = leaning(State(), Facts(cases=(_case(Status.AWAIT_RETURN),)))
    assert waiting["return.tracking"] > waiting["return.cancel"] > 0
    assert leaning(State(), Facts(cases=(_case(Status.CLOSED_REFUNDED), _case(Status.DRAFT)))) == {}


def test_who_was_just_told_of_refunds_asks_on_about_refunds() -> None:
    found = leaning(State(last_answer="refund.timing"), Facts())
    assert set(found) == {"refund.timing", "refund.status", "refund.amount"}
