"""Numbers that name something: orders, parcels, phones and their last digits."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding.dates import FULL

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
_PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|[- ]\d{3}[- ]\d{5}|[- ]?\d{5}[- ]\d{3})(?!\d)"
)
_FOREIGN_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)(?!86)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){5,12}(?!\d)"
    r"|(?<![\w-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-. ]\d{4}(?![\d-])"
)
_TAIL = re.compile(
    r"(?:尾号|后四位|末四位|手机尾|last (?:four|4)(?: digits)?|ending(?: in| with)?|ends (?:in|with)|tail)(?:改成|换成|改为|变成|是|为|:|\s|is|are|the|of|my|phone|to|now)*\s*(\d{4})(?!\d)"
)
_ALONE = re.compile(r"(?<![\w.-])\d{4}(?![\w-]|\.\d)")
_MONTH_YEAR = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? 20\d\d\b")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CALL = re.compile(r"电话|手机|联系|\b(?:phone|mobile|call|cell)\b")
_SOME_DIGITS = re.compile(r"\d{3}")


@dataclass(frozen=True)
class Codes:
    """As written, each once, in the order written; `rest` is the text without them."""

    orders: tuple[str, ...]
    tracking: tuple[str, ...]
    phones: tuple[str, ...]
    tail: str | None
    rest: str


def read_codes(plain: str) -> Codes:
    if not _SOME_DIGITS.search(plain):
        return Codes((), (), (), None, plain)
    numbers = [n for n in _BARE_TRACKING.findall(plain) if not (_MOBILE.fullmatch(n) and _CALL.search(plain))]
    tracking = _unique([*_CARRIER.findall(plain), *numbers])
    phones = _unique(m[0].strip() for m in (*_PHONE.finditer(plain), *_FOREIGN_PHONE.finditer(plain)))
    orders = _orders(plain, tracking, phones)
    rest = _without(plain, (*tracking, *phones, *orders))
    tail = _TAIL.search(rest)
    return Codes(
        orders,
        tracking,
        tuple(dict.fromkeys(_digits_of(p) for p in phones)),
        tail[1] if tail else None,
        rest,
    )


def read_four_digits(plain: str) -> tuple[str, ...]:
    """Groups of four digits that stand alone. `plain` is without the other numbers and without days."""
    return tuple(_ALONE.findall(_MONTH_YEAR.sub(" ", plain)))


def _digits_of(phone: str) -> str:
    digits = re.sub(r"\D", "", phone).removeprefix("00")
    return digits[2:] if digits.startswith("86") and len(digits) == 13 else digits


def _orders(plain: str, tracking: tuple[str, ...], phones: tuple[str, ...]) -> tuple[str, ...]:
    rest = FULL.sub(" ", _without(plain, (*tracking, *phones)))  # the day of an order is not its number
    patterns = (_AMAZON_ID, _NAMED_ID, _HASH_ID, _SHORT_ID, _LONG_ID)
    found = [o for pattern in patterns for o in pattern.findall(rest)]
    return _unique(o for o in found if not any(o != other and o in other for other in found))


def _without(plain: str, parts: tuple[str, ...]) -> str:
    for part in parts:
        plain = plain.replace(part, " ")
    return plain


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
