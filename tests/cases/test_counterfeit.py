"""A fake: what the badge promised when it was ordered, what the law names, who pays the test, whose report counts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.rules.badges import genuine_promise
from bot.cases.rules.counterfeit import (
    claim_closed,
    claim_sheet,
    fraud_compensation,
    promised_compensation,
    report_issuer,
    report_not_accepted,
    shop_documents,
    unsafe_food_compensation,
    who_pays_the_test,
)
from tests.cases.shop import POLICY, SHANGHAI, at, key, order

SHOP_OF_THREE = POLICY.override({"counterfeit.shop_promise_multiple": 3})


@pytest.mark.parametrize(
    ("badge", "multiple"),
    [
        ("正品保证(赔3)", 3),
        ("假一赔十", 10),
        ("假一赔四", 4),
        ("假一罚十", 10),
        ("假一賠十", 10),
        ("假一罰拾", 10),
        ("假1赔10", 10),
        ("假一赔十五", 15),
        ("假一赔二十", 20),
        ("假货十倍赔偿", 10),
        ("假一赔两倍", 2),
        ("正品:衣鞋假一赔三,食品假一赔十", 10),  # of two numbers the larger binds
        ("退一赔三", 3),
        ("fake one pay ten", 10),
        ("Fake one, pay 4", 4),
        ("10x if fake", 10),
        ("ten times the price if counterfeit", 10),
        ("Genuine goods, pay 4 for 1 fake", 4),
        ("authentic or 3x back", 3),
        ("正品保证", 3),  # names no number: the shop's own
        ("100% authentic", 3),
        ("7天无理由", 0),
        ("破损包赔", 0),
        ("晚发即赔", 0),
        ("买贵必赔2倍", 0),  # a price promise, not one of genuine goods
        ("", 0),
    ],
)
def test_a_badge_promises_what_it_says(badge: str, multiple: int) -> None:
    assert genuine_promise(order(badges=[badge] if badge else []), SHOP_OF_THREE).multiple == multiple


def test_without_a_badge_on_the_order_the_shops_promise_does_not_count() -> None:
    assert genuine_promise(order(), SHOP_OF_THREE).multiple == 0


def test_of_two_badges_the_larger_promise_binds() -> None:
    promise = genuine_promise(order(badges=["正品保证", "假一赔十", "7天无理由"]), SHOP_OF_THREE)
    assert (promise.multiple, promise.badge) == (10, "假一赔十")


def test_a_badge_that_names_three_is_three_even_where_ten_is_asked_for() -> None:
    sheet = claim_sheet(order(paid="268.00", badges=["正品保证(赔3)"]), SHOP_OF_THREE)
    assert (sheet.refund, sheet.multiple, sheet.promised) == (Decimal("268.00"), 3, Decimal("804.00"))
    assert sheet.by_fraud_law == Decimal("804.00")
    assert sheet.by_food_law is None
    assert set(sheet.depends_on) == {
        "proven_fake",
        "decided_by_person",
        "badge_at_order_time",
        "fraud_established",
    }


def test_a_claim_over_some_pieces_counts_what_was_paid_for_these() -> None:
    three = order(qty=3, paid="300.00", badges=["假一赔十"])
    assert claim_sheet(three, POLICY, qty=1).promised == Decimal("1000.00")
    assert (
        claim_sheet(three, POLICY, qty=9).promised
        == claim_sheet(three, POLICY).promised
        == Decimal("3000.00")
    )


def test_money_that_went_back_already_is_not_refunded_again_but_counts_for_the_multiple() -> None:
    sheet = claim_sheet(order(badges=["假一赔十"], refund={"ref": "R1", "amount": "100.00"}), POLICY)
    assert (sheet.refund, sheet.promised) == (Decimal(0), Decimal("1000.00"))


@pytest.mark.parametrize(
    ("paid", "fraud"),
    [("268.00", "804.00"), ("100.00", "500.00"), ("166.66", "500.00"), ("166.67", "500.01")],
)
def test_fraud_is_three_times_the_price_and_at_least_500(paid: str, fraud: str) -> None:
    assert fraud_compensation(Decimal(paid), POLICY) == Decimal(fraud)


@pytest.mark.parametrize(
    ("paid", "loss", "due"),
    [
        ("30.00", "0", "1000.00"),
        ("100.00", "0", "1000.00"),
        ("100.01", "0", "1000.10"),
        ("30.00", "500.00", "1500.00"),  # three times the loss is more
        ("30.00", "300.00", "1000.00"),
    ],
)
def test_unsafe_food_is_ten_times_the_price_or_three_times_the_loss_and_at_least_1000(
    paid: str, loss: str, due: str
) -> None:
    assert unsafe_food_compensation(Decimal(paid), Decimal(loss), POLICY) == Decimal(due)


@pytest.mark.parametrize(
    ("category", "food"),
    [("food", True), ("零食", True), ("fresh fruit", True), ("shoes", False), ("", False)],
)
def test_the_food_law_is_shown_for_food_only(category: str, food: bool) -> None:
    sheet = claim_sheet(order(category=category, paid="39.00"), POLICY, loss=Decimal(20))
    assert sheet.by_food_law == (Decimal("1000.00") if food else None)
    assert ("food_unsafe" in sheet.depends_on) is food
    assert sheet.most == (Decimal(1000) if food else Decimal(500))


@pytest.mark.parametrize(
    ("includes_refund", "multiple", "compensation"),
    [(True, 10, "1000.00"), (True, 0, "0.00"), (False, 10, "900.00"), (False, 1, "0.00"), (False, 0, "0.00")],
)
def test_the_promise_is_on_top_of_the_refund_unless_the_policy_counts_it_in(
    includes_refund: bool, multiple: int, compensation: str
) -> None:
    policy = POLICY.override({"counterfeit.promise_includes_refund": includes_refund})
    assert promised_compensation(Decimal("100.00"), multiple, policy) == Decimal(compensation)


@given(st.integers(0, 10**7), st.integers(0, 20), st.integers(0, 10**6))
def test_the_sums_are_exact_and_never_below_the_laws_floors(cents: int, multiple: int, loss: int) -> None:
    paid = Decimal(cents) / 100
    assert promised_compensation(paid, multiple, POLICY) == paid * multiple
    assert fraud_compensation(paid, POLICY) >= 500
    assert unsafe_food_compensation(paid, Decimal(loss) / 100, POLICY) >= 1000


def test_the_loser_pays_the_test() -> None:
    assert who_pays_the_test(POLICY, fake=True) == "seller"
    assert who_pays_the_test(POLICY, fake=False) == "buyer"


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("市场监管局出的认定书", "authority"),
        ("海关说是假的", "authority"),
        ("the customs office seized it", "authority"),
        ("a court decided it is fake", "authority"),
        ("有CMA检测报告", "lab"),
        ("CNAS实验室的结果", "lab"),
        ("自己送去检测中心做的检测报告", "lab"),
        ("a CMA lab tested it", "lab"),
        ("市监局委托检测中心做的", "authority"),  # whoever ordered the test
        ("专柜鉴定过是假的", "brand"),
        ("品牌官方客服给的证明", "brand"),
        ("the brand's boutique says so in writing", "brand"),
        ("得物鉴定中心说是假的", "other"),
        ("用App鉴定的", "other"),
        ("朋友说是假的", "other"),
        ("a friend told me", "other"),
        ("没有报告", None),
        ("还没去做鉴定", None),
        ("I have no report from the brand", None),
        ("鉴定费谁出", None),
        ("鞋子是假的!!!", None),
        ("", None),
    ],
)
def test_a_report_counts_by_who_issued_it(text: str, issuer: str | None) -> None:
    assert report_issuer(text) == issuer


@pytest.mark.parametrize(
    ("issuer", "refused"),
    [("authority", False), ("brand", False), ("lab", False), ("other", True), (None, False)],
)
def test_only_brand_lab_and_authority_settle_it(issuer: str | None, refused: bool) -> None:
    assert key(report_not_accepted(issuer)) == ("report_not_accepted" if refused else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "issuer", "closed"),
    [
        ("2026-03-20 23:59:59", None, False),
        ("2026-03-21 00:00", None, True),
        ("2026-03-21 00:00", "lab", True),
        ("2028-01-01 00:00", "authority", False),
    ],
)
def test_it_is_claimed_in_the_after_sales_period_or_at_any_time_with_an_authoritys_finding(
    asked: str, issuer: str | None, closed: bool
) -> None:
    bought = order(confirmed_at="2026-03-05 09:00")
    refusal = claim_closed(bought, POLICY, at(asked), SHANGHAI, issuer)  # type: ignore[arg-type]
    assert key(refusal) == ("after_sale_closed" if closed else None)


def test_imported_goods_need_a_customs_form_beside_the_other_papers() -> None:
    assert set(shop_documents(imported=True)) - set(shop_documents()) == {"customs_form"}
    assert "purchase_chain" in shop_documents()
