"""Facts a message holds, whatever its topic: numbers, amounts, choices, reasons, yes and no. Patterns only, no look-ups."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.understanding.language import to_simplified
from bot.understanding.normalise import cut, has_chinese

Reason = Literal["no_reason", "quality", "not_as_described", "wrong", "damaged", "missing"]


@dataclass(frozen=True)
class Entities:
    """Tuples are in the order written, each value once. Amounts are in the currency's main unit."""

    order_ids: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    phone_tail: str | None = None
    phones: tuple[str, ...] = ()
    amounts: tuple[Decimal, ...] = ()
    quantity: int | None = None
    choice: int | None = None  # counted from 1; -1 is "the last one"
    reason: Reason | None = None
    negation: bool = False
    confirms: Literal["yes", "no"] | None = None
    cancels: bool = False
    corrects: bool = False


_DIGITS = dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"两": 2, "俩": 2, "仨": 3}
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "last": -1,
    "former": 1,
    "latter": 2,
}
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "both": 2, "a": 1, "an": 1}
_CN = "[一二两三四五六七八九十俩仨]"

_SHORT_ID = re.compile(r"(?<![a-z0-9])([a-z]\d{3,6})(?![a-z0-9])")
_NAMED_ID = re.compile(
    r"(?:订单编?号?|单子|这单|那单|order(?:\s*(?:id|no\.?|number|num|nr))?)\s*(?:是|为|is|:|#|\s)*\s*#?\s*([a-z]{0,4}-?\d[\d-]{2,22}\d)(?![\d元块件个天])"
)
_HASH_ID = re.compile(r"(?<!\w)#\s?([a-z]{0,3}\d{3,20})(?!\w)")
_AMAZON_ID = re.compile(r"(?<!\d)(\d{3}-\d{7}-\d{7})(?!\d)")
_LONG_ID = re.compile(r"(?<![\da-z-])(\d{16,20})(?![\d-])")
_CARRIER = re.compile(
    r"(?<![a-z0-9])((?:sf|yt|jd(?:v[a-z]?|x|k)?|zto|sto|yd|jt|ems|ytg|dpk|db|zjs|ups)\d{9,18}(?:-\d+-\d+-?)?|1z[0-9a-z]{16}|[a-z]{2}\d{9}[a-z]{2}|tba\d{10,14})(?![a-z0-9])"
)
_BARE_TRACKING = re.compile(
    r"(?:运单号?|快递单号?|物流单号?|退货单号|回寄单号|(?<!订)单号|快递号|寄了|寄出|寄回|已寄|发走了|顺丰|圆通|中通|申通|韵达|极兔|邮政|德邦|京东快递|tracking(?:\s*(?:number|no\.?|id|code|#))?|waybill|posted it|sent it|shipped it|mailed it|fedex|ups|dhl|usps)"
    r"[^\da-z]{0,12}(?:[一-鿿]{0,6}|(?:back|number|is|no|with)[^\da-z]{0,4}){0,4}[^\da-z]{0,4}(\d{10,15})(?!\d)"
)
_PHONE = re.compile(r"(?<![\d-])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_FOREIGN_PHONE = re.compile(r"(?<!\w)(\+(?!86)\d{1,3}[ -]?\d[\d -]{6,13}\d)(?!\d)")
_TAIL = re.compile(
    r"(?:尾号|后四位|末四位|手机尾|last (?:four|4)(?: digits)?|ending(?: in| with)?|ends (?:in|with)|tail)(?:改成|换成|改为|变成|是|为|:|\s|is|are|the|of|my|phone|to|now)*\s*(\d{4})(?!\d)"
)
_AMOUNT = re.compile(
    r"(?:[¥￥$€£]|rmb|cny|usd|eur|gbp|rs\.?|inr)\s?(\d{1,7}(?:,\d{3})*(?:\.\d{1,2})?)|(?<![\d.])(\d{1,7}(?:,\d{3})*(?:\.\d{1,2})?)\s?(?:元|块钱?|rmb|yuan|dollars?|bucks|euros?|pounds?|quid|usd|刀)(?!\w)"
)
# "一件" counts only after a verb of counting: "另一件", "换一双" and "重发一个" name a thing, not a number of things.
_QUANTITY = re.compile(
    r"(?<![\d.第另这那])(\d{1,3}|[二两三四五六七八九十俩仨]|(?<=[少缺漏差只就买退共到])一)\s?(?:件|个|双|条|箱|盒|瓶|包|套|本|只|支|袋|台|部|片|张|把|份)(?!月|小时|星期|工作日|人|问题)"
)
_QUANTITY_EN = re.compile(
    r"\b(\d{1,3}|one|two|three|four|five|six|both)\s+(?:of (?:them|these|those|the)|pieces?|items?|pcs|pairs?|boxes|units?|bottles?|packs?)\b"
    r"|\b(?:return(?:ing)?|send(?:ing)?|giv(?:e|ing)) (?:just |only |back )?(\d{1,2}|one|two|three|four|five|six)(?= back|$|[,.!?]| of\b)"
)
_SHORT_BY = re.compile(
    rf"(?:少了?|缺了?|漏了?|差了?|发漏了?|少发了?|漏发了?)\s?(\d{{1,3}}|{_CN})(?=\s?(?:件|个|双|条|箱|盒|瓶|包|套|本|只|支|袋|台|$|[,。]))"
)
_ORDINAL = re.compile(
    rf"第\s?(\d{{1,2}}|{_CN})\s?(?:个|件|单|条|项|种|笔|双|款)?|最后(?:一)?(?:个|件|单|条)|上面(?:那|这)(?:个|件|单)|下面(?:那|这)(?:个|件|单)|前一个|后一个"
)
_NOT_THAT = re.compile(
    rf"不(?:是|要)第\s?(?:\d{{1,2}}|{_CN})\s?[个件单条项种]?|\bnot (?:the )?(?:first|second|third|last)(?: one)?"
)
_ORDINAL_EN = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|sixth|last|former|latter|1st|2nd|3rd|4th|5th|6th)\b(?:\s+(?:one|order|item|option|choice))?|\b(?:number|option|choice|no\.?|#)\s?(\d{1,2})\b"
)
_BARE_CHOICE = re.compile(
    rf"^(?:我?(?:选|要|是|就|点|说的是|指的是)|(?:i(?:'ll| will)? ?)?(?:mean|meant|want|choose|pick|take)|it'?s|make it|go with|选择)?\s*(?:the\s)?(\d{{1,2}}|{_CN}|one|two|three|four|five|six)\s*(?:号|吧|个|那个|\.|\)|、|please|pls|谢谢|of them)*$"
)
_CORRECTION = re.compile(
    r"说错|打错|写错了|弄错了|搞错了|记错|发错了?字|不对[,，\s]*(?:是|应该)|不是(?:这|那)(?:个|件|单)|^不是|是另[外一]|另一?(?:件|个|单)|我的意思是|应该是|纠正|更正|(?:改|换)(?:成|为)|不是[^,，]{1,12}[,，]?\s?(?:而?是)"
    r"|\b(?:i mean(?:t)?|actually|correction|my mistake|my bad|i was wrong|wrong one|not that one|the other one|no,? (?:the|it'?s|its|not|i)|sorry,? (?:it'?s|i|the)|should be|instead of|typo|rather)\b"
)
_CANCELS = re.compile(
    r"^(?:那|哎|唉|嗯|好吧|行|我)*(?:还是)?(?:算了|罢了|不弄了|不办了|不用办了|不退了|不换了|不申请了|不要退了|不退$|不换$|不想退了|不投诉了|先不退|先不弄|取消吧?|取消(?:这个|申请|退货|退款|售后)|撤销|撤回|作废|退出|结束|停)(?:吧|了|啦|呗|哦)*(?![一-鿿]{6,})"
    r"|算了(?:吧|不|,|，|$|\s)|(?:^|[,，\s])(?:不退了|不换了|不用退了|不用换了|不办了|不弄了)"
    r"|\b(?:never ?mind|forget (?:it|about it)|cancel(?: please| pls)?$|cancel (?:that|this|it|the (?:return|refund|request|exchange|claim))|stop(?: it| this)?$|don'?t (?:bother|want to return|want (?:it|to) (?:refund|exchange))|i(?:'ve| have)? changed my mind about (?:the )?(?:return|refund|exchange)|leave it(?: be)?$|scrap that|abort|quit|exit|(?:i'?ll |actually |just )keep (?:it|them))\b"
)
_YES = re.compile(
    r"^(?:嗯+|恩+|好+|行|成|中|可以|可|对+|是+|没错|没问题|同意|确认|确定|要的?|需要|愿意|接受|当然|就这样|就这么(?:办|定)|ok+|okay|k+|yes+|yep|yup|yeah|ya|sure|fine|alright|right|correct|exactly|agreed?|confirm(?:ed)?|go ahead|do it|please do|sounds good|of course|absolutely|deal|y|(?:that'?s|it'?s) (?:fine|ok|okay|right|correct|good)|works for me)"
    r"(?:的|了|吧|啊|呀|啦|哒|滴|呗|哈|嘛|嗯|哦|噢|可以|行|好|是|对|没问题|退吧?|就|这样|办吧|那退(?:吧|货)?|那就(?:退|这样|办)(?:吧|了|货)?|谢谢|麻烦了|please|sure|ok|yes|go ahead|do it|thanks?|thank you|then|let'?s|that works|it is|,|，|。|\.|!|！|\s)*$"
)
_NO = re.compile(
    r"^(?:那)?(?:不+|否|不是|不对|不行|不可以|不要|不用|不需要|不想|不同意|不接受|不愿意|没有|没|别|不了|算了|免了|no+|nope|nah|not (?:really|now|yet|ok|okay)|no way|don'?t|n|negative|disagree|never ?mind)"
    r"(?:的|了|吧|啊|呀|啦|谢谢|不用|不要|不行|不是|再说|不|thanks?|thank you|sorry|please|it'?s (?:ok|fine)|way|i don'?t|,|，|。|\.|!|！|\s)*$"
)
_NOT_SPOKEN = re.compile(r"[^\w\s,.!?~，。！？']")  # emoji after a yes change nothing
_NEGATION = re.compile(
    r"不|没|未|别|无法|勿|否|\b(?:no(?!\.?\s*[#:]?\s*\d)|not|never|none|without|neither|cannot)\b|n't\b"
)

_REASONS: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        "no_reason",
        re.compile(
            r"[7七]天(?:无[里理利]由)|无[里理利]由|没(?:有)?(?:什么)?理由|不(?:太|是很|大)?(?:喜欢|想要|满意|合适|合身|好看|适合)|不要了|尺[码寸](?:偏)?[大小不]|(?:偏|太|有点|买)(?:大|小|长|短|肥|瘦|紧|宽)|(?:大|小|紧|长|短)了|穿不(?:下|上|了|进)|买错|拍错|下错|买多|买重|拍重|后悔|用不(?:上|着)|多拍|(?:老公|老婆|孩子|妈|爸)[一-鿿]{0,3}不(?:喜欢|要)|冲动|上身效果|跟想象|不是我想"
            r"|\b(?:changed? my mind|no reason|without (?:a )?reason|don'?t (?:like|want|need) (?:it|this|them)?|didn'?t like|do not (?:like|want|need)|no longer (?:want|need)|too (?:small|big|large|tight|loose|long|short)|(?:doesn'?t|does not|didn'?t|don'?t) fit|wrong size for me|bought (?:it |them |this )?by mistake|ordered (?:it |this )?by (?:mistake|accident)|bought the wrong|ordered the wrong|not (?:my|to my) (?:taste|liking|style)|not happy with (?:it|the look)|doesn'?t suit|regret|bought too many|duplicate)\b"
        ),
    ),
    (
        "damaged",
        re.compile(
            r"破损|摔坏|压坏|压扁|碎了|打碎|摔碎|碰坏|磕坏|撞坏|运输[一-鿿]{0,4}(?:坏|损)|快递[一-鿿]{0,5}(?:坏|破|碎)|箱子[一-鿿]{0,4}(?:烂|破|湿|扁)|到(?:货|手)?(?:的时候)?就?(?:是)?(?:破|碎|烂)的?|洒(?:了|出)|漏(?:了)?一(?:箱|地)|变形"
            r"|\b(?:arrived (?:broken|damaged|smashed|crushed|shattered)|damaged|smashed|shattered|crushed|dented|torn|ripped|came broken|broken (?:on arrival|in transit|when (?:it|i))|leaked (?:all|in))\b"
        ),
    ),
    (
        "missing",
        re.compile(
            r"少(?:了|发|给|一|两|件)|漏(?:发|了一|一|件|给)|缺(?:了|少|件|货?配件|一)|没有?(?:发|给)(?:配件|充电|说明|赠品)|发漏|只(?:收到|有|发了|到了)[一二两三\d]|空(?:包|盒|箱)"
            r"|\b(?:missing|only (?:received|got) (?:one|two|\d)|empty (?:box|package|parcel)|not (?:in|included in) the (?:box|parcel|package)|incomplete|short(?: shipped)?|without (?:the )?(?:charger|cable|accessories|parts))\b"
        ),
    ),
    (
        "wrong",
        re.compile(
            r"发错|错发|寄错|给错|发成|装错|送错|不是我(?:买|要|拍|订)的|(?:买|拍|要)[一-鿿]{1,5}(?:发|来|给)(?:的|了|来)?(?:的?是)?[一-鿿]{1,5}色|货不对"
            r"|\b(?:wrong (?:item|product|color|colour|size|one|model|order|thing)|not what i ordered|different (?:item|product|one) (?:than|from|to)|someone else'?s (?:order|item)|sent (?:me )?(?:the |a )?wrong|instead of)\b"
        ),
    ),
    (
        "not_as_described",
        re.compile(
            r"描述不(?:符|一|一致)|与描述|和描述|跟描述|不(?:符合?|一致)|色差|(?:图片|照片|页面|详情|宣传|直播间?)[一-鿿]{0,5}(?:不一样|不同|差|不符)|货不对板|虚假宣传|名不副实|材质不(?:对|是|符)|尺寸不(?:对|符)|(?:写|说|标)(?:的|着)?是?[一-鿿]{1,8}(?:结果|其实|实际)"
            r"|\b(?:not as (?:described|advertised|pictured|shown)|doesn'?t match|does not match|different from the (?:picture|photo|description|listing|website)|nothing like the|misleading|false advertising|looks different)\b"
        ),
    ),
    (
        "quality",
        re.compile(
            r"质量(?!好|不错|挺好|很好|可以)|坏了?|用不了|不能用|故障|失灵|开不了|打不开|充不(?:进|上)|不(?:亮|转|制冷|加热|通电|工作|响)|没(?:声音|反应|信号)|死机|黑屏|闪屏|裂(?:纹|缝|痕|开|了|口)|开胶|脱胶|开线|掉(?:色|漆|毛|皮|扣|底)|褪色|起球|缩水|瑕疵|毛病|发霉|变质|过期|异味|臭|漏(?:水|电|油|气)|生锈|划痕|破(?:洞|了|的)|有(?:个)?洞|断了|松动|故障|次品|残次"
            r"|\b(?:faulty|defect\w*|broken|broke|doesn'?t work|does not work|not working|stopped working|won'?t (?:turn on|charge|start|work)|poor quality|bad quality|crack\w*|leak\w*|mou?ld\w*|expired|torn seam|scratch\w*|malfunction\w*|dead on arrival|hole in|peel\w*|faded|ripped seam|came off|fell (?:off|apart)|quality)\b"
        ),
    ),
)


def read(text: str, now: datetime | None = None) -> Entities:
    """All that `text` holds. `now` is kept for relative dates; nothing here depends on it yet. Never raises."""
    plain = _plain(text)
    tracking = _tracking(plain)
    phones = _phones(plain)
    orders = _orders(plain, tracking, phones)
    rest = _without(plain, (*tracking, *phones, *orders))
    return Entities(
        order_ids=tuple(o.upper() for o in orders),
        tracking=tuple(t.upper() for t in tracking),
        phone_tail=_first(_TAIL, rest),
        phones=tuple(_digits_of(p) for p in phones),
        amounts=_amounts(rest),
        quantity=_quantity(rest),
        choice=_choice(rest),
        reason=_reason(plain),
        negation=bool(_NEGATION.search(plain)),
        confirms=_confirms(plain),
        cancels=bool(_CANCELS.search(plain)),
        corrects=bool(_CORRECTION.search(plain)),
    )


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", cut(text)).lower().replace("’", "'")
    return (to_simplified(text) if has_chinese(text) else text).strip()


def _tracking(plain: str) -> tuple[str, ...]:
    return _unique([*_CARRIER.findall(plain), *_BARE_TRACKING.findall(plain)])


def _phones(plain: str) -> tuple[str, ...]:
    return _unique([*(m[0] for m in _PHONE.finditer(plain)), *_FOREIGN_PHONE.findall(plain)])


def _digits_of(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[2:] if digits.startswith("86") and len(digits) == 13 else digits


def _orders(plain: str, tracking: tuple[str, ...], phones: tuple[str, ...]) -> tuple[str, ...]:
    rest = _without(plain, tracking)
    found = [
        *_AMAZON_ID.findall(rest),
        *_NAMED_ID.findall(rest),
        *_HASH_ID.findall(rest),
        *_SHORT_ID.findall(rest),
        *_LONG_ID.findall(rest),
    ]
    return _unique(
        [o for o in found if o not in phones and not any(o != other and o in other for other in found)]
    )


def _without(plain: str, parts: tuple[str, ...]) -> str:
    for part in parts:
        plain = plain.replace(part, " ")
    return plain


def _amounts(plain: str) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(Decimal((a or b).replace(",", "")) for a, b in _AMOUNT.findall(plain)))


def _quantity(plain: str) -> int | None:
    plain = _ORDINAL.sub(" ", plain)
    found = _first(_SHORT_BY, plain) or _first(_QUANTITY, plain) or _first(_QUANTITY_EN, plain)
    return _number(found) if found else None


def _choice(plain: str) -> int | None:
    """A typed number or a place in a list; after a correction ("no i mean 3") what follows it counts."""
    spoken = _CORRECTION.split(plain)[-1] if _CORRECTION.search(plain) else plain
    for part in (plain, spoken):
        bare = _BARE_CHOICE.match(part.strip(" ,.!。，！~"))
        if bare:
            return _number(bare[1])
    plain = _NOT_THAT.sub(" ", plain)
    ordinal = _ORDINAL.search(plain)
    if ordinal:
        return _place(ordinal)
    english = _ORDINAL_EN.search(plain)
    if english:
        word = english[1] or english[2]
        return _ORDINALS.get(word) or _number(re.sub(r"\D", "", word) or word)
    return None


def _place(found: re.Match[str]) -> int | None:
    if found[1]:
        return _number(found[1])
    return -1 if found[0].startswith(("最后", "下面", "后一")) else 1


def _reason(plain: str) -> Reason | None:
    """A fault named outweighs dislike: "不喜欢" and "开胶" together are a quality matter."""
    named: list[Reason] = [name for name, pattern in _REASONS if pattern.search(plain)]
    faults = [name for name in named if name != "no_reason"]
    return (faults or named or [None])[0]


def _confirms(plain: str) -> Literal["yes", "no"] | None:
    short = _NOT_SPOKEN.sub("", plain).strip(" .!~。！,，?？")
    if len(short) > 24:
        return None
    if _NO.match(short):
        return "no"
    return "yes" if _YES.match(short) else None


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return _DIGITS.get(word) or _COUNTS.get(word)


def _first(pattern: re.Pattern[str], plain: str) -> str | None:
    found = pattern.search(plain)
    return next((group for group in found.groups() if group), None) if found else None


def _unique(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
