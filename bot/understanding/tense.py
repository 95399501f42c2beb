"""Whether a day in a sentence is still to come: "5号能到吗" points ahead, "5号签收的" does not."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

_AHEAD = re.compile(
    r"预计|预约|说好|约好|答应|承诺|打算|准备|计划|希望|想|能不能|改到|延[迟期后]?到?|推迟|截止|能|会(?!员)|将|才到|到吗|要(?!求)|之前能?到|前[能要]?[到发送]"
    r"|\b(?:will|won't|going to|expected|estimated|(?<!was )(?<!were )due|until|till|by|next|scheduled|arrive|arriving|can|could|should"
    r"|need|want|deliver(?!ed)|deadline|tomorrow|(?<!was )(?<!were )supposed)\b"
)
_PAST = re.compile(
    r"签收|收到|收的|买|下的?单|付|拍|订的|订了|到货了|到了|了|的时候|发的|寄的|申请|退的|显示"
    r"|\b(?:ordered|bought|received|rcvd|paid|was|were|got|arrived|came|delivered|sent|since|returned|shipped|placed|purchased|had|been|did)\b"
)
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n]")


def points_ahead(plain: str, m: re.Match[str]) -> bool:
    """By the word nearest to the day: in Chinese the verb follows it, in English it goes before."""
    before = _CLAUSE_END.split(plain[max(0, m.start() - 60) : m.start()])[-1]
    after = _CLAUSE_END.split(plain[m.end() : m.end() + 24] + "\n")[0]
    english = m[0].isascii() and before.isascii()
    told = _told(before, last=True) if english else _told(after, last=False)
    if told is None:
        told = _told(after, last=False) if english else _told(before, last=True)
    return bool(told)


def _told(words: str, last: bool) -> bool | None:
    """Whether the first (last) word of time there points ahead; None without one."""
    ahead = [m.start() for m in _AHEAD.finditer(words)]
    past = [m.start() for m in _PAST.finditer(words)]
    if not ahead and not past:
        return None
    if last:
        return max(ahead, default=-1) > max(past, default=-1)
    return min(ahead, default=999) < min(past, default=999)
