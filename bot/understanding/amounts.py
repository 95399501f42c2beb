"""Sums of money a message names, with their currency. Order numbers, days, discounts (5折, 20%) are none."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.understanding.numerals import CN, number


@dataclass(frozen=True)
class Amount:
    """`value` in the currency's main unit; `currency` an ISO 4217 code, None where the message names none."""

    value: Decimal
    currency: str | None = None


_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,8}(?:\.\d{1,2})?"
_CURRENCY = {
    "CNY": "¥ ￥ rmb cny 元 圆 块 人民币 yuan kuai",
    "USD": "$ us$ usd dollar dollars buck bucks 美元 美金 刀",
    "HKD": "hk$ hkd 港币 港元",
    "TWD": "nt$ twd 台币 新台币",
    "EUR": "€ eur euro euros 欧元 欧",
    "GBP": "£ gbp pound pounds quid 英镑",
    "INR": "₹ rs rs. inr rupee rupees 卢比",
    "JPY": "jpy yen 日元 日币",
    "KRW": "₩ krw 韩元 韩币",
    "SGD": "s$ sgd 新币",
    "AUD": "a$ au$ aud 澳元",
    "CAD": "c$ ca$ cad 加元",
}
_CODE = {word: code for code, words in _CURRENCY.items() for word in words.split()}
_SIGNED = re.compile(
    r"((?<![a-z])(?:us|hk|nt|s|a|au|c|ca)?\$|\$|[¥￥€£₹₩]|(?<![a-z])(?:rmb|cny|usd|eur|gbp|inr|hkd|twd|jpy|krw|sgd|aud|cad|rs\.?))"
    rf"\s?({_NUM})(k\b|w\b|千|万)?(?![\d.]*\d)"
)
_FOREIGN = "美元|美金|港币|港元|新?台币|欧元|英镑|卢比|日元|日币|韩元|韩币|新币|澳元|加元|人民币"
# 块 counts pieces too (三块电池, 一块送): without 钱 it is money where no noun follows it.
_PIECE = r"(?=钱|$|[^\w]|\d(?:毛|角|的|$|[^\w])|\d\d?$|[的了吧呢吗啊呀啦嘛多左和或给差退不是到都太才就也还以我你卖买没运邮快红券优便补打现现价另剩贵涨降呗么])"
_UNIT = re.compile(
    rf"(?<![\d.a-z#第前])(?<!只有)(?<!收到)({_NUM})\s?(k|w|千|万|百)?\s?多?(元|圆|块(?:钱)?{_PIECE}|{_FOREIGN}|刀(?![具片架叉法])"
    r"|rmb|yuan|kuai|dollars?|bucks?|euros?|pounds?(?! of)|quid|rupees?|yen|usd|eur|gbp|inr|cny|hkd|欧(?!洲|美))"
    r"(?![a-z旦宵素件])(?:(\d{1,2})(?=毛|角|\D|$)|\s?(\d)[毛角])?"
)
_CN_UNIT = re.compile(
    rf"(?<![第\d.])(?<!只有)(?<!收到)({CN}{{1,9}}|\d{{1,5}}百|半)\s?多?(元|圆|块钱|块{_PIECE}|块(?=[一二两三四五六七八九\d](?:毛|角|的|$|[^\w]))"
    rf"|{_FOREIGN})(?![旦宵素件])([一二两三四五六七八九\d])?(?:[毛角])?"
)
_SMALL = re.compile(
    rf"(?<![\d.块元])(\d{{1,2}}|{CN})(毛钱?|角钱|分钱)(?![线衣笔巾绒豆])|(?<![\d.a-z])(\d{{1,2}})\s?(p|pence|cents?|¢)(?![\w])"
)
# Without a currency word only after words that speak of a sum, and only where no other unit follows.
_END = r"(?![\d.,/:-]*\d)(?=\s*(?:$|[,。!?;)，！？；、~\s]|[.](?:\s|$)|的?(?:券|红包)|[的了吧吗呢还就多不我你给都左才啊呀而但却是减送以现结]))"
_SPOKEN = re.compile(
    r"(?:实?付款?了?|[才只就共一]付|花了?|退款了|退(?:给)?我|只退了?|转(?:给|账)?我|补(?:给)?我|补偿|赔(?:偿|给)?我?|扣了?我?|多收了?我?"
    r"|便宜了|降价?(?:到|了|至)|涨价?(?:到|了|至)|差价|补差|运费|邮费|价格|金额|[一-鿿]价|消费|现在|券后|到手价?|满|减|立减|押金|定金|保证金)"
    r"(?:是|为|才|就|只要?|共|一共|了|要|降到|变成|:|\s){0,3}"
    rf"(?<![\d.])(\d{{1,5}}(?:\.\d{{1,2}})?|[一二两三四五六七八九][百千万]{CN}{{0,6}}){_END}"
)
_COUPON = re.compile(r"(?<![\d.a-z])(\d{1,4}(?:\.\d)?)\s?的?(?:优惠券|代金券|抵用券|红包|券)")
_SPOKEN_EN = re.compile(
    r"\b(?:paid|paying|pay|costs?|charged?|refunded|refund of|price(?: is| was| of)?|total(?: is| was| of)?|spent"
    r"|fee (?:of|is|was)|worth)\s+(?:(?:me|us|only|twice|again|about|just|almost|nearly|around|of|was|is|another)\s+){0,3}"
    r"(?:(\d{1,5}\.\d\d)(?![\d.]*\d)|(\d{1,5}(?:\.\d)?)(?=\s*(?:$|[,!?;)]|\.(?:\s|$)|/-)|\s+(?:for|and|but|to|on|with|only|already|instead|plus"
    r"|in total|extra|shipping|delivery|postage|more|less|when|because|from|not|each|back|twice)\b))"
)
_CHARGE = re.compile(
    r"(?<![\d.])(\d{1,5}\.\d\d) (?:charge|fee|refund|payment|debit|deposit)\b|\b(?:take|took|taken|deducted|debited) (\d{1,5}\.\d\d)\b"
)
_MAYBE = re.compile(r"\d|[元块圆毛角币镑百千万]|美金|人民币|半")


def read_amounts(plain: str) -> tuple[Amount, ...]:
    """The sums in the order written, each once. `plain` is without order, parcel and phone numbers."""
    if not _MAYBE.search(plain):
        return ()
    found: list[tuple[int, int, Amount]] = []
    for read in (_signed, _unit, _cn_unit, _small, _spoken):
        for start, end, amount in read(plain):
            if not any(start < other_end and other < end for other, other_end, _ in found):
                found.append((start, end, amount))
    return tuple(dict.fromkeys(amount for _, _, amount in sorted(found, key=lambda f: f[0])))


_Found = list[tuple[int, int, Amount]]


def _signed(plain: str) -> _Found:
    return [(*m.span(), Amount(_times(m[2], m[3]), _CODE[m[1]])) for m in _SIGNED.finditer(plain)]


def _unit(plain: str) -> _Found:
    found: _Found = []
    for m in _UNIT.finditer(plain):
        # "三块8": what follows 块 is its tenths; after a word of a currency it is another number.
        tail = (m[4] or m[5] or "") if m[3].startswith(("元", "块")) and "." not in m[1] else ""
        found.append((*m.span(), Amount(_times(m[1], m[2]) + _tenths(tail), _code(m[3]))))
    return found


def _cn_unit(plain: str) -> _Found:
    found: _Found = []
    for m in _CN_UNIT.finditer(plain):
        value = Decimal("0.5") if m[1] == "半" else number(m[1])
        alone = m[1] in ("一", "半") and m[2] == "块" and not m[3]  # 一块 is "together" or one piece
        if value is not None and not alone and m[1][0] not in "百千万佰仟":  # 千元机 is a class of phone
            found.append((*m.span(), Amount(value + _tenths(m[3] or ""), _code(m[2]))))
    return found


def _small(plain: str) -> _Found:
    found: _Found = []
    for m in _SMALL.finditer(plain):
        value = number(m[1] or m[3])
        if value is not None:
            part = Decimal("0.1") if (m[2] or "").startswith(("毛", "角")) else Decimal("0.01")
            code = "CNY" if m[2] else {"p": "GBP", "pence": "GBP"}.get(m[4], "USD")
            found.append((*m.span(), Amount(value * part, code)))
    return found


def _spoken(plain: str) -> _Found:
    return [
        (*m.span(m.lastindex or 0), Amount(value))
        for pattern in (_SPOKEN, _COUPON, _SPOKEN_EN, _CHARGE)
        for m in pattern.finditer(plain)
        if (value := number(m[m.lastindex or 0])) is not None
    ]


def _times(digits: str, scale: str | None) -> Decimal:
    value = Decimal(digits.replace(",", ""))
    return (number(f"{value}{scale}") or value) if scale else value


def _tenths(tail: str) -> Decimal:
    value = number(tail) if tail else None
    return Decimal(0) if value is None else value / (100 if len(tail) == 2 else 10)


def _code(word: str) -> str:
    return _CODE.get(word.removesuffix("钱"), "CNY")
