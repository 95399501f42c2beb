"""Puts what the shop knows into one immutable bundle: texts, flows, matcher, figures ready to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.config import Settings, setting_paths
from bot.dialogue.flow_check import parse_flows
from bot.dialogue.turn import Kit
from bot.knowledge.load import load
from bot.knowledge.phrasings import phrasings_of
from bot.knowledge.types import LANGS, Knowledge
from bot.knowledge.words import figure_words
from bot.understanding import vectors
from bot.understanding.matcher import Matcher


def build_kit(settings: Settings, cache: Path | None = None) -> Kit:
    """Everything of `knowledge/`, checked. Raises ConfigError with every fault found."""
    knowledge = load(settings.knowledge.path)
    flows = parse_flows(knowledge.flows, knowledge.topics)
    shop = _of_the_shop(knowledge, settings)
    return Kit(knowledge, _matcher(knowledge, settings, cache), flows, **shop)


def build_matcher(settings: Settings) -> Matcher:
    """Only what is needed to say which topic a text is about."""
    knowledge = load(settings.knowledge.path)
    return _matcher(knowledge, settings, settings.data.path / "cache")


def _matcher(knowledge: Knowledge, settings: Settings, cache: Path | None) -> Matcher:
    encoder = vectors.load() if settings.understanding.vectors == "auto" else None
    return Matcher.fit(phrasings_of(knowledge.topics), knowledge.lexicon, cache, encoder)


def with_overrides(kit: Kit, settings: Settings, values: Mapping[str, Any]) -> tuple[Kit, Settings]:
    """The same shop with some figures and settings changed (dotted paths). Raises BotError naming an unknown one."""
    sections = tuple(f"{path.split('.')[0]}." for path in setting_paths())
    figures = {k: v for k, v in values.items() if not k.startswith(sections)}
    settings = settings.override({k: v for k, v in values.items() if k.startswith(sections)})
    knowledge = replace(kit.knowledge, policy=kit.policy.override(figures))
    return replace(kit, knowledge=knowledge, **_of_the_shop(knowledge, settings)), settings


def _of_the_shop(knowledge: Knowledge, settings: Settings) -> dict[str, Any]:
    """What the settings tell a conversation."""
    return {
        "zone": settings.shop.zone,
        "hours": settings.shop.hours,
        "constants": _constants(knowledge, settings),
        "high_value": settings.shop.high_value,
        "auto_refund_cap": settings.shop.auto_refund_cap,
        "tries_a_day": settings.orders.tries_a_day,
        "orders_kept": settings.orders.source == "embedded",
        "desk": settings.desk,
    }


def _constants(knowledge: Knowledge, settings: Settings) -> dict[str, dict[str, str]]:
    return {
        lang: {**figure_words(knowledge.policy, knowledge.wording, lang), **settings.shop.words(lang)}
        for lang in LANGS
    }
