"""What no text of the shop may say, how it may not be said, and figures typed where the policy's should stand. Pure.

The forbidden phrases are `knowledge/lint.yaml`; how texts are found is in `load.texts_in`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cases.policy import Policy
from bot.cases.reading import Arrival, Span
from bot.knowledge.types import LANGS, Lines, Words
from bot.messages import Lang

_SENTENCE = re.compile(r"[。！？!?；;\n]|\.\s")
_NOT: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"不(?!过|错|好意思)|别|没有|绝不|从不|勿|拒绝|无需"),
    "en": re.compile(
        r"\b(never|not|no|nobody|don't|won't|cannot|can't|without|refuse)\b|n't\b", re.IGNORECASE
    ),
}


@dataclass(frozen=True)
class Rule:
    """`forbid`: patterns of each language. `unless_denied`: a sentence saying "never" may name the thing."""

    why: Words
    forbid: Lines
    unless_denied: bool = False

    def found_in(self, text: str, lang: Lang) -> str | None:
        """The forbidden words themselves, or None."""
        for sentence in _SENTENCE.split(text):
            for pattern in self.forbid.of(lang):
                found = re.search(pattern, sentence, re.IGNORECASE)
                if found and not (self.unless_denied and _NOT[lang].search(sentence)):
                    return found[0]
        return None


@dataclass(frozen=True)
class Rules:
    rules: Mapping[str, Rule]


def forbidden(words: Words, rules: Mapping[str, Rule]) -> Iterator[tuple[Lang, str]]:
    """(language, cause and cure) for each rule a text breaks."""
    for lang in LANGS:
        for name, rule in rules.items():
            if said := rule.found_in(words.text(lang), lang):
                yield lang, f"says '{said}', which is never to be said ({name}): {rule.why.en}"


MOST_BEFORE_A_QUESTION = 3  # sentences; whoever is asked something should not have to look for it
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2702-\u2712\u2728-\u27b0\u2b50\ufe0f]")
_DEAR = re.compile(r"(?<![父母双乡相])亲(?![自身友人戚属眼手口密切爱])")
_LISTED = re.compile(r"\s*(?:[·•*-]|\d+[.、)）]|【|\[)")  # lines of a list or a card are no sentences
_ENDS = re.compile(r"[。！？!?]+[”」』]?|\.(?=\s|$)|\n+")
_ASKS = re.compile(r"[?？]")


def unmannerly(text: str) -> Iterator[str]:
    """What is wrong with how it is said, each with its cure: of a text with placeholders, or one that was sent."""
    if found := _EMOJI.search(text):
        yield f"'{found[0]}' is a picture, and the buyer may be upset; leave it out"
    if len(_DEAR.findall(text)) > 1:
        yield "says 亲 more than once; keep one at most"
    if (before := _before_question(text)) > MOST_BEFORE_A_QUESTION:
        yield f"{before} sentences stand before the question; ask after {MOST_BEFORE_A_QUESTION} at most"


def _before_question(text: str) -> int:
    """Sentences before the first question; 0 where nothing is asked. A list is read at a glance and counts nothing."""
    prose = "\n".join(line for line in text.split("\n") if not _LISTED.match(line))
    asked = _ASKS.search(prose)
    return (
        len([part for part in _ENDS.split(prose[: asked.start()]) if part.strip(" ”\"')）")]) - 1
        if asked
        else 0
    )


_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_ENGLISH = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "fifteen": 15,
}
_UNITS: dict[str, str] = {
    **dict.fromkeys(("天", "日", "day", "days"), "d"),
    **dict.fromkeys(("小时", "个小时", "hour", "hours"), "h"),
    **dict.fromkeys(("个工作日", "工作日", "working day", "working days", "business days"), "wd"),
    **dict.fromkeys(("分钟", "minute", "minutes"), "min"),
    **dict.fromkeys(("年", "year", "years"), "y"),
    **dict.fromkeys(("元", "块", "块钱", "yuan"), "yuan"),
    **dict.fromkeys(("倍", "times"), "times"),
}
_NUMBER = r"\d+|" + "|".join([*_DIGITS, *_ENGLISH])
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_TYPED = re.compile(rf"(?<![\w.])({_NUMBER})[ -]?({_UNIT})(?![a-z])|({_NUMBER})({_UNIT})", re.IGNORECASE)
# Names, not figures: the badge on an item is called so whatever the shop's window is.
_NAMES = re.compile(r"(7|七)\s?天无理由|7-day no-reason|24 ?小时在线|一年一度", re.IGNORECASE)


def typed_figures(text: str, policy: Policy) -> Iterator[tuple[str, str | None]]:
    """(what is typed, the path of a figure with that value or None) for each number with a unit."""
    for found in _TYPED.finditer(_NAMES.sub(" ", text)):
        number, unit = (found[1] or found[3]).lower(), (found[2] or found[4]).lower()
        if _UNITS[unit] == "times" and not number.isdigit():
            continue  # 假一赔十 and the like are names of promises
        amount = _DIGITS.get(number) or _ENGLISH.get(number) or int(number)
        yield found[0], _figure(amount, _UNITS[unit], policy)


def _figure(amount: int, unit: str, policy: Policy) -> str | None:
    return next((path for path in policy.paths() if _says(policy.lookup(path), path, amount, unit)), None)


def _says(value: Any, path: str, amount: int, unit: str) -> bool:
    if isinstance(value, bool):
        return False
    if unit in ("yuan", "times"):
        money = path.endswith("_yuan")
        return value == amount and money == (unit == "yuan") and (money or "multiple" in path)
    if isinstance(value, Arrival):
        return value.unit == unit and amount in (value.least, value.most)
    if isinstance(value, Span):
        return unit != "wd" and value == Span(amount, unit)
    return isinstance(value, int) and path.endswith("days") and (value, "d") == (amount, unit)
