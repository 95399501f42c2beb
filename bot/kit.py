"""Puts what the shop knows into one immutable bundle: texts, flows, matcher, figures ready to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.dialogue.flow import parse_flows
from bot.dialogue.turn import Kit
from bot.knowledge.load import load
from bot.knowledge.phrasings import phrasings_of
from bot.knowledge.types import LANGS, Knowledge
from bot.knowledge.words import figure_words
from bot.understanding.matcher import Matcher


def build_kit(settings: Settings, cache: Path | None = None) -> Kit:
    """Everything of `knowledge/`, checked. Raises ConfigError with every fault found."""
    knowledge = load(settings.knowledge.path)
    flows = parse_flows(knowledge.flows, knowledge.topics)
    matcher = Matcher.fit(phrasings_of(knowledge.topics), knowledge.lexicon, cache)
    return Kit(
        knowledge=knowledge,
        matcher=matcher,
        flows=flows,
        zone=settings.shop.zone,
        hours=settings.shop.hours,
        constants=_constants(knowledge, settings),
        high_value=settings.shop.high_value,
    )


def build_matcher(settings: Settings) -> Matcher:
    """Only what is needed to say which topic a text is about."""
    knowledge = load(settings.knowledge.path)
    return Matcher.fit(phrasings_of(knowledge.topics), knowledge.lexicon, settings.data.path / "cache")


def with_overrides(kit: Kit, settings: Settings, values: Mapping[str, Any]) -> tuple[Kit, Settings]:
    """The same shop with some figures and settings changed (dotted paths). Raises BotError naming an unknown one."""
    sections = tuple(f"{name}." for name in ("shop", "engine", "web", "telegram", "privacy"))
    figures = {k: v for k, v in values.items() if not k.startswith(sections)}
    settings = settings.override({k: v for k, v in values.items() if k.startswith(sections)})
    knowledge = replace(kit.knowledge, policy=kit.policy.override(figures))
    changed = replace(
        kit,
        knowledge=knowledge,
        zone=settings.shop.zone,
        hours=settings.shop.hours,
        constants=_constants(knowledge, settings),
        high_value=settings.shop.high_value,
    )
    return changed, settings


def _constants(knowledge: Knowledge, settings: Settings) -> dict[str, dict[str, str]]:
    return {
        lang: {**figure_words(knowledge.policy, knowledge.wording, lang), **settings.shop.words(lang)}
        for lang in LANGS
    }
