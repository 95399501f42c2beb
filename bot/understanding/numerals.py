"""Numbers as buyers write them: 230, 1,299.50, 两百三, 三万五, 2.5k, one to twelve. Nothing of what they count."""

from __future__ import annotations

import re
from decimal import Decimal

CN = "[零〇一二两三四五六七八九十百千万俩仨壹贰叁肆伍陆柒捌玖拾佰仟]"  # one character of a numeral
CN_SMALL = "[一二两三四五六七八九十俩仨]"
EN_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_DIGITS |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TIMES = {"k": 1000, "w": 10000, "千": 1000, "万": 10000, "百": 100}
_ENGLISH = {w: n for n, w in enumerate(EN_SMALL.split("|"), 1)} | {"both": 2, "a": 1, "an": 1}
_SCALED = re.compile(r"(\d+(?:\.\d+)?)([kw百千万])")


def whole(word: str) -> int | None:
    """The count a word stands for; None where it is no whole number."""
    found = number(word)
    return int(found) if found is not None and found == found.to_integral_value() else None


def number(word: str) -> Decimal | None:
    """The value of digits, a Chinese numeral or an English word of one to twelve. None for anything else."""
    word = word.strip().lower().replace(",", "")
    if word in _ENGLISH:
        return Decimal(_ENGLISH[word])
    if re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", word):
        return Decimal(word)
    if scaled := _SCALED.fullmatch(word):
        return Decimal(scaled[1]) * _TIMES[scaled[2]]
    value = _chinese(word)
    return None if value is None else Decimal(value)


def _chinese(word: str) -> int | None:
    if not word or any(c not in _DIGITS and c not in _UNITS and c != "万" for c in word):
        return None
    if not any(c in _UNITS or c == "万" for c in word):
        return int("".join(str(_DIGITS[c]) for c in word))  # read out one by one: 二零二六, 八五
    head, wan, tail = word.partition("万")
    if not wan:
        return _below_wan(head)
    high = _below_wan(head) or 0
    # 三万五 is 35,000: a digit left alone counts in the next place.
    low = _DIGITS[tail] * 1000 if tail in _DIGITS and tail not in "零〇" else _below_wan(tail)
    return high * 10000 + low


def _below_wan(word: str) -> int:
    total, digit, unit = 0, 0, 1
    for char in word:
        if char in _UNITS:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
            unit = 1 if digit == 0 else unit
    return total + digit * (unit // 10 if unit >= 100 else 1)  # 两百三 is 230, 两百零三 is 203
