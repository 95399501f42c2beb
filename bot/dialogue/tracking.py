"""The tracking number of a parcel on its way back: entered, corrected, or come before any return was agreed."""

from __future__ import annotations

import re

from bot.cases.case import Case, Status
from bot.cases.movers import wanted
from bot.cases.rules.refunds import refund_at_once
from bot.dialogue import announce, settling
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.moves import advance

_SURFACE_MAIL = re.compile(
    r"平邮|平郵|普通邮[寄件]|邮局普通|\bsurface mail\b|\bby (?:ordinary|regular) (?:mail|post)\b", re.I
)


def hear(a: Answer, heard: Heard) -> bool:
    """ "I posted it, SF123…": the number goes to the return that waits for one. False where nothing was said."""
    waiting = [c for c in a.open_cases() if c.status == Status.AWAIT_RETURN]
    numbers = heard.entities.tracking
    if not waiting:
        sure = heard.entities.corrects
        return bool(numbers) and (_correct(a, numbers[-1], sure) or _too_early(a, numbers[-1]))
    if not numbers:
        a.say("tracking_ask", case=waiting[0].id)
        a.remember(awaiting={"what": "tracking", "case": waiting[0].id})
        return True
    if len(waiting) > 1 and a.state.awaiting.get("case") not in {c.id for c in waiting}:
        a.say("tracking_which", tracking=numbers[-1])
        for c in waiting:
            a.button(f"track:{c.id}", f"{c.id} {c.item or ''}")
        a.remember(awaiting={"what": "tracking_case", "number": numbers[-1]})
        return True
    target = next((c for c in waiting if c.id == a.state.awaiting.get("case")), waiting[0])
    enter(a, target, numbers[-1])
    return True


def enter(a: Answer, case: Case, number: str) -> None:
    """The parcel is on its way: from now on it is the shop's move."""
    a.remember(awaiting={})
    slots: dict[str, object] = {"tracking": number}
    if any(_SURFACE_MAIL.search(text) for text in a.turn.texts):
        slots["surface_mail"] = True  # it takes longer, and so has the shop
    moved = advance(a, case, "tracking_entered", "buyer", slots=slots, say=False)
    key = "tracking_entered" if case.type == "return_refund" else "tracking_entered_goods"
    a.say(key, tracking=number, case=moved.id, deadline=announce.deadline_of(a, moved))
    if wanted(moved) == "return" and refund_at_once(a.kit.policy, creditworthy=settling.risk(a) is None):
        a.say("fast_refund")


def _correct(a: Answer, number: str, sure: bool) -> bool:
    """A second number while the first parcel travels replaces it, once the buyer says that this is meant."""
    under_way = next((c for c in a.open_cases() if c.status == Status.RETURN_IN_TRANSIT), None)
    if under_way is None:
        return False
    old = str(under_way.slots.get("tracking", ""))
    if old == number:
        a.say("tracking_known", tracking=number, case=under_way.id)
        return True
    if sure:
        _replace(a, under_way, number)
        return True
    a.say("tracking_replace_ask", case=under_way.id, old=old, tracking=number)
    a.reply_button("yes", "button_replace_yes")
    a.reply_button("no", "button_replace_no")
    a.remember(awaiting={"what": "tracking_replace", "case": under_way.id, "number": number})
    return True


def answer_replace(a: Answer, yes: bool) -> None:
    """The answer to whether a second number replaces the first."""
    case, number = a.cases.get(a.state.awaiting.get("case", "")), a.state.awaiting.get("number", "")
    a.remember(awaiting={})
    if case is None or case.status != Status.RETURN_IN_TRANSIT:
        a.say("button_old")
    elif yes:
        _replace(a, case, number)
    else:
        a.say("tracking_known", tracking=str(case.slots.get("tracking", "")), case=case.id)


def _replace(a: Answer, case: Case, number: str) -> None:
    old = str(case.slots.get("tracking", ""))
    advance(a, case, "tracking_corrected", "buyer", slots={"tracking": number}, why=f"was {old}", say=False)
    a.say("tracking_corrected", old=old, tracking=number, case=case.id)


def _too_early(a: Answer, number: str) -> bool:
    """A number before any return was agreed is kept for it."""
    a.say("tracking_early", tracking=number)
    a.remember(awaiting={"what": "return", "tracking": number})
    a.reply_button("topic:return.request", "button_return")
    a.reply_button("human", "button_human")
    return True
