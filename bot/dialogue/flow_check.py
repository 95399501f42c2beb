"""Every fault of a flow file, with its line and cure, before a buyer meets it: unknown steps, rules and slots, dead
ends, loops, steps that nothing reaches, words that nothing fills."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from bot.cases.case import CaseType
from bot.cases.nearest import did_you_mean
from bot.cases.reading import Fault, build
from bot.cases.rules.evidence import Item
from bot.dialogue.at_hand import FACTS, RULES
from bot.dialogue.flow import KINDS, OTHER_FLOW, Flow, FlowText, Step
from bot.dialogue.opening import WAYS
from bot.dialogue.reads import READS
from bot.dialogue.settling import SETTLES
from bot.dialogue.terms import CONDITIONS, SAID
from bot.errors import ConfigError
from bot.knowledge.types import LANGS, RawFlow, Topic, Words

ITEMS: tuple[str, ...] = get_args(Item)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")  # dotted names are figures, which `knowledge` checks


def parse_flows(raw: Mapping[str, RawFlow], topics: Mapping[str, Topic] | None) -> dict[str, Flow]:
    """Every flow, or one ConfigError with all faults of all files. `topics` None: they could not be read."""
    faults: list[str] = []
    flows = {}
    for name, file in raw.items():
        found: list[Fault] = []
        text: FlowText | None = build(FlowText, file.document.data, (), found)
        if text:
            found += list(_faults(text, topics))
            found += list(_jump_faults(text, name, raw))
        faults += [file.document.fault(place, what) for place, what in found]
        if text and not found:
            flows[name] = _flow(name, text, file.document.data)
    if faults:
        raise ConfigError(faults)
    return flows


def _flow(name: str, text: FlowText, data: object) -> Flow:
    source = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    return Flow(
        name,
        text.title,
        text.starts_on,
        CaseType(text.case),
        text.steps,
        digest,
        text.wish,
        text.sure,
        text.goes_on,
        text.preset,
    )


def _faults(text: FlowText, topics: Mapping[str, Topic] | None) -> Iterator[Fault]:
    if text.case not in list(CaseType):
        yield ("case",), f"'{text.case}' is no case type{did_you_mean(text.case, list(CaseType))}"
    for n, topic in enumerate(text.starts_on):
        if topics is not None and topic not in topics:
            yield ("starts_on", str(n)), f"there is no topic '{topic}'{did_you_mean(topic, topics)}"
    for key in ("wish", "sure", "goes_on"):
        yield from _pattern_faults(key, getattr(text, key))
    slots = [s.slot for s in text.steps if s.slot]
    for n, step in enumerate(text.steps):
        for place, what in _step_faults(step, slots):
            yield ("steps", str(n), *place), what
    yield from _way_faults(text.steps)


def _pattern_faults(key: str, patterns: Words | None) -> Iterator[Fault]:
    for lang in LANGS if patterns else ():
        try:
            re.compile(patterns.text(lang))  # type: ignore[union-attr]
        except re.error as fault:
            yield (key, lang), f"is no pattern ({fault}); mend it, e.g. 想退|要退"


def _step_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    named = [k for k in KINDS if getattr(step, k)]
    if len(named) != 1:
        what = f"has {' and '.join(named)}" if named else "has no kind"
        yield (), f"a step {what}; give it exactly one of {', '.join(KINDS)}"
        return
    yield from _word_faults(step)
    yield from {
        "choose": _choose_faults,
        "ask": _ask_faults,
        "photo": _photo_faults,
        "branch": _branch_faults,
        "confirm": _confirm_faults,
        "open": _open_faults,
    }[named[0]](step, slots)


def _choose_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    if step.say is None or (step.choose != "order" and not step.options):
        cure = "add `say: {zh: …, en: …}` and `options:`"
        yield ("choose",), f"'{step.choose}' cannot be asked; {cure}"


def _ask_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    if step.say is None and not step.optional:
        yield ("ask",), f"'{step.ask}' cannot be asked; add `say: {{zh: …, en: …}}`, or `optional: true`"
    if step.reads not in READS:
        yield ("reads",), _unknown("way of reading", step.reads, READS)


def _photo_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    if step.say is None:
        yield ("photo",), "the photos cannot be asked for; add `say: {zh: …, en: …}`"
    for n, item in enumerate(step.photo):
        if item not in ITEMS:
            yield ("photo", str(n)), _unknown("item of the checklists", item, ITEMS)


def _branch_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    known = [*slots, *FACTS, *RULES]
    if step.branch not in known:
        yield ("branch",), _unknown("slot, fact or rule", str(step.branch), known)
    elif step.branch in RULES and step.to:
        yield ("to",), f"'{step.branch}' is a rule, which refuses by itself; leave `to:` out"
    elif step.branch not in RULES and not step.to:
        yield ("branch",), f"'{step.branch}' leads nowhere; add `to: {{value: name of a step}}`"
    for value in step.to if step.branch in FACTS else ():
        if value not in FACTS[str(step.branch)]:
            yield ("to", value), _unknown(f"value of '{step.branch}'", value, FACTS[str(step.branch)])


def _confirm_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    if step.say is None or step.confirm != "terms":
        yield ("confirm",), "nothing would be confirmed; write `confirm: terms` and `say: {zh: …, en: …}`"


def _open_faults(step: Step, slots: Sequence[str]) -> Iterator[Fault]:
    if step.open not in WAYS:
        yield ("open",), _unknown("way to file a case", str(step.open), WAYS)
    if step.say is None:
        yield ("open",), "the buyer would not hear of it; add `say: {zh: …, en: …}`"
    if step.settle and step.settle not in SETTLES:
        yield ("settle",), _unknown("rule that settles", step.settle, SETTLES)


def _word_faults(step: Step) -> Iterator[Fault]:
    """Conditions that never hold, and names in braces that nothing would fill."""
    for name in step.lines:
        if name not in CONDITIONS:
            yield ("lines", name), _unknown("condition", name, CONDITIONS)
    said: dict[tuple[str, ...], Words | None] = {("say",): step.say}
    said |= {("lines", name): words for name, words in step.lines.items()}
    for place, words in said.items():
        for lang in LANGS if words else ():
            for name in sorted(set(_PLACEHOLDER.findall(words.text(lang))) - set(SAID)):  # type: ignore[union-attr]
                hint = f"{did_you_mean(name, SAID)}; one of {', '.join(sorted(SAID))}"
                yield (*place, lang), f"nothing fills '{{{name}}}'{hint}"


def _jump_faults(text: FlowText, own: str, flows: Mapping[str, RawFlow]) -> Iterator[Fault]:
    """Branches into other flows: they exist, and none leads back into the flow it came from."""
    for n, step in enumerate(text.steps):
        for value, target in step.to.items():
            other = target.removeprefix(OTHER_FLOW)
            if other == target:
                continue
            if other not in flows or other == own:
                others = [name for name in flows if name != own]
                yield ("steps", str(n), "to", value), _unknown("flow", other, others)


def _way_faults(steps: Sequence[Step]) -> Iterator[Fault]:
    """Where the steps lead: names that exist, no way back, every way to an `open:`, every step on some way."""
    places = {s.name: n for n, s in enumerate(steps) if s.name}
    for n, step in enumerate(steps):
        if step.name and places[step.name] != n:
            yield ("steps", str(n), "name"), f"the name '{step.name}' is used twice; choose another"
        for value, target in step.to.items():
            if target.startswith(OTHER_FLOW):
                continue  # whether it exists is known once all flows are read
            if target not in places:
                yield ("steps", str(n), "to", value), _unknown("step", target, places)
            elif places[target] <= n:
                what = f"'{target}' stands above, so the flow would run in a loop; name a step below"
                yield ("steps", str(n), "to", value), what
    if not steps or steps[-1].kind != "open":
        yield ("steps",), "the flow ends without filing a case; make `open:` its last step"
        return
    reached, todo = {0}, [0]
    while todo:
        n = todo.pop()
        nexts = [n + 1] if steps[n].kind != "open" else []
        nexts += [places[t] for t in steps[n].to.values() if t in places]
        todo += [m for m in nexts if m not in reached]
        reached |= set(nexts)
    for n in range(len(steps)):
        if n not in reached:
            yield ("steps", str(n)), "nothing leads to this step; name it in a branch's `to:` or remove it"


def _unknown(what: str, name: str, known: Mapping[str, object] | Sequence[str]) -> str:
    return f"unknown {what} '{name}'{did_you_mean(name, list(known))}; one of {', '.join(known)}"
