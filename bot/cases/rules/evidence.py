"""Which photos and papers a case needs before it is decided, and which of them a photo shows. Asked for once.

Only what is missing is asked for; what a buyer says is gone is never asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.cases.case import CaseType

Item = Literal[
    "whole",
    "close_up",
    "box",
    "label",
    "damage",
    "all_items",
    "serial",
    "unboxing",
    "report",
    "fault_video",
    "packing_list",
]
Problem = Literal[
    "no_reason", "quality", "functional", "invisible", "not_as_described", "wrong", "missing", "damaged"
]


@dataclass(frozen=True)
class Checklist:
    """`wanted`, in the order in which they are asked for; `enough` of them let the case go on without the rest."""

    wanted: tuple[Item, ...] = ()
    enough: int = 0


NOTHING = Checklist()
# What can be seen: one photo is enough to go on, two or three are wanted (淘宝平台争议处理规则 arts. 65, 73).
_SEEN = Checklist(("whole", "close_up", "label"), enough=1)
_ALL_ITEMS = Checklist(("all_items", "label", "box"), enough=1)  # arts. 75-76; the label carries the weight
_BROKEN = Checklist(("damage", "box", "label"), enough=3)  # arts. 10, 37; each may be gone
_FAKE = Checklist(("serial", "report", "unboxing"), enough=1)  # art. 66
_BY_PROBLEM: Mapping[str, Checklist] = {
    "no_reason": NOTHING,
    "quality": _SEEN,
    "functional": Checklist(("fault_video",), enough=1),
    "invisible": NOTHING,  # the shop's documents come first (art. 66)
    "not_as_described": _SEEN,
    "wrong": _ALL_ITEMS,
    "missing": _ALL_ITEMS,
    "damaged": _BROKEN,
}
_BY_TYPE: Mapping[CaseType, Checklist] = {
    CaseType.QUALITY_CLAIM: _SEEN,
    CaseType.WRONG_MISSING: _ALL_ITEMS,
    CaseType.DAMAGED_PARCEL: _BROKEN,
    CaseType.COUNTERFEIT_CLAIM: _FAKE,
    CaseType.REPAIR_RESEND: Checklist(("fault_video",), enough=1),
}
# A part left out is shown by what came, and by the packing list (cases of resending).
_PART_MISSING = Checklist(("packing_list", "all_items"), enough=1)
# The problem decides where the type alone does not tell.
_ASK_PROBLEM = {CaseType.RETURN_REFUND, CaseType.REFUND_ONLY, CaseType.EXCHANGE, CaseType.QUALITY_CLAIM}


def checklist(case_type: CaseType, problem: str | None = None) -> Checklist:
    """What this case needs. Types about time, money, papers or the carrier's own records need nothing of the buyer:
    not received is his word alone (争议处理规则 art. 38).
    """
    if case_type is CaseType.REPAIR_RESEND and problem == "missing":
        return _PART_MISSING
    usual = _BY_TYPE.get(case_type, NOTHING)
    return _BY_PROBLEM.get(problem or "", usual) if case_type in _ASK_PROBLEM else usual


def missing(needs: Checklist, got: Collection[str], waived: Collection[str] = ()) -> tuple[Item, ...]:
    """What is still to be asked for, in order: neither sent nor said to be gone."""
    return tuple(item for item in needs.wanted if item not in got and item not in waived)


def blocks(needs: Checklist, got: Collection[str], waived: Collection[str] = ()) -> tuple[Item, ...]:
    """What holds the case up: nothing once enough was sent, counting what the buyer said is gone.

    Whoever has nothing left to send goes to a person, who finds another way, and is not held up either.
    """
    open_items = missing(needs, got, waived)
    had = sum(item in got or item in waived for item in needs.wanted)
    return () if had >= needs.enough else open_items


def items_shown(
    needs: Checklist, captions: Sequence[str], got: Collection[str] = (), waived: Collection[str] = ()
) -> tuple[Item, ...]:
    """What an album shows, by captions or file names: first the photos that say it, the others fill what is still open.

    `got`: what was shown before. A photo too many shows nothing new and is kept all the same.
    """
    shown: list[Item] = []
    silent = 0
    for caption in captions:
        named = [item for item in _SHOWS if item in needs.wanted and _SHOWS[item].search(caption)]
        shown += [item for item in named if item not in got and item not in shown][:1]
        silent += not named  # a second close-up is not silent: it shows nothing new
    return (*shown, *missing(needs, {*got, *shown}, waived)[:silent])


_FLAGS = re.IGNORECASE | re.ASCII
# Tried in this order: a label is often photographed on its box, and a crack may stand for a close-up.
_SHOWS: Mapping[Item, re.Pattern[str]] = {
    "label": re.compile(r"面单|面單|运单|運單|快递单|快遞單|物流单|单号|waybill|label|tracking", _FLAGS),
    "report": re.compile(r"报告|報告|鉴定|鑑定|检测|檢測|质检|证书|證書|report|certificat|\btest", _FLAGS),
    "unboxing": re.compile(r"开箱|開箱|拆箱|拆封|unbox|opening", _FLAGS),
    "packing_list": re.compile(r"装箱单|裝箱單|清单|清單|发货单|packing.?(?:list|slip)", _FLAGS),
    "serial": re.compile(
        r"序列|编码|編碼|防伪|防偽|吊牌|洗标|水洗|标签|標籤|二维码|钢印|serial|\bs/?n\b|imei|hologram|\btags?\b|qr|label",
        _FLAGS,
    ),
    "box": re.compile(r"外箱|箱|外包装|外包裝|包装|包裝|盒|包裹|box|carton|packag|parcel|wrapp", _FLAGS),
    "damage": re.compile(
        r"破|碎|裂|损|損|坏|壞|压|壓|漏|damag|broke|smash|crush|crack|shatter|\bdent|leak", _FLAGS
    ),
    "close_up": re.compile(
        r"近|细节|細節|特写|特寫|局部|裂|破|坏|开胶|瑕疵|污|划痕|close|detail|zoom|crack|defect|scratch|stain|(?<!w)hole|\bsole",
        _FLAGS,
    ),
    "fault_video": re.compile(r"视频|視頻|录像|video|\.(?:mp4|mov|3gp|webm|mkv|avi)\b", _FLAGS),
    "all_items": re.compile(
        r"全部|所有|一起|合照|合影|收到的|全家福|\ball\b|all_|everything|together|items", _FLAGS
    ),
    "whole": re.compile(r"整体|整體|整个|全身|全貌|全景|正面|whole|full|front|entire|overview", _FLAGS),
}
