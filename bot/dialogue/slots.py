"""Filling a flow's slots from what was said, in any order, and replacing them when the buyer corrects himself."""

from __future__ import annotations

import re

from bot.dialogue.flow import Flow, Option, Step
from bot.dialogue.heard import Heard
from bot.dialogue.state import Frame
from bot.messages import Lang
from bot.understanding.language import to_simplified

# Said of food or cosmetics it means that the seal is broken; of a dress it means nothing.
_OPENED = re.compile(
    r"(?<![没未不])(?:吃|喝|尝|开封|拆封|打开|拆开)(?:了|过|吃|喝|用|一)"
    r"|(?<!not )(?<!never )(?<!n't )\b(?:opened|tasted|tried|drank|ate|eaten)\b"
)
# What was said about one order says nothing about another.
DEPENDS = {
    "order": ("item", "intact", "opened", "qty", "confirmed"),
    "qty": ("confirmed",),
    "intact": ("confirmed",),
    "reason": ("confirmed",),
}


def found(flow: Flow, frame: Frame, heard: Heard) -> dict[str, str]:
    """The slots this burst fills, the order's aside (that needs the buyer's orders)."""
    slots: dict[str, str] = {}
    for name, step in flow.slots.items():
        if name != "order" and (value := _value(step, name, frame, heard)):
            slots[name] = value
    if qty := _to_return(heard):
        slots["qty"] = str(qty)
    if heard.entities.tracking:
        slots["tracking"] = heard.entities.tracking[-1]
    if _OPENED.search(to_simplified(heard.text).lower()):
        slots["opened"] = "yes"
    if frame.asked == "confirm" and not heard.entities.corrects:
        plain = to_simplified(heard.text).strip().lower()
        if answer := heard.entities.confirms or ("yes" if _GO_ON.fullmatch(plain) else None):
            slots["confirmed"] = answer
    return slots


def merge(old: dict[str, str], new: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The slots after `new`, and which earlier answers it replaced; what depended on those is asked again."""
    changed = [k for k, v in new.items() if k in old and old[k] != v and k != "confirmed"]
    stale = {d for k in changed for d in DEPENDS.get(k, ())} - set(new)
    return {**{k: v for k, v in old.items() if k not in stale}, **new}, changed


# "退吧退吧", "确认退款": the wish said once more under "shall I go ahead?"
_GO_ON = re.compile(
    r"(?:[那就嗯好行要请]|可以|确认|确定|给我|帮我|麻烦|直接|申请|办理)*(?:退[货款了掉吧呗啊]*[,，。!！\s]*)+(?:谢谢)?"
    r"|(?:yes |ok |please )*(?:return|refund) it(?: please| then)?[.!]*"
)
_COUNTED = re.compile(
    r"退(?:掉|回|货)?\s*(?:其中)?\s*([一二两三四五六七八九十\d]+)\s*[件个双条箱盒瓶包套本只支袋台部片张把份]"
    r"|\b(?:return|send back|returning)\s+(?:only |just )?(one|two|three|four|five|six|\d+)\b",
    re.IGNORECASE,
)
_NUMBERS = {w: n for n, w in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_NUMBERS |= {w: n for n, w in enumerate(("one", "two", "three", "four", "five", "six"), 1)}


def _to_return(heard: Heard) -> int | None:
    """How many go back: the number beside the verb, since "I bought three and return one" names two numbers."""
    if found := _COUNTED.search(to_simplified(heard.text)):
        word = (found[1] or found[2]).lower()
        return int(word) if word.isdigit() else _NUMBERS.get(word, heard.entities.quantity)
    return heard.entities.quantity


def _value(step: Step, name: str, frame: Frame, heard: Heard) -> str | None:
    spoken = option_heard(step, heard.text, heard.lang)
    # "I ordered the wrong size" is no fault of the shop's, whatever "wrong size" alone would say.
    own_slip = spoken == "no_reason" and heard.entities.reason == "wrong"
    if name == "reason" and heard.entities.reason in step.options and not own_slip:
        return heard.entities.reason
    if spoken:
        return spoken
    if frame.asked == name and heard.entities.confirms in step.options:
        return heard.entities.confirms
    return None


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
                if not _negated(plain, start, phrase):
                    hits.append((start, start + len(phrase), key))
                start = plain.find(phrase.lower(), start + 1)
    free = [
        h
        for h in hits
        if not any(o[0] <= h[0] and h[1] <= o[1] and (o[1] - o[0]) > (h[1] - h[0]) for o in hits)
    ]
    order = list(step.options)
    return max((h[2] for h in free), key=order.index, default=None)


_NOT = re.compile(
    r"(?:[不没未无别]|\b(?:not|never|without|no)|n'?t)\s*(?:有|被|曾|been|ever|even|yet|really)?\s*$"
)


def _negated(plain: str, start: int, phrase: str) -> bool:
    """ "never used it" does not say "used it"; a phrase that begins with its own negation means what it says."""
    return bool(_NOT.search(plain[:start])) and not _NOT.match(phrase.split(" ")[0])


def _phrases(option: Option, lang: Lang) -> tuple[str, ...]:
    if option.hear is None:
        return ()
    return option.hear.of(lang)
