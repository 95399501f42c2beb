"""What a burst says, read once: data in it, what it asks for, what it offers as answers. Nothing is decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.state import State
from bot.dialogue.turn import Kit, Turn
from bot.knowledge.types import Topic
from bot.messages import Lang
from bot.understanding import entities, language
from bot.understanding.entities import Entities
from bot.understanding.matcher import Match
from bot.understanding.signals import signals

LONGEST = 2000  # characters read of one message; what is longer says it in its beginning
LEAST_RIVAL = 0.05  # of the first one's weight: below it, a choice is no choice but noise
SHORTEST = 2  # characters of a part of a message that is looked at alone
MOST_PARTS = 8
_NUMBERS = re.compile(r"[A-Za-z]{0,4}-?\d[\d-]{2,}")  # orders, parcels, phones: data, not words
_ALSO = re.compile(
    r"^(?:另外|还有|然后|而且|顺便|对了|请问|那么?|and|also|btw|plus)\s*(?:问一?下|想问)?", re.IGNORECASE
)
_PARTS = re.compile(r"[,，。;；!！?？\n、]+\s*|(?<=[一-鿿])\s+(?=[一-鿿])|(?<=\w)\.\s+")
_I_SEE = re.compile(
    r"(?:哦|噢|喔|嗯|好|行|我|知道|明白|了解|收到|懂|清楚|原来如此|这样啊?|的|了|吧|啊|呀|哈|那|[,，。.!！~\s])+"
    r"|(?:oh|ok|okay|i see|got it|understood|alright|fine|noted|great|cool|makes sense|[,.!\s])+",
    re.IGNORECASE,
)
_SWITCHES = re.compile(
    r"(?:(?:can|could|do) (?:you|we) )?(?:please )?(?:(?:speak|write|use|talk|reply|answer|switch to) )?"
    r"(?:in )?english(?: please| pls)?[.!?]*"
    r"|(?:请|麻烦|能不能|可以)?你?(?:说|讲|用|换|换成|改)?(?:中文|汉语|国语|普通话|中国话)"
    r"(?:回复|回答|说|吧|可以吗|行吗|好吗|谢谢)*[。!！?？]*",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"[?？]|吗|嘛|呢|怎么|怎样|多久|谁|哪|什么|几天|能不能|可不可以|是不是|\b(how|when|who|where|what|which|can|do|does|is|are)\b",
    re.I,
)


@dataclass(frozen=True)
class Heard:
    """`asks`: the topics it surely asks about, flows last; `rivals`: what it may be about where that is not sure."""

    text: str
    lang: Lang
    traditional: bool
    entities: Entities
    signals: frozenset[str]
    asks: tuple[str, ...]
    rivals: tuple[str, ...]
    courtesy: str | None  # a chat.* topic, where the burst is nothing more
    is_question: bool
    acknowledges: bool = False  # "I see": needs no reply
    switches_language: bool = False  # nothing but the wish to be answered in this language


def read(turn: Turn, state: State, kit: Kit, now: datetime) -> Heard:
    """The burst as one thing: each message is matched alone, and all of them together where none is clear alone."""
    texts = tuple(t[:LONGEST] for t in turn.texts)
    joined = "\n".join(texts)
    matches = [m for t in texts for m in _matches(t, kit)]
    whole = kit.matcher.match(" ".join(texts)) if len(texts) > 1 else None
    said = entities.read(joined, now)
    asks = _asks(matches, whole, said, kit, bool(_QUESTION.search(joined)))
    courtesy = next((m.topic for m in matches if m.action == "answer" and m.topic.startswith("chat.")), None)
    lang = language.detect(joined, state.lang if state.introduced else _hint(turn)) if joined else state.lang
    return Heard(
        text=joined,
        lang=lang,
        traditional=_traditional(joined, lang, state),
        entities=said,
        signals=signals(joined),
        asks=asks,
        rivals=() if asks else _rivals([*matches, *([whole] if whole else [])], kit),
        courtesy=None if asks else courtesy,
        is_question=bool(_QUESTION.search(joined)),
        acknowledges=said.confirms == "yes" or bool(_I_SEE.fullmatch(language.to_simplified(joined).strip())),
        switches_language=bool(_SWITCHES.fullmatch(joined.strip())),
    )


def _matches(text: str, kit: Kit) -> list[Match]:
    """The message's match; and where it says several things at once, those of its parts.

    A part counts where the whole is not sure and held the part's topic for possible, or where it asks on its own.
    """
    match = kit.matcher.match(text)
    if match.action != "answer" and (bare := _NUMBERS.sub(" ", text).strip()) != text and bare:
        match = max(match, kit.matcher.match(bare), key=lambda m: (m.action == "answer", m.confidence))
    parts = [_ALSO.sub("", p.strip()) for p in _PARTS.split(text)]
    parts = [p for p in parts if len(p) >= SHORTEST]
    if len(parts) < 2 or len(parts) > MOST_PARTS:
        return [match]
    possible = {t for t, _ in match.candidates}
    of_parts = [(p, m) for p in parts if (m := kit.matcher.match(p)).action == "answer"]
    if match.action == "answer":
        return [match, *(m for p, m in of_parts if _QUESTION.search(p) and m.topic != match.topic)]
    return [m for _, m in of_parts if m.topic in possible] or [match]


def _hint(turn: Turn) -> Lang | None:
    """The messenger's own language setting, for a first message that shows none."""
    hint = str(turn.first.data.get("lang_hint") or "")
    return None if not hint else ("zh" if hint.startswith("zh") else "en")


def _traditional(text: str, lang: Lang, state: State) -> bool:
    """Kept while a message shows neither script (most characters are the same in both)."""
    if lang != "zh":
        return state.traditional
    if language.is_traditional(text):
        return True
    return state.traditional and language.to_traditional(text) == text


def _asks(
    matches: list[Match], whole: Match | None, said: Entities, kit: Kit, question: bool
) -> tuple[str, ...]:
    """What is surely asked: by a message or a part of it, by all together, or by a wish that brings its own data."""
    sure = [m.topic for m in matches if _is_ask(m, kit)]
    if not sure and whole and _is_ask(whole, kit):
        sure = [whole.topic]
    if not sure and said.reason and not question:
        # "…, do not like it": who gives the reason for a return does not ask about returns.
        sure = [m.topic for m in matches if m.action == "clarify" and _opens_flow(m.topic, kit)][:1]
    topics = list(dict.fromkeys(sure))
    flows = [t for t in topics if kit.knowledge.topics[t].kind == "flow"]
    if flows and not question:
        # "I want to return it, the 7-day thing": the rule is part of the wish, not a second question.
        families = {t.split(".")[0] for t in flows}
        topics = [t for t in topics if t in flows or t.split(".")[0] not in families]
    return tuple(sorted(topics, key=lambda t: kit.knowledge.topics[t].kind == "flow"))


def _opens_flow(topic: str, kit: Kit) -> bool:
    return any(topic in flow.starts_on for flow in kit.flows.values())


def _is_ask(match: Match, kit: Kit) -> bool:
    if match.action != "answer" or match.topic not in kit.knowledge.topics:
        return False
    topic: Topic = kit.knowledge.topics[match.topic]
    return topic.kind not in ("chat", "none")


def _rivals(matches: list[Match], kit: Kit) -> tuple[str, ...]:
    unsure = [m for m in matches if m.action == "clarify"]
    if not unsure:
        return ()
    best = max(unsure, key=lambda m: m.confidence)
    likely = best.candidates[0][1] * LEAST_RIVAL
    topics = [t for t, weight in best.candidates if weight >= likely and t in kit.knowledge.topics]
    return tuple(t for t in topics if kit.knowledge.topics[t].kind not in ("chat", "none"))[:3]
