"""In the middle of a flow: an answer to it, a question beside it, a change of mind, or nothing we understand."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.cases.case import CaseType
from bot.dialogue import requests, run, slots, summary, whose
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import TOPIC_OF
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import CONFIRMS, end_draft, frame_of
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard
from bot.dialogue.misses import asks_for_time, missed
from bot.dialogue.parked import park
from bot.dialogue.reads import READS
from bot.dialogue.serving import MOST_ASKS, flow_of, serve
from bot.dialogue.steps import cancel
from bot.dialogue.which_order import order_heard
from bot.understanding import entities, outcomes
from bot.understanding.language import to_simplified

# Said inside another flow these are wishes of their own; other flows' topics are mostly the buyer telling us why.
_OWN_WISHES = (
    "counterfeit.claim",
    "exchange.request",
    "order.cancel",
    "delivery.not_received",
    "delivery.lost",
    "return.request",
)
_ON_ITS_WAY = (CaseType.DELIVERED_NOT_RECEIVED, CaseType.LOST_PARCEL)


def in_flow(a: Answer, flow: Flow, heard: Heard, proof: whose.Proof) -> None:
    """A flow is under way: an answer to it, a question beside it, a change of mind, or nothing we understand."""
    heard = _note_beside(a, flow, _let_go_for_another(a, flow, heard))
    starts_other = [t for t in heard.asks if t in flow.starts_on]
    aside = [t for t in heard.asks if t not in flow.starts_on and not _is_flow_data(a, t)]
    if _IN_STOCK & set(aside) and "target" in slots.found(flow, frame_of(a), heard):
        aside = [t for t in aside if t not in _IN_STOCK]
    if heard.entities.tracking:  # the number is what matters, not the way of some parcel
        aside = [t for t in aside if not t.startswith("delivery.")]
    if flow.case in _ON_ITS_WAY and not heard.is_question and outcomes.found(entities.plain(heard.text)):
        end_draft(a, frame_of(a), "withdraw", "buyer")
        a.remember(frame=None, misses=0, awaiting={})
        a.say("turned_up")
        return
    if flow.case is CaseType.CANCEL_ORDER and entities.denies_any(heard.text, "取消", "cancel"):
        cancel(a)
        return
    calls_off = heard.entities.cancels or "return.cancel" in heard.asks
    if calls_off and not starts_other and not slots.chooses(flow, frame_of(a), heard):
        other = _other_wish(a, flow, heard)
        if other is None or other == "order.cancel":  # "cancel" in the middle of something means that
            cancel(a)
            return
    if other := _other_wish(a, flow, heard):
        _turn_to(a, flow, other, heard)
        return
    if _chose_another(a, flow, heard) or _tells_a_line(a, flow, heard):
        return
    if _changes_a_line(a, flow, heard):
        if a.state.awaiting.get("what") != "slot":
            run.walk(a, flow, None)
        return
    for topic in aside[:MOST_ASKS] if heard.is_question or not _fills(a, flow, heard) else []:
        serve(a, topic, heard)
    if a.state.frame is None:
        return
    if run.carry_on(a, flow, heard):
        return
    if asks_for_time(heard):
        a.say("take_your_time")
        return
    if a.silent and (why := _told_why(a, flow, heard)):
        run.choose(a, flow, "reason", why)
        return
    said_again = _fills(a, flow, heard) or _names_it(a, heard)
    if proof != "nothing" or heard.entities.order_ids or not a.silent or starts_other or said_again:
        run.ask_again(a, flow)
        return
    missed(a, heard, flow)


# "Do you have it in L?" is answered with the stock of L.
_IN_STOCK = {"presale.product", "exchange.request"}
_LET_GO_THEN = re.compile(
    r"\s*(?:算了|不了|never ?mind|forget it)[,，。.!！~\s]+(.{2,})", re.IGNORECASE | re.DOTALL
)


def _let_go_for_another(a: Answer, flow: Flow, heard: Heard) -> Heard:
    """ "Never mind, just refund that one": another answer to what is under way lets nothing go."""
    after = _LET_GO_THEN.match(heard.text)
    if after is None or not heard.entities.cancels:
        return heard
    rest = requests.part_of(heard, after[1])
    told = set(slots.found(flow, frame_of(a), rest)) - {"confirmed", "opened", "intact"}
    return heard if rest.entities.cancels or not told else replace(rest, asks=heard.asks)


_WISHES = {"return.request", "exchange.request"}  # what is wanted, and says nothing of why
_WISH = re.compile(r"[退换]|\b(?:return|exchange|refund|swap|send\w*\b.{0,12}\bback)", re.IGNORECASE)
SHORTEST_WHY = 4  # characters of a reason in the buyer's own words
_WORDS = re.compile(r"[\u4e00-\u9fff]{3}|[a-z]{2,}\W+[a-z]{2,}")


def _told_why(a: Answer, flow: Flow, heard: Heard) -> str | None:
    """Asked why, and told in words that no list holds and that name no fault: a reason of the buyer's own.

    It stands in the summary, where it can be put right before anything is filed.
    """
    step = flow.slots.get("reason")
    if frame_of(a).asked != "reason" or step is None or "no_reason" not in step.options:
        return None
    plain = entities.plain(heard.text)
    # "Does not go with my clothes" is how some ask for a return; who names the wish itself only repeats it.
    asks = heard.asks if _WISH.search(plain) else set(heard.asks) - _WISHES
    idle = heard.is_question or heard.courtesy or asks or heard.acknowledges or "anger" in heard.signals
    if idle or _fills(a, flow, heard) or len(plain) < SHORTEST_WHY or not _WORDS.search(plain):
        return None
    told = [topic for topic in heard.rivals if topic not in _WISHES]
    faults = set(told[:1]) & set(TOPIC_OF.values())
    if faults and heard.likely not in _WISHES:  # it may be a fault as well: that is theirs to say
        a.say("why_unsure")
        return None
    return "no_reason"


def _names_it(a: Answer, heard: Heard) -> bool:
    """ "The lamp", where the lamp is what it is about already."""
    current = [o for o in whose.own_orders(a) if o.id == frame_of(a).slots.get("order")]
    return named_outright(heard.text, current, a.kit.knowledge.lexicon.things) is not None


def _chose_another(a: Answer, flow: Flow, heard: Heard) -> bool:
    """ "No, I mean 3": another one of the choices that stood before the last answer."""
    n = heard.entities.choice
    if not heard.entities.corrects or n is None or not 1 <= n <= len(a.state.offered_before):
        return False
    kind, _, rest = a.state.offered_before[n - 1].value.partition(":")
    slot, _, value = rest.partition("=")
    if kind != "set" or frame_of(a).slots.get(slot) in (None, value):
        return False
    run.choose(a, flow, slot, value)
    return True


# How the new figure of a line is read where the flow itself does not ask for it.
_READ_AS = {"qty": "number", "contact_tail": "phone_tail", "target": "target", "amount": "amount"}


def _tells_a_line(a: Answer, flow: Flow, heard: Heard) -> bool:
    """ "What should the quantity be?" is answered: the line has it, and the summary is shown anew."""
    if a.state.awaiting.get("what") != "slot":
        return False
    name = a.state.awaiting.get("slot", "")
    a.remember(awaiting={})
    way = flow.slots[name].reads if name in flow.slots else _READ_AS.get(name, name)
    value = READS[way](heard, True) if way in READS else None
    if value is None:
        return False
    run.choose(a, flow, name, value)
    return True


def _changes_a_line(a: Answer, flow: Flow, heard: Heard) -> bool:
    """Under the summary, "2" or "改一下数量" asks for that line again."""
    if frame_of(a).asked not in CONFIRMS or (_fills(a, flow, heard) and not heard.entities.corrects):
        return False
    plain = entities.plain(heard.text)
    if heard.entities.choice and len(plain) <= 8 and not heard.entities.corrects:
        return summary.change_line(a, flow, heard.entities.choice)
    changes = any(word in plain for word in ("改", "换", "change", "edit"))
    filled = set(slots.found(flow, frame_of(a), heard)) - {"opened"}
    return changes and not filled and summary.change_named(a, flow, plain)


_INSTEAD = re.compile(
    r"还是|改成|换成|干脆|\b(?:instead|rather|actually)\b"
)  # "can I swap it instead?" is a wish


def _other_wish(a: Answer, flow: Flow, heard: Heard) -> str | None:
    """Another flow that the buyer turns to in the middle of this one; a question about it is only a question."""
    plain = to_simplified(heard.text).lower().strip()
    if (heard.is_question and not _INSTEAD.search(plain)) or slots.chooses(flow, frame_of(a), heard):
        return None
    open_step = flow.slots.get(frame_of(a).asked or "")
    if flow.case is CaseType.PLATFORM_INTERVENTION and open_step and open_step.ask:
        return None  # what they would settle for is what was asked
    if frame_of(a).asked in CONFIRMS and flow.said_again(plain, heard.lang):
        return None
    for topic in heard.asks:
        other = flow_of(a, topic)
        # What is wanted of a fault or a loss is an answer to its own question, not another matter.
        answers = "wanted" in flow.slots and topic in ("exchange.request", "return.request")
        if other and other.name != flow.name and topic in _OWN_WISHES and not answers:
            # "The size is too small" tells why; only "change it for another" is another wish.
            answers = frame_of(a).asked in slots.found(flow, frame_of(a), heard)
            if not answers or other.wished(plain, heard.lang) or not other.wish:
                return topic
    return None


def _note_beside(a: Answer, flow: Flow, heard: Heard) -> Heard:
    """Another request in the middle of this one waits its turn; the rest of the message goes on with this one."""
    unsure = heard.entities.cancels or heard.entities.corrects
    found = () if unsure else requests.beside(a, heard, flow)
    open_step = flow.slots.get(frame_of(a).asked or "")
    current = frame_of(a).slots.get("order")
    beside = [r for r in found if r.order not in (None, current) or not _answers(open_step, r, heard)]
    if not beside:
        return heard
    for request in beside:
        park(a, request.flow, request.known(heard))
        a.say("noted_for_later", what=requests.label(a, request.flow, request.order))
    noted = {clause for request in beside for clause in request.said}
    left = [clause for clause in requests.clauses(heard.text) if clause not in noted]
    asked = tuple(t for t in heard.asks if flow_of(a, t) is None) if requests.questions(heard) else ()
    return replace(requests.part_of(heard, "\n".join(left)), asks=asked)


def _answers(step: Step | None, request: requests.Request, heard: Heard) -> bool:
    """ "Nobody took it in" answers whether anybody did, whatever else it sounds like."""
    return step is not None and any(slots.option_heard(step, part, heard.lang) for part in request.said)


def _turn_to(a: Answer, flow: Flow, topic: str, heard: Heard) -> None:
    """For the same goods the new wish takes the place of the old one; for others the old one waits its turn."""
    frame, other = frame_of(a), flow_of(a, topic)
    assert other is not None
    named = order_heard(a, heard)
    same = not named or named == frame.slots.get("order")
    end_draft(a, frame, "withdraw", "buyer")
    a.remember(frame=None)
    if same:
        a.say("turned_to", was=flow.title, now=other.title)
    else:
        park(a, flow, frame.slots)
        a.say("parked", what=requests.label(a, flow, frame.slots.get("order")))
    known = {k: v for k, v in frame.slots.items() if k == "order" or k in other.slots} if same else {}
    run.start(a, other, heard, known)


def _fills(a: Answer, flow: Flow, heard: Heard) -> bool:
    assert a.state.frame is not None
    return bool(slots.found(flow, a.state.frame, heard))


def _is_flow_data(a: Answer, topic: str) -> bool:
    """Inside a flow, another flow's topic is mostly the buyer telling us why; only look-ups and answers interrupt."""
    return a.kit.knowledge.topics[topic].kind in ("flow", "chat", "none")
