"""Filling a flow's slots from what was said, in any order, and replacing them when the buyer corrects himself."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.cases.case import CaseType
from bot.dialogue.flow import Flow, Option, Step
from bot.dialogue.heard import Heard
from bot.dialogue.reads import READS, told
from bot.dialogue.state import Frame
from bot.messages import Lang
from bot.understanding import entities, slips, wear
from bot.understanding.entities import denied_at
from bot.understanding.language import to_simplified
from bot.understanding.numerals import whole

LONG, NEAR = 8, 88.0  # letters of a phrase whose misspelling is still it; how alike, of 100
# Said of food or cosmetics it means that the seal is broken; of a dress it means nothing.
_OPENED = re.compile(
    r"(?:吃|喝|尝|开封|拆封|打开|拆开)(?:了|过|吃|喝|用|一)|\b(?:opened|tasted|tried|drank|ate|eaten)\b"
)
# What was said about one order says nothing about another.
DEPENDS = {
    "order": (
        "item",
        "intact",
        "worn",
        "opened",
        "qty",
        "target",
        "amount",
        "missing",
        "broken",
        "confirmed",
    ),
    "qty": ("confirmed",),
    "intact": ("worn", "confirmed"),
    "worn": ("confirmed",),
    "reason": ("confirmed",),
    "target": ("confirmed",),
    "wanted": ("confirmed",),
    "amount": ("confirmed",),
    "missing": ("confirmed",),
    "broken": ("confirmed",),
}
UNSPOKEN = ("confirmed", "opened", "symptom", "story", "safety")  # a change of these is not read back


def found(flow: Flow, frame: Frame, heard: Heard) -> dict[str, str]:
    """The slots this burst fills, the order's aside (that needs the buyer's orders)."""
    slots: dict[str, str] = {}
    for name, step in flow.slots.items():
        too_early = name in flow.aside or (step.when_asked and name not in frame.slots)
        if name == "order" or (too_early and frame.asked != name):
            continue
        if value := _value(step, name, frame, heard):
            slots[name] = value
    if frame.asked == "worn" and "worn" in slots:
        slots.pop("intact", None)  # "worn, tags on" stays as it was told: the new answer says how worn
    _leave_free_text(flow, slots, heard)
    if "reason" in flow.slots and "reason" not in slots and (told := _reason_told(flow, slots, heard)):
        slots["reason"] = told
    bare = _SO_MANY.fullmatch(entities.plain(heard.text))
    qty = heard.entities.to_return or heard.entities.quantity or (whole(bare[1]) if bare else None)
    if qty and not {"missing", "broken"} & set(flow.slots):
        slots["qty"] = str(qty)
    if flow.case is CaseType.CANCEL_ORDER and (part := _CANCELS_PART.search(entities.plain(heard.text))):
        slots["qty"] = str(whole(part[1] or part[2]) or qty or 1)
    if heard.entities.tracking:
        slots["tracking"] = heard.entities.tracking[-1]
    if "safety" in heard.signals:
        slots["safety"] = "true"
    if _was_opened(to_simplified(heard.text).lower()):
        slots["opened"] = "yes"
    if "target" in slots:
        slots["target"] = _both_parts(frame.slots.get("target", ""), slots["target"], heard)
    if old := frame.slots.get("new_address", ""):
        slots["new_address"] = _within(old, slots.get("new_address", old))
    if frame.asked in ("confirm", "confirm_again") and not heard.entities.corrects:
        plain = to_simplified(heard.text).strip().lower()
        if answer := heard.entities.confirms or ("yes" if flow.said_again(plain, heard.lang) else None):
            slots["confirmed"] = answer
    return slots


def _puts_right(step: Step, frame: Frame, heard: Heard) -> bool:
    """ "Two, actually", "no, 21 Lake Street": another answer of the kind given before, told by how it is said."""
    said = heard.entities
    if step.reads == "target":
        vague = frame.slots.get("target") in ("larger", "smaller") or frame.asked in _AFTER_TARGET
        put_right = vague or said.corrects or bool(_NO_FIRST.match(heard.text))
        return put_right and bool(said.sizes or said.colours)
    if step.reads in ("address", "title"):
        told_wrong = said.corrects or bool(_NO_FIRST.match(heard.text))
        return frame.asked in ("confirm", "confirm_again") and told_wrong and said.confirms is None
    return step.reads in ("missing", "broken") and said.corrects


_AFTER_TARGET = (
    "confirm",
    "confirm_again",
    "instead",
)  # another one may be named: out of stock, or on reflection
_NO_FIRST = re.compile(r"\s*(?:no\b|不|错|[写打说填]错|抬头[写填]?错)", re.IGNORECASE)
# An answer in the buyer's own words: where the same words answer something else, or ask, they are no such answer.
_FREE = ("text", "target", "title", "address", "date")


def _leave_free_text(flow: Flow, slots: dict[str, str], heard: Heard) -> None:
    whole = heard.text.strip()
    free = [n for n in slots if flow.slots[n].reads in _FREE and slots[n] in (whole, " ".join(whole.split()))]
    asks_or_denies = heard.is_question and bool(heard.asks)
    if len(free) < len(slots) or asks_or_denies:
        for name in free:
            del slots[name]


# "One of them", where nothing asked for a number.
_SO_MANY = re.compile(
    r"(?:就|只|是|退|换|要)*(\d{1,2}|[一二两三四五六七八九十])\s*[件条个双只盒瓶套本张把箱袋](?:就行|就好|吧|哦|的)?[。!！]*"
)
_CANCELS_PART = re.compile(
    r"取消(?:掉|其中)?的?\s*(\d{1,2}|[一二两三四五六七八九])\s*[件条个双只盒瓶套本]|\bcancel (?:just |only )?(one|two|three|four|five|\d{1,2})\b(?! order)"
)
_BARE_NUMBER = re.compile(r"(?:\D{0,10} )?(\d{1,5}[a-z]?)(号|室|栋|幢|单元|楼|座)?[。.!！]?", re.IGNORECASE)
_ROAD = re.compile(r"[一-鿿]{2,6}?(?:路|街|大道|巷|弄|村|小区|苑|园)")


def _within(old: str, new: str) -> str:
    """ "文三路110号" or "202" puts right the end of the address given before; a whole address takes its place."""
    if house := _BARE_NUMBER.fullmatch(new):
        unit = house[2] or ""
        places = list(re.finditer(rf"\d+{unit}" if unit else r"\d+", old))
        return f"{old[: places[-1].start()]}{house[1]}{unit}{old[places[-1].end() :]}" if places else old
    road = _ROAD.match(new)
    at = old.find(road[0]) if road else -1
    return old[:at] + new if at > 0 else new


def _both_parts(old: str, new: str, heard: Heard) -> str:
    """ "White, please" after a size was named changes the colour alone, and the other way round."""
    said = heard.entities
    if not old or "-" in new or old == new:
        return new
    colour, size = new in (said.wanted.colour, *said.colours), new in (said.wanted.size, *said.sizes)
    if "-" in old:
        parts = [part for part in old.split("-") if bool(_SIZE.fullmatch(part)) is not size]
        return "-".join([new, *parts] if colour else [*parts, new]) if colour is not size else new
    was_size = bool(_SIZE.fullmatch(old))
    if colour and was_size:
        return f"{new}-{old}"
    return f"{old}-{new}" if size and not was_size and len(old) <= LONGEST_COLOUR else new


_SIZE = re.compile(r"\d{2,3}(?:\.5)?|\d?x{0,4}[sml]|larger|smaller", re.IGNORECASE)
LONGEST_COLOUR = 8  # characters; what is longer was a sentence


def _was_opened(plain: str) -> bool:
    return any(not denied_at(plain, opened.start()) for opened in _OPENED.finditer(plain))


def merge(old: dict[str, str], new: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The slots after `new`, and which earlier answers it replaced; what depended on those is asked again."""
    changed = [k for k, v in new.items() if k in old and old[k] != v and k != "confirmed"]
    stale = {d for k in changed for d in DEPENDS.get(k, ())} - set(new)
    return {**{k: v for k, v in old.items() if k not in stale}, **new}, changed


def _reason_told(flow: Flow, slots: dict[str, str], heard: Heard) -> str | None:
    """ "I bought white and got black" is the wrong thing; "the black one in L" is an exchange without a fault."""
    got, bought = heard.entities.got, heard.entities.bought
    differs = any(x and y and x != y for x, y in ((got.colour, bought.colour), (got.size, bought.size)))
    if differs and "wrong" in flow.slots["reason"].options:
        return "wrong"
    wanted = heard.entities.wanted
    plain_wish = bool(slots.get("target") and (wanted.colour or wanted.size)) and not heard.names_fault
    return "no_reason" if flow.case is CaseType.EXCHANGE and plain_wish else None


def _value(step: Step, name: str, frame: Frame, heard: Heard) -> str | None:
    if step.ask:
        put_right = name in frame.slots and _puts_right(step, frame, heard)
        asked = frame.asked == name or put_right
        return None if _told(step, frame) else READS[step.reads](heard, asked)
    spoken = _spoken(step, name, frame, heard)
    # "I ordered the wrong size" is no fault of the shop's, whatever "wrong size" alone would say.
    own_slip = spoken == "no_reason" and heard.entities.reason == "wrong"
    if name == "reason" and heard.entities.reason in step.options and not own_slip:
        return heard.entities.reason
    if spoken:
        return spoken
    if frame.asked == name and heard.entities.confirms in step.options:
        return heard.entities.confirms
    # The state of the goods is told ahead; of other things told ahead a slip is no sure sign.
    open_still = frame.asked == name or (name == "intact" and name not in frame.slots)
    return _misspelt(step, heard, open_still) if heard.lang == "en" else None


def _spoken(step: Step, name: str, frame: Frame, heard: Heard) -> str | None:
    """The option as typed, else as it was meant: a Chinese repair is sure enough only for what was just asked."""
    mends = heard.lang == "en" or frame.asked == name
    if name == "intact" and (state := state_heard(step, told(heard.text), heard.lang)):
        return state
    said = option_heard(step, told(heard.text), heard.lang)
    said = said or (option_heard(step, told(heard.mended), heard.lang) if mends else None)
    return said or _lost_inside(step, heard)


def _lost_inside(step: Step, heard: Heard) -> str | None:
    """The only option with a phrase that occurs but for one lost character: 质问题. What is denied is none."""
    if not heard.odd:
        return None
    plain = to_simplified(told(heard.text))
    meant = set()
    for key, option in step.options.items():
        phrases = (*_phrases(option, "zh"), *_PARTS.split(option.label.zh))
        if any(
            not denied_at(plain, plain.find(left)) for left, _ in slips.chinese(plain, phrases, heard.odd)
        ):
            meant.add(key)
    return meant.pop() if len(meant) == 1 else None


_PARTS = re.compile(r"[/，。（）]")


def chooses(flow: Flow, frame: Frame, heard: Heard) -> bool:
    """Whether it is one of the answers offered: "cancel it", where that is one of two roads, calls off nothing."""
    step = flow.slots.get(frame.asked or "")
    return step is not None and step.choose is not None and bool(option_heard(step, heard.text, heard.lang))


def _told(step: Step, frame: Frame) -> bool:
    """A story that was told stays as it was told; later words are about other things."""
    return step.reads in ("story", "text") and step.ask in frame.slots


def _misspelt(step: Step, heard: Heard, open_still: bool) -> str | None:
    """The only option with a long phrase that occurs in the text but for a slip or two. What is denied is none.

    English only: in Chinese a character more or less is another word. Told ahead of the question, one slip in a
    phrase of several words: "doesn't wok".
    """
    plain = heard.plain
    if not open_still:
        near = {key for key, o in step.options.items() for p in _phrases(o, "en") if slips.one_off(p, plain)}
        return near.pop() if len(near) == 1 else None
    near = {
        key
        for key, option in step.options.items()
        for phrase in (*_phrases(option, "en"), option.label.en.lower())
        if len(phrase) >= LONG and (found := fuzz.partial_ratio_alignment(phrase, plain, score_cutoff=NEAR))
        and not denied_at(plain, found.dest_start)
    }  # fmt: skip
    return near.pop() if len(near) == 1 else None


def option_heard(step: Step, text: str, lang: Lang) -> str | None:
    """The option whose words occur in the text. A longer phrase hides a shorter inside it (没穿过 is not 穿过).

    Where words of two options remain, the later option of the file wins: damage outweighs "otherwise as new".
    """
    plain = to_simplified(text).lower()
    hits: list[tuple[int, int, str]] = []
    for key, option in step.options.items():
        for phrase in _phrases(option, lang):
            start = plain.find(phrase.lower())
            while start >= 0:
                if not denied_at(plain, start):
                    hits.append((start, start + len(phrase), key))
                start = plain.find(phrase.lower(), start + 1)
    free = [
        h
        for h in hits
        if not any(o[0] <= h[0] and h[1] <= o[1] and (o[1] - o[0]) > (h[1] - h[0]) for o in hits)
    ]
    order = list(step.options)
    return max((h[2] for h in free), key=order.index, default=None)


def state_heard(step: Step, text: str, lang: Lang) -> str | None:
    """The state of the goods: what was only tried is whole, and what is "worn, tags on" is neither whole nor spoilt."""
    plain = wear.as_tried(to_simplified(text).lower(), lang)
    state = option_heard(step, plain, lang)
    bare = wear.without_wear(plain)
    if state == "no" and bare != plain and option_heard(step, bare, lang) == "yes":
        return "worn"
    return state


def _phrases(option: Option, lang: Lang) -> tuple[str, ...]:
    if option.hear is None:
        return ()
    return option.hear.of(lang)
