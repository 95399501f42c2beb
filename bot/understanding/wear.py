"""Trying goods on or out, which an inspection allows, told apart from wearing and using them.

Opening, trying on and a reasonable test leave goods whole (七日无理由退货暂行办法 art. 8); of clothes it is a tag cut
off, stains and damage that do not (art. 9), so "worn, tags on" alone decides nothing.
"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

_BRIEFLY = r"(?:一下子?|一小?会儿?|片刻|几分钟|(?:[一二两三四五]?十[一二三四五六七八九]?|[一二两三四五六七八九]|[1-5]?\d)多?来?分钟)"
_TRIED = re.compile(
    rf"(?:穿|戴|背|用|开)(?:了|过|着)?(?:不到|大概|大约|差不多|也就|就|才)?{_BRIEFLY}(?:试试)?(?:就脱了?)?"
    r"|试(?:穿|戴|背|用)(?:了|过)?(?:[一1][次下回])?"
    r"|(?:穿|戴|背)(?:了|过|上)?(?:[一1][次下回])?(?:就是)?(?:试(?:了?试|了?一?下|大小|尺码|效果)|看(?:了?看|了?一?下)(?:大小|尺码|效果)?)"
    r"|\b(?:worn|wore|used|had|tried)(?: (?:it|them|this|these|on|once|only|just|indoors|inside|at home))*,? (?:for )?(?:about |only |just |less than |under |around |maybe |like )?(?:(?:an?|one|two|three|five|ten|fifteen|twenty|thirty|[1-5]?\d|a few|a couple of)[- ]?)(?:minutes?|mins?|moment|seconds?|secs?)\b"
    r"|\b(?:worn|wore|put)(?: (?:it|them|this|these|on))*(?: once)?(?: just| only)? to (?:try|check|see|test)(?: (?:it|them|on|if (?:it|they) fits?|the (?:size|fit)))*\b"
)
_WORN = re.compile(
    r"(?:穿|戴|背|用)(?:过|了)(?:[一1][次回])?(?![几两二三四五六七八九十\d出去])"
    r"|\b(?:i(?:'ve| have)? )?(?:worn|wore|used)(?: (?:it|them|this))?(?: once)?\b(?! (?:out\b|outside|to (?:work|an?|the)\b))"
)


def as_tried(plain: str, lang: str) -> str:
    """The text with every way of saying that something was only tried put the same way. `plain`: lower case, simple script."""
    return _TRIED.sub("试了一下" if lang == "zh" else "tried it on", plain)


def without_wear(plain: str) -> str:
    """The text without the bare words of wearing or using; the same where there are none."""
    return _WORN.sub(" ", plain)
