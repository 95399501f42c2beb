"""A pressed button, or the same choice typed: what its value means now."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.dialogue import on_case, run, settled, summary, tracking, whose, withdraw
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import flow_for
from bot.dialogue.frame import CONFIRMS
from bot.dialogue.heard import Heard
from bot.dialogue.person import call_off, hand_over
from bot.dialogue.with_person import END
from bot.understanding.language import to_simplified

_BOTH = re.compile(r"[两俩都]|\b(?:both|all)\b")  # "两个" is no second choice
Serve = Callable[..., None]


def typed(a: Answer, heard: Heard) -> str | None:
    """The value of the offered button that the buyer typed: its number, or its label word for word."""
    plain = to_simplified(heard.text).strip().strip("。.!！ ").lower()
    for button in a.state.offered:
        if plain and to_simplified(button.label).strip().lower() == plain:
            return button.value
    only_person = [b.value for b in a.state.offered] == ["human"]
    if only_person and a.state.misses and a.state.frame is None and heard.entities.confirms == "yes":
        return "human"  # "shall I bring in a colleague?"
    if a.state.awaiting.get("what") == "unclear" and heard.entities.confirms == "yes":
        topics = [b.value for b in a.state.offered if b.value.startswith("topic:")]
        return topics[0] if len(topics) == 1 else None
    n = heard.entities.choice
    # Under the numbered lines, and where a figure is what is asked for, a number is no button.
    frame = a.state.frame
    lines = frame is not None and frame.asked in CONFIRMS and summary.numbered(a)
    if lines and frame and frame.asked == "confirm_again" and n == 1:
        return "yes"  # the lines are messages ago, and this is the first choice of the short question
    if _BOTH.search(plain) or heard.entities.corrects or lines or a.state.awaiting.get("what") == "slot":
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
    elif value == END and a.facts.handler == "queued":
        call_off(a)
    elif kind == "topic":
        if a.state.awaiting.get("what") == "unclear":
            a.remember(awaiting={})
        serve(a, rest, run.said_before(a))
        if flow and a.state.frame:
            run.ask_again(a, flow)
    elif value == "fault":
        _fault(a, serve)
    elif kind == "set" and flow and offered:
        slot, _, chosen = rest.partition("=")
        run.choose(a, flow, slot, chosen)
    elif value in ("yes", "no") and offered and flow and frame and frame.asked in CONFIRMS:
        run.choose(a, flow, "confirmed", value)
    elif value in ("yes", "no") and offered and a.state.awaiting.get("what") == "withdraw":
        withdraw.answer(a, value == "yes")
    elif value in ("yes", "no") and offered and a.state.awaiting.get("what") == "tracking_replace":
        tracking.answer_replace(a, value == "yes")
    elif kind == "track" and offered and rest in a.cases:
        tracking.enter(a, a.cases[rest], a.state.awaiting.get("number", ""))
    elif kind == "rate" and settled.rate(a, rest):
        return
    elif not on_case.press(a, kind, rest):
        a.say("button_old")
        if flow:
            run.ask_again(a, flow)
        else:
            whose.keep_offer(a)


def _fault(a: Answer, serve: Serve) -> None:
    """ "Something is wrong with it", pressed under a refusal: the claim, for the same order."""
    waiting = a.state.awaiting
    flow = flow_for("quality", a.kit.flows) if waiting.get("what") == "fault" else None
    if flow and a.state.frame is None:
        run.start(a, flow, None, {"order": waiting["order"]} if waiting.get("order") else {})
    else:
        serve(a, "item.defect")
