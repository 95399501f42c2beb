"""What a buyer wants where no topic alone tells: wishes wrapped in data, "I don't want it" about goods at home,
short questions that mean the case under way."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.cases.case import Status
from bot.dialogue import slots, whose, yours
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import TOPIC_OF
from bot.dialogue.flow import Flow
from bot.dialogue.follow_up import follow_up
from bot.dialogue.goods import meant_by_item, named_outright
from bot.dialogue.heard import Heard
from bot.dialogue.state import Frame
from bot.understanding import entities
from bot.understanding.entities import denies_any
from bot.understanding.language import to_simplified

# "I don't want it any more" is a cancellation before the goods are there, and a return after.
_GIVEN_UP = ("order.cancel", "delivery.refuse", "refund.request")
# "I don't want to return it after all" holds the words of the wish it takes back.
_TAKEN_BACK = ("退", "换", "return", "exchang")
_RECEIVED = ("signed", "success")
SHORT = 40  # characters of a message that says no more than what is wrong


# "How do I …" asks about the way, it does not set out on it.
_ASKS_HOW = re.compile(
    r"怎[么样]|如何|多久|什么时候|(?<![买这那过])几天|哪里|\b(?:how|when|where|what|which|why)\b"
)


def understood(a: Answer, heard: Heard) -> Heard:
    """The same burst, its topics mended by what the buyer's orders and the flows' own words tell."""
    heard = follow_up(a, _let_go_for_another(a, heard))
    if heard.entities.cancels and denies_any(heard.text, *_TAKEN_BACK):
        return replace(heard, asks=("return.cancel",), rivals=())
    plain = heard.plain
    sure = next((f.name for f in a.kit.flows.values() if f.surely(plain, heard.lang)), None)
    if sure and not heard.entities.cancels and not _ASKS_HOW.search(plain):
        return replace(heard, starts=sure, rivals=())
    wanted = [f for f in a.kit.flows.values() if _wants(a, f, heard)]
    # What is plainly wished for outranks what a topic alone makes likely.
    flow = next((f for f in wanted if f.wished(plain, heard.lang)), next(iter(wanted), None))
    if flow is None:
        return _of_the_case(a, heard)
    others = tuple(
        t for t in heard.asks if t not in flow.starts_on and not _is_why(a, t) and not _hinted(a, t, heard)
    )
    if not heard.is_question and _is_why_may(a, flow, heard):
        others = ()  # no rule was asked for
    return replace(heard, asks=(*others, flow.starts_on[0]), rivals=())


_LET_GO_THEN = re.compile(
    r"\s*(?:算了|不了|never ?mind|forget it)[,，。.!！\s]+(.{3,})", re.IGNORECASE | re.DOTALL
)


def _let_go_for_another(a: Answer, heard: Heard) -> Heard:
    """ "Never mind. I want to return the dress": what follows is what counts where nothing is under way."""
    after = _LET_GO_THEN.match(heard.text) if a.state.frame is None else None
    plain = to_simplified(after[1]).lower() if after else ""
    if not plain or not any(
        f.wished(plain, heard.lang) or f.surely(plain, heard.lang) for f in a.kit.flows.values()
    ):
        return heard
    return replace(heard, entities=replace(heard.entities, cancels=False))


_HOW_FAR = re.compile(r"到账|到帐|退款|退钱|钱.{0,4}(?:到|退|呢)|\b(?:refund|money)\b", re.IGNORECASE)
# Said of nothing else, these two are one thought: "are you going to do something at last?".
_IMPATIENT = {"delivery.urge", "complaint.service", "case.status", "refund.status", "refund.timing"}
_ABOUT_A_CASE = ("case.status", "refund.timing", "refund.status")


def _of_the_case(a: Answer, heard: Heard) -> Heard:
    """What may be about a case is about the one under way; beside an order number, about that order."""
    kinds = {a.kit.knowledge.topics[t].kind for t in heard.asks}
    if kinds == {"answer"} and (
        fault := _fault_alone(a, heard)
    ):  # told of goods of theirs, it asks for no rule
        return replace(heard, asks=(fault,), rivals=())
    if heard.asks:
        return heard
    if a.open_cases() and heard.is_question and _HOW_FAR.search(to_simplified(heard.text)):
        return replace(heard, asks=("refund.timing",), rivals=())
    # In the middle of a flow the likeliest answer is worth more than "which do you mean?".
    kind = a.kit.knowledge.topics[heard.rivals[0]].kind if heard.rivals else ""
    if a.state.frame and heard.is_question and kind in ("lookup", "answer"):
        return replace(heard, asks=heard.rivals[:1], rivals=())
    if heard.likely and not heard.is_question and not heard.entities.cancels and not a.state.frame:
        return replace(heard, asks=(heard.likely,), rivals=())
    if fault := _fault_alone(a, heard):
        return replace(heard, asks=(fault,), rivals=())
    if not heard.rivals:
        return heard
    best = heard.rivals[0]
    if "order.cancel" in heard.rivals and (cancelled := _cancels_which(a, heard)):
        return replace(heard, asks=(cancelled,), rivals=(), is_question=False)
    if "evidence.howto" in heard.rivals[:2] and any(
        c.status is Status.PENDING_EVIDENCE for c in a.open_cases()
    ):
        return replace(heard, asks=("evidence.howto",), rivals=())
    if best == "return.policy" and yours.may_i(heard):
        return replace(heard, asks=(best,), rivals=())
    if "case.status" in heard.rivals[:2] and a.open_cases() and not heard.entities.order_ids:
        return replace(heard, asks=("case.status",), rivals=())
    if a.open_cases() and set(heard.rivals[:2]) <= _IMPATIENT and not heard.entities.order_ids:
        return replace(heard, asks=("case.status",), rivals=())
    if heard.rivals == ("complaint.service",) and not heard.is_question:
        return replace(heard, asks=heard.rivals, rivals=())
    if best in _ABOUT_A_CASE and a.open_cases():
        return replace(heard, asks=(best,), rivals=())
    if heard.entities.order_ids and a.kit.knowledge.topics[best].kind == "lookup":
        return replace(heard, asks=(best,), rivals=())
    return heard


def _cancels_which(a: Answer, heard: Heard) -> str | None:
    """ "Cancel the jacket" is about its case where it has one, else about its order."""
    named = named_outright(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)
    if named is None or not _CANCEL.search(entities.plain(heard.text)):
        return None
    return "return.cancel" if any(c.order_id == named.id for c in a.open_cases()) else "order.cancel"


_CANCEL = re.compile(r"取消|\bcancel")


def _fault_alone(a: Answer, heard: Heard) -> str | None:
    """ "Flask is cracked", of something they have at home: a claim, though no topic is sure of it."""
    if not heard.names_fault or heard.is_question or heard.entities.cancels or a.state.frame:
        return None
    named = meant_by_item(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)
    if not named or not (heard.rivals or heard.asks or a.turn.attachments or len(heard.text) <= SHORT):
        return None
    return TOPIC_OF.get(str(heard.entities.reason), "item.defect")


def _is_why(a: Answer, topic: str) -> bool:
    """Beside "I want to return it", a fault or "I don't want it" says why and is no second request."""
    if topic in (*_GIVEN_UP, "return.cancel"):
        return True
    other_wishes = ("counterfeit.", "exchange.", "return.")
    return a.kit.knowledge.topics[topic].kind == "flow" and not topic.startswith(other_wishes)


def _hinted(a: Answer, topic: str, heard: Heard) -> bool:
    """ "Too small" alone hints at an exchange; beside "I want to return it" it is why."""
    other = next((f for f in a.kit.flows.values() if topic in f.starts_on), None)
    plain = to_simplified(heard.text).lower()
    return other is not None and other.wish is not None and not other.wished(plain, heard.lang)


# "If I don't like it, can I send it back?" asks for the day it comes to that.
_SUPPOSES = re.compile(r"如果|要是|万一|假如|倘若|的话|\b(?:if|in case|suppose|should i)\b")


def _wants(a: Answer, flow: Flow, heard: Heard) -> bool:
    supposed = heard.is_question and bool(_SUPPOSES.search(entities.plain(heard.text)))
    if not flow.starts_on or heard.entities.cancels or (supposed and not heard.names_fault):
        return False
    if any(t in flow.starts_on for t in heard.asks):
        return True
    if flow.wish is None:
        return False
    given_up = [t for t in heard.asks or heard.rivals if t in _GIVEN_UP]
    if not a.open_cases():  # with nothing filed there is no request to take back
        given_up += [t for t in heard.asks if t == "return.cancel"]
    if given_up and heard.entities.reason == "no_reason" and not heard.is_question:
        return _all_received(a, heard)
    if not flow.wished(heard.plain, heard.lang):
        return False
    if heard.asks:
        why = not heard.is_question and all(_is_why(a, t) or _hinted(a, t, heard) for t in heard.asks)
        return why or _is_why_may(a, flow, heard)
    likely = heard.rivals if not heard.is_question else heard.rivals[:1]
    return any(t in flow.starts_on for t in likely) or _holds_data(a, flow, heard)


def _is_why_may(a: Answer, flow: Flow, heard: Heard) -> bool:
    """ "It came broken, can I return it?" is no question about the rules, nor is "take it back, tags on, worn once"."""
    told = slots.found(flow, Frame(flow.name, flow.hash, ""), heard)
    state_told = "intact" in told and not heard.is_question
    return set(heard.asks) == {"return.policy"} and (
        state_told or told.get("reason") not in (None, "no_reason")
    )


def _all_received(a: Answer, heard: Heard) -> bool:
    meant = whose.meant(a, heard, whose.own_orders(a))
    return bool(meant) and all(o.status in _RECEIVED for o in meant)


def _holds_data(a: Answer, flow: Flow, heard: Heard) -> bool:
    """A question must hold a reason; a statement any of the flow's data, an order or a thing bought."""
    said = slots.found(flow, Frame(flow.name, flow.hash, ""), heard)
    if heard.is_question:
        return "reason" in said
    return bool(
        said
        or heard.entities.order_ids
        or meant_by_item(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)
    )
