"""Guided flows as data: the types of `knowledge/flows/*.yaml`. Checked in `flow_check.py`, run in `run.py`.

A flow is walked from the top each turn, past whatever is known already; so answers may run ahead, come in any
order and be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.cases.case import CaseType
from bot.knowledge.types import Lines, Words
from bot.messages import Lang

OTHER_FLOW = "flow:"  # a branch may lead into another flow, which goes on with what is known
KINDS = ("choose", "ask", "photo", "branch", "confirm", "open")


@dataclass(frozen=True)
class Option:
    """One answer to a question. `hear`: words that mean it when they occur in what the buyer writes."""

    label: Words
    hear: Lines | None = None


@dataclass(frozen=True)
class Step:
    """Exactly one of choose, ask, photo, branch, confirm, open.

    choose: fills a slot from options (`order`: from the buyer's orders). ask: fills one with what is said, read as
    `reads`. photo: asks for what the checklist still lacks. branch: by the value of a slot or a fact, to the step
    named, or past it; by a rule, which may refuse. confirm: reads the terms back. open: files the case, as the way
    it names says; it ends the flow.
    """

    name: str = ""
    choose: str | None = None
    ask: str | None = None
    photo: tuple[str, ...] = ()
    branch: str | None = None
    confirm: str | None = None
    open: str | None = None
    say: Words | None = None
    reads: str = "text"
    options: Mapping[str, Option] = field(default_factory=dict)
    to: Mapping[str, str] = field(default_factory=dict)  # of a branch: value → step
    optional: bool = False  # of an ask or a choose: never asked, only taken where it is said
    when_asked: bool = False  # of a choose: its words mean it only once it was asked
    lines: Mapping[str, Words] = field(default_factory=dict)  # more lines, each said when its condition holds
    settle: str | None = None  # of an open: the rule that may decide at once
    person: str | None = None  # of an open: the reason for which a person is called, too

    @property
    def kind(self) -> str:
        return next((k for k in KINDS if getattr(self, k)), "")

    @property
    def slot(self) -> str | None:
        return self.choose or self.ask


@dataclass(frozen=True)
class FlowText:
    """A flow file as written."""

    title: Words
    starts_on: tuple[str, ...]
    case: str
    steps: tuple[Step, ...]
    wish: Words | None = None
    sure: Words | None = None
    goes_on: Words | None = None
    preset: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flow:
    """`wish`: patterns of wanting it, for messages that say too much at once to match a topic; `sure`: patterns so
    plain that they start it by themselves. `goes_on`: the wish said once more under "shall I go ahead?"."""

    name: str
    title: Words
    starts_on: tuple[str, ...]
    case: CaseType
    steps: tuple[Step, ...]
    hash: str
    wish: Words | None = None
    sure: Words | None = None
    goes_on: Words | None = None
    preset: Mapping[str, str] = field(default_factory=dict)  # slots that this flow brings along

    def wished(self, text: str, lang: Lang) -> bool:
        return _finds(self.wish, text, lang)

    def surely(self, text: str, lang: Lang) -> bool:
        return _finds(self.sure, text, lang)

    def said_again(self, text: str, lang: Lang) -> bool:
        return self.goes_on is not None and bool(
            re.fullmatch(self.goes_on.text(lang), text.strip(), re.IGNORECASE)
        )

    @property
    def slots(self) -> dict[str, Step]:
        return {s.slot: s for s in self.steps if s.slot}

    @property
    def aside(self) -> frozenset[str]:
        """Slots asked for only on a side road, past the first `open`: an answer to them is none before."""
        ends = next((n for n, s in enumerate(self.steps) if s.open), len(self.steps))
        return frozenset(s.slot for s in self.steps[ends:] if s.slot) - {s.slot for s in self.steps[:ends]}

    def after(self, n: int) -> Iterator[int]:
        """The steps that may follow step `n`: the next one, and those a branch names."""
        step = self.steps[n]
        if step.kind != "open" and n + 1 < len(self.steps):
            yield n + 1
        places = {s.name: i for i, s in enumerate(self.steps) if s.name}
        yield from (places[target] for target in step.to.values() if target in places)


def answer_words(flows: Iterable[Flow]) -> frozenset[str]:
    """The English words of the flows' options."""
    options = [option for flow in flows for step in flow.steps for option in step.options.values()]
    phrases = [p for o in options for p in (o.label.en, *(o.hear.en if o.hear else ()))]
    return frozenset(re.findall(r"[a-z]+(?:'[a-z]+)?", " ".join(phrases).lower()))


def _finds(patterns: Words | None, text: str, lang: Lang) -> bool:
    return patterns is not None and bool(re.search(patterns.text(lang), text, re.IGNORECASE))
