"""What a buyer wants where no topic alone tells: wishes wrapped in data, "I don't want it" about goods at home,
short questions that mean the case under way."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import slots, whose
from bot.dialogue.aftercare import open_cases
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.state import Frame
from bot.understanding.language import to_simplified

# "I don't want it any more" is a cancellation before the goods are there, and a return after.
_GIVEN_UP = ("order.cancel", "delivery.refuse", "refund.request")
# "I don't want to return it after all" holds the words of the wish it takes back.
_TAKES_BACK = re.compile(
    r"不(?:想|要|用|打算)?(?:退|换)|\bnot? (?:\w+ )?(?:return|exchang)|n'?t (?:want to |wanna )?(?:return|exchange)"
)
_RECEIVED = ("signed", "success")


def understood(a: Answer, heard: Heard) -> Heard:
    """The same burst, its topics mended by what the buyer's orders and the flows' own words tell."""
    if heard.entities.cancels and _TAKES_BACK.search(to_simplified(heard.text).lower()):
        return replace(heard, asks=("return.cancel",), rivals=())
    flow = next((f for f in a.kit.flows.values() if _wants(a, f, heard)), None)
    if flow is None:
        return _of_the_case(a, heard)
    others = tuple(t for t in heard.asks if t not in flow.starts_on and not _is_why(a, t))
    return replace(heard, asks=(*others, flow.starts_on[0]), rivals=())


_HOW_FAR = re.compile(r"到账|到帐|退款|退钱|钱.{0,4}(?:到|退|呢)|\b(?:refund|money)\b", re.IGNORECASE)
_ABOUT_A_CASE = ("case.status", "refund.timing", "refund.status")


def _of_the_case(a: Answer, heard: Heard) -> Heard:
    """What may be about a case is about the one under way; beside an order number, about that order."""
    if heard.asks:
        return heard
    if open_cases(a) and heard.is_question and _HOW_FAR.search(to_simplified(heard.text)):
        return replace(heard, asks=("refund.timing",), rivals=())
    if not heard.rivals:
        return heard
    best = heard.rivals[0]
    if best in _ABOUT_A_CASE and open_cases(a):
        return replace(heard, asks=(best,), rivals=())
    if heard.entities.order_ids and a.kit.knowledge.topics[best].kind == "lookup":
        return replace(heard, asks=(best,), rivals=())
    return heard


def _is_why(a: Answer, topic: str) -> bool:
    """Beside "I want to return it", a fault or "I don't want it" says why and is no second request."""
    if topic in (*_GIVEN_UP, "return.cancel"):
        return True
    other_wishes = ("counterfeit.", "exchange.", "return.")
    return a.kit.knowledge.topics[topic].kind == "flow" and not topic.startswith(other_wishes)


def _wants(a: Answer, flow: Flow, heard: Heard) -> bool:
    if not flow.starts_on or heard.entities.cancels:
        return False
    if any(t in flow.starts_on for t in heard.asks):
        return True
    given_up = [t for t in heard.asks or heard.rivals if t in _GIVEN_UP]
    if not open_cases(a):  # with nothing filed there is no request to take back
        given_up += [t for t in heard.asks if t == "return.cancel"]
    if given_up and heard.entities.reason == "no_reason" and not heard.is_question:
        return _all_received(a, heard)
    if not flow.wished(to_simplified(heard.text).lower(), heard.lang):
        return False
    if heard.asks:
        why = not heard.is_question and all(_is_why(a, t) for t in heard.asks)
        return why or _is_why_may(a, flow, heard)
    likely = heard.rivals if not heard.is_question else heard.rivals[:1]
    return any(t in flow.starts_on for t in likely) or _holds_data(a, flow, heard)


def _is_why_may(a: Answer, flow: Flow, heard: Heard) -> bool:
    """ "It came broken, can I return it?" is no question about the rules."""
    reason = slots.found(flow, Frame(flow.name, flow.hash, ""), heard).get("reason")
    return set(heard.asks) == {"return.policy"} and reason not in (None, "no_reason")


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
