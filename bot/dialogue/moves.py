"""The one door through which a case changes: it is moved, written, paid for, announced once, and its card follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.cases.case import Case, CaseType, Status
from bot.cases.machine import move, moves
from bot.cases.movers import attempt, money
from bot.cases.rules.freight import agreed_freight
from bot.cases.rules.invoice import red_invoice_due
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
    spoken = case.judged.get("freight")
    payer = agreed_freight(spoken, a.kit.policy) if end is Status.AWAIT_RETURN else spoken
    if payer != spoken:  # agreed, and nobody had said who pays the way back
        case = replace(case, judged={**case.judged, "freight": payer})
    more = {**(slots or {}), **_payment(a, case, end, slots or {}), **_received(a, case, end)}
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
        if payer != spoken:
            a.say("yours_freight", freight=payer, **announce.words_of(a, moved))
        settled.ask(a, moved)
        moved = a.cases[moved.id]
    if moved.status is Status.REFUNDING and (old := _too_old(a, moved)):
        a.say(old.key, **old.data)
        alert(a, moved, "alert_channel_closed", amount=str(moved.slots.get("refund", "")))
    if moved.status is Status.CLOSED_REFUNDED:
        red_invoice(a, moved.order_id, money(moved) or Decimal(0))
    if moved.judged or not moved.status.closed:  # a draft that was let go never had one
        a.show_card(announce.card(a, moved))
    return moved


def red_invoice(a: Answer, order_id: str | None, amount: Decimal) -> None:
    """Money went back for goods whose invoice is written: the accounts hear of it, and the buyer that it is done."""
    written = [
        c
        for c in a.cases.values()
        if c.type is CaseType.INVOICE and c.order_id == order_id and c.status is Status.CLOSED_RESOLVED
    ]
    if red_invoice_due(bool(written), amount):
        alert(a, written[0], "alert_red_invoice", amount=str(amount))
        a.say("red_invoice", item=announce.thing(a, written[0]))


def _received(a: Answer, case: Case, end: Status) -> dict[str, Any]:
    """When the buyer had what was sent again: from then on the terms of exchanged goods run."""
    again = case.status is Status.AWAIT_BUYER_RECEIPT and end is Status.CLOSED_RESOLVED
    return {"received_at": a.now.isoformat()} if again else {}


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
