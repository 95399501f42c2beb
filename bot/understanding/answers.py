"""Yes and no, taking back, putting right: what a message does rather than names."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from typing import Literal

from bot.understanding.negation import denied_at

CORRECTION = re.compile(
    r"说错|打错|写错了|弄错了|搞错了|记错|发错了?字|不对[,，\s]*(?:是|应该)|不是(?:这|那)(?:个|件|单)|^不是|是另[外一]|另一?(?:件|个|单)|我的意思是|应该是|纠正|更正|(?:改|换)(?:成|为)|不是[^,，]{1,12}[,，]?\s?(?:而?是)"
    r"|\b(?:i mean(?:t)?|actually|correction|my mistake|my bad|i was wrong|wrong one|not that one|the other one|no,? (?:the|it'?s|its|not|i)|sorry,? (?:it'?s|i|the)|should be|instead of|typo|got (?:that|it) wrong|rather)\b"
)
_CANCELS = re.compile(
    r"^(?:那|哎|唉|嗯|好吧|行|我)*(?:还是)?(?:算了|罢了|不弄了|不办了|不用办了|不退了|不换了|不申请了|不要退了|不退$|不换$|不想退了|不投诉了|先不退|先不弄|取消吧?|取消(?:这个|申请|退货|退款|售后)|撤销|撤回|作废|退出|结束|停)(?:吧|了|啦|呗|哦)*(?![一-鿿]{6,})"
    r"|算了(?:吧|不|,|，|$|\s)|(?:^|[,，\s])(?:不退了|不换了|不用退了|不用换了|不办了|不弄了)"
    r"|\b(?:never ?mind|forget (?:it|about it)|cancel(?: please| pls)?$|cancel (?:that|this|it|the (?:return|refund|request|exchange|claim))|(?:(?<![a-z] )|(?<=please )|(?<=pls )|(?<=just )|(?<=ok )|(?<=so ))stop(?: it| this)?$|don'?t (?:bother|want to return|want (?:it|to) (?:refund|exchange))|i(?:'ve| have)? changed my mind about (?:the )?(?:return|refund|exchange)|leave it(?: be)?$|scrap that|abort|quit|exit|(?:i'?ll |actually |just )keep (?:it|them))\b"
)
_YES = re.compile(
    r"^(?:那|这样?)?(?:嗯+|恩+|好+|行|成|中|可以|可|对+|是+|没错|没问题|同意|确认|确定|要的?|需要|愿意|接受|当然|就这样|就这么(?:办|定)|ok+|okay|k+|yes+|yep|yup|yeah|ya|sure|fine|alright|right|correct|exactly|agreed?|confirm(?:ed)?|go ahead|go on|go for it|proceed|carry on|do it|please do|sounds good|of course|absolutely|deal|y|(?:that|it)(?:'?s| is| looks| sounds)? (?:all )?(?:fine|ok|okay|right|correct|good)|(?:looks|all) (?:fine|ok|okay|right|correct|good)|works for me)"
    r"(?:的|了|吧|啊|呀|啦|哒|滴|呗|哈|嘛|嗯|哦|噢|可以|行|好|是|对|没问题|退吧?|就|这样|办吧|那退(?:吧|货)?|那就(?:退|这样|办)(?:吧|了|货)?|谢谢|麻烦了|please|sure|ok|yes|go ahead|do it|thanks?|thank you|then|let'?s|that works|it is|,|，|。|\.|!|！|\s)*$"
)
_NO = re.compile(
    r"^(?:那)?(?:不+|否|不是|不对|不行|不可以|不要|不用|不需要|不想|不同意|不接受|不愿意|没有|没|别|不了|算了|免了|no+|nope|nah|not (?:really|now|yet|ok|okay)|no way|don'?t|n|negative|disagree|never ?mind)"
    r"(?:的|了|吧|啊|呀|啦|谢谢|不用|不要|不行|不是|再说|不|thanks?|thank you|sorry|please|it'?s (?:ok|fine)|way|i don'?t|,|，|。|\.|!|！|\s)*$"
)
_NOT_SPOKEN = re.compile(r"[^\w\s,.!?~，。！？']")  # emoji after a yes change nothing

LONGEST_ANSWER = 24  # characters; a longer message says more than yes or no


def confirms(plain: str) -> Literal["yes", "no"] | None:
    short = _NOT_SPOKEN.sub("", plain).strip(" .!~。！,，?？")
    if len(short) > LONGEST_ANSWER:
        return None
    if _NO.match(short):
        return "no"
    return "yes" if _YES.match(short) else None


def cancels(plain: str) -> bool:
    """ "Don't cancel it" takes nothing back."""
    return any(not denied_at(plain, found.start()) for found in _CANCELS.finditer(plain))


def corrects(plain: str) -> bool:
    return bool(CORRECTION.search(plain))
