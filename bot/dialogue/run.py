"""Running a guided flow: walked from the top each turn, past what is known, to the first thing that is not.

Answers that run ahead are taken, corrections replace what they correct, a question in the middle is answered and
the flow goes on in the same message. What each kind of step does is in `steps.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.cases.case import Case, Entry, Status, case_number
from bot.dialogue import slots, whose
from bot.dialogue.answer import Answer
from bot.dialogue.flow import OTHER_FLOW, Flow
from bot.dialogue.frame import frame_of, keep, order_of
from bot.dialogue.heard import Heard, asks_something, read
from bot.dialogue.render import goods_wished
from bot.dialogue.state import Frame
from bot.dialogue.steps import run_step
from bot.dialogue.stock import stock
from bot.dialogue.summary import shown
from bot.dialogue.which_order import order_heard
from bot.messages import Incoming


def start(a: Answer, flow: Flow, heard: Heard | None, known: Mapping[str, str] | None = None) -> None:
    """Begin: a draft that promises nothing yet, so that the desk sees what the buyer is about. `known`: slots."""
    number = case_number(a.turn.chat, a.turn.ordinal + a.begun, a.now, a.kit.zone)
    a.begun += 1
    draft = Case(
        number, a.turn.chat, flow.case, Status.DRAFT, a.turn.sent_at, a.now, buyer=a.facts.buyer, events=1
    )
    a.save(draft, Entry(number, 1, a.now, "bot", "opened", None, Status.DRAFT))
    early = {"tracking": a.state.awaiting["tracking"]} if a.state.awaiting.get("tracking") else {}
    frame = Frame(flow.name, flow.hash, number, {**early, **(known or {})})
    a.remember(frame=frame, misses=0, awaiting={})
    _fill(a, flow, heard)
    if heard is not None:
        _recall(a, flow, heard)
    walk(a, flow, heard)


def said_before(a: Answer) -> Heard | None:
    """The turn before, where it began nothing; questions in it tell nothing and are left out."""
    said = "".join(part for part in _CLAUSE_ENDS.split(a.before.earlier) if not asks_something(part))
    if not said:
        return None
    event = Incoming(a.turn.chat, a.turn.first.key, text=said)
    return read(replace(a.turn, events=(event,)), a.before, a.facts, a.kit, a.now)


_CLAUSE_ENDS = re.compile(r"(?<=[,，。;；!！?？\n])")


def _recall(a: Answer, flow: Flow, heard: Heard) -> None:
    """What was told a turn ago, when the wish was not understood or only a rule was asked for, is not asked again."""
    before = said_before(a)
    if before is None:
        return
    mine = whose.own_orders(a)
    named, named_now = ([o.id for o in whose.named(a, said, mine)] for said in (before, heard))
    if named and named_now and named != named_now:
        return  # said of other goods
    known = frame_of(a).slots
    told = {
        k: v for k, v in slots.found(flow, frame_of(a), before).items() if k in flow.slots and k not in known
    }
    if len(named) == 1 and not named_now and "order" not in known:
        told["order"] = named[0]
    keep(a, {**known, **told})


def carry_on(a: Answer, flow: Flow, heard: Heard) -> bool:
    """Take what the burst adds to the flow; False when it adds nothing, and something else must make sense of it."""
    frame = frame_of(a)
    before = (frame.slots, a.state.order)
    changed = _fill(a, flow, heard)
    corrected = heard.entities.corrects and not frame_of(a).slots.get("confirmed")
    if (frame_of(a).slots, a.state.order) == before and not corrected:
        return False
    wish = frame_of(a).slots.get("wanted")
    if wish and "wanted" not in frame.slots and frame.asked not in ("wanted", None):
        a.say("wish_kept", wanted=a.kit.knowledge.replies[f"wish_{wish}"])
    if changed:
        _read_back(a, flow, changed)
    if heard.is_question and frame_of(a).slots.get("target") != frame.slots.get("target"):
        _say_stock(a)
    if corrected and (frame_of(a).slots, a.state.order) == before:
        _reask_other_order(a)
    a.remember(misses=0)
    walk(a, flow, heard)
    return True


def _say_stock(a: Answer) -> None:
    """Asked whether there is one: as far as it is known. That there is none is said by the flow itself."""
    order, target = order_of(a), frame_of(a).slots["target"]
    there, _ = stock(order, target)
    if there != "out_of_stock":
        a.say(f"asked_{there}", target=goods_wished(target, a.kit, a.state.lang))


def choose(a: Answer, flow: Flow, slot: str, value: str) -> None:
    """A pressed button's answer."""
    merged, changed = slots.merge(frame_of(a).slots, {slot: value})
    keep(a, merged)
    if changed:
        _read_back(a, flow, changed)
    walk(a, flow, None)


def ask_again(a: Answer, flow: Flow) -> None:
    """The open question once more, after an answer to something else."""
    walk(a, flow, None, resumed=True)


def walk(a: Answer, flow: Flow, heard: Heard | None, resumed: bool = False) -> None:
    """From the top to the first step that is not settled. Branches lead down only, so it ends."""
    places = {step.name: n for n, step in enumerate(flow.steps) if step.name}
    n = 0
    while n < len(flow.steps):
        outcome = run_step(a, flow, flow.steps[n], heard, resumed)
        if outcome is False:
            return
        if isinstance(outcome, str) and outcome.startswith(OTHER_FLOW):
            _become(a, a.kit.flows[outcome.removeprefix(OTHER_FLOW)], heard)
            return
        n = places[outcome] if isinstance(outcome, str) else n + 1


def _become(a: Answer, other: Flow, heard: Heard | None) -> None:
    """What was begun as one thing turns out to be another: same draft, same answers, the other flow's steps."""
    frame = frame_of(a)
    a.save(replace(a.cases[frame.case], type=other.case))
    a.remember(frame=replace(frame, flow=other.name, hash=other.hash, asked=None))
    _fill(a, other, heard)
    if heard is not None:
        _recall(a, other, heard)
    walk(a, other, heard)


def _fill(a: Answer, flow: Flow, heard: Heard | None) -> list[str]:
    """Merge what was heard into the slots; returns which earlier answers it replaced."""
    if heard is None:
        return []
    frame = frame_of(a)
    new = slots.found(flow, frame, heard)
    if order := order_heard(a, heard, guess=not set(new) - {"confirmed", "opened"}):
        new["order"] = order
    merged, changed = slots.merge(frame.slots, new)
    keep(a, merged)
    return changed


def _reask_other_order(a: Answer) -> None:
    """A correction that does not say to what: the order is asked again, since that is what is mostly meant."""
    if len(whose.own_orders(a)) == 1:
        return
    kept = {k: v for k, v in frame_of(a).slots.items() if k not in ("order", *slots.DEPENDS["order"])}
    keep(a, kept)


def _read_back(a: Answer, flow: Flow, changed: list[str]) -> None:
    for name in changed:
        if name not in slots.UNSPOKEN:
            a.say("changed", value=shown(a, flow, name, frame_of(a).slots[name]))
