"""How many, and which one of a list: quantities, and choices typed as numbers or places."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

from bot.understanding.answers import CORRECTION
from bot.understanding.numerals import CN_SMALL as _ONE
from bot.understanding.numerals import EN_SMALL, whole

_CN = f"{_ONE}{{1,3}}"
_PLACES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "former": 1, "latter": 2,
}  # fmt: skip
_PIECES = "件|个|双|条|箱|盒|瓶|包|套|本|只|支|袋|台|部|片|张|把|份|罐|桶|枚|副|对|根|束|顶|辆|块(?=电|表|屏|毛巾|肥皂|香皂|抹布|地毯)"
# What is counted so and is no goods: months, people, calls, photos sent.
_NO_GOODS = (
    r"(?!多?月|多?小时|多?星期|多?礼拜|多?钟|工作日|自然日|季度|学期|人|问题|客服|快递员|电话|地址|号码|手机号|账号|平台|意思|选择|方案|建议|字|分(?!装)"
    r"|位置|信息|消息|短信|评价|评论|裂|划痕|线头|缝|洞|图|照片|截图|量|差评|好评|投诉|单号|订单|师傅|站点|地方|原因|办法|多[月小])"
)
# "一件" counts only after a verb of counting: "另一件", "换一双" and "重发一个" name a thing, not a number of things.
_QUANTITY = re.compile(
    rf"(?<![\d.第另这那a-z一二三四五六七八九十百])(\d{{1,3}}|[二两三四五六七八九十俩仨]{_ONE}{{0,2}}|(?<=[少缺漏差只就买退共到])一)\s?(?:{_PIECES}){_NO_GOODS}"
)
_NUM_EN = rf"\d{{1,3}}|{EN_SMALL}"
_QUANTITY_EN = re.compile(
    rf"\b({_NUM_EN}|both)\s+(?:of (?:them|these|those|my)|of the(?= \w+ (?:is|was|has|are|were|have|came|arrived|broke|stopped|does))|pieces?|items?|pcs|pairs?|boxes|units?|bottles?|packs?)\b"
    rf"|\b(?:return(?:ing)?|send(?:ing)?|giv(?:e|ing)) (?:just |only |back )?({_NUM_EN})(?= back|$|[,.!?]| of\b)"
    rf"|\b(?:bought|buying|ordered|ordering|purchased|return(?:ing)?|received|got|missing|keep(?:ing)?) (?:back |only |just |all )?({_NUM_EN}) (?:\w+ )?"
    r"(?!days|weeks|months|years|hours|minutes|hrs|mins|emails|messages|calls|times|stars|reviews|dollars|pounds|euros|bucks|orders|responses|replies|pics|photos|pictures|others|refunds|is\b|was\b|as\b|this\b)(?!\w*ss\b)[a-z]{2,}s\b"
)
_SHORT_BY = re.compile(
    rf"(?:少了?|缺了?|漏了?|差了?|发漏了?|少发了?|漏发了?)\s?(\d{{1,3}}|{_CN})(?=\s?(?:(?:{_PIECES}){_NO_GOODS}|$|[,。]))"
)
_TO_RETURN = re.compile(
    rf"退(?:掉|回|货)?\s*(?:其中)?的?\s*(\d{{1,3}}|{_CN})\s*(?:{_PIECES}){_NO_GOODS}"
    rf"|\b(?:return|send back|returning)\s+(?:only |just )?({_NUM_EN})\b(?! days| weeks|-day| x\b)"
)
_ORDINAL = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[选要是就说指退换个单款])|(?=第\s?(?:\d{{1,2}}|{_CN})\s?[个件单条项种笔双款]))第\s?(\d{{1,2}}|{_CN})\s?(?:(?:个|件|单|条|项|种|笔|双|款)|(?=\s*(?:$|[,.。，!！吧])))"
    r"|最后(?:一)?(?:个|件|单|条)|上面(?:那|这)(?:个|件|单)|下面(?:那|这)(?:个|件|单)|前一个|后一个"
)
_NOT_THAT = re.compile(
    rf"不(?:是|要)第\s?(?:\d{{1,2}}|{_CN})\s?[个件单条项种]?|\bnot (?:the )?(?:first|second|third|last)(?: one)?"
)
# "the first time" and "last week" are no places in a list.
_ORDINAL_EN = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|sixth|last|former|latter|1st|2nd|3rd|4th|5th|6th)\b"
    r"(?=\s+(?:one|item|option|choice)s?\b|\s+order(?=$|[,.!?]| is| please| and| pls)|\s*(?:$|[,.!?;)])|\s+(?:please|pls|is|and|not|thanks|then|i mean)\b)(?! of all)"
    r"|\b(?:number|option|choice|no\.?|#)\s?(\d{1,2})\b"
)
_BARE_CHOICE = re.compile(
    rf"^(?:我?(?:选|要|是|就|点|说的是|指的是)|(?:i(?:'ll| will)? ?)?(?:mean|meant|want|choose|pick|take)|it'?s|make it|go with|选择)?\s*(?:the\s)?"
    rf"(\d{{1,2}}|{_CN}|one|two|three|four|five|six)\s*(?:号|吧|个|那个|\.|\)|、|please|pls|谢谢|of them)*$"
)


def read_quantity(plain: str) -> int | None:
    """How many: a number short first, then the first count of goods. "三天", "两个月" and places count nothing."""
    plain = _ORDINAL.sub(" ", plain)
    found = _first(_SHORT_BY, plain) or _first(_QUANTITY, plain) or _first(_QUANTITY_EN, plain)
    return whole(found) if found else None


def read_to_return(plain: str) -> int | None:
    """How many go back: the number beside the verb, since "I bought three and return one" names two numbers."""
    found = _first(_TO_RETURN, _ORDINAL.sub(" ", plain))
    return whole(found) if found else None


def read_choice(plain: str) -> int | None:
    """A typed number or a place in a list; after a correction ("no i mean 3") what follows it counts."""
    spoken = CORRECTION.split(plain)[-1] if CORRECTION.search(plain) else plain
    for part in (plain, spoken):
        bare = _BARE_CHOICE.match(part.strip(" ,.!。，！~"))
        if bare:
            return whole(bare[1])
    plain = _NOT_THAT.sub(" ", plain)
    ordinal = _ORDINAL.search(plain)
    if ordinal:
        return _place(ordinal)
    english = _ORDINAL_EN.search(plain)
    if english:
        word = english[1] or english[2]
        return _PLACES.get(word) or whole(re.sub(r"\D", "", word))
    return None


def _place(found: re.Match[str]) -> int | None:
    if found[1]:
        return whole(found[1])
    return -1 if found[0].startswith(("最后", "下面", "后一")) else 1


def _first(pattern: re.Pattern[str], plain: str) -> str | None:
    found = pattern.search(plain)
    return next((group for group in found.groups() if group), None) if found else None
