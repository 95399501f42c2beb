"""The one pure function between inbox and outbox: state, turn, facts, knowledge, now → new state and effects."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.dialogue import (
    blocked,
    clocks,
    evidence,
    looked_up,
    lookups,
    news,
    on_case,
    queue_rings,
    run,
    sentinel,
    settled,
    talk,
    whose,
    wishes,
    with_person,
)
from bot.dialogue.agent_case import act_on_case
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import answered
from bot.dialogue.effects import LinkBuyer, ReadOrders
from bot.dialogue.frame import end_draft
from bot.dialogue.heard import LONGEST, Heard, read
from bot.dialogue.parked import go_on_with_parked
from bot.dialogue.person import agent_act, call_off, hand_over, say_place
from bot.dialogue.press import press, typed
from bot.dialogue.reads import READS
from bot.dialogue.serving import serve, serve_questions
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Facts, Kit, Turn
from bot.handoff.targets import SUBJECT
from bot.understanding import entities
from bot.understanding.language import to_simplified

# While a chat waits for a person, "how long" means that wait.
_HOW_LONG = re.compile(
    r"(?:大概|大约)?(?:还|那)?(?:要|得|需要)?(?:等)?(?:多久|多长时间|几分钟)[了啊呀呢吗]?[?？]*"
    r"|how long(?: (?:do i|will i| is the|more).{0,20})?\??",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"(?:不|别|甭)(?:要|用|需要|必)?(?:再)?(?:转|找|等|接)?(?:人工|真人|客服|人了)"
    r"|(?:no need for|(?:don'?t|do not) (?:need|want)) (?:an? |the )?(?:person|agent|human|one any ?more)"
)
_CALLED_OFF = re.compile(
    r"(?:那|那就)?(?:算了|不用了?|不等了|不需要了|不麻烦了)[吧。!！~\s]*|never ?mind[.! ]*|no need(?: any ?more)?[.! ]*|forget it[.! ]*"
)
# Files that a messenger's own words for them show to be none of those we keep.
UNTAKEN = {"large_file": "too_large", "document": "wrong_type"}
_MONEY_LEFT = re.compile(
    r"(?:转|付|汇|打|给|刷)(?:了|过去|出去|给他|过)|验证码.{0,6}(?:给|说|告诉|发)"
    r"|\b(?:paid|transferred|sent (?:them|him|her|it|money)|gave (?:them|him|her))\b"
)
URGENT = ("safety", "scam", "legal_threat", "extortion")


def decide(state: State, turn: Turn, facts: Facts, kit: Kit, now: datetime) -> Decision:
    """What to say and do about one turn. Raises only on faults of the program or of `knowledge/`."""
    a = Answer(state, turn, facts, kit, now)
    _meet(a)
    _mend_frame(a)
    if blocked.kept_quiet(a):
        return a.decision()
    kind = turn.first.kind
    if kind in _OTHERS:
        _OTHERS[kind](a)
    elif facts.handler == "agent":
        with_person.hear(a)
    elif kind == "start":
        talk.welcome(a)
    elif kind == "button":
        press(a, turn.first.button or "", serve)
        go_on_with_parked(a)
    elif kind == "unsupported":
        what = str(turn.first.data.get("what"))
        evidence.refused_file(a, UNTAKEN[what]) if what in UNTAKEN else a.say("unsupported")
    elif kind in ("message", "edit"):
        hear(a)
        _keep_what_was_said(a)
    sentinel.watch(a)
    return a.decision()


def _keep_what_was_said(a: Answer) -> None:
    """For the next turn: words that began nothing may tell what is asked for once the wish is understood."""
    began = a.begun or a.before.frame or a.state.frame or not a.turn.texts
    a.remember(earlier="" if began else "\n".join(a.turn.texts)[:LONGEST])


def _agent(a: Answer) -> None:
    """An act on the case, or on the chat."""
    data = a.turn.first.data
    if not act_on_case(a, str(data.get("do", "")), data):
        agent_act(a)


def _timer(a: Answer) -> None:
    """A clock of a place in the queue, or of a case."""
    if a.turn.first.data.get("subject") == SUBJECT:
        queue_rings.ring(a)
    else:
        clocks.ring(a)


_OTHERS: dict[str, Callable[[Answer], None]] = {
    "agent": _agent,
    "timer": _timer,
    "order": news.hear,
    "refund": news.paid_out,
    "looked_up": looked_up.hear,
    "photo_failed": lambda a: evidence.refused_file(a, str(a.turn.first.data.get("why"))),
}


def _meet(a: Answer) -> None:
    """The channel vouched for somebody. Another one than before inherits nothing of what was proved or begun here."""
    buyer = next((e.buyer for e in a.turn.events if e.buyer), None)
    if buyer is None or buyer == a.state.buyer:
        return
    if a.state.buyer is not None or a.state.proved:
        a.state = State(lang=a.state.lang, traditional=a.state.traditional)
    a.remember(buyer=buyer)
    a.do(LinkBuyer(buyer))
    if not a.kit.orders_kept:  # the mirror begins with today's changes: what they bought before is fetched
        a.do(ReadOrders(buyer))


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


def hear(a: Answer) -> None:
    """A burst of messages, from the most pressing thing in it to the least."""
    if not a.turn.texts:
        if a.turn.attachments:
            evidence.receive(a, with_words=False)
            talk.after_photos(a)
        return
    heard = wishes.understood(a, read(a.turn, a.state, a.facts, a.kit, a.now))
    a.remember(lang=heard.lang, traditional=heard.traditional, last_answer=None)
    if a.turn.attachments:
        evidence.receive(a, with_words=True)
    plain = to_simplified(heard.text).strip().lower()
    no_person = _NO_PERSON.search(plain) or (
        _CALLED_OFF.fullmatch(plain) and not (a.state.frame or a.state.awaiting)
    )
    if a.facts.handler == "queued" and no_person:
        call_off(a)
        return
    if _urgent(a, heard) or _asks_what_it_is(a, heard) or _wants_person(a, heard) or _angry_again(a, heard):
        return
    if settled.opts_out(a, heard):
        return
    if heard.switches_language:
        _in_the_other_language(a)
        return
    if a.facts.handler == "queued" and _HOW_LONG.fullmatch(to_simplified(heard.text).strip()):
        say_place(a)
        return
    if value := typed(a, heard):
        press(a, value, serve)
    else:
        if a.state.awaiting.get("what") == "unclear":
            a.remember(awaiting={})
        _make_sense(a, heard)
    go_on_with_parked(a)


def _make_sense(a: Answer, heard: Heard) -> None:
    proof = whose.prove(a, heard)
    if proof == "asked":
        return
    if proof == "proved":
        a.say("proof_ok", item=whose.item_named(a))
    if answered(a, heard, proof):
        return
    if a.state.frame is None and on_case.hear(a, heard):
        serve_questions(a, heard)
        return
    talk.converse(a, heard, proof)


def _in_the_other_language(a: Answer) -> None:
    """ "English please": the open question again in English, else the offer to help."""
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if a.facts.handler == "queued":
        say_place(a)
    elif flow:
        run.ask_again(a, flow)
    else:
        a.say("welcome")
        a.offer_common()


def _urgent(a: Answer, heard: Heard) -> bool:
    """Safety, scams, threats: the right first words at once, in any state, and a person."""
    if "scam" in a.state.flags and _MONEY_LEFT.search(to_simplified(heard.text).lower()):
        a.say("scam_money_left")
        hand_over(a, "scam")
        return True
    found = [s for s in URGENT if s in heard.signals]
    if READS["issuer"](heard, True):  # an authority's report is a proof, not a threat
        found = [s for s in found if s != "legal_threat"]
    if not found:
        return False
    frail = ["vulnerable"] if "vulnerable" in heard.signals else []
    a.remember(flags=tuple(dict.fromkeys([*a.state.flags, *found, *frail])))
    again = a.before.spoken.get("topic") == f"signal.{found[0]}" and a.facts.handler == "queued"
    a.remember(spoken={**a.state.spoken, "topic": f"signal.{found[0]}"})
    if again:  # said, and somebody is called: what is told now goes to them
        a.say("noted_for_agent")
        return True
    a.say(f"signal_{found[0]}")
    # Asked for money for a review, the bot stays calm and goes on serving real faults; a colleague looks too.
    if found[0] == "extortion":
        hand_over(a, *found)
        return not heard.names_fault
    if found[0] == "legal_threat":
        lookups.case_lines(a)
    if found[0] == "safety":
        talk.file_for_safety(a, heard)
    hand_over(a, *found)
    return True


def _angry_again(a: Answer, heard: Heard) -> bool:
    """Anger in two turns running ends the talk with a machine."""
    angry = a.state.angry + 1 if "anger" in heard.signals else 0
    frail = ["vulnerable"] if "vulnerable" in heard.signals else []
    a.remember(angry=angry, flags=tuple(dict.fromkeys([*a.state.flags, *frail])))
    if angry < 2 or a.facts.handler != "bot":
        if frail and "vulnerable" not in a.before.flags and a.facts.handler == "bot":
            a.say("signal_vulnerable")  # somebody is called, and what they asked for is served all the same
            hand_over(a, "vulnerable")
        return False
    a.remember(angry=0)
    if a.state.frame is None:
        on_case.hear(a, heard)  # what is wanted of a case is done all the same
    a.say("signal_anger")
    hand_over(a, "anger")
    return True


# "Are you a robot?" asks for a plain answer, not yet for a person.
_WHAT_ARE_YOU = re.compile(
    r"(?:请问|那)?[你您]们?(?:到底|究竟)?(?:是不是|是|就是)(?:个|一个|真的)?(?:机器人?|人工智能|ai|真人|人|自动回复的?|自动的|人工)(?:在?回复?的?)?(?:吗|么|吧|呢|还是.{1,6})?[?？。!！]*"
    r"|(?:wait,? |so,? |hold on,? )?(?:are you|is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:an? )?(?:real |actual |live )?(?:robot|bot|chatbot|machine|ai|human|person|computer|automated)(?: being)?(?: or (?:an? )?(?:real )?(?:robot|bot|human|person|machine|ai))?\??"
)


_WHAT_CAN_YOU_DO = re.compile(
    r"(?:那|请问)?[你您]们?(?:都|还)?(?:能|会|可以)(?:干|做|帮我?|办)(?:点|些)?(?:啥|什么|哪些|嘛)(?:事|忙)?[呢啊呀?？。!！]*|(?:怎么用|帮助|菜单|功能|有什么功能)[?？]*"
    r"|what (?:can|do) you do(?: for me)?\??|(?:/)?help(?: me)?[!.?]*|menu|how does this work\??"
)


def _asks_what_it_is(a: Answer, heard: Heard) -> bool:
    if a.state.frame is None and _WHAT_CAN_YOU_DO.fullmatch(entities.plain(heard.text)):
        a.remember(introduced=True, misses=0)
        a.say("welcome")
        a.offer_common()
        return True
    if not _WHAT_ARE_YOU.fullmatch(entities.plain(heard.text)):
        return False
    a.remember(introduced=True)
    a.say("introduction")
    a.reply_button("human", "button_human")
    frame = a.state.frame
    if frame and frame.flow in a.kit.flows:
        run.ask_again(a, a.kit.flows[frame.flow])
    return True


def _wants_person(a: Answer, heard: Heard) -> bool:
    """At any step, the first time."""
    if "human" not in heard.signals and "human.agent" not in heard.asks:
        return False
    hand_over(a, "human")
    return True
