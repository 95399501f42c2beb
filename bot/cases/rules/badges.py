"""What the badges of an order promised when it was placed. A badge on the order is the promise; nothing else is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.cases.order import Order
from bot.cases.policy import Policy

# ASCII: a letter beside a Chinese character stands at the edge of its word.
_GENUINE = re.compile(
    r"正品|保真|假[一1货貨]|[退赔賠][一1][赔賠罚罰]|authentic|genuine|\breal\b|\bfakes?\b|counterfeit",
    re.IGNORECASE | re.ASCII,
)
_CN = "一二两兩三四五六七八九十百壹贰貳叁參肆伍陆陸柒捌玖拾佰"
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(\d{{1,3}}|[{_CN}]{{1,3}}|{'|'.join(_ENGLISH)})"
_TIMES = re.compile(
    rf"[赔賠罚罰][付偿償]?\s*{_NUMBER}"  # 假一赔十, 赔3, 假一罚十, 赔付四倍
    rf"|{_NUMBER}\s*倍"  # 十倍赔偿
    rf"|\b(?:pays?|get|gets|refunds?|compensates?|compensation)\s*(?:you\s*)?{_NUMBER}\b"  # fake one pay ten
    rf"|{_NUMBER}\s*(?:x\b|times\b|fold\b|-fold\b|-?for-?(?:1|one)\b|for (?:1|one)\b)"  # 10x, ten times, ten for one
    rf"|\bx\s*{_NUMBER}",
    re.IGNORECASE | re.ASCII,
)
_PRICE = re.compile(
    r"价保|價保|保价(?!运)|价格保护|買貴|买贵|贵就赔|price[- ]?(?:protect|guarant|match|adjust)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class GenuinePromise:
    """`multiple` times the price for a fake; `badge` is the badge that says so, "" where none does."""

    multiple: int
    badge: str = ""


def genuine_promise(order: Order, policy: Policy) -> GenuinePromise:
    """What this order promised for a fake: a matter of its own badges when ordered, never of the platform at large.

    The number a badge names; a badge that promises genuine goods without a number stands for the shop's own
    multiple (`counterfeit.shop_promise_multiple`); no such badge, no promise. Of several the largest binds
    (法释〔2022〕8号 art. 10).
    """
    usual = policy.counterfeit.shop_promise_multiple
    found = [GenuinePromise(_times(badge, usual), badge) for badge in order.badges if _GENUINE.search(badge)]
    return max(found, key=lambda promise: promise.multiple, default=GenuinePromise(0))


def price_badge(order: Order) -> str:
    """The badge that promised price protection (价保), "" where none did."""
    return next((badge for badge in order.badges if _PRICE.search(badge)), "")


def _times(badge: str, usual: int) -> int:
    named = [_value(word) for word in _words(_TIMES.findall(badge))]
    return max(named, default=usual)


def _words(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return [word for group in groups for word in group if word]


def _value(word: str) -> int:
    """`3`, `十`, `拾`, `十五` or `ten` as a number."""
    if word.isdecimal():
        return int(word)
    if word.lower() in _ENGLISH:
        return _ENGLISH.index(word.lower()) + 1
    total, digit = 0, 0
    for char in word:
        value = 2 if char in "两兩" else int(unicodedata.numeric(char))
        if value < 10:
            digit = value
        else:
            total, digit = total + (digit or 1) * value, 0
    return total + digit
