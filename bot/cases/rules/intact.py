"""Are the goods whole enough for a no-reason return? By kind of goods, from what was seen or said."""

from __future__ import annotations

from collections.abc import Collection

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.goods import kind_of
from bot.cases.rules.refusal import Refusal

RULE = "网络购买商品七日无理由退货暂行办法"
SEAL = "necessary_single_use_seal_broken"
# Looking, trying on and switching on for a test leave goods intact (暂行办法 art. 8; 法释〔2022〕8号 art. 3).
INSPECTION = ("opened", "tried_on", "tested")


def return_not_intact(
    order: Order, policy: Policy, intact: str | None, opened: bool = False
) -> Refusal | None:
    """What the buyer says of the goods: "no" is refused; opening the box to look is not damage (暂行办法 arts. 8-9)."""
    if no := goods_not_intact(order, policy, ("opened", SEAL) if opened else ()):
        return no
    if intact != "no":
        return None
    return Refusal("return_not_intact", f"{RULE} art. 9", {"item": order.item})


def goods_not_intact(order: Order, policy: Policy, observed: Collection[str]) -> Refusal | None:
    """Refused for what the law names for this kind of goods, and for nothing else (暂行办法 art. 9).

    `observed`: conditions as `no_reason_return.not_intact_by_category` names them, those of `INSPECTION` among
    them: these count only in a shop whose policy says that unboxing breaks intactness.
    """
    spoilt = tuple(name for name in not_intact_conditions(order, policy) if name in observed)
    if not spoilt and policy.no_reason_return.unboxing_for_inspection_breaks_intact:
        spoilt = tuple(name for name in INSPECTION if name in observed)
    if not spoilt:
        return None
    key = "return_seal_broken" if SEAL in spoilt else "return_condition"
    return Refusal(key, f"{RULE} art. 9", {"item": order.item, "conditions": spoilt})


def not_intact_conditions(order: Order, policy: Policy) -> tuple[str, ...]:
    """What makes goods of this kind not intact, as the policy lists it: what an inspection looks for."""
    conditions: tuple[str, ...] = getattr(policy.no_reason_return.not_intact_by_category, kind_of(order))
    return conditions
