"""Requests that wait their turn while another is under way: none that was named is forgotten."""

from __future__ import annotations

from bot.dialogue import requests, run
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow

# Small questions that are still open: what waits comes after them.
_QUESTIONS = ("withdraw", "tracking_replace", "tracking_case", "proof", "slot")


def park(a: Answer, flow: Flow, known: dict[str, str]) -> None:
    waiting = tuple(
        p for p in a.state.parked if (p["flow"], p["slots"].get("order")) != (flow.name, known.get("order"))
    )
    kept = {k: v for k, v in known.items() if k != "confirmed"}
    a.remember(parked=(*waiting, {"flow": flow.name, "slots": kept}))


def go_on_with_parked(a: Answer) -> None:
    """The next wish, once the one under way is settled, till one asks something: none that was named is forgotten."""
    while a.state.parked and a.state.frame is None and a.facts.handler != "agent":
        if a.state.awaiting.get("what") in _QUESTIONS:
            return
        first = a.state.parked[0]
        a.remember(parked=a.state.parked[1:])
        if flow := a.kit.flows.get(first["flow"]):
            a.say("next_parked", what=requests.label(a, flow, first["slots"].get("order")))
            run.start(a, flow, None, first["slots"])
