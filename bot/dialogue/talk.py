"""Free talk and talk inside a flow: what is asked is served, what starts is started, what is unclear is asked back."""

# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.cases.case import CaseType
from bot.dialogue import evidence, lookups, requests, run, slots, summary, tracking, whose, withdraw, yours
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.frame import CONFIRMS, end_draft, frame_of
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard
from bot.dialogue.misses import clarify, courtesy, missed
from bot.dialogue.person import hand_over
from bot.dialogue.reads import READS
from bot.dialogue.state import Frame
from bot.dialogue.steps import cancel, other_roads
from bot.dialogue.which_order import order_heard
from bot.understanding import entities, outcomes
from bot.understanding.language import to_simplified

LONGEST_NAME = 12  # characters of a message that only names a thing
MOST_ASKS = 3  # served in one message
# Said inside another flow these are wishes of their own; other flows' topics are mostly the buyer telling us why.
_OWN_WISHES = (
    "counterfeit.claim",
    "exchange.request",
    "order.cancel",
    "delivery.not_received",
    "delivery.lost",
    "return.request",
)

_QUESTIONS = ("withdraw", "tracking_replace", "tracking_case", "proof", "slot")  # small ones, still open


_MOMENT = re.compile(
    r"(?:请|您|你|先|稍|再)*等(?:一?下|一会儿?|会儿?|等)?[,，。!！吧啊哈~\s]*|稍等(?:一?下|片刻)?[。!！]*|我(?:去)?(?:看看|看一?下|找找|问问)[。!！吧]*"
    r"|(?:please )?(?:hang on|hold on|one (?:moment|sec(?:ond)?|minute|min)|(?:just )?a (?:moment|sec(?:ond)?|minute|min)|wait(?: a (?:moment|sec(?:ond)?|minute|min|bit))?|give me a (?:moment|sec(?:ond)?|minute|min)|brb|let me (?:check|look|see))(?: please)?[.!]*"
)


def welcome(a: Answer) -> None:
    if hint := str(a.turn.first.data.get("lang_hint") or ""):
        a.remember(lang="zh" if hint.startswith("zh") else "en")
    a.say("welcome")
    a.offer_common()


def converse(a: Answer, heard: Heard, proof: whose.Proof) -> None:
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame and flow:
        _in_flow(a, flow, heard, proof)
    elif heard.entities.tracking and not _about_a_parcel(heard):
        tracking.hear(a, heard)
    else:
        _open_talk(a, heard)


def flow_of(a: Answer, topic: str) -> Flow | None:
    return next((f for f in a.kit.flows.values() if topic in f.starts_on), None)


_POSTED = re.compile(
    r"寄(?:回|出)?(?:去|来)?了|(?:已经?|都)寄|退回去了|寄(?:给|还)你|\b(?:posted|sent|shipped|mailed) (?:it|them|that)?(?: back| off| out)?\b|\bdropped (?:it|them) off\b"
)


def _about_a_parcel(heard: Heard) -> bool:
    """A number sent with a question about the way to the buyer is not a number of a return."""
    return any(t.startswith("delivery.") for t in heard.asks) and not _POSTED.search(
        entities.plain(heard.text)
    )


def _in_flow(a: Answer, flow: Flow, heard: Heard, proof: whose.Proof) -> None:
    """A flow is under way: an answer to it, a question beside it, a change of mind, or nothing we understand."""
    heard = _note_beside(a, flow, heard)
    starts_other = [t for t in heard.asks if t in flow.starts_on]
    aside = [t for t in heard.asks if t not in flow.starts_on and not _is_flow_data(a, t)]
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
    calls_off = heard.entities.cancels and not slots.chooses(flow, frame_of(a), heard)
    if (calls_off or "return.cancel" in heard.asks) and not starts_other:
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
    if _MOMENT.fullmatch(entities.plain(heard.text)):
        a.say("take_your_time")
        return
    said_again = _fills(a, flow, heard) or _names_it(a, heard)
    if proof != "nothing" or heard.entities.order_ids or not a.silent or starts_other or said_again:
        run.ask_again(a, flow)
        return
    missed(a, heard, flow)


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
    beside = () if heard.entities.cancels or heard.entities.corrects else requests.beside(a, heard, flow)
    if not beside:
        return heard
    for request in beside:
        _park(a, request.flow, request.known(heard))
        a.say("noted_for_later", what=requests.label(a, request.flow, request.order))
    noted = {clause for request in beside for clause in request.said}
    left = [clause for clause in requests.clauses(heard.text) if clause not in noted]
    asked = tuple(t for t in heard.asks if flow_of(a, t) is None) if requests.questions(heard) else ()
    return replace(requests.part_of(heard, "\n".join(left)), asks=asked)


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
        _park(a, flow, frame.slots)
        a.say("parked", what=requests.label(a, flow, frame.slots.get("order")))
    known = {k: v for k, v in frame.slots.items() if k == "order" or k in other.slots} if same else {}
    run.start(a, other, heard, known)


def _park(a: Answer, flow: Flow, known: dict[str, str]) -> None:
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


def _fills(a: Answer, flow: Flow, heard: Heard) -> bool:
    assert a.state.frame is not None
    return bool(slots.found(flow, a.state.frame, heard))


def _is_flow_data(a: Answer, topic: str) -> bool:
    """Inside a flow, another flow's topic is mostly the buyer telling us why; only look-ups and answers interrupt."""
    return a.kit.knowledge.topics[topic].kind in ("flow", "chat", "none")


def _open_talk(a: Answer, heard: Heard) -> None:
    """No flow is under way."""
    if not heard.entities.cancels and _several(a, heard):
        return
    if heard.entities.cancels and withdraw.ask(a, heard):
        return
    if heard.starts:
        run.start(a, a.kit.flows[heard.starts], heard)
    elif not lookups.other_channel(a, heard):
        for topic in heard.asks[:MOST_ASKS]:
            serve(a, topic, heard)
    if not a.silent:
        a.remember(misses=0)
        return
    needless = heard.acknowledges and a.state.introduced and not a.state.misses
    if a.turn.attachments:
        evidence.thank(a)  # words beside a photo are mostly its caption
    elif a.state.awaiting.get("what") == "fault" and not (heard.courtesy or needless or heard.is_question):
        other_roads(a)
    elif heard.rivals and not needless:
        clarify(a, heard)
    elif heard.courtesy:
        courtesy(a, heard.courtesy)
    elif heard.entities.order_ids:
        whose.ask_proof(a) if a.state.claimed else whose.offer_order(a)
    elif not needless and (thing := _only_a_thing(a, heard)):
        a.remember(order=thing, misses=0)
        whose.offer_order(a)
    elif not needless:
        missed(a, heard, None)


def _only_a_thing(a: Answer, heard: Heard) -> str | None:
    """ "The lamp." and nothing else: that order."""
    bare = len(heard.text) <= LONGEST_NAME and not heard.is_question and not heard.names_fault
    return requests.order_named(a, heard.text) if bare else None


def _several(a: Answer, heard: Heard) -> bool:
    """Two or three requests, or one and a question about other goods: all are served. False where it is only one."""
    several, questions = requests.requests(a, heard), requests.questions(heard)
    about = {r.order for r in several}
    elsewhere = None not in about and any(requests.order_named(a, q) not in (None, *about) for q in questions)
    if len(several) < 2 and not (several and elsewhere):
        return False
    for question in questions[:MOST_ASKS]:
        _serve_question(a, requests.part_of(heard, question))
    if len(several) > 1:
        names = [requests.label(a, r.flow, r.order) for r in several]
        a.say("several_requests", listed="\n".join(f"· {name}" for name in names), first=names[0])
    for request in several[1:]:
        _park(a, request.flow, request.known(heard))
    first = several[0]
    run.start(a, first.flow, first.heard(heard), first.known(heard))
    return True


def _serve_question(a: Answer, heard: Heard) -> None:
    match = a.kit.matcher.match(heard.text)
    known = a.kit.knowledge.topics.get(match.topic or "")
    if known and match.action != "none" and known.kind in ("answer", "lookup"):
        serve(a, known.id, heard)


def serve(a: Answer, topic: str, heard: Heard | None = None) -> None:
    """Answer one topic: by its text, from the buyer's own data, by a flow, or by a person."""
    known = a.kit.knowledge.topics.get(topic)
    a.remember(spoken={**a.state.spoken, "topic": topic})
    if known is None:
        a.say("button_old")
        return
    flow = flow_of(a, topic)
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
        _park(a, flow, found)
        a.say("noted_for_later", what=flow.title)
    elif (topic == "return.tracking" and heard and tracking.hear(a, heard)) or (
        topic == "return.cancel" and withdraw.ask(a, heard)
    ):
        return
    elif known.kind == "lookup":
        lookups.look_up(a, topic, heard)
    else:
        _tell(a, topic, heard)


_ON_ITS_WAY = (CaseType.DELIVERED_NOT_RECEIVED, CaseType.LOST_PARCEL)
_SAME_MONEY = ("refund.request", "order.cancel")
_GIVES_IT_BACK = (CaseType.CANCEL_ORDER, CaseType.REFUND_ONLY, CaseType.RETURN_REFUND)


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


def after_photos(a: Answer) -> None:
    """Photos alone, in a flow that waits for them: it goes on."""
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame and flow and frame.asked == "photos":
        run.walk(a, flow, None)


def file_for_safety(a: Answer, heard: Heard) -> None:
    """An injury or a danger is a case at once where the order is known: it never times out, and people see it first."""
    flow = flow_of(a, "item.defect")
    if flow is None or a.state.frame or any(c.slots.get("safety") for c in a.open_cases()):
        return
    mine = whose.own_orders(a)
    meant = whose.meant(a, heard, mine)
    if len(meant) == 1 and not any(c.order_id == meant[0].id for c in a.open_cases()):
        run.start(a, flow, heard, {"order": meant[0].id})
