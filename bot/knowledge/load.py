"""`load(folder)`: the whole `knowledge/` folder → `Knowledge`, or one `ConfigError` with every fault in it.

What each file must look like is in `types.py`; what texts may say is checked by `bot.commands.check`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from bot.cases.nearest import did_you_mean
from bot.cases.policy import FIGURES, Policy, read_policy
from bot.cases.reading import Fault, build
from bot.errors import ConfigError
from bot.knowledge.types import LANGS, Canned, Knowledge, RawFlow, Topic, TopicText, Wording, Words
from bot.knowledge.words import SHOP_WORDS, placeholders, stray_brace
from bot.knowledge.yaml_lines import Document, read_file
from bot.understanding.lexicon import Lexicon

_TOPIC_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
PATTERNS = ("wish", "sure", "goes_on")  # of a flow: what its buyers' words look like
CANNED_WORDS = ("buyer", "order", "item", "case", "deadline", "amount", "agent")  # what the desk fills in
_REPLY_KEY = re.compile(r"[a-z][A-Za-z0-9_.]*")


def fingerprint(folder: Path) -> str:
    """A hash over the names and contents of all its YAML files, for noticing an edit and for caches."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def load(folder: Path) -> Knowledge:
    """Reads and checks everything; raises `ConfigError` with one line `file:line: cause; cure` a fault."""
    if not folder.is_dir():
        raise ConfigError(
            [f"{folder}: is no folder; set `knowledge.path` in config.yaml to the one with policy.yaml"]
        )
    return _Reading(folder).knowledge()


def readable_flows(folder: Path) -> dict[str, RawFlow]:
    """The flow files that can be read at all, whatever else is wrong with the folder: so that all is told at once."""
    return _Reading(folder)._flows()


class _Reading:
    """One pass over the folder, collecting faults on the way so that all are told at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.documents: dict[str, Document] = {}

    def knowledge(self) -> Knowledge:
        version = fingerprint(self.folder)
        policy = self._policy()
        wording = self._wording()
        lexicon = self._lexicon()
        topics = self._topics()
        replies = self._texts("replies.yaml")
        canned = self._canned()
        flows = self._flows()
        if self.faults or policy is None or wording is None or lexicon is None:
            raise ConfigError(sorted(self.faults, key=_by_line))
        return Knowledge(topics, replies, policy, wording, flows, lexicon, version, self.documents, canned)

    def _document(self, name: str) -> Document | None:
        path = self.folder / name
        try:
            document = read_file(path, _shown(path))
        except ConfigError as error:
            self.faults.extend(error.faults)
            return None
        if not isinstance(document.data, Mapping):
            self.faults.append(
                f"{document.name}:1: the file is empty or no list of `key: value`; fill it or remove it"
            )
            return None
        self.documents[name] = document
        return document

    def _all(self, folder: str) -> list[tuple[str, Document]]:
        names = sorted(path.name for path in (self.folder / folder).glob("*.yaml"))
        found = [(name, self._document(f"{folder}/{name}")) for name in names]
        return [(name, document) for name, document in found if document is not None]

    def _tell(self, document: Document, faults: list[Fault]) -> None:
        self.faults.extend(document.fault(place, text) for place, text in faults)

    def _policy(self) -> Policy | None:
        if (document := self._document("policy.yaml")) is None:
            return None
        policy, faults = read_policy(document.data)
        self._tell(document, faults)
        return policy

    def _wording(self) -> Wording | None:
        if (document := self._document("wording.yaml")) is None:
            return None
        faults: list[Fault] = []
        wording: Wording | None = build(Wording, document.data, (), faults)
        self._tell(document, faults)
        return wording

    def _lexicon(self) -> Lexicon | None:
        if (document := self._document("lexicon.yaml")) is None:
            return None
        try:
            return Lexicon.from_data(document.data)
        except ConfigError as error:
            self.faults.extend(_with_line(document, fault) for fault in error.faults)
            return None

    def _topics(self) -> dict[str, Topic]:
        topics: dict[str, Topic] = {}
        homes: dict[str, str] = {}
        files = self._all("faq")
        if not files and not self.faults:
            self.faults.append(
                f"{_shown(self.folder)}/faq: holds no *.yaml file; put the shop's answers there"
            )
        for _, document in files:
            for key, block in document.data.items():
                topic = self._topic(document, str(key), block)
                if str(key) in homes:
                    text = f"topic '{key}' is already in {homes[str(key)]}; merge the two"
                    self.faults.append(f"{document.at((str(key),))}: {text}")
                homes.setdefault(str(key), document.at((str(key),)))
                if topic is not None:
                    topics.setdefault(topic.id, topic)
        return topics

    def _topic(self, document: Document, key: str, block: Any) -> Topic | None:
        faults: list[Fault] = []
        if not _TOPIC_ID.fullmatch(key):
            faults.append(((key,), f"'{key}' is no topic id; write it like refund.timing"))
        text: TopicText | None = build(TopicText, block, (key,), faults)
        if text is not None:
            faults += _incomplete(key, text)
            for part in ("title", "answer", "tips"):
                if (words := getattr(text, part)) is not None:
                    faults += _names_in(words, (key, part), free=False)
        self._tell(document, faults)
        if faults or text is None:
            return None
        return Topic(id=key, **{f.name: getattr(text, f.name) for f in fields(TopicText)})

    def _texts(self, name: str) -> dict[str, Words]:
        if (document := self._document(name)) is None:
            return {}
        replies: dict[str, Words] = {}
        for key, block in document.data.items():
            faults: list[Fault] = []
            if not _REPLY_KEY.fullmatch(str(key)):
                faults.append(((str(key),), f"'{key}' is no reply key; write it like return_too_late"))
            words: Words | None = build(Words, block, (str(key),), faults)
            if words is not None:
                faults += _names_in(words, (str(key),), free=True)
                replies[str(key)] = words
            self._tell(document, faults)
        return replies

    def _canned(self) -> dict[str, Canned]:
        """A shop may do without; what is there names nothing that the desk does not know."""
        if not (self.folder / "canned.yaml").exists() or (document := self._document("canned.yaml")) is None:
            return {}
        found: dict[str, Canned] = {}
        for key, block in document.data.items():
            faults: list[Fault] = []
            if not _REPLY_KEY.fullmatch(str(key)):
                faults.append(((str(key),), f"'{key}' is no key of a reply; write it like photos_please"))
            canned: Canned | None = build(Canned, block, (str(key),), faults)
            if canned is not None:
                faults += _names_in(canned.title, (str(key), "title"), free=False)
                faults += _names_in(canned.text, (str(key), "text"), free=True)
                faults += _strangers(canned.text, (str(key), "text"))
                found[str(key)] = canned
            self._tell(document, faults)
        return found

    def _flows(self) -> dict[str, RawFlow]:
        flows = {}
        for name, document in self._all("flows"):
            for place, words in texts_in(document.data):
                if place[0] not in PATTERNS:  # there a brace counts repetitions
                    self._tell(document, _names_in(words, place, free=True))
            key = name.removesuffix(".yaml")
            flows[key] = RawFlow(key, document)
        return flows


def texts_in(data: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Words]]:
    """Every `{zh: …, en: …}` text inside plain data, with its place."""
    if isinstance(data, Mapping):
        if set(data) == set(LANGS) and all(isinstance(text, str) for text in data.values()):
            yield place, Words(data["zh"], data["en"])
        for key, value in data.items():
            yield from texts_in(value, (*place, str(key)))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from texts_in(value, (*place, str(n)))


def _incomplete(key: str, text: TopicText) -> list[Fault]:
    faults: list[Fault] = []
    if text.kind in ("answer", "chat") and text.answer is None:
        faults.append(
            ((key,), f"a topic of kind '{text.kind}' needs an answer; add `answer: {{zh: …, en: …}}`")
        )
    for lang in LANGS:
        said = text.phrasings.of(lang)
        if not said:
            faults.append(((key, "phrasings", lang), "no phrasing; add at least one way buyers say it"))
        for n, phrase in enumerate(said):
            if phrase in said[:n]:
                faults.append(((key, "phrasings", lang, str(n)), f"'{phrase}' stands here twice; remove one"))
    return faults


def _names_in(words: Words, place: tuple[str, ...], free: bool) -> list[Fault]:
    """Faulty placeholders of one text: unknown, stray braces, not the same in both languages."""
    faults = [fault for lang in LANGS for fault in _unknown_names(words.text(lang), (*place, lang), free)]
    zh, en = set(placeholders(words.zh)), set(placeholders(words.en))
    for lang, has, lacks in (("en", zh, en), ("zh", en, zh)):
        if missing := sorted(has - lacks):
            listed = ", ".join("{" + name + "}" for name in missing)
            faults.append(
                ((*place, lang), f"the other language has {listed}, this one has not; add or remove it")
            )
    return faults


def _strangers(words: Words, place: tuple[str, ...]) -> list[Fault]:
    """Placeholders of a canned reply that the desk cannot fill."""
    faults: list[Fault] = []
    for lang in LANGS:
        for name in placeholders(words.text(lang)):
            if "." not in name and name not in CANNED_WORDS:
                hint = did_you_mean(name, CANNED_WORDS) or f"; there are {', '.join(CANNED_WORDS)}"
                faults.append(((*place, lang), f"nobody fills placeholder {{{name}}}{hint}"))
    return faults


def _unknown_names(text: str, place: tuple[str, ...], free: bool) -> list[Fault]:
    """`free`: plain names (`{deadline}`) are filled by whoever says it; dotted ones must always exist."""
    faults: list[Fault] = []
    if stray_brace(text):
        faults.append((place, "a brace is no placeholder; write {small_letters} or leave braces out"))
    known = (*FIGURES, *SHOP_WORDS)
    for name in placeholders(text):
        if name not in known and (not free or "." in name):
            hint = did_you_mean(name, known) or "; use a path of policy.yaml"
            faults.append((place, f"placeholder {{{name}}} names no figure{hint}"))
        elif FIGURES.get(name) is bool:
            faults.append(
                (place, f"placeholder {{{name}}} is a yes or no, which no sentence can say; remove it")
            )
    return faults


def _with_line(document: Document, fault: str) -> str:
    """The lexicon reports names without lines; the quoted name tells where to look."""
    quoted = re.search(r"'([^']+)'", fault)
    places = [place for place in document.lines if quoted and place and place[-1] == quoted[1]]
    return f"{document.at(places[0] if places else ())}: {fault}"


def _by_line(fault: str) -> tuple[str, int]:
    name, _, rest = fault.partition(":")
    line = rest.partition(":")[0]
    return name, int(line) if line.isdigit() else 0


def _shown(path: Path) -> str:
    """As short as it can be from where the command runs."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
