"""How long a complaint is heard, and what outlives it."""

import pytest

from bot.cases.rules.after_sale import Ground, after_sale_closed, after_sale_end
from tests.cases.shop import BERLIN, POLICY, SHANGHAI, at, key, order


@pytest.mark.parametrize(
    ("asked", "closed"),
    [("2026-03-20 23:59:59", False), ("2026-03-21 00:00", True), ("2026-03-05 09:00", False)],
)
def test_fifteen_whole_days_after_the_order_was_completed(asked: str, closed: bool) -> None:
    done = order(status="success", confirmed_at="2026-03-05 09:00")
    refusal = after_sale_closed(done, POLICY, at(asked), SHANGHAI)
    assert key(refusal) == ("after_sale_closed" if closed else None)
    assert refusal is None or refusal.data["end"] == at("2026-03-21 00:00")


def test_an_order_not_completed_has_all_the_time() -> None:
    assert after_sale_end(order(signed_at="2026-01-01 10:00"), POLICY, SHANGHAI) is None
    assert after_sale_closed(order(), POLICY, at("2027-01-01"), SHANGHAI) is None


@pytest.mark.parametrize(
    "ground", ["found_by_authority", "court_judgment", "proof_of_fault_or_loss", "seller_promise"]
)
def test_four_grounds_outlive_the_period(ground: Ground) -> None:
    done = order(status="success", confirmed_at="2026-03-05 09:00")
    assert after_sale_closed(done, POLICY, at("2027-03-05"), SHANGHAI, ground) is None


def test_where_clocks_change_the_period_still_ends_at_midnight() -> None:
    done = order(BERLIN, confirmed_at="2026-03-20 09:00")
    assert after_sale_end(done, POLICY, BERLIN) == at("2026-04-05 00:00", BERLIN)
