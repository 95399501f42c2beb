"""How the answer to an `ask` step is read from what the buyer says. Each way gives the slot's text, or None.

What is asked for at this moment is taken in more forms than what is only mentioned: "2" alone is a number of pieces
where that was the question, and nothing elsewhere.
"""

# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Callable

from bot.cases.rules.counterfeit import report_issuer
from bot.dialogue.heard import Heard, asks_something
from bot.understanding import entities, outcomes
from bot.understanding.numerals import whole

LONGEST = 300  # characters kept of what a buyer tells in words
Reader = Callable[[Heard, bool], str | None]
_SHORT_OF = r"少|缺|漏|差|没(?:有)?(?:收到|发|装)|missing|short|without|not in"
_BROKEN = r"碎|破|坏|裂|烂|压|摔|broke|broken|smashed|cracked|damaged|shattered"
_BY_ONE = ("larger", "smaller")
_COUNT = (
    r"(\d{1,3}|[一二两三四五六七八九十俩仨]{1,3}|(?:one|two|three|four|five|six|seven|eight|nine|ten|both)\b)"
)
_UNIT = r"\s?(?:件|个|双|条|箱|盒|瓶|包|套|本|只|支|袋|台|部|片|张|把|份|罐|桶|枚|盏|幅|颗|粒|朵|of|pieces?|items?|bottles?|cups?|plates?)?"
_NOT = re.compile(rf"(?:不是|没有|\bnot )\s*(?:{_SHORT_OF}|{_BROKEN})?了?\s*{_COUNT}{_UNIT}", re.IGNORECASE)
_PUT_RIGHT = re.compile(r"不对|[说打写]错了?|\b(?:sorry|i mean|no,? wait|wait)\b")
_NO_THING = (
    r"(?<!the )(?<!other )(?<!that )(?<!this )(?<!which )(?<!wrong )(?<!第)"  # "the other one" counts nothing
)
# Asked how many, "there are smashed" tells it with two letters swapped; "there are cracks" tells none.
_MEANT_THREE = re.compile(rf"\W*(?:there|thee|tree) (?:are|were|of them are) (?:{_BROKEN}|{_SHORT_OF})\W*$")
# "3 of the 6 glasses": the first counts.
_OF_ALL = re.compile(rf"{_COUNT} (?:out )?of (?:the |my |our |those |these )?{_COUNT}\b", re.IGNORECASE)
_CAME_SHORT = re.compile(
    rf"(?:买|拍|订|付)了?\s*{_COUNT}{_UNIT}.{{0,16}}?[只就才仅](?:收到|有|到|发|来)了?\s*{_COUNT}"
    rf"|\b(?:paid for|bought|ordered|should be)\s+{_COUNT}\b.{{0,30}}?\b(?:only (?:got|received|have|found|see)?|got|received)\s*{_COUNT}",
    re.IGNORECASE,
)
_SWAPPED_FOR = re.compile(
    r"\b(?:swap\w*|exchang\w*|chang\w*|switch\w*|trade)\b.{0,24}\b(?:for|to|into) (?:an? |the |size )*(\d{2}(?:\.5)?|x{0,3}[sl]|m)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"(?<!不是)(?<!不要)同款|(?<![不相])同的(?:就行|就好|吧)|\b(?:the )?same (?:one|again|please)\b",
    re.IGNORECASE,
)
_SIZE_WISHED = re.compile(
    r"(?<![不别])(?:要|换成?|给我)[个双件条]?([2-5]\d(?:\.5)?)[码号的]"
    # "小了, 43码就行"; in "43码, 小了" it is the one they have.
    r"|(?<=[,，。;；\n])\s*([2-5]\d(?:\.5)?)码(?:的|就行|就好|就?可以|就|吧|呗)*(?=$|[,，。;；!！\n])(?![,，\n].{0,4}[大小紧松挤])"
    r"|\b(?:want|need)(?: an?| the)?(?: size)? ([2-5]\d(?:\.5)?)\b|\ban? ([2-5]\d(?:\.5)?) instead\b"
    # "I wat a 43": whatever the word before, but for those of the one they have.
    r"|\b(?!(?:have|had|bought|ordered|got|wear|wore|received|is|was) )[a-z]+ an? ([2-5]\d(?:\.5)?)(?: please)?\s*(?:$|[,;.\n])"
    r"|(?:^|[,;.\n])\s*size ([2-5]\d(?:\.5)?)(?: please)?\s*(?:$|[,;.\n])",
    re.IGNORECASE,
)
_SAME_ASKED = re.compile(r"同[款样]|一样的|\bsame\b", re.IGNORECASE)
_BARE_SIZE = re.compile(r"(?<![a-z0-9.'])(?:[2-5]\d(?:\.5)?|x{0,3}[sl]|m)(?![a-z0-9.'])", re.IGNORECASE)
# "Do you have it in L?" wishes for it.
_IN_STOCK = re.compile(r"有(?:没有?)?(?:货|吗|么)|还有|库存|\b(?:in stock|available|do you have|is there)\b")
_CLAUSE_ENDS = re.compile(r"(?<=[,，。;；!！?？\n])")
_HOW_LONG = re.compile(r"多久|(?<![前这好过])几天|什么时候|多长时间|\bhow (?:long|many days)\b|\bwhen\b")
_BARE_SUM = re.compile(r"(?<![a-z0-9.:-])\d{1,6}(?:\.\d{1,2})?(?![a-z0-9%.:-])")
_LETTER = re.compile(r"(?<![A-Za-z'’])(X{0,3}[SL]|M|x{1,3}l)(?![A-Za-z])")  # "黑色的L"
_TAX_NUMBER = re.compile(r"(?<![0-9A-Z])(?=[0-9A-Z]*\d)[0-9A-Z]{15,20}(?![0-9A-Z])", re.IGNORECASE)
_REPORT = re.compile(
    r"报告|检测|检验|鉴定|质检|认定|证书|验货|\b(?:report|tested|test results?|certificate|lab|finding)\b"
)
_PHONE_CHANGED = re.compile(
    r"(?:电话|手机|号码?|尾号|联系方式)[一-鿿]{0,6}(?:换|改|变|更)|(?:换|改|变更)[一-鿿]{0,4}(?:电话|手机|号码?|尾号)|新(?:的)?(?:电话|手机|号码?|尾号)"
    r"|\b(?:new|different|changed? (?:my|the)) (?:phone|number|mobile)|(?:phone|number|mobile)\b.{0,20}\b(?:changed|is now|to)\b",
    re.IGNORECASE,
)


def told(text: str) -> str:
    """The text without what asks for a time: "how long does a refund take" wishes for nothing."""
    return "".join(
        part
        for part in _CLAUSE_ENDS.split(text)
        if not (asks_something(part) and _HOW_LONG.search(entities.plain(part)))
    )


def _text(heard: Heard, asked: bool) -> str | None:
    return heard.text.strip()[:LONGEST] or None if asked else None


def _number(heard: Heard, asked: bool) -> str | None:
    count = heard.entities.quantity or (heard.entities.choice if asked else None)
    return str(count) if count and count > 0 else None


def _counted(around: str, heard: Heard, asked: bool) -> str | None:
    """A number beside the words of the matter: 少了两件, 碎了三个, "two are missing". "不是一件" is taken out first."""
    said = _OF_ALL.sub(r"\1 ", _NOT.sub(" ", entities.plain(heard.plain)))
    said = next((p for p in reversed(_PUT_RIGHT.split(said)) if re.search(_COUNT, p)), said)
    came = _CAME_SHORT.search(said) if around == _SHORT_OF else None
    if came and (short := _less(*(g for g in came.groups() if g))):
        return str(short)
    before = re.findall(
        rf"(?:{around})(?:发|给|寄|装|送)?[了着掉]?(?:的?(?:有|是))?\s*(?:我们?)?\s*{_COUNT}{_UNIT}",
        said,
        re.IGNORECASE,
    )
    if not before:  # "少发了, 2个": a count that stands alone after the word
        before = re.findall(rf"(?:{around})[发给寄]?了?[,，\n]\s*了?{_COUNT}{_UNIT}\s*(?:$|[,，。.\n])", said)
    # "6个碎了3个": of several the last is the one that counts.
    after = re.search(rf"{_COUNT}{_UNIT}[^,，。.!！?？\d]{{0,24}}?(?:{around})", said, re.IGNORECASE)
    asked = asked and not heard.is_question
    bare = re.search(rf"{_NO_THING}(?<![a-z\d.]){_COUNT}(?![a-z\d.])", said, re.IGNORECASE) if asked else None
    word = before[-1] if before else after[1] if after else None
    if word is None and (
        re.search(rf"\ban? (?:\w+ ){{1,3}}(?:is |was )?(?:{around})|(?:{around}) an?\b", said)
    ):
        return "1"
    if word is None and asked and _MEANT_THREE.match(said):
        return "3"
    word = word or (bare[1] if bare else None)
    if word:
        number = whole(word)
        return str(number) if number else None
    return _number(heard, True) if asked else None


def _less(paid: str, came: str) -> int:
    """Paid for four, two came: two are short."""
    return max(0, (whole(paid) or 0) - (whole(came) or 0))


def _missing(heard: Heard, asked: bool) -> str | None:
    return _counted(_SHORT_OF, heard, asked)


def _broken(heard: Heard, asked: bool) -> str | None:
    return _counted(_BROKEN, heard, asked)


def _wanted(heard: Heard, asked: bool) -> str | None:
    named = outcomes.wishes(entities.plain(told(heard.mended)))
    return named[0] if named else None


def _target(heard: Heard, asked: bool) -> str | None:
    """The size or colour that is wanted instead."""
    wanted, said = heard.entities.wanted, heard.entities
    # "一码大的, 43": the size that is named says more than larger or smaller does.
    named = [size for size in said.sizes if size not in _BY_ONE]
    asked = asked or bool(_IN_STOCK.search(entities.plain(heard.clear)))
    size = named[-1] if wanted.size in _BY_ONE and named else wanted.size
    parts = [wanted.colour, size]
    if not any(parts) and asked:
        parts = [said.colours[-1] if said.colours else None, said.sizes[-1] if said.sizes else None]
    if asked and not wanted.size and len(named) > 1:
        right = [
            s
            for s in named
            if not re.search(rf"(?:\bnot|不是|不要)\s*(?:size )?{re.escape(s)}\b", heard.clear, re.I)
        ]
        parts[1] = right[-1] if right else parts[1]
    if (asked or wanted.colour) and not parts[1] and (letter := _LETTER.search(heard.clear)):
        parts[1] = letter[1].upper()
    if not parts[1] and (swapped := _SWAPPED_FOR.search(heard.clear)):
        parts[1] = swapped[1].upper()
    if not parts[1] and (wished := _SIZE_WISHED.search(heard.clear)):
        parts[1] = next(size for size in wished.groups() if size)
    known = [p for p in parts if p]
    if known:
        return "-".join(known)
    if same := (_SAME_ASKED if asked else _SAME).search(entities.plain(heard.clear)):
        return same[0]
    if asked and (bare := _BARE_SIZE.search(heard.clear)):
        return bare[0].upper()
    return None if heard.is_question else _text(heard, asked)


def _tail(heard: Heard, asked: bool) -> str | None:
    said = heard.entities
    if said.phone_tail:
        return said.phone_tail
    changed = bool(_PHONE_CHANGED.search(entities.plain(heard.text)))
    if said.phones and (asked or changed):
        return said.phones[-1][-4:]
    return said.four_digits if said.four_digits and (asked or changed) else None


def _amount(heard: Heard, asked: bool) -> str | None:
    sums = heard.entities.amounts
    if sums or not asked:
        return str(sums[-1].value) if sums else None
    bare = _BARE_SUM.findall(entities.plain(heard.text))
    return bare[0] if len(bare) == 1 and not heard.is_question else None


_FELL_BY = re.compile(
    r"(?:降|便宜|跌|少|差)(?:价|了|掉|价了|了有)?\s*(\d{1,5}(?:\.\d{1,2})?)(?!\s*(?:折|%|天|次|[./-]\d))"
    r"|(?:dropped|fell|went down|down|reduced|cheaper) by \D{0,2}(\d{1,5}(?:\.\d{1,2})?)|(\d{1,5}(?:\.\d{1,2})?) (?:yuan |rmb )?(?:cheaper|less|off)\b"
)
_FELL_TO = re.compile(r"(?:降|跌|便宜)(?:价)?(?:到|成|至)|\b(?:dropped|fell|down|reduced) to\b")


def _price_now(heard: Heard, asked: bool) -> str | None:
    """What it costs now: the lowest sum that is named; "it fell by 50" is kept as -50, to be taken off what was paid."""
    said = entities.plain(heard.clear)
    if (fell := _FELL_BY.search(said)) and not _FELL_TO.search(said):
        return "-" + next(sum_ for sum_ in fell.groups() if sum_)
    if heard.entities.amounts:
        return str(min(amount.value for amount in heard.entities.amounts))
    if asked or _SELLS_FOR.search(said):
        return _amount(heard, True)
    return None


_SELLS_FOR = re.compile(r"现在|页|标价|显示|才|只要|变成|降到|卖|\b(?:now|only|sells? for|is|down to)\b")


def _date(heard: Heard, asked: bool) -> str | None:
    return heard.entities.dates[-1].isoformat() if heard.entities.dates else _text(heard, asked)


def _tracking(heard: Heard, asked: bool) -> str | None:
    return heard.entities.tracking[-1] if heard.entities.tracking else None


def _issuer(heard: Heard, asked: bool) -> str | None:
    """Who issued the report that is spoken of: "I call 12315" names an authority, and no report of it."""
    return report_issuer(heard.text) if _REPORT.search(entities.plain(heard.text)) else None


def _story(heard: Heard, asked: bool) -> str | None:
    """What is wrong, in the buyer's own words: those of the opening message where they tell it."""
    told = heard.entities.reason not in (None, "no_reason")
    return heard.text.strip()[:LONGEST] if told or asked else None


_OF_A_COMPANY = re.compile(
    r"^(?:公司|企业|单位)(?:抬头|名称?)?[\s:：,，是为]+|^company(?: name)?(?: is)?\s*[:：,]\s*", re.IGNORECASE
)


def _title(heard: Heard, asked: bool) -> str | None:
    """The title of an invoice, without the tax number that is sent beside it."""
    if not asked:
        return None
    bare = _TAX_NUMBER.sub(" ", heard.text)
    bare = re.sub(
        r"(?:纳税人识别号|统一社会信用代码|税号|抬头|\btax (?:no|number|id)\b|\btitle\b)[是为:： ]*",
        " ",
        bare,
    )
    bare = _OF_A_COMPANY.sub("", _NOT_SO.sub("", bare.strip()))
    return " ".join(bare.split()).strip("，,。.;； ")[:LONGEST] or None


def _tax_number(heard: Heard, asked: bool) -> str | None:
    """A mainland taxpayer's number: 15 to 20 letters and digits (统一社会信用代码 has 18)."""
    found = _TAX_NUMBER.search(heard.text)
    return found[0].upper() if found else None


_PLACE = re.compile(
    r"[一-鿿]{2,12}(?:省|市|区|县|镇|州)[一-鿿\w\-]{2,60}(?:号|室|栋|幢|单元|楼|座|村|层)[一-鿿\w\-]{0,30}"
)
_NOT_SO = re.compile(
    r"^(?:不对|不是|错了|[写说打填]错了?|抬头错了?|应该是|是|改成|等一?下|刚才|no|nope|sorry|wait|correction|i got (?:that|it) wrong|not quite|wrong|it'?s|it should be|[,，。.!:：\s])+",
    re.I,
)


_HOUSE = re.compile(
    r"(?:no\.? ?|number |flat |room |apartment )?\d{1,5}[a-z]?(?:号|室|栋|幢|单元|楼|座)?[。.!！]?", re.I
)


def _address(heard: Heard, asked: bool) -> str | None:
    plain = heard.text.strip()
    if not asked and (place := _PLACE.search(plain)):
        return place[0]
    if asked and (bare := _NOT_SO.sub("", plain)) != plain:
        return bare[:LONGEST] if len(bare) >= 4 or _HOUSE.fullmatch(bare) else None
    given = re.search(
        r"(?:改(?:成|到|为)|换(?:成|到)|寄到|送到|地址(?:是|:|：))\s*(.{6,120})"
        r"|\b(?:change (?:it|the address) to|send it to|deliver (?:it )?to|address is)\s+(.{6,120})",
        plain,
        re.IGNORECASE,
    )
    if given:
        return (given[1] or given[2]).strip()[:LONGEST]
    return plain[:LONGEST] if asked and len(plain) >= 6 else None


def _problem(heard: Heard, asked: bool) -> str | None:
    """A fault of the goods, or goods unlike their description; what else may be wrong has flows of its own."""
    return heard.entities.reason if heard.entities.reason in ("quality", "not_as_described") else None


_USED = re.compile(
    r"(?:穿|用|洗|戴|下水|背)(?:过|了[一两三几好]|了好?几)|(?:剪|摘|撕)了?(?:吊牌|标)|吊牌(?:剪|摘|撕)了"
    r"|\b(?:washed|worn|(?:i|we) wore|used it|have used|been using|cut (?:off )?the tag)\b"
)


def _used(heard: Heard, asked: bool) -> str | None:
    """Whether the goods were in use; looking and trying on are no use."""
    said = entities.plain(heard.text)
    return "yes" if any(not entities.denied_at(said, hit.start()) for hit in _USED.finditer(said)) else None


READS: dict[str, Reader] = {
    "text": _text,
    "number": _number,
    "missing": _missing,
    "broken": _broken,
    "wanted": _wanted,
    "target": _target,
    "phone_tail": _tail,
    "amount": _amount,
    "price_now": _price_now,
    "date": _date,
    "tracking": _tracking,
    "issuer": _issuer,
    "story": _story,
    "problem": _problem,
    "used": _used,
    "title": _title,
    "tax_number": _tax_number,
    "address": _address,
}
