"""Where a parcel is, by any courier: our own states, its events, and what they mean for an order. No network here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.cases.order import Order, Parcel, as_json

State = Literal[
    "ordered",  # a label, and no parcel yet
    "picked_up",
    "in_transit",
    "customs",
    "delivering",
    "at_station",  # in a locker or a pick-up point, not signed for
    "signed",
    "signed_by_other",  # a neighbour, a locker, a guard: whether the buyer has it is open
    "problem",
    "refused",
    "returning",
    "returned_signed",  # back with the shop
    "cancelled",
]


@dataclass(frozen=True)
class Scan:
    """One line of a parcel's way; `at` is aware UTC, `text` and `place` are the courier's own words."""

    at: datetime
    state: State
    text: str
    place: str = ""


@dataclass(frozen=True)
class Shipment:
    """`own` is the courier's code behind `state`; `scans` are oldest first, each once."""

    carrier: str
    number: str
    state: State
    own: str
    scans: tuple[Scan, ...] = ()

    @property
    def first_scan(self) -> datetime | None:
        """When the courier had the parcel in hand; a label alone is no scan (淘宝平台争议处理规则 art. 25)."""
        return next((scan.at for scan in self.scans if scan.state not in ("ordered", "cancelled")), None)

    @property
    def last_scan(self) -> datetime | None:
        return self.scans[-1].at if self.scans and self.first_scan else None

    @property
    def signed_at(self) -> datetime | None:
        return self._since("signed")

    @property
    def arrived_at(self) -> datetime | None:
        """When somebody signed for it, the buyer or not."""
        return self._since("signed", "signed_by_other")

    @property
    def sent_back_at(self) -> datetime | None:
        return self._since("returning", "returned_signed")

    @property
    def signer(self) -> str:
        """Who signed, where the courier's line says so."""
        lines = [scan.text for scan in self.scans if scan.state in ("signed", "signed_by_other")]
        named = [found[1] for line in lines if (found := _SIGNER.search(line))]
        return named[-1] if named and self.arrived_at else ""

    def _since(self, *states: State) -> datetime | None:
        """The first scan of these, if that is how things stand now."""
        return next((s.at for s in self.scans if s.state in states), None) if self.state in states else None


class Tracker(Protocol):
    """Blocking, outside any transaction; `RetryLaterError` when out of reach, `SourceRefusedError` on a lasting no."""

    @property
    def every(self) -> timedelta:
        """How long to wait between two questions about one number."""

    def track(self, carrier: str, number: str, phone_tail: str = "") -> Shipment | None:
        """The parcel as its courier tells it, None where nothing is known of the number (yet).

        `carrier` is a name of `CARRIERS`; some couriers answer only with the last four digits of a phone.
        """

    def close(self) -> None:
        """Let go of connections."""


# Beginnings of numbers that only one courier uses.
CARRIERS: dict[str, str] = {
    "SF": "shunfeng",
    "YT": "yuantong",
    "JT": "jtexpress",
    "JD": "jd",
    "DPK": "debangwuliu",
    "ZTO": "zhongtong",
    "STO": "shentong",
    "YD": "yunda",
    "ZJS": "zhaijisong",
    "1Z": "ups",
}
# "签收人凭取货码签收" names nobody.
_SIGNER = re.compile(r"签收人(?:是|为)?\s*[::]?\s*(?!凭)([^\s,，。;；、】]{1,12})")
_EMS = re.compile(r"[A-Z]{2}\d{9}CN")


def carrier_of(number: str) -> str | None:
    """The courier a number can only be of, else None: bare digits say nothing, and a wrong guess finds no parcel."""
    plain = number.strip().upper()
    if _EMS.fullmatch(plain):
        return "ems"
    return next(
        (name for start, name in CARRIERS.items() if re.match(rf"{start}[0-9A-Z]{{8,}}$", plain)), None
    )


def order_news(order: Order, shipment: Shipment) -> dict[str, Any]:
    """What this parcel's way changes in its order, as fields of `change`; a settled order is never opened again."""
    after = replace(order, parcels=tuple(_with(parcel, shipment) for parcel in order.parcels))
    if shipment.last_scan and (order.last_scan is None or shipment.last_scan > order.last_scan):
        after = replace(after, last_scan=shipment.last_scan)
    if order.first_scan is None and shipment.first_scan:
        after = replace(after, first_scan=shipment.first_scan)
    if order.status in _STEPS:
        after = _moved(after, shipment)
    if not order.parcels:
        back, signer = order.returned_at or shipment.sent_back_at, shipment.signer or order.signed_by
        after = replace(after, returned_at=back, signed_by=signer)
    told = as_json(after)
    return {name: told.get(name) for name in _TOLD if getattr(after, name) != getattr(order, name)}


_TOLD = ("status", "first_scan", "last_scan", "signed_at", "signed_by", "returned_at", "parcels")
_STEPS = (
    "paid",
    "shipped",
    "delivered",
    "signed",
)  # a courier moves an order forward along these, never back


def _moved(order: Order, shipment: Shipment) -> Order:
    """Of a split shipment the slowest parcel counts: the order is signed when all of it is."""
    steps = [p.status for p in order.parcels if p.status in _STEPS] if order.parcels else [_status(shipment)]
    status = min(steps, key=_STEPS.index, default="paid")
    if _STEPS.index(status) <= _STEPS.index(order.status):
        return order
    if status != "signed":
        return replace(order, status=status)
    times = [p.signed_at for p in order.parcels] or [shipment.signed_at]
    return replace(order, status=status, signed_at=max((t for t in times if t is not None), default=None))


def _with(parcel: Parcel, shipment: Shipment) -> Parcel:
    if parcel.parcel.casefold() != shipment.number.casefold():
        return parcel
    first = parcel.first_scan or shipment.first_scan
    signed = parcel.signed_at or shipment.arrived_at
    return replace(parcel, status=_status(shipment), first_scan=first, signed_at=signed)


def _status(shipment: Shipment) -> str:
    """Refused and returning parcels stay "shipped": what becomes of them is a case's to say."""
    if shipment.state == "signed":
        return "signed"
    if shipment.state == "signed_by_other":
        return "delivered"
    return "shipped" if shipment.first_scan else "paid"
