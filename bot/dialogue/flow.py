"""Guided flows as data: `knowledge/flows/*.yaml` → types, every fault with its line and cure. Running is in `run.py`.

A flow is walked from the top each turn, past whatever is known already; so answers may run ahead, come in any
order and be corrected.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.cases.case import CaseType
from bot.cases.nearest import did_you_mean
from bot.cases.reading import Fault, build
from bot.errors import ConfigError
from bot.knowledge.types import LANGS, Lines, RawFlow, Topic, Words
from bot.messages import Lang


@dataclass(frozen=True)
class Option:
    """One answer to a question. `hear`: words that mean it when they occur in what the buyer writes."""

    label: Words
    hear: Lines | None = None


@dataclass(frozen=True)
class Step:
    """Exactly one of choose, check, person, confirm, open.

    choose: fills a slot, by asking only where it is not known. check: a rule of `cases/rules` that may refuse.
    person: hands over when the slot has one of the values. confirm: reads the terms back. open: files the case.
    """

    choose: str | None = None
    ask: Words | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    check: str | None = None
    person: str | None = None
    values: tuple[str, ...] = ()
    confirm: Words | None = None
    lines: Mapping[str, Words] = field(default_factory=dict)  # more lines, each said when its condition holds
    open: str | None = None
    say: Words | None = None

    @property
    def kind(self) -> str:
        return next((k for k in KINDS if getattr(self, k)), "")


@dataclass(frozen=True)
class FlowText:
    """A flow file as written."""

    title: Words
    starts_on: tuple[str, ...]
    case: str
    steps: tuple[Step, ...]
    wish: Words | None = None


@dataclass(frozen=True)
class Flow:
    name: str
    title: Words
    starts_on: tuple[str, ...]
    case: CaseType
    steps: tuple[Step, ...]
    hash: str
    wish: Words | None = (
        None  # patterns of wanting it, for messages that say too much at once to match a topic
    )

    def wished(self, text: str, lang: Lang) -> bool:
        return self.wish is not None and bool(re.search(self.wish.text(lang), text, re.IGNORECASE))

    @property
    def slots(self) -> dict[str, Step]:
        return {s.choose: s for s in self.steps if s.choose}


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")  # dotted names are figures, which `knowledge` checks
KINDS = ("choose", "check", "person", "confirm", "open")
CHECKS = ("return_possible", "may_return", "return_not_intact")
CONDITIONS = ("insured", "always")  # of the lines of a confirmation
SAID = {
    "item",
    "order",
    "qty",
    "signed",
    "end",
    "freight",
    "amount",
    "channel",
    "arrival",
    "case",
    "deadline",
}
OPENINGS = ("approve_return", "slots_complete")


def parse_flows(raw: Mapping[str, RawFlow], topics: Mapping[str, Topic] | None) -> dict[str, Flow]:
    """Every flow, or one ConfigError with all faults of all files. `topics` None: they could not be read."""
    faults: list[str] = []
    flows = {}
    for name, file in raw.items():
        found: list[Fault] = []
        text: FlowText | None = build(FlowText, file.document.data, (), found)
        if text:
            found += _faults(text, topics)
        faults += [file.document.fault(place, what) for place, what in found]
        if text and not found:
            source = json.dumps(file.document.data, sort_keys=True, ensure_ascii=False, default=str)
            digest = hashlib.sha256(source.encode()).hexdigest()[:12]
            flows[name] = Flow(
                name, text.title, text.starts_on, CaseType(text.case), text.steps, digest, text.wish
            )
    if faults:
        raise ConfigError(faults)
    return flows


def _faults(text: FlowText, topics: Mapping[str, Topic] | None) -> list[Fault]:
    faults: list[Fault] = []
    if text.case not in list(CaseType):
        faults.append((("case",), f"'{text.case}' is no case type{did_you_mean(text.case, list(CaseType))}"))
    for n, topic in enumerate(text.starts_on):
        if topics is not None and topic not in topics:
            faults.append(
                (("starts_on", str(n)), f"there is no topic '{topic}'{did_you_mean(topic, topics)}")
            )
    faults += _wish_faults(text.wish)
    slots: set[str] = set()
    for n, step in enumerate(text.steps):
        faults += [(("steps", str(n), *place), what) for place, what in _step_faults(step, slots)]
        slots |= {step.choose} if step.choose else set()
    if not text.steps or not text.steps[-1].open:
        faults.append((("steps",), "the flow ends without filing a case; make `open:` its last step"))
    for n, step in enumerate(text.steps[:-1]):
        if step.open:
            faults.append((("steps", str(n)), "nothing after `open:` is ever reached; make it the last step"))
    return faults


def _wish_faults(wish: Words | None) -> list[Fault]:
    faults: list[Fault] = []
    for lang in LANGS if wish else ():
        try:
            re.compile(wish.text(lang))  # type: ignore[union-attr]
        except re.error as fault:
            faults.append((("wish", lang), f"is no pattern ({fault}); mend it, e.g. 想退|要退"))
    return faults


def _word_faults(step: Step) -> Iterator[Fault]:
    """Conditions that never hold, and names in braces that nothing would fill."""
    for name in step.lines:
        if name not in CONDITIONS:
            one_of = f"one of {', '.join(CONDITIONS)}"
            yield (("lines", name), f"unknown condition '{name}'{did_you_mean(name, CONDITIONS)}; {one_of}")
    said: dict[tuple[str, ...], Words | None] = {
        ("ask",): step.ask,
        ("say",): step.say,
        ("confirm",): step.confirm,
    }
    said |= {("lines", name): words for name, words in step.lines.items()}
    for place, words in said.items():
        for lang in LANGS if words else ():
            for name in set(_PLACEHOLDER.findall(words.text(lang))) - SAID:  # type: ignore[union-attr]
                known = f"one of {', '.join(sorted(SAID))}"
                yield ((*place, lang), f"nothing fills '{{{name}}}'{did_you_mean(name, SAID)}; {known}")


def _step_faults(step: Step, slots: set[str]) -> list[Fault]:
    named = [k for k in KINDS if getattr(step, k)]
    if len(named) != 1:
        what = f"has {' and '.join(named)}" if named else "has no kind"
        return [((), f"a step {what}; give it exactly one of {', '.join(KINDS)}")]
    faults = list(_word_faults(step))
    if step.choose and (step.ask is None or (step.choose != "order" and not step.options)):
        faults.append(
            (("choose",), f"'{step.choose}' cannot be asked; add `ask: {{zh: …, en: …}}` and `options:`")
        )
    if step.check and step.check not in CHECKS:
        faults.append(
            (
                ("check",),
                f"unknown rule '{step.check}'{did_you_mean(step.check, CHECKS)}; one of {', '.join(CHECKS)}",
            )
        )
    if step.person and (step.person not in slots or not step.values):
        faults.append(
            (("person",), f"'{step.person}' is no slot chosen above; name one, and its `values: […]`")
        )
    if step.open and (step.open not in OPENINGS or step.say is None):
        faults.append(
            (
                ("open",),
                (
                    f"'{step.open}' cannot file a case{did_you_mean(step.open, OPENINGS)}; "
                    f"one of {', '.join(OPENINGS)}, with `say:`"
                ),
            )
        )
    return faults
