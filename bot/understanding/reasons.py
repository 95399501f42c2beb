"""Why goods come back, by the words buyers use for it. What is denied ("不是质量问题") is no reason."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from typing import Literal

from bot.understanding.negation import denied_at

Reason = Literal["no_reason", "quality", "not_as_described", "wrong", "damaged", "missing"]

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
            r"少(?:了|发|给|一|两|件)|漏(?:发|了[一几两三四五六\d]|一|件|给)|缺(?:了|少|件|货?配件|一)|没有?(?:发|给)(?:配件|充电|说明|赠品)|发漏|[只就才仅](?:收到|有|发了|到了)了?[一二两三\d]|空(?:包|盒|箱)"
            r"|\b(?:missing|only (?:received|got) (?:one|two|\d)|(?:ordered|bought|paid for) (?P<paid>two|three|four|five|six|\d+)\b.{0,24}\b(?:got|received) (?!(?P=paid))(?:one|two|three|four|\d+)\b|empty (?:box|package|parcel)|not (?:in|included in) the (?:box|parcel|package)|incomplete|short[- ]?shipped|(?:was|is|are|were|one|two|\d) short|short (?:by|of) (?:one|two|\d)|without (?:the )?(?:charger|cable|accessories|parts))\b"
        ),
    ),
    (
        "wrong",
        re.compile(
            r"发错|错发|寄错|给错|发成|装错|送错|不是我(?:买|要|拍|订)的|(?:买|拍|要)[一-鿿]{1,5}(?:发|来|给)(?:的|了|来)?(?:的?是)?[一-鿿]{1,5}色|货不对"
            r"|\b(?:wrong (?:item|product|color|colour|size|one|model|order|thing)|not what i ordered|different (?:item|product|one) (?:than|from|to)|someone else'?s (?:order|item)|sent (?:me )?(?:the |a )?wrong|(?:sent|got|received|came|delivered|shipped|gave)\b[^.!?\n]{0,40}\binstead of)\b"
        ),
    ),
    (
        "not_as_described",
        re.compile(
            r"描述不(?:符|一|一致)|与描述|和描述|跟描述|不(?:符合?|一致)|色差|(?:图片?|照片|页面|详情|宣传|直播间?)(?:上|里)?[一-鿿]{0,5}(?:不(?:太|大|怎么|是很|完全)?一样|不(?:太)?同|差|不(?:太)?符|有出入|对不上|两码事)|货不对板|虚假宣传|名不副实|材质不(?:对|是|符)|尺寸不(?:对|符)|(?:写|说|标)(?:的|着)?是?[一-鿿]{1,8}(?:结果|其实|实际)"
            r"|\b(?:not as (?:described|advertised|pictured|shown)|doesn'?t match|does not match|(?:different|not the same|isn'?t the same|not quite)(?: \w+){0,2} (?:from|than|to|as|like|in|on) (?:in |on )?(?:the |your )?(?:picture|photo|image|description|listing|website|page|advert)\w*|(?:nothing|not(?: at all)?|isn'?t|aren'?t) like (?:it (?:was|is|looks) )?(?:in |on )?(?:the |your )?(?:picture|photo|image|listing|website|page)\w*|nothing like the|misleading|false advertising|looks different)\b"
        ),
    ),
    (
        "quality",
        re.compile(
            r"用(?:了|过)?(?:没|不到)?[一两二三四五六七八九十几半\d]+(?:次|下|天|周|个?月|回|小时|分钟)就(?!不(?:想|喜欢|合适|舒服|爱|要)|[想要退换]|后悔|腻|没兴趣|够|行|可以)|质量(?!(?:方面|上)?(?:[挺很还都是倒真蛮]|没的说)*(?:好|不错|可以|行|ok|没(?:有)?(?:什么|啥|任何)?(?:问题|毛病)))|坏了?|用不了|不能用|故障|失灵|开不了|打不开|充不(?:进|上)|不(?:亮|转|制冷|加热|通电|工作|响)|没(?:声音|反应|信号)|死机|黑屏|闪屏|裂(?:纹|缝|痕|开|了|口)|开胶|脱胶|开线|掉(?:色|漆|毛|皮|扣|底)|褪色|起球|缩水|瑕疵|毛病|发霉|变质|过期|异味|臭|漏(?:水|电|油|气)|生锈|划痕|破(?:洞|了|的)|有(?:个)?洞|断了|松动|故障|次品|残次"
            r"|\b(?:faulty|defect\w*|broken|broke|doesn'?t work|does not work|not working|stopped \w+ing|snapped|flicker\w*|isn'?t working|won'?t (?:turn on|charge|start|work)|poor quality|bad quality|crack\w*|leak\w*|mou?ld\w*|expired|torn seam|scratch\w*|malfunction\w*|dead on arrival|hole in|peel\w*|faded|ripped seam|(?:came|com(?:e|es|ing)|f[ea]ll(?:s|en|ing)?) (?:off|apart)|(?<!good )(?<!great )(?<!nice )quality(?! is (?:good|great|fine|ok|nice|not)| control))\b"
        ),
    ),
)


def read_reason(plain: str) -> Reason | None:
    """A fault named outweighs dislike: "不喜欢" and "开胶" together are a quality matter."""
    named: list[Reason] = [
        name
        for name, pattern in _REASONS
        if any(not denied_at(plain, found.start()) for found in pattern.finditer(plain))
    ]
    faults = [name for name in named if name != "no_reason"]
    return (faults or named or [None])[0]
