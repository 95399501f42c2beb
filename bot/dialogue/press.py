"""A pressed button, or the same choice typed: what its value means now."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.dialogue import aftercare, run, whose
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.person import hand_over
from bot.understanding.language import to_simplified

_BOTH = re.compile(r"[两俩都]|\b(?:both|all)\b")  # "两个" is no second choice
Serve = Callable[..., None]


def typed(a: Answer, heard: Heard) -> str | None:
    """The value of the offered button that the buyer typed: its number, or its label word for word."""
    plain = to_simplified(heard.text).strip().strip("。.!！ ").lower()
    for button in a.state.offered:
        if plain and to_simplified(button.label).strip().lower() == plain:
            return button.value
    n = heard.entities.choice
    if _BOTH.search(plain):
        return None
    if n is None or not 1 <= n <= len(a.state.offered) or heard.entities.order_ids:
        return None
    return a.state.offered[n - 1].value


def press(a: Answer, value: str, serve: Serve) -> None:
    """Act on `value`. One that was not offered last is from an older message: said so, unless it still makes sense."""
    kind, _, rest = value.partition(":")
    offered = any(b.value == value for b in a.state.offered)
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if value == "human":
        hand_over(a, "human")
    elif kind == "topic":
        serve(a, rest)
        if flow and a.state.frame:
            run.ask_again(a, flow)
    elif value == "fault":
        _fault(a, serve)
    elif kind == "set" and flow and offered:
        slot, _, chosen = rest.partition("=")
        run.choose(a, flow, slot, chosen)
    elif value in ("yes", "no") and offered and flow and frame and frame.asked == "confirm":
        run.choose(a, flow, "confirmed", value)
    elif value in ("yes", "no") and offered and a.state.awaiting.get("what") == "withdraw":
        aftercare.withdraw(a, value == "yes")
    elif value in ("yes", "no") and offered and a.state.awaiting.get("what") == "tracking_replace":
        aftercare.replace_tracking(a, value == "yes")
    elif kind == "track" and offered and rest in a.cases:
        aftercare.enter_tracking(a, a.cases[rest], a.state.awaiting.get("number", ""))
    else:
        a.say("button_old")
        if flow:
            run.ask_again(a, flow)
        else:
            whose.keep_offer(a)


def _fault(a: Answer, serve: Serve) -> None:
    """ "Something is wrong with it", pressed under a refusal: the same flow, for the same order, asks what."""
    waiting = a.state.awaiting
    flow = a.kit.flows.get(waiting.get("flow", "")) if waiting.get("what") == "fault" else None
    if flow and a.state.frame is None:
        run.start(a, flow, None, order=waiting.get("order", ""))
    else:
        serve(a, "item.defect")
