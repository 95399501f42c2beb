"""The answer of the shop's order system to "is this their order?": the talk goes on where it waited."""

from __future__ import annotations

from bot.dialogue import lookups, run, whose
from bot.dialogue.answer import Answer


def hear(a: Answer) -> None:
    """An answer nobody waits for any more changes nothing."""
    data = a.turn.first.data
    waiting = a.state.awaiting
    if waiting.get("what") != "lookup" or waiting.get("request") != data.get("request"):
        return
    a.remember(awaiting={})
    found = tuple(str(i) for i in data.get("found") or ())
    if data.get("state") == "found" and found:
        a.remember(proved=(*a.state.proved, *found), claimed=None, tries=0, order=found[0])
        a.say("proof_ok", item=whose.item_named(a))
        _go_on(a, waiting.get("then", ""))
    elif data.get("state") == "away":
        a.say("orders_away")
        a.reply_button("human", "button_human")
    else:
        whose.failed(a, waiting.get("number", ""))
        whose.ask_proof(a, waiting.get("then", ""))


def _go_on(a: Answer, then: str) -> None:
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if flow:
        run.ask_again(a, flow)
    elif then:
        lookups.look_up(a, then, None)
    else:
        whose.offer_order(a)
