"""The flow under way as the buyer's answers have it so far: its slots, its order, its draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.machine import move
from bot.cases.order import Order
from bot.dialogue import whose
from bot.dialogue.answer import Answer
from bot.dialogue.state import Frame

# "Shall I go ahead?", under the numbered lines or once more without them.
CONFIRMS = ("confirm", "confirm_again")


def frame_of(a: Answer) -> Frame:
    assert a.state.frame is not None
    return a.state.frame


def keep(a: Answer, merged: dict[str, str]) -> None:
    a.remember(frame=replace(frame_of(a), slots=merged))


def note_asked(a: Answer, what: str) -> None:
    frame = frame_of(a)
    a.remember(frame=replace(frame, asked=what))
    draft = a.cases[frame.case]
    a.save(replace(draft, slots=kept(frame), updated_at=a.now))


def kept(frame: Frame, qty: int | None = None) -> dict[str, Any]:
    """What the case remembers of the slots: the yes was to the flow, the case has its own status for it."""
    filled = {k: v for k, v in frame.slots.items() if k != "confirmed"}
    return filled | ({"qty": str(qty)} if qty else {})


def order_of(a: Answer) -> Order:
    return next(o for o in whose.own_orders(a) if o.id == frame_of(a).slots["order"])


def asked_at(a: Answer) -> datetime:
    """The request counts from its first message: who began before midnight and confirmed after it was in time."""
    return a.cases[frame_of(a).case].opened_at


def item_of(a: Answer) -> str:
    return order_of(a).item if "order" in frame_of(a).slots else ""


def end_draft(a: Answer, frame: Frame, event: str, who: str, rule: str = "") -> None:
    """A draft of this very turn leaves no trace; an older one is closed with its reason."""
    if all(c.id != frame.case for c in a.facts.cases):
        a.forget(frame.case)
        return
    case, entry = move(a.cases[frame.case], event, who, a.now, rule=rule, policy_version=a.kit.policy.version)
    a.save(case, entry)
