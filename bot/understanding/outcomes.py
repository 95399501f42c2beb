"""What a buyer wants to come of it, and what they say of an offer or a parcel: refund, resend, "the box is gone".

Read with `entities.plain` text. A wish that is denied ("不要退货") is none.
"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

from bot.understanding.negation import denied_at

_WISHES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "resend",
        re.compile(
            r"(?:重新?|再|补)(?:给我)?(?:发|寄)(?!货了?没|了吗)|补(?:发|寄|货|给我|[一二两三四五六七八九十俩仨\d]{1,2}[个件双只条份套]?)|(?:发|寄)(?:一?[个件双只条份])?新的|再来一[个件双只条份]"
            r"|\b(?:re-?send|send (?:me )?(?:it |them )?(?:again|another|a new|a replacement|the missing|the rest)|replacements?|reship\w*|new one)\b"
        ),
    ),
    (
        "exchange",
        re.compile(
            r"换(?:货|一?[个件双只条款]|成|新|大|小|码|尺|颜?色|别的|同款|回|[一-鿿]?[号码色])|(?:要|给我|来|赔我?)一?[个件双只条台]?新的|(?:给我|帮我|想|要|能|可以)换(?!地址|电话|手机|号码|快递)|换吧|^换$"
            r"|\b(?:exchang\w+|swap\w*|change (?:it|them|this) for|different (?:size|colou?r))\b"
        ),
    ),
    (
        "repair",
        re.compile(
            r"维修|返修|保修|(?:给我|帮我|能|可以|想|要)修|修(?:一下|好|理|吧)|^修$|(?:行|好|就|那|嗯)吧?[,，\s]*修[。!！]*$|\b(?:repair\w*|fix(?:ed)? (?:it|this|them)|mend(?:ed)?)\b"
        ),
    ),
    (
        "refund",
        re.compile(
            r"退[^,，。退换]{0,6}的钱|退(?:我|给我)?(?:钱|款|费|全款|差价|一半|部分)|退(?:我|给我)\s*\d|(?:把)?钱退|仅退款|只退款|赔(?:我)?钱|\b(?:refund\w*|money back|my money)\b"
        ),
    ),
    (
        "return",
        re.compile(
            r"退货|退掉|退回|寄回|(?:想|要|给我|帮我)退(?!款|钱|费|差)|退了吧|^(?:先|就|直接|还是|那就?)*退(?:了|掉)?吧?[。!！]*$|\b(?:return (?:it|them|this|the)|send (?:it|them) back|returning)\b"
        ),
    ),
    (
        "wait",
        re.compile(
            r"(?:再|先|就)?等(?:等|一等|几天|两天|着|吧)|不急|\b(?:i(?:'ll| will| can) wait|keep waiting|wait (?:a|some) (?:bit|more))\b"
        ),
    ),
)
_GONE = re.compile(
    r"(?:箱子?|盒子?|包装|面单|快递单|袋子?|标签|外箱)[一-鿿]{0,6}(?:扔|丢|没了|不在了|撕|没留|没有了)|(?:扔|丢)了"
    r"|没(?:有)?(?:拍|留|存|保留)|拍不了|没法拍|(?:箱子?|盒子?|包装|面单|快递单)(?:都|也)?没有"
    r"|\b(?:threw|thrown|binned|chucked|got rid of|don'?t have (?:the|it|any)|no longer have|lost the|(?:is|are) gone|can'?t (?:take|send) (?:a |any )?(?:photo|picture))\b"
)
_FOUND = re.compile(
    r"(?<!没)(?<!没有)(?:找到了?|拿到了?|取到了?)|(?<!没)(?<!没有)(?<!未)收到(?:了|货了?)(?!吗|没|么|\?|？)|(?:邻居|家人|门卫|保安|物业|老公|老婆|我妈|我爸|同事|室友)[一-鿿]{0,4}(?:帮我)?(?:代?收|拿|领)了"
    r"|\b(?:found it|i (?:have |'ve )?got it|it(?:'s| has| just|'s just| has just| finally)* (?:arrived|turned up|shown up|showed up|came|come)|(?:parcel|package|box) (?:has |just |finally )*(?:arrived|turned up|came)(?! broken| damaged)|received it|neighbou?r (?:had|has|took) it)\b"
)
_ACCEPT = re.compile(
    r"(?<!不)(?:接受|同意|认可)|就(?:按|这么|这样|照)(?:这个|您说的|你说的)?(?:办|来|吧|定)?|可以接受|\b(?:i(?:'ll| will)? (?:accept|take (?:it|that|the))|accepted|deal|agree[ds]?)\b"
)
_DECLINE = re.compile(
    r"不(?:接受|同意|认可|满意|要这|行|可以)|拒绝|太少|不够|打发|没法接受|\b(?:too (?:little|low)|nowhere near|that'?s (?:nothing|an insult|a joke)|decline|reject|refuse|don'?t accept|not (?:good )?enough|won'?t accept|no deal|disagree|not acceptable)\b"
)
_FINE = re.compile(
    r"(?:没|没有|无)(?:什么|啥|任何)?问题|(?:很|挺|都|蛮|非常)?(?:好的|完好|正常|满意)|好用|修好了|可以用了|\b(?:works? (?:fine|well|now|great|perfectly)|all (?:good|fine|ok|okay)|no (?:problem|issue)s?|perfect|it'?s (?:fine|good|great))\b"
)
_STILL = re.compile(
    r"还是(?:坏|不|有|一样|那样|老|错|破|少)|又(?:坏|破|错|少|裂|不)|依(?:旧|然)(?:坏|不|有)|(?:新的|补的|换的|修好?的)[一-鿿]{0,6}(?:也|还|又)|没修好"
    r"|\b(?:still (?:broken|not|doesn'?t|faulty|wrong|bad|the same)|(?:broken|wrong|damaged) again|same (?:problem|fault|issue)|not fixed)\b"
)
_PLATFORM = re.compile(
    r"(?:申请|要|找|请|让|叫)(?:求)?(?:平台|淘宝|天猫|官方|小二)(?:客服)?(?:介入|处理|来|仲裁|裁决|评理)?|(?:平台|淘宝|天猫|官方|小二)(?:客服)?(?:介入|仲裁|裁决)"
    r"|\b(?:ask|get|want|call|bring) (?:the )?platform\b|\bplatform (?:to )?(?:step|interven|decid|review)\w*|\bescalate (?:it |this )?to the platform\b"
)
_AGAIN = re.compile(
    r"重新(?:申请|提交|打开|审核|处理|看)|再(?:申请|提交|审|审核)一?次?|重(?:开|启|审)|补充(?:了|一下)?(?:材料|证据|凭证|照片)|恢复(?:申请|售后)?"
    r"|\b(?:re-?open|apply again|re-?submit|try again|look at it again|reconsider|more evidence)\b"
)
_UNDO = re.compile(
    r"^撤销[吧了!！。]*$|撤回|撤销刚才|刚才(?:的|那个)?(?:不算|作废|点错|按错|弄错|取消)|点错了|按错了|手滑|\b(?:undo|take (?:that|it) back|pressed? (?:it )?by mistake|wrong button)\b"
)


_RATHER = re.compile(
    r"(?:而不是|与其)[^,，。]{0,6}|\b(?:than|instead of|not) (?:an?|the|to|getting|have it|it)?\b ?[^,.;!?]*"
)


def wishes(plain: str) -> tuple[str, ...]:
    """Every outcome named, in the order of the table: `resend` outranks `exchange`, goods outrank money words.

    What comes after "rather than" or "instead of" is what is not wanted.
    """
    plain = _RATHER.sub(" ", plain)
    return tuple(
        name
        for name, pattern in _WISHES
        if any(not denied_at(plain, found.start()) for found in pattern.finditer(plain))
    )


def gone(plain: str) -> bool:
    """What a photo would have to show is not there any more."""
    return bool(_GONE.search(plain))


def found(plain: str) -> bool:
    """The parcel has turned up."""
    return bool(_FOUND.search(plain))


def accepts(plain: str) -> bool:
    return bool(_ACCEPT.search(plain)) and not declines(plain)


def declines(plain: str) -> bool:
    return bool(_DECLINE.search(plain))


def is_fine(plain: str) -> bool:
    """What came the second time is in order."""
    return bool(_FINE.search(plain)) and not _STILL.search(plain)


def still_bad(plain: str) -> bool:
    return bool(_STILL.search(plain))


def wants_platform(plain: str) -> bool:
    return any(not denied_at(plain, hit.start()) for hit in _PLATFORM.finditer(plain))


def wants_again(plain: str) -> bool:
    """To have a closed or refused case taken up again."""
    return bool(_AGAIN.search(plain))


def undoes(plain: str) -> bool:
    return bool(_UNDO.search(plain))
