"""Placeholders in the shop's sentences: finding them, saying figures in words, filling them in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.cases.policy import Policy
from bot.cases.reading import Arrival, Span
from bot.errors import BotError
from bot.knowledge.types import Wording
from bot.messages import Lang

# What a sentence may say of the shop; `bot.config.Shop.words` fills them.
SHOP_WORDS = (
    "shop.name",
    "shop.phone",
    "shop.email",
    "shop.hours",
    "shop.currency",
    "shop.return_name",
    "shop.return_phone",
    "shop.return_address",
)
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
_STRAY = re.compile(r"[{}]")


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def stray_brace(text: str) -> bool:
    """Whether a brace is left that is part of no placeholder (`{ deadline }`, `{Deadline}`, a lone `{`)."""
    return bool(_STRAY.search(_PLACEHOLDER.sub("", text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The sentence with its placeholders filled; raises `BotError` naming one that has no value."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise BotError(
                f"the sentence '{text[:30]}…' needs {{{found[1]}}}, which nobody supplied; supply it"
            )
        return values[found[1]]

    return _PLACEHOLDER.sub(value, text)


def spoken(value: Any, wording: Wording, lang: Lang) -> str:
    """A figure as a buyer reads it: `72 小时`, `1 to 3 working days`, `由您承担退回运费`."""
    if isinstance(value, Span):
        return _counted(str(value.amount), value.unit, wording, lang, one=value.amount == 1)
    if isinstance(value, Arrival):
        if value.least == 0:
            return _counted(str(value.most), f"within_{value.unit}", wording, lang)
        return _counted(f"{value.least}-{value.most}", value.unit, wording, lang)
    if isinstance(value, timedelta):
        return spoken(_whole(value), wording, lang)
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(spoken(part, wording, lang) for part in value)
    if isinstance(value, str) and value in wording.values:
        return wording.values[value].text(lang)
    return f"{value:f}" if hasattr(value, "quantize") else str(value)


def figure_words(policy: Policy, wording: Wording, lang: Lang) -> dict[str, str]:
    """Every figure of the policy by its dotted path, in words; no truth values: no sentence says them."""
    values = ((path, policy.lookup(path)) for path in policy.paths())
    return {path: spoken(value, wording, lang) for path, value in values if not isinstance(value, bool)}


def _counted(number: str, unit: str, wording: Wording, lang: Lang, one: bool = False) -> str:
    key = f"one_{unit}" if one and f"one_{unit}" in wording.units else unit
    if key not in wording.units:
        raise BotError(f"knowledge/wording.yaml has no unit '{key}'; add it under `units:`")
    return wording.units[key].text(lang).replace("{n}", number)


def _whole(value: timedelta) -> Span:
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return Span(seconds // size, unit)
    return Span(max(seconds // 60, 1), "min")
