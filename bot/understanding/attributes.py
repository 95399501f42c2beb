"""Size and colour of goods, and whether the buyer wants that one, got it, or bought it. `traits` finds them."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.understanding.traits import Mention, Role, mentions


@dataclass(frozen=True)
class Variant:
    """Letters as labels have them (M, XL, 2XL), numbers as written; "larger" and "smaller" for 大一码, "a size up".

    Colours as written, in simplified Chinese with 色 (红色, 藏青色) or English in lower case.
    """

    size: str | None = None
    colour: str | None = None

    def __bool__(self) -> bool:
        return bool(self.size or self.colour)


NOTHING = Variant()


@dataclass(frozen=True)
class Attributes:
    """All sizes and colours in the order written; and which of them is wanted, got, bought, where that is said."""

    sizes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    wanted: Variant = NOTHING
    got: Variant = NOTHING
    bought: Variant = NOTHING


# What stands before a size or colour and says whose it is; the nearest counts. Groups in the order of `_CUES`.
_CUE = re.compile(
    r"(?P<swap>(?:换|改)(?:成|为|到|一[件个双条])?(?!货|了[一-鿿]|过)|\b(?:for|to|into|with)(?= ))"
    r"|(?P<deny>而?不是|不要|不喜欢|\b(?:instead of|rather than|not(?! (?:fit|the right))|don'?t (?:like|want))\b)"
    r"|(?P<but>(?<!不)(?<!就)而?是(?!不是)|\bbut\b)"
    r"|(?P<wanted>(?:我)?(?:想要|需要|更?喜欢)|应该(?:是|发)|要(?!求|的是)|想(?=买|穿)|补发|重发|\b(?:want|need|would like|would prefer|prefer"
    r"|looking for|i'd like|should (?:be|have been)|can i (?:get|have)|could i (?:get|have))\b)"
    r"|(?P<bought>(?:我)?(?:(?:买|拍(?!照|视频|图|摄)|订(?!单)|选|下单)(?:的|了)?(?:明明)?(?:是)?|要的(?:明明)?是?)|\b(?:ordered|order|bought|purchased|chose|selected|paid for"
    r"|asked for|requested|wanted)\b)"
    r"|(?P<got>(?:收|拿|寄|发|送|来)(?:到|给我|过?来|成|错|货)?(?:的|了)?(?:却|居然|竟然|结果)?(?:是|成)?|到手|到货|给(?:我)?(?:的|了|发|寄|成)?|结果|居然|穿(?:着|的)?"
    r"|\b(?:got|received|recieved|sent|came|arrived|delivered|was given|gave|the one i have|mine is|wear(?:ing)?)\b)"
    r"|(?P<from>把(?!我)|从|\b(?:exchange|swap|change|switch|replace|trade|return)(?:d|ing)?\b)"
    r"|(?P<stop>[。！？!?；;\n]|\.(?=\s|$))"
)
_UNFIT = re.compile(
    r"^[码号色的那这件双条个衣服裤子鞋裙穿着]{0,8}?(?:太|有[点些]|偏|穿(?:着|起来)?有?[点些]?[小大紧]|穿不|不合|小了|大了|紧了|大很多|小很多)"
    r"|^\s(?:one\s)?(?:is|was|were|are)?\s?(?:too|a bit|doesn'?t fit|does not fit|didn'?t fit|way too)\b"
)
_SAYS: dict[str, Role] = {"wanted": "wanted", "got": "got", "bought": "bought"}
_OPPOSITE: dict[Role | None, Role | None] = {"wanted": "got", "bought": "got", "got": "bought", None: None}


def read_attributes(plain: str) -> Attributes:
    """`plain` is without order, parcel and phone numbers, sums and days."""
    found = mentions(plain)
    if not found:
        return Attributes()
    said = _roles(plain, found)
    return _settled(
        Attributes(
            sizes=tuple(dict.fromkeys(m.value for m in said if m.kind == "size")),
            colours=tuple(dict.fromkeys(m.value for m in said if m.kind == "colour")),
            wanted=_variant(said, "wanted"),
            got=_variant(said, "got"),
            bought=_variant(said, "bought"),
        )
    )


def _settled(said: Attributes) -> Attributes:
    """What was bought is what is wanted where another came, and what is at home where another is wanted."""
    for kind in ("size", "colour"):
        wanted, got, bought = (getattr(v, kind) for v in (said.wanted, said.got, said.bought))
        if bought and got and not wanted and bought != got:
            said = replace(said, wanted=replace(said.wanted, **{kind: bought}))
        elif bought and wanted and not got and bought != wanted:
            said = replace(said, got=replace(said.got, **{kind: bought}))
    return said


def _variant(said: list[Mention], role: Role) -> Variant:
    size = [m.value for m in said if m.role == role and m.kind == "size"]
    colour = [m.value for m in said if m.role == role and m.kind == "colour"]
    return Variant(size[-1] if size else None, colour[-1] if colour else None)


def _roles(plain: str, found: list[Mention]) -> list[Mention]:
    """Walks the sentence: the nearest cue before a mention gives its role, "换成 L" turns what stood before to got."""
    cues = [c for c in _CUE.finditer(plain) if not any(m.start <= c.start() < m.end for m in found)]
    state, out = _Sentence(), list[Mention]()
    for mention in found:
        while cues and cues[0].start() < mention.start:
            cue = cues.pop(0)
            if state.hear(cue.lastgroup or "", cue[0]):
                out = [
                    replace(o, role="got") if o.role is None and o.kind == mention.kind else o for o in out
                ]
        role = state.role
        if role != "got" and not state.swapping and _UNFIT.match(plain[mention.end : mention.end + 16]):
            role = "got"
        out.append(replace(mention, role=role))
    return out


class _Sentence:
    """What the cues heard so far say of the next size or colour; `base` is what a "not" turns round."""

    def __init__(self) -> None:
        self.role: Role | None = None
        self.base: Role | None = None
        self.swapping = False

    def hear(self, kind: str, word: str) -> bool:
        """Take in one cue; True where it makes what stood before it the thing given back."""
        if kind == "swap" and (self.swapping or not word.isascii()):
            self.base = self.role = "wanted"
            return True
        if kind == "stop":
            self.role, self.base, self.swapping = None, None, False
        elif kind == "deny":
            self.role = _OPPOSITE[self.base] or ("got" if word in ("不要", "不喜欢") else None)
        elif kind == "but":
            self.role = self.base
        elif kind == "from":
            self.role, self.swapping = "got", True
        elif kind in _SAYS:
            self.base = self.role = _SAYS[kind]
        return False
