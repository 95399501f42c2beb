"""`check`: all that `run` would refuse, and what a shop should mend besides, each with file and line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.cases.nearest import did_you_mean
from bot.cases.policy import FIGURES
from bot.cases.reading import Fault as Found
from bot.cases.reading import Span, build
from bot.config import Settings, load_settings
from bot.dialogue.flow_check import parse_flows
from bot.errors import BotError, ConfigError
from bot.knowledge import phrasings
from bot.knowledge.lint import Rule, Rules, forbidden, typed_figures, unmannerly
from bot.knowledge.load import PATTERNS, load, readable_flows, texts_in
from bot.knowledge.said import said
from bot.knowledge.types import LANGS, Knowledge, Words
from bot.knowledge.words import SHOP_WORDS, figure_words, fill, placeholders
from bot.knowledge.yaml_lines import Document, read_file

Level = Literal["error", "warning"]
TELEGRAM_LIMIT = 4096  # characters of one message
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FILES = ("policy.yaml", "replies.yaml", "canned.yaml", "lexicon.yaml", "wording.yaml", "lint.yaml")
_FOLDERS = ("faq", "flows")


@dataclass(frozen=True)
class Fault:
    """`text` is one line `file:line: cause; cure`. Only errors make the command fail."""

    level: Level
    text: str


def check(
    settings_path: Path | None,
    knowledge_path: Path | None = None,
    env: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    train: bool = True,
) -> list[Fault]:
    """Every fault of the settings and of `knowledge_path` (default: the settings' own), errors first.

    `train` also fits the matcher several times to find phrasings that another topic wins, which takes seconds.
    """
    faults: list[Fault] = []
    settings = _settings(settings_path, os.environ if env is None else env, faults)
    folder = knowledge_path or settings.knowledge.path
    knowledge = _knowledge(folder, faults)
    faults += _flows(folder, knowledge)
    if knowledge is not None:
        faults += _replies(knowledge)
        faults += _figures_agree(knowledge, settings)
        faults += _texts(knowledge, settings, _rules(folder, faults))
        faults += _clashes(knowledge, phrasings.twins(knowledge.topics))
        if train:
            faults += _clashes(knowledge, phrasings.lost(knowledge.topics, knowledge.lexicon, progress))
    faults += _stray_files(folder)
    return sorted(dict.fromkeys(faults), key=lambda fault: fault.level)


def _settings(path: Path | None, env: Mapping[str, str], faults: list[Fault]) -> Settings:
    try:
        return load_settings(path, env)
    except ConfigError as error:
        faults.extend(Fault("error", text) for text in error.faults)
        return Settings()


def _knowledge(folder: Path, faults: list[Fault]) -> Knowledge | None:
    try:
        return load(folder)
    except ConfigError as error:
        faults.extend(Fault("error", text) for text in error.faults)
        return None


def _flows(folder: Path, knowledge: Knowledge | None) -> Iterator[Fault]:
    """Also where the rest of the folder cannot be read, so that all faults are told at once."""
    try:
        if knowledge is not None:
            parse_flows(knowledge.flows, knowledge.topics)
        else:
            parse_flows(readable_flows(folder), None)
    except ConfigError as error:
        yield from (Fault("error", text) for text in error.faults)


def _replies(knowledge: Knowledge) -> Iterator[Fault]:
    """Replies the program says that are not there, or that ask for a value it does not supply."""
    document = knowledge.documents["replies.yaml"]
    constants = {*FIGURES, *SHOP_WORDS}
    for one in said():
        if one.key.startswith("faq:"):
            continue
        if one.key not in knowledge.replies:
            near = did_you_mean(one.key, set(knowledge.replies) - {other.key for other in said()})
            yield Fault(
                "error", f"{document.name}:1: reply '{one.key}' is missing{near}; add it in zh and en"
            )
        elif one.values is not None:
            names = set(placeholders(knowledge.replies[one.key].zh)) - constants - one.values
            for name in sorted(names):
                hint = did_you_mean(name, one.values) or f"; it has {', '.join(sorted(one.values)) or 'none'}"
                yield Fault("error", document.fault((one.key,), f"nobody fills placeholder {{{name}}}{hint}"))


def read_rules(folder: Path) -> Mapping[str, Rule]:
    """What `lint.yaml` forbids; raises ConfigError where it is wrong. A shop may do without."""
    path = folder / "lint.yaml"
    if not path.exists():
        return {}
    document = read_file(path)
    found: list[Found] = []
    rules: Rules | None = build(Rules, document.data, (), found)
    if found:
        raise ConfigError([document.fault(place, text) for place, text in found])
    return rules.rules if rules else {}


def _rules(folder: Path, faults: list[Fault]) -> Mapping[str, Rule]:
    try:
        return read_rules(folder)
    except ConfigError as error:
        faults.extend(Fault("error", text) for text in error.faults)
        return {}


def _figures_agree(knowledge: Knowledge, settings: Settings) -> Iterator[Fault]:
    """Where policy.yaml and config.yaml speak of the same thing."""
    policy, document = knowledge.policy, knowledge.documents["policy.yaml"]
    if policy.timezone != settings.shop.zone.key:
        text = f"{policy.timezone}, but the settings' shop.zone is {settings.shop.zone.key}; make them one"
        yield Fault("error", document.fault(("timezone",), text))
    if Span(settings.privacy.retention_days, "d") < policy.records_kept:
        text = (
            f"{policy.records_kept} is longer than privacy.retention_days of the settings; raise those days"
        )
        yield Fault("warning", document.fault(("records_kept",), text))


def _texts(knowledge: Knowledge, settings: Settings, rules: Mapping[str, Rule]) -> Iterator[Fault]:
    for document in knowledge.documents.values():
        if document.name.endswith(("policy.yaml", "wording.yaml", "lexicon.yaml")):
            continue
        for place, words in texts_in(document.data):
            if place[0] in PATTERNS:  # of a flow: what buyers say
                continue
            yield from _text(knowledge, settings, rules, document, place, words)


def _text(
    knowledge: Knowledge,
    settings: Settings,
    rules: Mapping[str, Rule],
    document: Document,
    place: tuple[str, ...],
    words: Words,
) -> Iterator[Fault]:
    for lang, text in forbidden(words, rules):
        yield Fault("error", document.fault((*place, lang), f"{text}; say it otherwise"))
    for lang in LANGS:
        where = (*place, lang)
        for text in unmannerly(words.text(lang)):
            yield Fault("error", document.fault(where, text))
        for typed, path in typed_figures(words.text(lang), knowledge.policy):
            if path:
                text = f"'{typed}' is typed here; write {{{path}}}, so that it follows the policy"
                yield Fault("warning", document.fault(where, text))
            else:
                text = f"'{typed}' is no figure of policy.yaml; write the figure's path in braces instead"
                yield Fault("error", document.fault(where, text))
        yield from _too_long(knowledge, settings, document, where, words)
    if _untranslated(words):
        yield Fault(
            "warning", document.fault(place, "reads the same in both languages; translate one of them")
        )


def _too_long(
    knowledge: Knowledge, settings: Settings, document: Document, where: tuple[str, ...], words: Words
) -> Iterator[Fault]:
    lang = LANGS[0] if where[-1] == "zh" else LANGS[1]
    text = words.text(lang)
    known = {**figure_words(knowledge.policy, knowledge.wording, lang), **settings.shop.words(lang)}
    try:
        length = len(fill(text, {**dict.fromkeys(placeholders(text), "x" * 20), **known}))
    except BotError as fault:
        yield Fault("error", document.fault(where, str(fault)))
        return
    if length > TELEGRAM_LIMIT:
        yield Fault(
            "error", document.fault(where, f"{length} characters, one message holds {TELEGRAM_LIMIT}; cut it")
        )


def _untranslated(words: Words) -> bool:
    """An English text mostly in Chinese, or a long Chinese one without any. Names may well be the same in both."""
    zh, en = (re.sub(r"\{.*?\}|[\W\d_]", "", words.text(lang)) for lang in LANGS)
    return len(_HAN.findall(en)) * 2 > len(en) or (len(zh) > 30 and not _HAN.search(zh))


def _clashes(knowledge: Knowledge, clashes: Iterable[phrasings.Clash]) -> Iterator[Fault]:
    for clash in clashes:
        where = knowledge.at(clash.topic, "phrasings", clash.lang, str(clash.n))
        level: Level = "error" if clash.kind == "same" else "warning"
        yield Fault(
            level, f"{where}: phrasing '{clash.text}' of {clash.topic} {_CLASHES[clash.kind].format(clash)}"
        )


_CLASHES = {
    "same": "also stands in {0.other}; keep it in one topic",
    "near": "is nearly '{0.by}' of {0.other}; keep one, or make them differ",
    "won": "is answered as {0.other} ({0.by}); move it there",
    "weak": "would be {0.other} ({0.by}) were it not listed itself; move it there, or add more like it here",
}


def _stray_files(folder: Path) -> Iterator[Fault]:
    """Files nobody reads: a slip in a name would otherwise go unnoticed."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        parts = path.relative_to(folder).parts
        if path.is_dir() or path.name.startswith("."):
            continue
        if path.suffix == ".yml":
            yield Fault("error", f"{path}:1: is not read; rename it to {path.stem}.yaml")
        elif path.suffix == ".yaml" and parts[0] not in (*_FILES, *_FOLDERS):
            yield Fault(
                "warning", f"{path}:1: is not read{did_you_mean(path.name, _FILES) or '; move or remove it'}"
            )
