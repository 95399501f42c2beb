"""Running a guided flow: walked from the top each turn, past what is known, to the first thing that is not.

Answers that run ahead are taken, corrections replace what they correct, a question in the middle is answered and
the flow goes on in the same message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.cases.case import Case, Entry, Status, case_number
from bot.cases.machine import move
from bot.cases.rules.returns import may_return, return_not_intact, return_possible
from bot.cases.rules.terms import ReturnTerms, return_terms
from bot.dialogue import aftercare, slots, whose
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import asked_at, end_draft, frame_of, item_of, keep, kept, note_asked, order_of
from bot.dialogue.heard import Heard
from bot.dialogue.person import hand_over
from bot.dialogue.state import Frame
from bot.dialogue.which_order import choose_order, order_heard, order_label
from bot.knowledge.types import Words
from bot.messages import Attachment


def start(a: Answer, flow: Flow, heard: Heard | None, order: str = "") -> None:
    """Begin: a draft that promises nothing yet, so that the desk sees what the buyer is about."""
    number = case_number(a.turn.chat, a.turn.ordinal, a.now, a.kit.zone)
    draft = Case(
        number, a.turn.chat, flow.case, Status.DRAFT, a.turn.sent_at, a.now, buyer=a.facts.buyer, events=1
    )
    a.save(draft, Entry(number, 1, a.now, "bot", "opened", None, Status.DRAFT))
    known = {"order": order, "tracking": a.state.awaiting.get("tracking", "")}
    slots_known = {slot: value for slot, value in known.items() if value}
    a.remember(frame=Frame(flow.name, flow.hash, number, slots_known), misses=0, awaiting={})
    _fill(a, flow, heard)
    walk(a, flow, heard)


def carry_on(a: Answer, flow: Flow, heard: Heard) -> bool:
    """Take what the burst adds to the flow; False when it adds nothing, and something else must make sense of it."""
    frame = frame_of(a)
    before = (frame.slots, a.state.order)
    changed = _fill(a, flow, heard)
    corrected = heard.entities.corrects and not frame_of(a).slots.get("confirmed")
    if (frame_of(a).slots, a.state.order) == before and not corrected:
        return False
    if changed:
        _read_back(a, flow, changed)
    if corrected and (frame_of(a).slots, a.state.order) == before:
        _reask_other_order(a)
    a.remember(misses=0)
    walk(a, flow, heard)
    return True


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


def cancel(a: Answer) -> None:
    """The buyer lets the flow go; nothing was filed."""
    frame = frame_of(a)
    end_draft(a, frame, "withdraw", "buyer")
    a.remember(frame=None, misses=0, claimed=None, awaiting={})
    a.say("flow_cancelled")


def walk(a: Answer, flow: Flow, heard: Heard | None, resumed: bool = False) -> None:
    """From the top to the first step that is not settled."""
    for step in flow.steps:
        if not _STEPS[step.kind](a, flow, step, heard, resumed):
            return


# --- steps: True when the step is settled and the walk goes on ----------------------------------------------------


def _choose(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> bool:
    slot = step.choose or ""
    if slot == "order":
        return choose_order(a, flow, step, heard)
    if slot in frame_of(a).slots:
        return True
    assert step.ask is not None  # the loader refuses a choose without one
    a.say_words(step.ask, item=item_of(a))
    for value, option in step.options.items():
        a.button(f"set:{slot}={value}", option.label)
    note_asked(a, slot)
    return False


def _check(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> bool:
    refusal = _CHECKS[step.check or ""](a)
    if refusal is None:
        return True
    order = frame_of(a).slots.get("order", "")
    end_draft(a, frame_of(a), "refused", "bot", rule=refusal.rule)
    a.remember(frame=None)
    a.say(refusal.key, **refusal.data)
    if refusal.fault_counts:
        a.remember(awaiting={"what": "fault", "flow": flow.name, "order": order})
        other_roads(a)
    else:
        a.reply_button("human", "button_human")
    return False


def other_roads(a: Answer) -> None:
    """A "no" says what is left, and how to reach a person."""
    a.say("other_roads")
    a.reply_button("fault", "button_defect")
    a.reply_button("human", "button_review")


def _person(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> bool:
    frame = frame_of(a)
    if frame.slots.get(step.person or "") not in step.values:
        return True
    draft = a.cases[frame.case]
    case, entry = move(
        draft, "must_human", "bot", a.now, slots=frame.slots, policy_version=a.kit.policy.version
    )
    a.save(case, entry)
    _file_photos(a, case)
    a.remember(frame=None)
    if step.say:
        deadline = a.now + a.kit.policy.timers.service_sla_decide
        a.say_words(step.say, case=case.id, item=case.item or "", deadline=deadline)
    hand_over(a, "fault")
    return False


def _confirm(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> bool:
    answer = frame_of(a).slots.get("confirmed")
    if answer == "yes":
        return True
    if answer == "no":
        cancel(a)
        return False
    assert step.confirm is not None
    terms = _terms(a)
    if resumed and frame_of(a).asked == "confirm":
        a.say("confirm_again", item=item_of(a))
    else:
        a.say_words(step.confirm, **_words_of(a, terms))
        for condition, words in step.lines.items():
            if getattr(terms, condition, False):
                a.say_words(words, **_words_of(a, terms))
    a.reply_button("yes", "button_yes")
    a.reply_button("no", "button_no")
    note_asked(a, "confirm")
    return False


def _open(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> bool:
    frame, terms = frame_of(a), _terms(a)
    version = a.kit.policy.version
    draft = replace(a.cases[frame.case], judged=terms.judged())
    case, filed = move(
        draft, "slots_complete", "bot", a.now, slots=kept(frame, terms.qty), policy_version=version
    )
    entries = [filed]
    if step.open == "approve_return":
        rule = "网络购买商品七日无理由退货暂行办法 art. 10"
        case, agreed = move(case, "approve_return", "rule", a.now, rule=rule, policy_version=version)
        entries.append(agreed)
    a.save(case, *entries)
    _file_photos(a, case)
    assert step.say is not None
    deadline = a.now + a.kit.policy.timers.buyer_ship_back
    a.say_words(step.say, case=case.id, deadline=deadline, **_words_of(a, terms))
    a.remember(frame=None, awaiting={"what": "tracking", "case": case.id})
    if posted := frame.slots.get("tracking"):
        aftercare.enter_tracking(a, case, posted)
    return False


_STEPS = {"choose": _choose, "check": _check, "person": _person, "confirm": _confirm, "open": _open}
_CHECKS = {
    "return_possible": lambda a: return_possible(order_of(a), a.kit.policy, asked_at(a), a.kit.zone),
    "may_return": lambda a: may_return(order_of(a), a.kit.policy, asked_at(a), a.kit.zone),
    "return_not_intact": lambda a: return_not_intact(
        order_of(a), frame_of(a).slots.get("intact"), "opened" in frame_of(a).slots
    ),
}


# --- small things -------------------------------------------------------------------------------------------------


def _fill(a: Answer, flow: Flow, heard: Heard | None) -> list[str]:
    """Merge what was heard into the slots; returns which earlier answers it replaced."""
    if heard is None:
        return []
    frame = frame_of(a)
    new = slots.found(flow, frame, heard)
    if order := order_heard(a, heard):
        new["order"] = order
    merged, changed = slots.merge(frame.slots, new)
    keep(a, merged)
    return changed


def _reask_other_order(a: Answer) -> None:
    """A correction that does not say to what: the order is asked again, since that is what is mostly meant."""
    kept = {k: v for k, v in frame_of(a).slots.items() if k not in ("order", *slots.DEPENDS["order"])}
    keep(a, kept)


def _read_back(a: Answer, flow: Flow, changed: list[str]) -> None:
    for name in changed:
        value = frame_of(a).slots[name]
        a.say("changed", value=_shown(a, flow, name, value))


def _shown(a: Answer, flow: Flow, name: str, value: str) -> str | Words:
    if name == "qty":
        pieces = a.kit.knowledge.replies["pieces"]
        return f"{value} {pieces.text(a.state.lang)}"
    if name == "order":
        order = next((o for o in whose.own_orders(a) if o.id == value), None)
        return order_label(order) if order else value
    option = flow.slots[name].options.get(value) if name in flow.slots else None
    return option.label if option else value


def _terms(a: Answer) -> ReturnTerms:
    order = order_of(a)
    qty = min(int(frame_of(a).slots.get("qty", order.qty)), order.qty)
    return return_terms(order, qty, a.kit.policy, a.kit.zone)


def _words_of(a: Answer, terms: ReturnTerms) -> dict[str, Any]:
    order = order_of(a)
    return {
        "item": order.item,
        "order": order.id,
        "qty": str(terms.qty),
        "signed": terms.signed.astimezone(a.kit.zone).date() if terms.signed else "",
        "end": terms.window_end or "",
        "freight": terms.payer,
        "amount": terms.amount,
        "channel": order.pay or "original_channel",
        "arrival": terms.arrival,
    }


def _file_photos(a: Answer, case: Case) -> None:
    a.attach(case.id, tuple(Attachment(**p) for p in a.state.photos))
    a.remember(photos=())
