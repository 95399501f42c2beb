"""The steps of a guided flow. Each gives True when it is settled and the walk goes on, False when it waits for the
buyer or the flow has ended, or the name of the step to go on with."""

from __future__ import annotations

from collections.abc import Callable

from bot.cases.case import CaseType
from bot.cases.rules.evidence import Checklist, items_shown
from bot.cases.rules.refusal import Refusal
from bot.dialogue import evidence
from bot.dialogue.answer import Answer
from bot.dialogue.at_hand import FACTS, RULES, fact
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import CONFIRMS, end_draft, frame_of, item_of, note_asked
from bot.dialogue.heard import Heard
from bot.dialogue.opening import file_case
from bot.dialogue.summary import summary
from bot.dialogue.terms import terms
from bot.dialogue.which_order import choose_order

Done = bool | str


def run_step(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    return _STEPS[step.kind](a, flow, step, heard, resumed)


def _choose(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    slot = step.choose or ""
    if slot == "order":
        return choose_order(a, flow, step, heard)
    if slot in frame_of(a).slots or step.optional:
        return True
    assert step.say is not None  # the loader refuses a choose without one
    found = terms(a, flow)
    a.say_words(step.say, **found.words)
    for condition, words in step.lines.items():
        if condition in found.holds:
            a.say_words(words, **found.words)
    for value, option in step.options.items():
        a.button(f"set:{slot}={value}", option.label)
    note_asked(a, slot)
    return False


def _ask(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    slot = step.ask or ""
    if slot in frame_of(a).slots or step.optional:
        return True
    assert step.say is not None
    a.say_words(step.say, **terms(a, flow).words)
    note_asked(a, slot)
    return False


def _photo(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    """Asked for once, all in one message; what came already is not asked for again."""
    sent = [str(p.get("name", "")) for p in a.state.photos]
    if len(sent) >= len(step.photo) or "no_photos" in frame_of(a).slots:
        return True
    assert step.say is not None
    lacking = tuple(item for item in step.photo if item not in items_shown(_wanted(step), sent))
    a.say_words(step.say, **{**terms(a, flow).words, "photos": evidence.listed(a, lacking)})
    a.reply_button("set:no_photos=yes", "button_no_photos")
    note_asked(a, "photos")
    return False


def _wanted(step: Step) -> Checklist:
    return Checklist(tuple(step.photo), len(step.photo))  # type: ignore[arg-type]  # the loader has checked them


def _branch(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    name = step.branch or ""
    if name in RULES:
        refusal = RULES[name](a)
        if refusal is None:
            return True
        refuse(a, flow, refusal)
        return False
    value = fact(a, name) if name in FACTS else frame_of(a).slots.get(name, "")
    return step.to.get(value, True)


def refuse(a: Answer, flow: Flow, refusal: Refusal) -> None:
    """A rule says no: with its reason, what is left, and how to reach a person. Nothing stays open."""
    order = frame_of(a).slots.get("order", "")
    end_draft(a, frame_of(a), "refused", "bot", rule=refusal.rule)
    a.remember(frame=None)
    a.say(refusal.key, **refusal.data)
    what = "fault" if refusal.fault_counts else "refused"
    a.remember(awaiting={"what": what, "flow": flow.name, "order": order, "rule": refusal.rule})
    if refusal.fault_counts:
        other_roads(a)
    else:
        a.reply_button("human", "button_human")


def other_roads(a: Answer) -> None:
    """A "no" says what is left, and how to reach a person."""
    a.say("other_roads")
    a.reply_button("fault", "button_defect")
    a.reply_button("human", "button_review")


def _confirm(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    answer = frame_of(a).slots.get("confirmed")
    if answer == "yes":
        return True
    if answer == "no":
        cancel(a)
        return False
    assert step.say is not None
    found = terms(a, flow)
    again = resumed and frame_of(a).asked in CONFIRMS
    if again:
        a.say("confirm_again", item=item_of(a), what=flow.title)
    else:
        summary(a, flow)
        a.say_words(step.say, **found.words)
        for condition, words in step.lines.items():
            if condition in found.holds:
                a.say_words(words, **found.words)
    returns = flow.case is CaseType.RETURN_REFUND
    a.reply_button("yes", "button_yes" if returns else "button_go_ahead")
    a.reply_button("no", "button_no" if returns else "button_leave_it")
    note_asked(a, "confirm_again" if again else "confirm")
    return False


def cancel(a: Answer) -> None:
    """The buyer lets the flow go; nothing was filed."""
    end_draft(a, frame_of(a), "withdraw", "buyer")
    a.remember(frame=None, misses=0, claimed=None, awaiting={})
    a.say("flow_cancelled")


def _open(a: Answer, flow: Flow, step: Step, heard: Heard | None, resumed: bool) -> Done:
    file_case(a, flow, step)
    return False


_STEPS: dict[str, Callable[[Answer, Flow, Step, Heard | None, bool], Done]] = {
    "choose": _choose,
    "ask": _ask,
    "photo": _photo,
    "branch": _branch,
    "confirm": _confirm,
    "open": _open,
}
