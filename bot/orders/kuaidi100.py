"""Parcels by kuaidi100's real-time query: `poll/query.do`, signed with MD5 as its form wants it.

It wants at least half an hour between two questions about one number and locks numbers asked about more often; the
caller keeps that. Its times are Beijing's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.door import Door, Patience
from bot.orders.tracker import Scan, Shipment, State

URL = "https://poll.kuaidi100.com"
NAME = "kuaidi100"
_BEIJING = ZoneInfo("Asia/Shanghai")

# kuaidi100's table of states: the ten of `state`, and their finer ones (asked for by resultv2=4).
STATES: dict[str, State] = {
    "0": "in_transit",  # 在途
    "1001": "in_transit",  # 到达派件城市
    "1002": "in_transit",  # 干线
    "1003": "in_transit",  # 转递: to a new address
    "1": "picked_up",  # 揽收
    "101": "ordered",  # 已下单
    "102": "ordered",  # 待揽收
    "103": "picked_up",  # 已揽收
    "2": "problem",  # 疑难
    "201": "problem",  # 超时未签收
    "202": "problem",  # 超时未更新
    "203": "refused",  # 拒收
    "204": "problem",  # 派件异常
    "205": "problem",  # 柜或驿站超时未取
    "206": "problem",  # 无法联系
    "207": "problem",  # 超区
    "208": "problem",  # 滞留
    "209": "problem",  # 破损
    "210": "cancelled",  # 销单
    "3": "signed",  # 签收
    "301": "signed",  # 本人签收
    "302": "signed",  # 派件异常后签收
    "303": "signed_by_other",  # 代签
    "304": "signed_by_other",  # 投柜或站签收
    "4": "returned_signed",  # 退签
    "401": "cancelled",  # 已销单
    "5": "delivering",  # 派件
    "501": "at_station",  # 投柜或驿站
    "6": "returning",  # 退回
    "7": "in_transit",  # 转投: handed to another courier
    "8": "customs",  # 清关
    "10": "customs",  # 待清关
    "11": "customs",  # 清关中
    "12": "customs",  # 已清关
    "13": "problem",  # 清关异常
    "14": "refused",  # 拒签
}
_NOTHING = ("500",)  # 查询无结果
_LATER = {"501": 60.0, "502": 60.0}  # 服务器错误, 服务器繁忙; seconds
_CURES = {
    "400": "the courier's name or the number is not of its form; check both",
    "408": "this courier wants the last four digits of the buyer's phone",
    "503": "the signature does not fit; check the key and the customer number",
    "600": "this account may not ask; check the customer number",
    "601": "the key has run out; renew the account",
}


class Kuaidi100:
    """`customer` and `key` come with the account."""

    every = timedelta(minutes=30)

    def __init__(self, customer: str, key: str, url: str = URL, patience: Patience | None = None) -> None:
        self._customer, self._key = customer, key
        self._door = Door(NAME, url, patience=patience)

    def track(self, carrier: str, number: str, phone_tail: str = "") -> Shipment | None:
        asked = {"com": carrier.lower(), "num": number.strip(), "resultv2": "4", "show": "0", "order": "asc"}
        param = json.dumps(asked | ({"phone": phone_tail} if phone_tail else {}), ensure_ascii=False)
        form = {"customer": self._customer, "sign": sign(param, self._key, self._customer), "param": param}
        answer = self._door.post_form("poll/query.do", form).data
        if not isinstance(answer, dict):
            raise RetryLaterError(f"{NAME} answered something that cannot be read", 60.0)
        code = _code(answer)
        if code in _NOTHING:
            return None
        if code in _LATER:
            raise RetryLaterError(f"{NAME} cannot answer now ({code})", _LATER[code])
        if code != "200":
            raise SourceRefusedError(f"{NAME} refuses ({code}): {_CURES.get(code) or _words(answer)}")
        return _shipment(carrier, number, answer)

    def close(self) -> None:
        self._door.close()


def sign(param: str, key: str, customer: str) -> str:
    """MD5 is their choice; it only tells accounts apart, the way there is https."""
    return hashlib.md5((param + key + customer).encode(), usedforsecurity=False).hexdigest().upper()


def _code(answer: Mapping[str, Any]) -> str:
    """`returnCode` in a refusal, `status` in an answer."""
    return str(answer.get("returnCode") or answer.get("status") or "")


def _words(answer: Mapping[str, Any]) -> str:
    return str(answer.get("message") or "no reason given")[:200]


def _shipment(carrier: str, number: str, answer: Mapping[str, Any]) -> Shipment:
    own = str(answer.get("state", ""))
    if own not in STATES:
        # A parcel is never called lost or signed by a code nobody has seen before.
        own = "0"
    lines = [line for line in answer.get("data") or () if isinstance(line, dict)]
    # Stable: lines of the same second keep the courier's order, which was asked for as oldest first.
    found = sorted(dict.fromkeys(filter(None, map(_scan, lines))), key=lambda scan: scan.at)
    if found and not any(line.get("statusCode") for line in lines):
        # The plain form has one state for the whole parcel: it is that of the last line.
        found[-1] = replace(found[-1], state=STATES[own])
    return Shipment(carrier, number.strip(), STATES[own], own, tuple(found))


def _scan(line: Mapping[str, Any]) -> Scan | None:
    """None for a line without a time. A line without a code of its own says no more than "on its way"."""
    try:
        at = datetime.fromisoformat(str(line.get("ftime") or line.get("time")))
    except ValueError:
        return None
    state = STATES.get(str(line.get("statusCode", "")), "in_transit")
    place = str(line.get("areaName") or line.get("location") or "")
    return Scan(at.replace(tzinfo=_BEIJING).astimezone(UTC), state, str(line.get("context", "")), place)
