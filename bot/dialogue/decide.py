"""The one pure function between inbox and outbox: state, turn, facts, knowledge, now → new state and effects."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.dialogue import aftercare, lookups, run, slots, whose, wishes, yours
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import answered
from bot.dialogue.effects import LeaveQueue, LinkBuyer
from bot.dialogue.flow import Flow
from bot.dialogue.frame import end_draft
from bot.dialogue.heard import Heard, read
from bot.dialogue.person import agent_act, hand_over, say_place
from bot.dialogue.press import press, typed
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Facts, Kit, Turn
from bot.understanding.language import to_simplified

MOST_ASKS = 3  # served in one message
MOST_MISSES = 3  # running; at the second a person is offered, at this one called
# A machine admits nothing, denies nothing and promises nothing where a fake is claimed: people decide it.
ALWAYS_A_PERSON = {"counterfeit.claim": "counterfeit"}
# While a chat waits for a person, "how long" means that wait.
_HOW_LONG = re.compile(
    r"(?:大概|大约)?(?:还|那)?(?:要|得|需要)?(?:等)?(?:多久|多长时间|几分钟)[了啊呀呢吗]?[?？]*"
    r"|how long(?: (?:do i|will i|is the|more).{0,20})?\??",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"(?:不|别|甭)(?:要|用|需要|必)?(?:再)?(?:转|找|等|接)?(?:人工|真人|客服|人了)"
    r"|(?:no need for|(?:don'?t|do not) (?:need|want)) (?:an? |the )?(?:person|agent|human|one any ?more)"
)
URGENT = ("safety", "scam", "legal_threat", "extortion")


def decide(state: State, turn: Turn, facts: Facts, kit: Kit, now: datetime) -> Decision:
    """What to say and do about one turn. Raises only on faults of the program or of `knowledge/`."""
    a = Answer(state, turn, facts, kit, now)
    _meet(a)
    _mend_frame(a)
    kind = turn.first.kind
    if kind == "agent":
        agent_act(a)
    elif kind == "timer":
        aftercare.ring(a)
    elif kind == "photo_failed":
        a.say("photo_failed")
    elif facts.handler == "agent":
        # A person has the chat: the bot is silent, and still keeps the photos.
        aftercare.photos(a, with_words=True)
    elif kind == "start":
        welcome(a)
    elif kind == "button":
        press(a, turn.first.button or "", serve)
    elif kind == "unsupported":
        a.say("unsupported")
    elif kind in ("message", "edit"):
        hear(a)
    return a.decision()


def _meet(a: Answer) -> None:
    """The channel vouched for somebody. Another one than before inherits nothing of what was proved or begun here."""
    buyer = next((e.buyer for e in a.turn.events if e.buyer), None)
    if buyer is None or buyer == a.state.buyer:
        return
    if a.state.buyer is not None or a.state.proved:
        a.state = State(lang=a.state.lang, traditional=a.state.traditional)
    a.remember(buyer=buyer)
    a.do(LinkBuyer(buyer))


def _mend_frame(a: Answer) -> None:
    """A flow that was edited while a buyer is inside goes on with what is known; one that is gone ends its draft."""
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame is None or (flow and flow.hash == frame.hash):
        return
    if flow and frame.case in a.cases:
        a.remember(frame=replace(frame, hash=flow.hash, asked=None))
        return
    if frame.case in a.cases:
        end_draft(a, frame, "refused", "bot", rule="the flow was removed")
    a.remember(frame=None)


def welcome(a: Answer) -> None:
    if hint := str(a.turn.first.data.get("lang_hint") or ""):
        a.remember(lang="zh" if hint.startswith("zh") else "en")
    a.say("welcome")
    aftercare.offer_common(a)


def hear(a: Answer) -> None:
    """A burst of messages, from the most pressing thing in it to the least."""
    if a.turn.attachments:
        aftercare.photos(a, with_words=bool(a.turn.texts))
    if not a.turn.texts:
        return
    heard = wishes.understood(a, read(a.turn, a.state, a.kit, a.now))
    a.remember(lang=heard.lang, traditional=heard.traditional, last_answer=None)
    if a.facts.handler == "queued" and _NO_PERSON.search(to_simplified(heard.text).lower()):
        a.do(LeaveQueue("called off"))
        a.say("left_queue")
        return
    if _urgent(a, heard) or _wants_person(a, heard) or _angry_again(a, heard):
        return
    if heard.switches_language:
        _in_the_other_language(a)
        return
    if a.facts.handler == "queued" and _HOW_LONG.fullmatch(to_simplified(heard.text).strip()):
        say_place(a)
        return
    if value := typed(a, heard):
        press(a, value, serve)
        return
    proof = whose.prove(a, heard)
    if proof == "proved":
        a.say("proof_ok", item=_item_named(a))
    if answered(a, heard, proof):
        return
    _converse(a, heard, proof)


def _in_the_other_language(a: Answer) -> None:
    """ "English please": the open question again in English, else the offer to help."""
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if a.facts.handler == "queued":
        say_place(a)
    elif flow:
        run.ask_again(a, flow)
    else:
        welcome(a)


def _converse(a: Answer, heard: Heard, proof: whose.Proof) -> None:
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame and flow:
        _in_flow(a, flow, heard, proof)
    elif heard.entities.tracking and not _about_a_parcel(heard):
        aftercare.tracking(a, heard)
    else:
        _open_talk(a, heard)


def _about_a_parcel(heard: Heard) -> bool:
    """A number sent with a question about the way to the buyer is not a number of a return."""
    return any(t.startswith("delivery.") for t in heard.asks)


def _urgent(a: Answer, heard: Heard) -> bool:
    """Safety, scams, threats: the right first words at once, in any state, and a person."""
    found = [s for s in URGENT if s in heard.signals]
    if not found:
        return False
    a.remember(flags=tuple(dict.fromkeys([*a.state.flags, *found])))
    a.say(f"signal_{found[0]}")
    # Asked for money for a review, the bot stays calm and goes on serving real faults.
    if found[0] != "extortion":
        if found[0] == "legal_threat":
            lookups.case_lines(a)
        hand_over(a, *found)
    return True


def _angry_again(a: Answer, heard: Heard) -> bool:
    """Anger in two turns running ends the talk with a machine."""
    angry = a.state.angry + 1 if "anger" in heard.signals else 0
    frail = ["vulnerable"] if "vulnerable" in heard.signals else []
    a.remember(angry=angry, flags=tuple(dict.fromkeys([*a.state.flags, *frail])))
    if angry < 2 or a.facts.handler != "bot":
        return False
    a.remember(angry=0)
    a.say("signal_anger")
    hand_over(a, "anger")
    return True


def _wants_person(a: Answer, heard: Heard) -> bool:
    """At any step, the first time."""
    if "human" not in heard.signals and "human.agent" not in heard.asks:
        return False
    hand_over(a, "human")
    return True


def _in_flow(a: Answer, flow: Flow, heard: Heard, proof: whose.Proof) -> None:
    """A flow is under way: an answer to it, a question beside it, a change of mind, or nothing we understand."""
    starts_other = [t for t in heard.asks if t in flow.starts_on]
    aside = [t for t in heard.asks if t not in flow.starts_on and not _is_flow_data(a, t)]
    if heard.entities.tracking:  # the number is what matters, not the way of some parcel
        aside = [t for t in aside if not t.startswith("delivery.")]
    if (heard.entities.cancels or "return.cancel" in heard.asks) and not starts_other:
        run.cancel(a)
        return
    for topic in aside[:MOST_ASKS] if heard.is_question or not _fills(a, flow, heard) else []:
        serve(a, topic, heard)
    if a.state.frame is None:
        return
    if run.carry_on(a, flow, heard):
        return
    said_again = _fills(a, flow, heard)
    if proof != "nothing" or heard.entities.order_ids or not a.silent or starts_other or said_again:
        run.ask_again(a, flow)
        return
    _missed(a, heard, flow)


def _fills(a: Answer, flow: Flow, heard: Heard) -> bool:
    assert a.state.frame is not None
    return bool(slots.found(flow, a.state.frame, heard))


def _is_flow_data(a: Answer, topic: str) -> bool:
    """Inside a flow, another flow's topic is mostly the buyer telling us why; only look-ups and answers interrupt."""
    return a.kit.knowledge.topics[topic].kind in ("flow", "chat", "none")


def _open_talk(a: Answer, heard: Heard) -> None:
    """No flow is under way."""
    if heard.entities.cancels and aftercare.ask_withdraw(a, heard):
        return
    if not lookups.other_channel(a, heard):
        for topic in heard.asks[:MOST_ASKS]:
            serve(a, topic, heard)
    if not a.silent:
        a.remember(misses=0)
        return
    needless = heard.acknowledges and a.state.introduced and not a.state.misses
    if a.turn.attachments:
        aftercare.thank_for_photos(a)  # words beside a photo are mostly its caption
    elif a.state.awaiting.get("what") == "fault" and not heard.courtesy and not needless:
        run.other_roads(a)
    elif heard.rivals and not needless:
        _clarify(a, heard)
    elif heard.courtesy:
        _courtesy(a, heard.courtesy)
    elif heard.entities.order_ids:
        whose.ask_proof(a) if a.state.claimed else whose.offer_order(a)
    elif not needless:
        _missed(a, heard, None)


def serve(a: Answer, topic: str, heard: Heard | None = None) -> None:
    """Answer one topic: by its text, from the buyer's own data, by a flow, or by a person."""
    known = a.kit.knowledge.topics.get(topic)
    if known is None:
        a.say("button_old")
        return
    flow = next((f for f in a.kit.flows.values() if topic in f.starts_on), None)
    if topic == "human.agent":
        hand_over(a, "human")
    elif flow and a.state.frame is None:
        run.start(a, flow, heard)
    elif flow and a.state.frame and flow.name == a.state.frame.flow:
        return  # it is under way: the open question is asked again, by whoever called
    elif (topic == "return.tracking" and heard and aftercare.tracking(a, heard)) or (
        topic == "return.cancel" and aftercare.ask_withdraw(a, heard)
    ):
        return
    elif known.kind == "lookup":
        lookups.look_up(a, topic, heard)
    else:
        _tell(a, topic, heard)
        if reason := ALWAYS_A_PERSON.get(topic):
            hand_over(a, reason)


def _tell(a: Answer, topic: str, heard: Heard | None) -> None:
    """A topic's own words; the same ones are not sent twice running."""
    known = a.kit.knowledge.topics[topic]
    if yours.about_yours(a, topic, heard):
        return
    if known.answer is not None:
        a.say(f"faq:{topic}")
    if known.answer is None or a.before.last_answer == topic:
        a.say("same_answer")
        a.reply_button("human", "button_human")
    a.remember(last_answer=topic)
    if topic == "refund.request":
        a.reply_button("topic:return.request", "button_return")
    if known.kind in ("flow", "handoff"):
        a.reply_button("human", "button_human")


def _courtesy(a: Answer, topic: str) -> None:
    if a.facts.handler == "queued":
        if topic == "chat.greeting":
            say_place(a)
        return
    if topic == "chat.greeting":
        a.remember(introduced=True)  # the greeting itself says that this is an automated assistant
    a.say(f"faq:{topic}")
    if topic == "chat.greeting":
        aftercare.offer_common(a)


def _clarify(a: Answer, heard: Heard) -> None:
    """Between two topics: a short question with buttons, and the same choice by typed number."""
    if a.state.misses:
        return _missed(a, heard, None)
    titles = [a.kit.knowledge.topics[t].title.text(a.state.lang) for t in heard.rivals]
    listed = "\n".join(f"{n}. {title}" for n, title in enumerate(titles, 1))
    a.say("clarify", choices=listed)
    for topic in heard.rivals:
        a.button(f"topic:{topic}", a.kit.knowledge.topics[topic].title)
    a.reply_button("human", "button_human")
    a.remember(misses=a.state.misses + 1)
    return None


def _missed(a: Answer, heard: Heard, flow: Flow | None) -> None:
    """Nothing we understand. Said kindly; the second time in a row a person is offered first of all."""
    misses = a.state.misses + 1
    a.remember(misses=misses)
    if a.facts.handler == "queued":
        # Someone is coming: what is written meanwhile is for them, acknowledged once.
        if heard.is_question:
            say_place(a)
        elif misses == 1:
            a.say("noted_for_agent")
        return
    if misses >= MOST_MISSES:
        a.remember(misses=0)
        a.say("missed_often")
        hand_over(a, "missed_twice")
        return
    if flow and ("anger" in heard.signals or heard.courtesy == "chat.abuse"):
        a.say("soothe")
    elif heard.courtesy and flow:
        a.remember(misses=0)  # a thank-you in the middle is no miss; the open question stands
    elif misses == 2 and not (heard.entities.confirms and flow is None):
        a.say("missed_twice")
        a.reply_button("human", "button_human")
    elif flow is None and heard.entities.confirms and a.state.offered:
        a.say("not_understood")
        whose.keep_offer(a)
    elif flow is None:
        a.say("faq:none" if "none" in a.kit.knowledge.topics else "not_ours")
        aftercare.offer_common(a)
    else:
        a.say("not_understood")
    if flow:
        run.ask_again(a, flow)


def _item_named(a: Answer) -> str:
    return next((o.item for o in whose.own_orders(a) if o.id == a.state.order), "")
