"""The one door through which a case changes: it is moved, written, paid for, announced once, and its card follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.cases.case import Case, Status
from bot.cases.machine import move, moves
from bot.cases.movers import attempt, money
from bot.cases.rules.refunds import channel_closed
from bot.cases.rules.refusal import Refusal
from bot.dialogue import announce, paid, settled
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Alert, PayOut
from bot.handoff.words import STATUSES, TIMERS, label
from bot.knowledge.types import LANGS
from bot.messages import Lang


def advance(
    a: Answer,
    case: Case,
    event: str,
    who: str,
    *,
    to: Status | None = None,
    why: str = "",
    rule: str = "",
    slots: Mapping[str, Any] | None = None,
    say: bool = True,
) -> Case:
    """The case after `event`, said to the buyer unless the caller says it in other words (`say=False`)."""
    known = moves(case.status).get(event)
    end = to or (known.to[0] if known else case.status)
    more = {**(slots or {}), **_payment(a, case, end, slots or {})}
    moved, entry = move(
        case, event, who, a.now, to=to, why=why, rule=rule, slots=more, policy_version=a.kit.policy.version
    )
    a.save(moved, entry)
    if moved.status is Status.REFUNDING:
        _pay(a, moved)
    if not moved.is_open or moved.status is not case.status:
        _let_go(a, moved)
    if say:
        announce.tell(a, moved)
        settled.ask(a, moved)
        moved = a.cases[moved.id]
    if moved.status is Status.REFUNDING and (old := _too_old(a, moved)):
        a.say(old.key, **old.data)
        alert(a, moved, "alert_channel_closed", amount=str(moved.slots.get("refund", "")))
    if moved.judged or not moved.status.closed:  # a draft that was let go never had one
        a.show_card(announce.card(a, moved))
    return moved


def _payment(a: Answer, case: Case, end: Status, slots: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be paid, fixed when the refund is agreed: never more than is left of what was paid for the order.

    A second try is paid under a number of its own; what the shop's own system has paid is not paid once more.
    """
    if end is not Status.REFUNDING or "refund_ref" in slots:
        return {}
    agreed = slots.get("refund") or money(case)
    order = announce.order_of_case(a, case)
    amount = Decimal(str(agreed)) if agreed is not None else (order.paid if order else Decimal("0.00"))
    if order:
        amount = min(amount, paid.left(a, order, case.id))
    again = {"attempt": str(attempt(case) + 1)} if case.status is Status.REFUND_FAILED else {}
    return {"refund": str(amount), **again}


def _pay(a: Answer, case: Case) -> None:
    amount = money(case)
    if case.slots.get("refund_ref") or _too_old(a, case):
        return
    if case.order_id and amount:
        a.do(PayOut(case.id, attempt(case), case.order_id, amount, str(case.type)))


def _too_old(a: Answer, case: Case) -> Refusal | None:
    """No channel takes it back any more: a person agrees on another way with the buyer, pays, and books it."""
    order = announce.order_of_case(a, case)
    return channel_closed(order, a.kit.policy, a.now) if order and not case.slots.get("refund_ref") else None


def _let_go(a: Answer, case: Case) -> None:
    """A small question about the case as it was is not open any more."""
    if a.state.awaiting.get("case") == case.id:
        a.remember(awaiting={})
    if case.status is Status.AWAIT_RETURN:
        a.remember(awaiting={"what": "tracking", "case": case.id})


def alert(a: Answer, case: Case, key: str, key_end: str = "", **data: Any) -> None:
    """Tell the agents, once per case, key and step; `key_end` tells apart what may come again in the same step.

    A status or a timer in `data` is told by the name that agents know it by.
    """
    fill = {"case": case.id, "item": announce.thing(a, case), **data}
    text = {str(lang): a.text_in(lang, key, **{**fill, **_named(data, lang)}) for lang in LANGS}
    a.do(Alert(f"{key}:{case.id}:{case.events}{key_end}", text))


def _named(data: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    names = {"status": STATUSES, "timer": TIMERS}
    return {what: label(names[what], str(data[what]), lang) for what in names if what in data}
