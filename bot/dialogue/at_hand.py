"""The rules and facts that a flow may branch on, applied to the case under way; the rules are in `cases/rules`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from bot.cases.case import Case, Status
from bot.cases.order import Order
from bot.cases.rules import (
    address,
    cancelling,
    compensation,
    counterfeit,
    delivery,
    exchange,
    goods_short,
    invoice,
    logistics,
    price_protection,
    returns,
)
from bot.cases.rules.intact import return_not_intact
from bot.cases.rules.refunds import gift_deduction
from bot.cases.rules.refusal import Refusal
from bot.dialogue import paid
from bot.dialogue.answer import Answer
from bot.dialogue.earlier import known_fault
from bot.dialogue.frame import asked_at, frame_of, order_of
from bot.dialogue.stock import stock
from bot.dialogue.terms import SHOPS_FAULT
from bot.dialogue.whose import own_orders

Rule = Callable[[Answer], Refusal | None]
Fact = Callable[[Answer], str]


def _rule(check: Callable[..., Refusal | None]) -> Rule:
    return lambda a: check(order_of(a), a.kit.policy, asked_at(a), a.kit.zone)


def _intact(a: Answer) -> Refusal | None:
    slots = frame_of(a).slots
    intact = "no" if slots.get("worn") == "used" else slots.get("intact")
    return return_not_intact(order_of(a), a.kit.policy, intact, "opened" in slots)


def _rest_on_the_way(a: Answer) -> Refusal | None:
    missing = frame_of(a).slots.get("missing", "1")
    return goods_short.rest_is_on_the_way(order_of(a), int(missing) if missing.isdigit() else 1, a.now)


def _fake_claim_closed(a: Answer) -> Refusal | None:
    issuer = frame_of(a).slots.get("report_issuer")
    return counterfeit.claim_closed(order_of(a), a.kit.policy, asked_at(a), a.kit.zone, issuer)


def _may_exchange(a: Answer) -> Refusal | None:
    """For a fault by the guarantee's terms; without a reason as the shop offers it, by the return's own rules."""
    figures = (order_of(a), a.kit.policy, asked_at(a), a.kit.zone)
    if frame_of(a).slots.get("reason") in (None, "no_reason"):
        return exchange.may_exchange_without_reason(*figures, offered=a.kit.exchanges_offered)
    return exchange.may_exchange_faulty(*figures, known_fault(a, order_of(a)))


def _may_invoice(a: Answer) -> Refusal | None:
    return invoice.may_invoice(order_of(a), paid.spent(a, order_of(a).id))


def _door_not_open(a: Answer) -> Refusal | None:
    damaged = frame_of(a).slots.get("reason") in SHOPS_FAULT
    return returns.door_refusal_not_open(order_of(a), a.kit.policy, asked_at(a), a.kit.zone, damaged)


def _price_not_protected(a: Answer) -> Refusal | None:
    """By the price the buyer names; a person compares it with the page before anything is paid."""
    order, slots = order_of(a), frame_of(a).slots
    now = price_protection.price_named(order, Decimal(slots.get("amount", "0")))
    return price_protection.price_not_protected(order, a.kit.policy, asked_at(a), a.kit.zone, now)


RULES: dict[str, Rule] = {
    "return_possible": _rule(returns.return_possible),
    "may_return": _rule(returns.may_return),
    "return_not_intact": _intact,
    "may_cancel": _rule(cancelling.may_cancel),
    "rest_is_on_the_way": _rest_on_the_way,
    "fake_claim_closed": _fake_claim_closed,
    "may_exchange": _may_exchange,
    "price_not_protected": _price_not_protected,
    "may_change_address": _rule(address.may_change_address),
    "door_refusal_not_open": _door_not_open,
    "may_invoice": _may_invoice,
    "not_delivered_yet": lambda a: delivery.not_delivered_yet(order_of(a)),
    "not_lost_yet": lambda a: logistics.not_lost_yet(order_of(a), a.kit.policy, a.now),
}


# --- facts: each with every value it may have -----------------------------------------------------------------


def stage_of(order: Order) -> str:
    """Where the goods are: not_sent, on_way, marked (delivered, says the carrier), received, refunded, unpaid."""
    if order.status in ("refunded", "closed"):
        return "refunded"
    if order.confirmed_at or order.status in ("signed", "success"):
        return "received"
    if order.status == "delivered":
        return "marked"
    if order.signed_at:
        return "received"
    if order.status == "unpaid":
        return "unpaid"
    return "on_way" if cancelling.shipped_at(order) or order.status == "shipped" else "not_sent"


def rejected_case(a: Answer) -> Case | None:
    """A refused case of theirs that the platform may be asked about: of the order under way, else the latest."""
    chosen = frame_of(a).slots.get("order") if a.state.frame else None
    refused = [c for c in a.cases.values() if c.status is Status.REJECTED]
    same = [c for c in refused if c.order_id == chosen]
    return max(same or refused, key=lambda c: c.updated_at, default=None)


def _refused(a: Answer) -> str:
    return "yes" if rejected_case(a) else "no"


def _stock(a: Answer) -> str:
    slots, order = frame_of(a).slots, order_of(a)
    there, _ = stock(order, slots.get("target", ""), min(int(slots.get("qty", 1)), order.qty))
    return there.replace("_stock", "").replace("stock_", "")


def parcel_state(a: Answer, order: Order) -> str:
    """How the parcel fares: not_sent, moving, stalled (no scan for too long), lost (presumed so), arrived."""
    if logistics.arrived(order):
        return "arrived"
    if logistics.presumed_lost(order, a.kit.policy, a.now):
        return "lost"
    if logistics.stalled(order, a.now):
        return "stalled"
    return "moving" if stage_of(order) == "on_way" else "not_sent"


def is_late(a: Answer, order: Order) -> bool:
    """Whether it was not handed to a carrier by the time that was promised."""
    delay = None if logistics.arrived(order) else compensation.dispatch(order, a.kit.policy, a.now)
    return delay is not None and delay.shipped is None and bool(delay.late_by)


FACTS: dict[str, tuple[str, ...]] = {
    "stage": ("unpaid", "not_sent", "on_way", "marked", "received", "refunded"),
    "stock": ("in", "out_of", "unknown"),
    "refused_before": ("yes", "no"),
    "has_orders": ("yes", "no"),
    "parcel": ("not_sent", "moving", "stalled", "lost", "arrived"),
    "late": ("yes", "no"),
    "weight": ("agrees", "denies", "unknown"),
    "pieces": ("one", "several"),
    "orders_kept": ("here", "elsewhere"),
    "gifts": ("due", "none"),
}
_FACTS: Mapping[str, Fact] = {
    "stage": lambda a: stage_of(order_of(a)),
    "stock": _stock,
    "refused_before": _refused,
    "has_orders": lambda a: "yes" if own_orders(a) else "no",
    "parcel": lambda a: parcel_state(a, order_of(a)),
    "late": lambda a: "yes" if is_late(a, order_of(a)) else "no",
    "weight": lambda a: goods_short.weight_verdict(order_of(a)),
    "pieces": lambda a: "several" if order_of(a).qty > 1 else "one",
    "orders_kept": lambda a: "here" if a.kit.orders_kept else "elsewhere",
    "gifts": lambda a: "due" if gift_deduction(a.kit.policy, order_of(a).gifts) else "none",
}


def fact(a: Answer, name: str) -> str:
    """The value of a fact now. Every name of `FACTS` has one."""
    return _FACTS[name](a)
