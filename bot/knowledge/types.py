"""What the `knowledge/` folder says, as frozen types. How it is read is in `load.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.cases.policy import Policy
from bot.knowledge.yaml_lines import Document
from bot.messages import Lang
from bot.understanding.lexicon import Lexicon

Kind = Literal["answer", "flow", "lookup", "handoff", "chat", "none"]
LANGS: tuple[Lang, Lang] = ("zh", "en")


@dataclass(frozen=True)
class Words:
    """One text in both languages; `{placeholders}` are filled by whoever says it."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Lines:
    """Several short texts in both languages, such as the ways buyers ask for a topic."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def of(self, lang: Lang) -> tuple[str, ...]:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class TopicText:
    """A block of `faq/*.yaml`; `answer` may be missing where it opens a flow, look-up or handover."""

    kind: Kind
    title: Words
    phrasings: Lines
    answer: Words | None = None
    tips: Words | None = None


@dataclass(frozen=True)
class Topic:
    """One question an after-sales desk answers or acts on."""

    id: str
    kind: Kind
    title: Words
    phrasings: Lines
    answer: Words | None = None
    tips: Words | None = None


@dataclass(frozen=True)
class Canned:
    """A block of `canned.yaml`: what an agent puts into a reply by `/`; `title` is how it is found."""

    title: Words
    text: Words


@dataclass(frozen=True)
class RawFlow:
    """A file of `flows/`: its name without `.yaml`, and the document. `bot.dialogue` gives it meaning."""

    name: str
    document: Document


@dataclass(frozen=True)
class Wording:
    """How figures are said: units (`h`, `d`, `wd`, …, each with `{n}`) and the words of coded values."""

    units: Mapping[str, Words]
    values: Mapping[str, Words]


@dataclass(frozen=True)
class Knowledge:
    """All the shop wrote, checked. `version` changes with any file; old and new may live side by side."""

    topics: Mapping[str, Topic]
    replies: Mapping[str, Words]
    policy: Policy
    wording: Wording
    flows: Mapping[str, RawFlow]
    lexicon: Lexicon
    version: str
    documents: Mapping[str, Document] = field(repr=False, default_factory=dict)
    canned: Mapping[str, Canned] = field(default_factory=dict)

    def at(self, *place: str) -> str:
        """`file:line` of a topic or reply, e.g. `at("refund.timing", "answer", "zh")`."""
        for document in self.documents.values():
            if place and (place[0],) in document.lines:
                return document.at(place)
        return "knowledge:1"
