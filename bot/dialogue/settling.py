"""What a rule of the shop may decide at once on a case that waits for it; people decide the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.cases.case import Case
from bot.cases.movers import money, wanted
from bot.cases.order import Order
from bot.cases.rules import settle as settle_rules
from bot.dialogue import announce, paid
from bot.dialogue.answer import Answer
from bot.dialogue.moves import advance

_LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Settled:
    """A rule's own decision: the event it makes, by which rule, and what the case remembers of it."""

    event: str
    rule: str
    slots: Mapping[str, Any]


def risk(a: Answer) -> settle_rules.Why | None:
    """Marks on the conversation, and how much was settled by rule for this buyer in the last 30 days."""
    lately = [c for c in a.cases.values() if c.slots.get("by_rule") and a.now - c.opened_at <= _LATELY]
    return settle_rules.risk(a.state.flags, len(lately))


def _shortage(a: Answer, case: Case, order: Order) -> Settled | None:
    """The weight at packing bears the buyer out: sent after, or paid back, as the buyer likes."""
    missing = int(case.slots.get("missing") or 1)
    found = settle_rules.settle_shortage(
        order, missing, a.kit.auto_refund_cap, risk(a), paid.spent(a, order.id, case.id)
    )
    if not found.by_rule:
        return None
    slots = {"refund": str(found.amount), "by_rule": True}
    event = "approve_resend" if wanted(case) == "resend" else "approve_refund"
    return Settled(event, "淘宝平台争议处理规则 art. 75", slots)


def _small_refund(a: Answer, case: Case, order: Order) -> Settled | None:
    found = settle_rules.settle_refund_only(
        order, money(case) or order.paid, a.kit.auto_refund_cap, risk(a), paid.spent(a, order.id, case.id)
    )
    if not found.by_rule:
        return None
    return Settled("approve_refund", "shop.auto_refund_cap", {"refund": str(found.amount), "by_rule": True})


def _small_part(a: Answer, case: Case, order: Order) -> Settled | None:
    found = settle_rules.settle_resend(order, order.unit_price, a.kit.auto_refund_cap, risk(a))
    return Settled("approve_resend", "shop.auto_refund_cap", {"by_rule": True}) if found.by_rule else None


SETTLES: dict[str, Callable[[Answer, Case, Order], Settled | None]] = {
    "shortage": _shortage,
    "small_refund": _small_refund,
    "small_part": _small_part,
}


def settle(a: Answer, case: Case, say: bool = True) -> Case | None:
    """The decision of the rule that the case's flow names, where that rule decides; None: people do."""
    steps = (step for flow in a.kit.flows.values() if flow.case is case.type for step in flow.steps)
    name = next((step.settle for step in steps if step.settle), None)
    order = announce.order_of_case(a, case)
    decided = SETTLES[name](a, case, order) if name and order else None
    if decided is None:
        return None
    return advance(a, case, decided.event, "rule", rule=decided.rule, slots=decided.slots, say=say)
