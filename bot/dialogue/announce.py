"""What a buyer is told of a case: one message a change, who moves next and until when. And the case's card."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.cases.case import Case, Status
from bot.cases.movers import money, next_mover, refund_number, wanted
from bot.cases.offers import Option, options_of
from bot.cases.order import Order
from bot.cases.rules.refunds import arrival
from bot.cases.timers import deadline_name, running_in, timers_of
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Card
from bot.knowledge.types import Words


def tell(a: Answer, case: Case, **extra: Any) -> None:
    """The words of the status it is in now; a case type may have words of its own for a status."""
    a.say(_key(a, case), **words_of(a, case), **extra)
    offer_choices(a, case)


def line(a: Answer, case: Case) -> None:
    """What stands with it, and until when, in one line."""
    due = deadline_of(a, case)
    words: dict[str, Any] = {"deadline": due} if due else {}
    status = a.kit.knowledge.replies[f"status_{case.status}"]
    key = "case_line" if due else "case_line_no_deadline"
    a.say(key, case=case.id, item=thing(a, case), status=status, **words)


def words_of(a: Answer, case: Case) -> dict[str, Any]:
    """All that a sentence about a case may name; what is not known is left empty."""
    order = order_of_case(a, case)
    replies = a.kit.knowledge.replies
    sum_ = money(case)
    return {
        "case": case.id,
        "item": thing(a, case),
        "order": case.order_id or "",
        "status": replies[f"status_{case.status}"],
        "deadline": deadline_of(a, case) or "",
        "amount": sum_ if sum_ is not None else (order.paid if order else ""),
        "ref": refund_number(case),
        "channel": (order.pay if order else "") or "paid_way",
        "arrival": arrival(order, a.kit.policy) if order else a.kit.policy.refund.eta_generic,
        "wanted": replies[f"wish_{wanted(case)}"],
        "options": _options(a, case),
        "reason": str(case.slots.get("refusal_text") or ""),
        "tracking": str(case.slots.get("tracking") or ""),
    }


def thing(a: Answer, case: Case) -> str:
    """What it is about, as the buyer calls it; a to-do is about its order's goods."""
    order = order_of_case(a, case)
    return case.item or (order.item if order else "")


def order_of_case(a: Answer, case: Case) -> Order | None:
    known = (o for o in [*a.facts.orders, *a.facts.named] if o.id == case.order_id)
    return next(known, None)


def deadline_of(a: Answer, case: Case) -> datetime | None:
    """When the clock that matters to the buyer runs out; of a case moved in this turn, the one it has just started."""
    name = deadline_name(case)
    running = next((due for c, n, due in a.facts.timers if c == case.id and n == name), None)
    if running and not a.moved(case.id):
        return running
    return dict(timers_of(case, a.kit.policy, a.now)).get(name or "")


def offer_choices(a: Answer, case: Case) -> None:
    """The buttons that belong to whose turn it is."""
    if case.status is Status.OFFERED:
        for n, option in enumerate(options_of(case)):
            a.button(f"offer:{case.id}:{n}.{mark(option)}", option_label(a, option))
        a.reply_button(f"offer:{case.id}:no", "button_decline")
    elif case.status is Status.CARRIER_CHECK and next_mover(case) == "buyer":
        a.reply_button(f"choice:{case.id}:refund", "wish_refund")
        a.reply_button(f"choice:{case.id}:resend", "wish_resend")
    elif case.status is Status.REJECTED:
        a.reply_button(f"platform:{case.id}", "button_platform")
        a.reply_button(f"amend:{case.id}", "button_amend")
    elif case.status is Status.AWAIT_BUYER_RECEIPT:
        a.reply_button(f"receipt:{case.id}:ok", "button_receipt_ok")
        a.reply_button(f"receipt:{case.id}:bad", "button_receipt_bad")
    else:
        return
    a.reply_button("human", "button_human")


def mark(option: Option) -> str:
    """What tells an option from the one that stood at its place in an earlier offer: four hex digits."""
    return hashlib.sha256(str(option.as_json()).encode()).hexdigest()[:4]


def option_label(a: Answer, option: Option) -> Words:
    """The words of one option of an offer: "resend, free of charge", "refund ¥68.00"."""
    template = a.kit.knowledge.replies[f"option_{option.kind}"]
    amount = f"¥{option.amount:,.2f}" if isinstance(option.amount, Decimal) else ""
    fill = {"amount": amount, "qty": str(option.qty or 1), "sku": option.sku}

    def filled(text: str) -> str:
        for name, value in fill.items():
            text = text.replace("{" + name + "}", value)
        return re.sub(r"\s+([，,])", r"\1", text).strip()

    return Words(filled(template.zh), filled(template.en))


def _options(a: Answer, case: Case) -> str:
    labels = [option_label(a, o).text(a.state.lang) for o in options_of(case)]
    return "\n".join(f"{n}. {label}" for n, label in enumerate(labels, 1))


def card(a: Answer, case: Case) -> Card:
    """Step, whose turn, exact deadline, what happens by itself next: one message a case, kept up to date."""
    replies, words = a.kit.knowledge.replies, words_of(a, case)
    lines = [a.text("card_title", type=replies[f"type_{case.type}"], **words)]
    lines.append(a.text("card_status", **words))
    if case.is_open:
        lines.append(a.text("card_turn", mover=replies[f"mover_{next_mover(case)}"]))
    if case.is_open and words["deadline"]:
        after = f"after_{deadline_name(case)}"
        then = replies[after] if after in replies else replies["after_reminder"]
        lines.append(a.text("card_deadline", then=then, **words))
    return Card(case.id, "\n".join(lines))


def _key(a: Answer, case: Case) -> str:
    own = f"now_{case.status}_{case.type}"
    if own in a.kit.knowledge.replies:
        return own
    if case.status is Status.PENDING_SELLER and all(timer.alarm for timer in running_in(case)):
        return "now_promised"  # nobody's silence agrees to it
    return f"now_{case.status}"
