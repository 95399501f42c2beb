"""Filing a case: the ways a flow may do it, the rules that may settle it at once, and what the buyer is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cases.case import Case, Status
from bot.dialogue import announce, clocks, tracking
from bot.dialogue.answer import Answer
from bot.dialogue.evidence import lacking, take_kept
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import end_draft, frame_of, kept
from bot.dialogue.moves import advance
from bot.dialogue.person import hand_over
from bot.dialogue.settling import settle
from bot.dialogue.summary import shown
from bot.dialogue.terms import Terms, terms
from bot.dialogue.which_order import superseded
from bot.knowledge.types import Words

# How a case may be filed: the events of the machine, one after the other, and who makes each.
WAYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "slots_complete": (("slots_complete", "bot"),),
    "evidence_needed": (("evidence_needed", "bot"),),
    "logistics_case": (("logistics_case", "bot"),),
    "must_human": (("must_human", "bot"),),
    "approve_return": (("slots_complete", "bot"), ("approve_return", "rule")),
    "approve_refund": (("slots_complete", "bot"), ("approve_refund", "rule")),
    "approve_resend": (("slots_complete", "bot"), ("approve_resend", "rule")),
    "done": (("slots_complete", "bot"), ("done", "rule")),
    "nothing_found": (("logistics_case", "bot"),),  # what the carrier cannot find: the buyer chooses at once
    "info": (),  # answered without a case
}
_NO_WORDS = Words("", "")
_RULES = {
    "approve_return": "网络购买商品七日无理由退货暂行办法 art. 10",
    "approve_refund": "淘宝平台争议处理规则 art. 23",
}


def file_case(a: Answer, flow: Flow, step: Step) -> Case | None:
    """File the draft the way the step says, hang on it what was sent before, and tell the buyer in the step's words."""
    frame, found = frame_of(a), terms(a, flow)
    if step.open == "info":
        _only_tell(a, step, found)
        return None
    found.judged["filed_at"] = a.now.isoformat()
    case = replace(a.cases[frame.case], judged=found.judged)
    _make_room(a, case)
    slots = {**flow.preset, **kept(frame, int(found.words["qty"]) if found.words["qty"] else None)}
    # A danger waits for no photos: people see it first, and it never runs out.
    danger = bool(slots.get("safety")) and step.open == "evidence_needed"
    for event, who in WAYS["must_human" if danger else step.open or ""]:
        case = advance(a, case, event, who, rule=_RULES.get(event, ""), slots=slots, say=False)
        slots = {}
    a.filing = True
    case = take_kept(a, case)
    a.filing = False
    settled = settle(a, case, say=False) if case.status is Status.PENDING_SELLER else None
    if step.open == "nothing_found":
        return _lost(a, step, case, found)
    filed = {"case": case.id, "at": a.now.isoformat(), "flow": flow.name}
    a.remember(frame=None, last_filed=filed, spoken={**a.state.spoken, "case": case.id})
    if settled is not None:
        announce.tell(a, settled)
        case = settled
    else:
        _say(a, flow, step, case, found)
    _after(a, flow, step, case)
    return case


def _make_room(a: Answer, case: Case) -> None:
    """A chase of the same goods ends where something else is asked for instead."""
    for twin in a.open_cases():
        if twin.order_id == case.order_id and superseded(twin, case.type):
            advance(a, twin, "withdraw", "buyer", why=f"gives way to {case.id}", say=False)


def _lost(a: Answer, step: Step, case: Case, found: Terms) -> Case:
    a.remember(frame=None, last_filed={})
    a.say_words(step.say or _NO_WORDS, **{**found.words, **announce.words_of(a, case)})
    return clocks.carrier_has_nothing(a, case, "system", "presumed lost")


def _only_tell(a: Answer, step: Step, found: Terms) -> None:
    """What was asked is answered; the draft leaves no trace of a case."""
    end_draft(a, frame_of(a), "refused", "bot", rule="answered without a case")
    a.remember(frame=None)
    a.say_words(step.say or _NO_WORDS, **found.words)
    for condition, line in step.lines.items():
        if condition in found.holds:
            a.say_words(line, **found.words)


def _say(a: Answer, flow: Flow, step: Step, case: Case, found: Terms) -> None:
    assert step.say is not None  # the loader refuses an `open:` without words
    if case.slots.get("safety"):
        a.say("safety_filed", **announce.words_of(a, case))
        return
    enough = case.status is not Status.PENDING_EVIDENCE
    holds = {*found.holds, "photos_there" if enough else "photos_lacking"}
    words = {**found.words, **announce.words_of(a, case), "photos": lacking(a, case)}
    said = {name: str(found.words[name]) for name in ("wanted", "reason") if found.words[name]}
    words |= {name: shown(a, flow, name, value) for name, value in said.items()}
    a.say_words(step.say, **words)
    for condition, line in step.lines.items():
        if condition in holds:
            a.say_words(line, **words)


def _after(a: Answer, flow: Flow, step: Step, case: Case) -> None:
    if case.status is Status.AWAIT_RETURN:
        a.remember(awaiting={"what": "tracking", "case": case.id})
        if posted := case.slots.get("tracking"):
            tracking.enter(a, case, str(posted))
    if step.person:
        hand_over(a, step.person, *(["safety"] if case.slots.get("safety") else []))
