"""Handing over to people, and what their acts mean to the buyer."""

from __future__ import annotations

from typing import Any

from bot.cases.rules.refunds import CENT
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Alert, Enqueue, LeaveQueue, Note, Reply, Say
from bot.dialogue.render import text_of
from bot.handoff.priority import base_score, priority
from bot.messages import Attachment


def hand_over(a: Answer, *reasons: str) -> None:
    """Put the chat in the queue and say the place in it; a chat that waits already is told where it stands."""
    score = base_score(reasons, *_stakes(a))
    a.do(Enqueue(reasons, score))
    if a.facts.handler == "queued":
        say_place(a)
    else:
        ahead = sum(s >= score for s in a.facts.scores)
        _say_place(a, "queued" if ahead else "queued_first", "queued_closed", ahead)
    if priority(reasons) in ("P0", "P1"):
        a.do(Alert(f"handover:{a.turn.ordinal}", _alert(a, reasons)))


def say_place(a: Answer) -> None:
    """Where a chat that waits already stands in the queue."""
    _say_place(a, "still_queued", "still_queued_closed", a.facts.ahead)


def _say_place(a: Answer, when_open: str, when_closed: str, ahead: int) -> None:
    place = {"position": ahead + 1, "ahead": ahead}
    if a.kit.hours.open_at(a.now, a.kit.zone):
        a.say(when_open, **place)
    else:
        a.say(when_closed, opens=a.kit.hours.next_opening(a.now, a.kit.zone), **place)


def _stakes(a: Answer) -> tuple[Any, bool]:
    """The largest amount of an open case's order, and whether a timer of theirs rings within four hours."""
    orders = {o.id: o for o in a.facts.orders}
    amounts = [orders[c.order_id].paid for c in a.cases.values() if c.is_open and c.order_id in orders]
    soon = any((due - a.now).total_seconds() < 4 * 3600 for _, name, due in a.facts.timers if ":" not in name)
    return max(amounts, default=CENT * 0), soon


def _alert(a: Answer, reasons: tuple[str, ...]) -> dict[str, str]:
    names = ", ".join(reasons)
    words = a.kit.knowledge.replies["alert_handover"]
    return {
        "zh": words.zh.replace("{priority}", priority(reasons)).replace("{reasons}", names),
        "en": words.en.replace("{priority}", priority(reasons)).replace("{reasons}", names),
    }


def agent_act(a: Answer) -> None:
    """One act of an agent on this chat. Who may act was checked when the row was written, under the same lock."""
    event = a.turn.first
    do, name = str(event.data.get("do", "")), event.name
    shown = a.facts.agent_name or name
    if a.facts.agent != name:
        a.do(Note(a.kit.knowledge.replies["note_not_yours"].text("en"), name))
    elif do == "claim":
        a.do(Reply(_text(a, "agent_joined", agent=shown), author="system"))
    elif do == "reply":
        files = tuple(Attachment(**f) for f in event.data.get("attachments", ()))
        a.do(Reply(str(event.data.get("text", "")), author="agent", name=shown, attachments=files))
    elif do == "note":
        a.do(Note(str(event.data.get("text", "")), shown))
    elif do in ("release", "resolve"):
        a.do(LeaveQueue("handed_back" if do == "release" else "resolved"))
        a.do(Reply(_text(a, f"agent_{do}d", agent=shown), author="system"))
        a.remember(misses=0, last_answer=None, awaiting={})
    else:
        a.do(Note(a.kit.knowledge.replies["note_unknown_act"].text("en"), name))


def _text(a: Answer, key: str, **data: Any) -> str:
    return text_of(Say(key, data), a.kit, a.state)
