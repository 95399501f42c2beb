"""Handing over to people, and what their acts mean to the buyer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.cases.case import Status
from bot.dialogue import announce
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Alert, Enqueue, LeaveQueue, Note, Reply, Say
from bot.dialogue.render import text_of
from bot.handoff.priority import base_score, priority
from bot.handoff.targets import SUBJECT
from bot.handoff.waiting import waiting_time
from bot.handoff.words import REASONS, Both
from bot.messages import Attachment

_AGAIN_AFTER, _AGAIN_WITHIN = timedelta(days=1), timedelta(days=7)


def hand_over(a: Answer, *reasons: str) -> None:
    """Put the chat in the queue and say the place in it; a chat that waits already is told where it stands."""
    amount, soon = _stakes(a)
    reasons = tuple(dict.fromkeys((*reasons, *_also(a, amount))))
    score = base_score(reasons, amount, soon)
    a.do(Enqueue(reasons, score))
    if a.facts.handler == "queued":
        say_place(a)
    else:
        ahead = sum(s >= score for s in a.facts.scores)
        _say_place(a, "queued" if ahead else "queued_first", "queued_closed", ahead)
    if (urgency := priority(reasons)) in ("P0", "P1"):
        a.do(Alert(f"handover:{a.turn.ordinal}", _alert(a, reasons), ring=urgency == "P0"))


def _also(a: Answer, amount: Decimal) -> list[str]:
    """What makes it more pressing besides the reason: a large sum, a case that has been open for days, frailty."""
    ages = [a.now - c.opened_at for c in a.cases.values() if c.is_open and c.status != Status.DRAFT]
    again = any(_AGAIN_AFTER <= age <= _AGAIN_WITHIN for age in ages)
    found = {
        "high_value": amount >= a.kit.high_value,
        "repeat": again,
        "vulnerable": "vulnerable" in a.state.flags,
    }
    return [name for name, holds in found.items() if holds]


def say_place(a: Answer) -> None:
    """Where a chat that waits already stands in the queue."""
    _say_place(a, "still_queued", "still_queued_closed", a.facts.ahead)


def _say_place(a: Answer, when_open: str, when_closed: str, ahead: int) -> None:
    place = {"position": ahead + 1, "ahead": ahead}
    if a.kit.hours.open_at(a.now, a.kit.zone):
        a.say(when_open, **place)
        say_wait(a, ahead)
    else:
        a.say(when_closed, opens=a.kit.hours.next_opening(a.now, a.kit.zone), **place)


def say_wait(a: Answer, ahead: int) -> None:
    """About how long it will take; nothing where there is nothing to tell it from."""
    if wait := waiting_time(ahead, a.facts.agents_online, a.facts.handling):
        a.say("wait_about", wait=wait)


def _stakes(a: Answer) -> tuple[Decimal, bool]:
    """The largest amount of an open case's order, and whether a timer of theirs rings within four hours."""
    orders = {o.id: o for o in a.facts.orders}
    amounts = [orders[c.order_id].paid for c in a.cases.values() if c.is_open and c.order_id in orders]
    own = [due for subject, name, due in a.facts.timers if subject != SUBJECT and ":" not in name]
    soon = any((due - a.now).total_seconds() < 4 * 3600 for due in own)
    return max(amounts, default=Decimal(0)), soon


def _alert(a: Answer, reasons: tuple[str, ...]) -> dict[str, str]:
    urgency, names = priority(reasons), [REASONS.get(r, Both(r, r)) for r in reasons]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    return {
        "zh": a.text_in("zh", "alert_handover", priority=urgency, reasons=zh),
        "en": a.text_in("en", "alert_handover", priority=urgency, reasons=en),
    }


def call_off(a: Answer) -> None:
    """The buyer no longer waits for a person."""
    a.do(LeaveQueue("called off"))
    a.say("left_queue")


def where_it_stands(a: Answer) -> None:
    """What is settled so far, now that the bot goes on: the case that moved last."""
    going = [c for c in a.cases.values() if c.is_open and c.status != Status.DRAFT]
    if going:
        announce.line(a, max(going, key=lambda c: c.updated_at))


def agent_act(a: Answer) -> None:
    """One act of an agent on this chat. Who may act was checked at the store's door, which left the lease on the row;

    what it let in was allowed then, and stands whoever has the chat by now. `shown` is how buyers see the agent.
    """
    event = a.turn.first
    do, name = str(event.data.get("do", "")), event.name
    shown = str(event.data.get("shown", name))
    if "lease" not in event.data:
        a.do(Note(a.kit.knowledge.replies["note_not_yours"].text("en"), name))
    elif do == "claim":
        a.do(Reply(_text(a, "agent_joined", agent=shown), author="system"))
    elif do in ("transfer", "assign", "take_over"):
        _changed_hands(a, event.data)
    elif do == "reply":
        files = tuple(Attachment(**f) for f in event.data.get("attachments", ()))
        a.do(Reply(str(event.data.get("text", "")), author="agent", name=shown, attachments=files))
    elif do == "note":
        a.do(Note(str(event.data.get("text", "")), shown))
    elif do in ("release", "resolve"):
        a.remember(misses=0, last_answer=None, awaiting={})
        if a.facts.handler == "bot":  # else the buyer asked for a person again before we came to this
            a.do(Reply(_text(a, f"agent_{do}d", agent=shown), author="system"))
            where_it_stands(a)
    else:
        a.do(Note(a.kit.knowledge.replies["note_unknown_act"].text("en"), name))


def _changed_hands(a: Answer, data: Mapping[str, Any]) -> None:
    """Somebody else has the chat now, or it waits for one who knows the matter."""
    if "to" in data:
        words = _text(a, "agent_changed", agent=str(data.get("to_shown", data["to"])))
    else:
        words = _text(a, "agent_passed_on")
    a.do(Reply(words, author="system"))


def _text(a: Answer, key: str, **data: Any) -> str:
    return text_of(Say(key, data), a.kit, a.state)
