"""`check --coverage`: which texts of `knowledge/` no rehearsal ever sends, each with file and line.

The kit is played with texts that note when they are put into words; nothing of the bot itself is changed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.config import Settings
from bot.dialogue.flow import Flow, Step
from bot.dialogue.turn import Kit
from bot.errors import ConfigError
from bot.kit import build_kit
from bot.knowledge.load import PATTERNS, texts_in
from bot.knowledge.types import Knowledge, Topic, Words
from bot.messages import Lang
from bot.rehearse.play import play
from bot.rehearse.script import Script, read_scripts


@dataclass(frozen=True)
class NotedWords(Words):
    """A text that writes its key into `sent` whenever it is said."""

    key: str = ""
    sent: set[str] = field(default_factory=set, compare=False, repr=False)

    def text(self, lang: Lang) -> str:
        self.sent.add(self.key)
        return super().text(lang)


def noting(kit: Kit) -> tuple[Kit, set[str]]:
    """The same kit whose replies, FAQ answers and flow texts note when they are said; and the keys noted so far.

    Keys: `return_too_late` of a reply, `faq:refund.timing` of an answer, `flow:return.steps.2.say` of a flow.
    """
    sent: set[str] = set()

    def note(words: Words, key: str) -> Words:
        return NotedWords(words.zh, words.en, key, sent)

    replies = {key: note(words, key) for key, words in kit.knowledge.replies.items()}
    topics = {name: _topic(topic, note) for name, topic in kit.knowledge.topics.items()}
    flows = {name: _flow(flow, note) for name, flow in kit.flows.items()}
    return replace(kit, knowledge=replace(kit.knowledge, replies=replies, topics=topics), flows=flows), sent


Note = Callable[[Words, str], Words]


def _topic(topic: Topic, note: Note) -> Topic:
    return replace(topic, answer=topic.answer and note(topic.answer, f"faq:{topic.id}"))


def _flow(flow: Flow, note: Note) -> Flow:
    steps = tuple(_step(step, f"flow:{flow.name}.steps.{n}", note) for n, step in enumerate(flow.steps))
    return replace(flow, title=note(flow.title, f"flow:{flow.name}.title"), steps=steps)


def _step(step: Step, key: str, note: Note) -> Step:
    return replace(
        step,
        say=step.say and note(step.say, f"{key}.say"),
        lines={name: note(words, f"{key}.lines.{name}") for name, words in step.lines.items()},
        options={
            name: replace(option, label=note(option.label, f"{key}.options.{name}.label"))
            for name, option in step.options.items()
        },
    )


def texts_said(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(key, `file:line`) of every text a buyer may be sent, in the order of the files."""
    for key in knowledge.replies:
        yield key, knowledge.documents["replies.yaml"].at((key,))
    for topic in knowledge.topics.values():
        if topic.answer is not None:
            yield f"faq:{topic.id}", knowledge.at(topic.id, "answer")
    for name, raw in knowledge.flows.items():
        for place, _ in texts_in(raw.document.data):
            if place[0] not in PATTERNS:
                yield f"flow:{name}.{'.'.join(place)}", raw.document.at(place)


@dataclass(frozen=True)
class Coverage:
    """`unsent`: `file:line key` of each text that nothing sent; `of`: how many texts there are."""

    unsent: tuple[str, ...]
    of: int
    played: int

    def summary(self) -> str:
        sent = self.of - len(self.unsent)
        return f"{sent} of {self.of} texts are sent by {self.played} rehearsals, {len(self.unsent)} are not"


def coverage(
    settings: Settings,
    folder: Path,
    sent_elsewhere: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Coverage:
    """Plays every rehearsal of `folder`. `sent_elsewhere`: keys that something else sent, such as the simulation.

    Raises ConfigError where the folder holds no rehearsal, or one that cannot be read.
    """
    scripts = _scripts(folder)
    kit, sent = noting(build_kit(settings, settings.data.path / "cache"))
    sent |= set(sent_elsewhere)
    for n, script in enumerate(scripts):
        play(script, kit, settings)
        progress(n + 1, len(scripts))
    every = dict(texts_said(kit.knowledge))
    unsent = tuple(f"{place} {key}" for key, place in every.items() if key not in sent)
    return Coverage(unsent, len(every), len(scripts))


def _scripts(folder: Path) -> list[Script]:
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigError([f"{folder}: holds no rehearsal; name the folder by --rehearsals"])
    return [script for file in files for script in read_scripts(file)]
