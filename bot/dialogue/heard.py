"""What a burst says, read once: data in it, what it asks for, what it offers as answers. Nothing is decided here."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.dialogue.goods import called
from bot.dialogue.leaning import leaning
from bot.dialogue.state import State
from bot.dialogue.turn import Facts, Kit, Turn
from bot.knowledge.types import Topic
from bot.messages import Lang
from bot.understanding import entities, language, slips
from bot.understanding.entities import Entities
from bot.understanding.matcher import Match
from bot.understanding.signals import signals

LONGEST = 2000  # characters read of one message; what is longer says it in its beginning
LEAST_RIVAL = 0.05  # of the first one's weight: below it, a choice is no choice but noise
FAR_AHEAD = 0.8  # of all weight
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
    r"|(?:请|麻烦|能不能|能|可不可以|可以|会)?[你您]?们?(?:说|讲|用|换|换成|改|改成|会)?(?:说|讲)?(?:中文|汉语|国语|普通话|中国话)"
    r"(?:回复|回答|说|吧|可以吗|行吗|好吗|谢谢)*[。!！?？]*",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:ok(?:ay)?|好的?|行|嗯+|没事|那|great|cool|fine|alright|all good|[,，.。!！~\s])*(?:(?:thx|ty|tysm|thanks?(?: you)?(?: so much| a lot| very much)?|cheers|谢+[您你]?(?:了|啦|哈)?|多谢|感谢|辛苦(?:了|啦)?|3q)[,，.。!！~\s]*)+"
    r"(?:(?:then|for (?:your|the) (?:help|time)|bye(?: ?bye)?|再见|拜拜?|88|good ?night|晚安|see you|have a (?:nice|good|great) (?:day|one|evening))[,，.。!！~\s]*)*"
    r"|(?:ok(?:ay)?|好的?|没事|那|[,，.。!！~\s])*(?:good ?bye|bye(?: ?bye)?|再见|拜拜|good ?night|晚安|see you)[,，.。!！~\s]*",
)
_ASKED_OF = "i|you|we|it|this|that|there|they|he|she|my|the|your|these|those|any|anyone|someone"
_QUESTION = re.compile(
    r"[?？]|吗|嘛|呢|怎么|怎样|多久|谁|哪|什么|(?<!前)(?<!这)(?<!过)几天|能不能|可不可以|是不是"
    # "Flask is cracked" asks nothing; "is it …", "how long …" and "when …" at the beginning do.
    r"|(?:^|[.,!;\n]\s*|\b(?:and|but|so|hi|hello|hey|ok|okay|please|also|btw|tell me|know|wondering)[, ]+)(?:how|when|where|what|which|who|whose|why)\b"
    rf"|(?:^|[.,!;\n]\s*|\b(?:and|but|so|hi|hello|hey|ok|okay|also|btw|then|if)[, ]+)(?:can|could|do|does|did|is|are|was|were|will|would|may|should|has|have) (?:{_ASKED_OF})\b"
    r"|\b(?:can|could|may|should|do) i\b|\b(?:can|could|will|would|do|are) you\b|\bhow (?:long|much|many|do|does|can|is|about|come)\b|\bwhat(?:'?s| is| are| about)\b|\bwhere(?:'?s| is| are)\b",
    re.I,
)


def asks_something(text: str) -> bool:
    """Whether the words ask rather than tell or order."""
    return bool(_QUESTION.search(text))


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
    likely: str | None = (
        None  # not sure, and far ahead of its rivals: enough for a flow, which asks before it acts
    )
    starts: str | None = None  # the flow that it plainly asks for, where no topic stands for that wish
    slips: tuple[tuple[str, str], ...] = ()  # what was mistyped, and what was surely meant
    odd: frozenset[str] = frozenset()  # pairs of Chinese characters beside each other that nobody writes

    @property
    def mended(self) -> str:
        """The text with its slips put right."""
        return mend(self.text, self.slips)

    @property
    def plain(self) -> str:
        """`clear` in lower case and simple script."""
        return language.to_simplified(self.clear).lower()

    @property
    def clear(self) -> str:
        """As typed; English with its slips put right (of Chinese repairs too many are wrong)."""
        return self.mended if self.lang == "en" else self.text

    @property
    def names_fault(self) -> bool:
        return self.entities.reason not in (None, "no_reason")


def read(turn: Turn, state: State, facts: Facts, kit: Kit, now: datetime) -> Heard:
    """The burst as one thing: each message is matched alone, and all of them together where none is clear alone."""
    texts = tuple(t[:LONGEST] for t in turn.texts)
    joined = "\n".join(texts)
    lean = leaning(state, facts)
    goods = _goods(facts, state, kit)
    lang = language.detect(joined, state.lang if state.introduced else _hint(turn)) if joined else state.lang
    if lang == "en" and not (state.introduced and state.lang == "en") and kit.matcher.reads_as_pinyin(joined):
        lang = "zh"  # a name or an address in pinyin does not change an English chat
    asked = bool(
        state.frame and state.frame.asked
    )  # an answer is made of few words, whatever else buyers may write
    known = partial(kit.matcher.knows, in_faq=asked)
    own = slips.english(joined, kit.answer_words, known) if lang == "en" else ()
    mended = [mend(t, own) for t in texts]
    matches = [m for t in mended for m in _matches(t, kit, lean, goods)]
    whole = kit.matcher.match(" ".join(mended), lean) if len(texts) > 1 else None
    put_right = (*own, *(slip for t in mended for slip in kit.matcher.slips(t)))
    said = data_in(joined, lang, put_right, now.astimezone(kit.zone).date())
    asks = _asks(matches, whole, said, kit, bool(_QUESTION.search(joined)))
    courtesy = "chat.thanks" if _FAREWELL.fullmatch(entities.plain(joined)) else None
    courtesy = courtesy or next(
        (m.topic for m in matches if m.action == "answer" and m.topic.startswith("chat.")), None
    )
    return Heard(
        text=joined,
        slips=put_right,
        odd=frozenset(p for p in slips.pairs(language.to_simplified(joined)) if not kit.matcher.knows(p)),
        lang=lang,
        traditional=_traditional(joined, lang, state),
        entities=said,
        signals=signals(joined),
        asks=asks,
        likely=None if asks else _likely([*matches, *([whole] if whole else [])], kit),
        rivals=()
        if asks or courtesy == "chat.thanks"
        else _rivals([*matches, *([whole] if whole else [])], kit),
        courtesy=None if asks else courtesy,
        is_question=bool(_QUESTION.search(joined)),
        acknowledges=said.confirms == "yes" or bool(_I_SEE.fullmatch(language.to_simplified(joined).strip())),
        switches_language=bool(_SWITCHES.fullmatch(language.to_simplified(joined).strip())),
    )


def mend(text: str, slips: tuple[tuple[str, str], ...]) -> str:
    for typed, meant in slips:
        edge = r"\b" if typed.isascii() else ""
        text = re.sub(f"{edge}{re.escape(typed)}{edge}", meant, text, flags=re.IGNORECASE)
    return text


def data_in(
    text: str, lang: Lang, slips: tuple[tuple[str, str], ...] = (), today: date | None = None
) -> Entities:
    """The data of a text; English slips are put right first. Of Chinese repairs too many are another word."""
    return entities.read(mend(text, slips) if lang == "en" else text, today)


def _goods(facts: Facts, state: State, kit: Kit) -> re.Pattern[str] | None:
    """What this buyer's goods are called: "where's my flask" asks after an item, not about flasks."""
    orders = [*facts.orders, *(o for o in facts.named if o.id in state.proved)]
    names = {name for order in orders for name in called(order.item.lower(), kit.knowledge.lexicon.things)}
    names |= {order.item.lower() for order in orders}
    words = sorted((re.escape(n) for n in names if len(n) >= 2), key=len, reverse=True)
    if not words:
        return None
    one = "|".join(words)
    return re.compile(rf"(?:(?<![a-z])(?:{one})(?:e?s)?(?![a-z])\s*)+", re.IGNORECASE)


def _without_goods(text: str, goods: re.Pattern[str] | None) -> str:
    if goods is None:
        return text
    if not goods.sub("", text).strip():
        return text  # nothing but its name: said alone, "item" would mean something
    item = "东西" if language.detect(text, None) == "zh" else "item "
    return goods.sub(item, text).strip()


def _matches(
    text: str, kit: Kit, lean: Mapping[str, float], goods: re.Pattern[str] | None = None
) -> list[Match]:
    """The message's match; and where it says several things at once, those of its parts.

    A part counts where the whole is not sure and held the part's topic for possible, or where it asks on its own.
    """
    match = kit.matcher.match(text, lean)
    if match.action != "answer" and (bare := _NUMBERS.sub(" ", text).strip()) != text and bare:
        match = max(match, kit.matcher.match(bare, lean), key=lambda m: (m.action == "answer", m.confidence))
    if match.action != "answer" and (bare := _without_goods(text, goods)) != text:
        match = max(match, kit.matcher.match(bare, lean), key=lambda m: (m.action == "answer", m.confidence))
    parts = [_ALSO.sub("", p.strip()) for p in _PARTS.split(text)]
    parts = [p for p in parts if len(p) >= SHORTEST]
    if len(parts) < 2 or len(parts) > MOST_PARTS:
        return [match]
    possible = {t for t, _ in match.candidates}
    of_parts = [(p, m) for p in parts if (m := kit.matcher.match(p, lean)).action == "answer"]
    if match.action == "answer":
        return [match, *(m for p, m in of_parts if _QUESTION.search(p) and m.topic != match.topic)]
    leader, weight = match.candidates[0] if match.candidates else ("", 0.0)
    if weight >= FAR_AHEAD and all(m.topic != leader for _, m in of_parts):
        return [match]  # a scrap of it must not outweigh what it says as a whole
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
    if whole and _is_ask(whole, kit) and topics and _whole_is_the_wish(whole.topic, topics, kit):
        topics = [whole.topic]
    flows = [t for t in topics if kit.knowledge.topics[t].kind == "flow"]
    if flows and not question:
        # "I want to return it, the 7-day thing": the rule is part of the wish, not a second question.
        families = {t.split(".")[0] for t in flows}
        topics = [t for t in topics if t in flows or t.split(".")[0] not in families]
    return tuple(sorted(topics, key=lambda t: kit.knowledge.topics[t].kind == "flow"))


def _whole_is_the_wish(topic: str, of_parts: Sequence[str], kit: Kit) -> bool:
    """ "It is too big on me" / "how do I send it back": who tells why and asks how wants it done, not only explained.
    Any other question is answered."""
    how = f"{topic.split('.')[0]}.process"
    return kit.knowledge.topics[topic].kind == "flow" and all(t == how for t in of_parts)


def _opens_flow(topic: str, kit: Kit) -> bool:
    return any(topic in flow.starts_on for flow in kit.flows.values())


def _is_ask(match: Match, kit: Kit) -> bool:
    if match.action != "answer" or match.topic not in kit.knowledge.topics:
        return False
    topic: Topic = kit.knowledge.topics[match.topic]
    return topic.kind not in ("chat", "none")


def _likely(matches: list[Match], kit: Kit) -> str | None:
    best = max((m.candidates[0] for m in matches if m.candidates), key=lambda c: c[1], default=None)
    if best is None or best[1] < FAR_AHEAD or best[0] not in kit.knowledge.topics:
        return None
    return best[0] if kit.knowledge.topics[best[0]].kind == "flow" else None


def _rivals(matches: list[Match], kit: Kit) -> tuple[str, ...]:
    unsure = [m for m in matches if m.action == "clarify"]
    if not unsure:
        return ()
    best = max(unsure, key=lambda m: m.confidence)
    likely = best.candidates[0][1] * LEAST_RIVAL
    topics = [t for t, weight in best.candidates if weight >= likely and t in kit.knowledge.topics]
    return tuple(t for t in topics if kit.knowledge.topics[t].kind not in ("chat", "none"))[:3]
