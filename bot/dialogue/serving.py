"""One topic served: by its text, from the buyer's own data, by a flow, or by a person."""

from __future__ import annotations

from typing import Any

from bot.cases.case import CaseType
from bot.dialogue import asked, lookups, run, slots, tracking, withdraw, yours
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.heard import Heard
from bot.dialogue.parked import park
from bot.dialogue.person import hand_over
from bot.dialogue.state import Frame

MOST_ASKS = 3  # served in one message
_SAME_MONEY = ("refund.request", "order.cancel")
_GIVES_IT_BACK = (CaseType.CANCEL_ORDER, CaseType.REFUND_ONLY, CaseType.RETURN_REFUND)


def flow_of(a: Answer, topic: str) -> Flow | None:
    return next((f for f in a.kit.flows.values() if topic in f.starts_on), None)


def serve(a: Answer, topic: str, heard: Heard | None = None) -> None:
    """Answer one topic: by its text, from the buyer's own data, by a flow, or by a person."""
    known = a.kit.knowledge.topics.get(topic)
    a.remember(spoken={**a.state.spoken, "topic": topic})
    if known is None:
        a.say("button_old")
        return
    flow = flow_of(a, topic)
    if heard and heard.asks[:1] == (topic,) and asked.for_the_delay(a, heard):
        return
    if topic == "human.agent":
        hand_over(a, "human")
    elif flow and a.state.frame is None:
        run.start(a, flow, heard)
    elif flow and a.state.frame and flow.name == a.state.frame.flow:
        return  # it is under way: the open question is asked again, by whoever called
    elif flow and a.state.frame and heard:
        found: dict[str, Any] = slots.found(flow, Frame(flow.name, flow.hash, ""), heard)
        if topic in _SAME_MONEY and a.cases[a.state.frame.case].type in _GIVES_IT_BACK:
            return  # another word for what is under way
        park(a, flow, found)
        a.say("noted_for_later", what=flow.title)
    elif (topic == "return.tracking" and heard and tracking.hear(a, heard)) or (
        topic == "return.cancel" and withdraw.ask(a, heard)
    ):
        return
    elif known.kind == "lookup":
        lookups.look_up(a, topic, heard)
    else:
        _tell(a, topic, heard)


def serve_questions(a: Answer, heard: Heard) -> None:
    """What was asked beside words about a case: its questions are answered, its flows are about that case."""
    for topic in heard.asks[:MOST_ASKS]:
        if a.kit.knowledge.topics[topic].kind in ("answer", "lookup") and heard.is_question:
            serve(a, topic, heard)


def _tell(a: Answer, topic: str, heard: Heard | None) -> None:
    """A topic's own words; the same ones are not sent twice running."""
    known = a.kit.knowledge.topics[topic]
    told = yours.about_yours(a, topic, heard)
    if known.answer is not None and not told:
        a.say(f"faq:{topic}")
    if (known.answer is None and not told) or a.before.last_answer == topic:
        a.say("same_answer")
        a.reply_button("human", "button_human")
    a.remember(last_answer=topic)
    if known.kind in ("flow", "handoff"):
        a.reply_button("human", "button_human")
