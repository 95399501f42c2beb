"""Keys and data → the sentence a buyer reads: their language, their script, the shop's clock and currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.dialogue.effects import Say
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.errors import BotError
from bot.knowledge.types import Words
from bot.knowledge.words import fill, spoken
from bot.messages import Lang
from bot.understanding.language import to_traditional


def text_of(say: Say, kit: Kit, state: State) -> str:
    """The words of `say` for this buyer. Raises BotError where `knowledge/` has no such key."""
    return words_in(_words(say.key, kit), say.data, kit, state)


def words_in(words: Words, data: Mapping[str, Any], kit: Kit, state: State) -> str:
    """`words` filled in, in the buyer's language and script."""
    lang = state.lang
    values = {**kit.constants[lang], **{k: say_value(v, kit, lang) for k, v in data.items()}}
    said = fill(words.text(lang), values).strip()
    if lang == "en":
        said = _agreeing(said, str(values.get("item") or ""))
    # Chinese is written without spaces; one beside a placeholder is left when a word is put in its place.
    return script(_GAP.sub("", said) if lang == "zh" else said, state)


def script(text: str, state: State) -> str:
    """Traditional script is answered in traditional script."""
    return to_traditional(text) if state.traditional and state.lang == "zh" else text


def say_value(value: Any, kit: Kit, lang: Lang) -> str:
    """One figure in words: an instant with the shop's clock, money with its sign, a length with its unit."""
    if isinstance(value, Words):
        return value.text(lang)
    if isinstance(value, datetime):
        return _instant(value.astimezone(kit.zone), lang)
    if isinstance(value, date):
        return _day(value, lang)
    if isinstance(value, Decimal):
        return "¥" + format_decimal(value, format="#,##0.00", locale=_LOCALE[lang])
    return spoken(value, kit.knowledge.wording, lang)


def goods_wished(target: str, kit: Kit, lang: Lang) -> str:
    """ "白色 大一码": the size and colour wanted instead; a size that is named by one step is said in words."""
    known = kit.knowledge.wording.values
    parts = target.split("-")
    if not any(part in known for part in parts):
        return target
    return " ".join(known[part].text(lang) if part in known else part for part in parts)


# Names that end in s and are one thing; of the others, "sneakers" and "glasses" are several.
_ONE_THING = re.compile(r"(?:ss|us|is|lens|gas|canvas|atlas|series|chess)$", re.IGNORECASE)
_AGREES = {"was": "were", "is": "are", "has": "have", "carries": "carry", "does": "do"}


def _agreeing(said: str, item: str) -> str:
    """ "The sneakers was signed for" → "were": a verb right behind the name of the goods agrees with it."""
    if not item.isascii() or not item.endswith("s") or _ONE_THING.search(item):
        return said
    goods = rf"(?P<of>\b(?:with|of|for|to|in) )?(?:[Tt]he |[Yy]our )?{re.escape(item)}(?: \(order [^)]*\))?"
    verb = re.compile(rf"(?P<goods>{goods}) (?P<verb>{'|'.join(_AGREES)})\b")
    # "The problem with your sneakers is": it is the problem that is.
    said = verb.sub(lambda m: m[0] if m["of"] else f"{m['goods']} {_AGREES[m['verb']]}", said)
    asked = re.compile(rf"^(Was|Is|Has|Does)(?= (?:the|your) {re.escape(item)}\b)", re.MULTILINE)
    return asked.sub(lambda m: _AGREES[m[0].lower()].capitalize(), said)


_GAP = re.compile(r"(?<=[一-鿿“”]) (?=[一-鿿“”])")
_LOCALE: dict[Lang, str] = {"zh": "zh_CN", "en": "en_GB"}


def _day(day: date, lang: Lang) -> str:
    return format_date(day, "M月d日" if lang == "zh" else "d MMMM", locale=_LOCALE[lang])


def _instant(moment: datetime, lang: Lang) -> str:
    """Midnight is said from both sides, because people read "until the 16th" as the end of the 16th."""
    said = f"{_day(moment.date(), lang)} {moment:%H:%M}"
    if (moment.hour, moment.minute) != (0, 0):
        return said
    eve = _day(moment.date() - timedelta(days=1), lang)
    return f"{said}(即{eve} 24:00)" if lang == "zh" else f"{said} (that is, {eve} at midnight)"


def _words(key: str, kit: Kit) -> Words:
    if key.startswith("faq:"):
        answer = kit.knowledge.topics[key.removeprefix("faq:")].answer
        if answer is None:
            raise BotError(f"topic {key} has no answer; add one to knowledge/faq")
        return answer
    if key not in kit.knowledge.replies:
        raise BotError(f"knowledge/replies.yaml has no '{key}'; add it in zh and en")
    return kit.knowledge.replies[key]
