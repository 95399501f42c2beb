"""Whole enough for a no-reason return: by kind of goods, and never for opening the box to look."""

import pytest

from bot.cases.rules.intact import INSPECTION, goods_not_intact, not_intact_conditions
from tests.cases.shop import POLICY, key, order

SEAL = "necessary_single_use_seal_broken"
ELECTRONICS = (
    "unauthorised_repair",
    "label_or_serial_altered",
    "irreversible_wear",
    "activation_or_personal_data",
)
APPAREL = ("tag_removed_or_cut", "soiled", "damaged")


@pytest.mark.parametrize(
    ("category", "conditions"),
    [
        ("food", (SEAL,)),
        ("化妆品", (SEAL,)),
        ("医疗器械", (SEAL,)),
        ("contraceptive", (SEAL,)),
        ("electronics", ELECTRONICS),
        ("手机", ELECTRONICS),
        ("Home/Appliance", ELECTRONICS),
        ("apparel", APPAREL),
        ("箱包", APPAREL),
        ("toy", APPAREL),
        ("家纺", APPAREL),
        ("", APPAREL),  # nobody said what it is
    ],
)
def test_each_kind_of_goods_has_its_own_list_and_no_other(category: str, conditions: tuple[str, ...]) -> None:
    goods = order(category=category)
    assert not_intact_conditions(goods, POLICY) == conditions
    for condition in (SEAL, *ELECTRONICS, *APPAREL):
        refusal = goods_not_intact(goods, POLICY, {condition})
        expected = "return_seal_broken" if condition == SEAL else "return_condition"
        assert key(refusal) == (expected if condition in conditions else None)


@pytest.mark.parametrize("category", ["food", "electronics", "apparel", ""])
def test_opening_trying_on_and_testing_are_no_damage(category: str) -> None:
    assert goods_not_intact(order(category=category), POLICY, INSPECTION) is None


def test_only_a_shop_that_says_so_counts_looking_as_damage() -> None:
    strict = POLICY.override({"no_reason_return.unboxing_for_inspection_breaks_intact": True})
    refusal = goods_not_intact(order(category="apparel"), strict, {"opened"})
    assert refusal is not None and refusal.data["conditions"] == ("opened",)


def test_a_refusal_names_everything_that_was_found_and_nothing_else() -> None:
    refusal = goods_not_intact(
        order(category="apparel"), POLICY, {"damaged", "soiled", "opened", "irreversible_wear"}
    )
    assert refusal is not None
    assert refusal.data["conditions"] == ("soiled", "damaged")
    assert refusal.fault_counts
    assert "art. 9" in refusal.rule


def test_a_shop_may_strike_a_condition_off_its_list() -> None:
    mild = POLICY.override({"no_reason_return.not_intact_by_category.apparel_bag_toy_home": ["damaged"]})
    assert goods_not_intact(order(category="apparel"), mild, {"tag_removed_or_cut"}) is None
