"""Sizes and colours where a sentence names them. Whose they are stands in `attributes`.

A size counts only with evidence (码, 号, "size", XL, a verb of exchanging), so that a price or a model is none.
"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.understanding.numerals import whole

Kind = Literal["size", "colour"]
Role = Literal["wanted", "got", "bought"]


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    kind: Kind
    value: str
    role: Role | None = None


_LETTERS = r"(?:xxs|xs|x{1,4}l|[2-6]xl|[sml])"
_WORDS = {"small": "S", "medium": "M", "large": "L"} | {
    f"{x}{gap}{word}": f"X{letter}"
    for x in ("x", "extra")
    for gap in (" ", "-", "")
    for word, letter in (("small", "S"), ("large", "L"))
}
_WORDY = "|".join(sorted(_WORDS, key=len, reverse=True))
_GARMENT = (
    "shirts?|t-?shirts?|tees?|dress|jackets?|coats?|hoodies?|jeans|pants|tops?|jumpers?|sweaters?|pairs?"
)
_LETTER_SIZE = re.compile(
    rf"(?<![\w'./&-])({_LETTERS})\s?(?:码|号|的)"
    rf"|(?:(?:换|改|穿|买|拍|发|要|订|送|寄|成|是|从|把|到|尺码|尺寸|码数)(?:了|的|到|成|:|来|过|一?[个件条]|是){{0,2}}|(?:码|号|的)(?:换|改)成?)\s?({_LETTERS})(?![\w'.])"
    rf"|(?<![\w'./&-])(?<!iphone )(?<!pixel )(?<!pro )(?<!note )(xxs|xs|x{{1,4}}l|[2-6]xl)(?![\w'.])"
    rf"|(?<=码[换到改和跟或]){_LETTERS}(?!\w)",
    re.ASCII,
)
_SIZE_EN = re.compile(
    rf"\bsize(?:s|d)?\s(?:is\s|was\s|of\s|an?\s|number\s|to\s|uk\s|us\s|eu\s){{0,2}}(\d{{1,3}}(?:\.5|[a-d])?(?![\d.]*\d|\w)|{_LETTERS}(?!\w)|{_WORDY})"
    rf"|\b(\d{{1,2}}(?:\.5)?)\s(?:is\s)?(?:in\s)?(?:eu|uk|us)\b(?!\s?[$d])|\b(?:eu|uk)\s?(\d{{1,2}}(?:\.5)?)\b(?!\s?(?:days?|weeks?|to|pounds|emails?|%))"
    rf"|\b({_LETTERS}|{_WORDY})(?:\s|-)sized?\b",
    re.ASCII,
)
_EVIDENCE = r"(?:an?|the|in|for|to|is|ordered|bought|got|received|sent|me|us|need|want|wanted|wear|from|of|want it in|was|have)"
_LETTER_EN = re.compile(
    rf"\b{_EVIDENCE}\s({_LETTERS})(?=\s?$|\s?[,.!?;)]|\s(?:to|for|but|and|instead|not|so|please|pls|one|i|it|size|or|in|when|came|rather)\b)",
    re.ASCII,
)
_WORDY_EN = re.compile(
    rf"\b(?<!too )(?<!very )(?<!so )(?<!bit )({_WORDY})(?=\s?$|\s?[,.!?;)]|\s(?:to|for|but|and|instead|not|so|please|pls|one|ones|i|it|or|rather|{_GARMENT})\b)",
    re.ASCII,
)
_BEFORE_WORDY = re.compile(
    rf"(?:^|\b{_EVIDENCE}\s|[,.!?;(]\s?)(?:(?:black|white|red|blue|grey|gray|green|pink)\s)?$",
    re.ASCII,
)
_NUMBER_SIZE = re.compile(
    r"(?<![\d.a-z第])(\d{2,3}(?:\.5)?(?:/\d{2}[a-d]?)?|[二三四五][一二三四五六七八九]?十?[一二三四五六七八九]?)\s?码(半)?(?!头|字|量)"
    r"|(?:尺[码寸]|鞋[码号]|码数|大小)(?:是|为|要|穿|:|\s|的|选|改|换|成){0,3}(\d{2,3}(?:\.5)?(?:/\d{2}[a-d]?)?)(?![\d.元块天%])"
    r"|(?<![\d.a-z月第路街弄巷])(3[2-9]|4[0-9]|1[0-8]0)(\.5)?\s?号(?!楼|店|线|仓|房|院|[东西])"
    r"|(?:换|穿|改|[鞋裤裙衣]子?的?)(?:成|为|个|双|一双|条|一条|到|的是)?\s?((?:2[2-9]|3\d|4\d|1[0-8][05])(?:\.5)?)(?:号|的|[,。!吧呢了?]|\s|$)(?![\d.元块])"
    r"|(?<![\d.a-z])((?:2[2-9]|3\d|4\d)(?:\.5)?)的?(?:鞋码|尺码|尺寸)"
    r"|(?<![\d/])(1[4-9][05]/\d{2,3}[a-d]?)(?!\d)"
    r"|(?<![\da-z])((?:6[5-9]|7[05]|8[05]|9[05]|3[2-8])[a-g])(?=\s?(?:罩?杯|码|的?[内文]|$|,|，))"
)
# A number alone is a size where another size stands beside it: 收到38码的,我拍的39.
_BARE_NUMBER = re.compile(
    r"(?:(?<=[的是成换了穿])|(?<=\bgot )|(?<=\bfor )|(?<=\bthe ))((?:2[2-9]|3\d|4\d)(?:\.5)?)(?=\s?(?:$|[,.!?;，。！？]|的|了|号|\s[^\d]))"
)
_SHOE_PAIR = re.compile(
    r"\bsize\s(\d{1,2}(?:\.5)?)\s(?:to|for|into)\s(?:an?\s|the\s|size\s){0,2}(\d{1,2}(?:\.5)?)(?![\d.]*\d|\w)"
    r"|(?<![\d.a-z])((?:3\d|4[0-8])(?:\.5)?)\s?(?:码|号)?的?\s?(?:换成?|改成?|换到)\s?((?:3\d|4[0-8])(?:\.5)?)(?![\d.元块天])"
)
_WORD_SIZE = re.compile(r"(?<![加最多])((?:[特加]?大|中|[特加]?小|均)[码号])(?![一两半])")
_LARGER = re.compile(
    r"(?:大|加大)(?:一|1|两|2|半)(?:个)?[码号]|大点的?[码号]|\b(?:(?:bigger|larger) (?:size|one|ones|pair)"
    r"|(?:one|a|half a|1) size (?:up|bigger|larger)|size up)\b"
)
_SMALLER = re.compile(
    r"小(?:一|1|两|2|半)(?:个)?[码号]|小点的?[码号]|\b(?:smaller (?:size|one|ones|pair)"
    r"|(?:one|a|half a|1) size (?:down|smaller)|size down)\b"
)

_HUE = "藏青|藏蓝|酒红|墨绿|军绿|天蓝|宝蓝|玫红|粉红|米白|奶白|湖蓝|雾霾蓝|克莱因蓝|卡其|咖啡|香槟|象牙|珊瑚|焦糖|燕麦|薄荷绿?|牛油果绿?|枣红|豆沙|肉桂|银灰|炭灰|藕粉"
_COLOUR = re.compile(
    rf"((?:{_HUE}|[深浅淡亮暗]?[红橙黄绿青蓝紫黑白灰粉棕褐米金银咖杏驼橘裸肤]))色(?!差|卡|号|星期)"
    r"|(藏青|藏蓝|酒红|墨绿|军绿|天蓝|宝蓝|玫红|粉红|米白|奶白|湖蓝|雾霾蓝|卡其|[深浅]蓝|[深浅]灰|[深浅]绿|[深浅]粉|银灰)(?!色|布)"
    r"|(?:(?<=[是要成了个把换件双条到发给买拍来想和跟款])|(?<![一-鿿]))([红黑白蓝绿黄粉灰紫])(?=的(?!士)|款|$|[,。!?，。！？\s])"
)
_CUP = re.compile(r"[一-鿿]")
_SURE = "black|white|red|blue|green|yellow|pink|purple|grey|gray|navy|beige|khaki|teal|turquoise|maroon|burgundy|lilac"
_UNSURE = "gold|silver|orange|cream|mint|olive|tan|nude|coral|champagne|charcoal|lavender|ivory|brown|rose gold|off-white"
_TINT = "light|dark|navy|royal|sky|baby|hot|forest|olive|mint|bright|pale|deep|army|wine|jet"
_COLOUR_EN = re.compile(
    rf"\b((?:(?:{_TINT})[ -])?(?:{_SURE}|{_UNSURE}))\b"
    r"(?!\s?(?:friday|lights?|tea|market|label|list|listed|flag|card|tooth|ray|wine|pill|screen|rice|paper|juice|member|mail|cream\b|bin|box|cross|lotus|friday's))",
    re.ASCII,
)
_SURE_ONE = re.compile(rf"(?:{_SURE})$")
_OF_COLOUR = re.compile(
    r"(?:\b(?:colou?r|in|the|for|to|got|ordered|received|wanted|want|bought|sent|me|is|was|it's|not|of|prefer)(?:\sis|\swas)?:?\s)$"
)

_MAYBE = re.compile(
    rf"[码号色鞋/]|[红黑白蓝绿黄粉灰紫藏卡]|尺寸|大点|小点|{_LETTERS}|size|small|medium|large|bigger|larger|{_SURE}|{_UNSURE}|换|\b(?:uk|eu)\b",
    re.ASCII,
)


def mentions(plain: str) -> list[Mention]:
    """In the order written, none inside another."""
    if not _MAYBE.search(plain):
        return []
    found: list[Mention] = []
    for m in [*_sizes(plain), *_colours(plain)]:
        if not any(m.start < other.end and other.start < m.end for other in found):
            found.append(m)
    return sorted(found, key=lambda m: m.start)


def _sizes(plain: str) -> list[Mention]:
    found = [Mention(*m.span(), "size", "larger") for m in _LARGER.finditer(plain)]
    found += [Mention(*m.span(), "size", "smaller") for m in _SMALLER.finditer(plain)]
    for m in _SHOE_PAIR.finditer(plain):
        found += [Mention(*m.span(n), "size", m[n]) for n in range(1, 5) if m[n]]
    patterns = (*(_ENGLISH if _LATIN.search(plain) else ()), _WORD_SIZE)
    for pattern in patterns:
        for m in pattern.finditer(plain):
            group = m.lastindex or 0
            if pattern is not _WORDY_EN or _BEFORE_WORDY.search(plain[: m.start()]):
                start, end = m.span(group)
                found.append(Mention(start, end, "size", _label(m[group], pattern is _WORD_SIZE)))
    for m in _NUMBER_SIZE.finditer(plain):
        found.append(Mention(*_numbered(m)))
    if any(m.value[0].isdigit() for m in found):
        found += [Mention(*m.span(1), "size", m[1]) for m in _BARE_NUMBER.finditer(plain)]
    return found


_LATIN = re.compile(r"[a-z]")
_ENGLISH = (_SIZE_EN, _LETTER_SIZE, _LETTER_EN, _WORDY_EN)


def _label(word: str, chinese: bool) -> str:
    return word if chinese else _WORDS.get(word, word.upper())


def _numbered(m: re.Match[str]) -> tuple[int, int, Kind, str]:
    group = next(n for n in range(1, 10) if m[n])
    value = m[group]
    if group == 1 and (read := whole(value)) is not None:
        value = str(read)
    half = ".5" if m[2] or m[5] else ""
    return (*m.span(group), "size", f"{value}{half}".upper())


def _colours(plain: str) -> list[Mention]:
    found: list[Mention] = []
    for m in _COLOUR.finditer(plain):
        group = m.lastindex or 0
        found.append(Mention(*m.span(group), "colour", f"{m[group]}色"))
    for m in _COLOUR_EN.finditer(plain) if _LATIN.search(plain) else ():
        if _SURE_ONE.search(m[1]) or _OF_COLOUR.search(plain[: m.start()]):
            found.append(Mention(*m.span(1), "colour", m[1].replace("gray", "grey")))
    return found
