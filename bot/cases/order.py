"""A buyer's order as the rules see it, and how a row of data (YAML, CSV, JSON) becomes one. No look-ups here.

Money is `Decimal` in the shop's currency, times are aware UTC; a naive time in a row is in the shop's zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.nearest import did_you_mean
from bot.errors import BotError

STATUSES = ("unpaid", "paid", "shipped", "delivered", "signed", "success", "refunded", "closed")
CENT = Decimal("0.01")
_DAY = re.compile(r"[\d-]{8,10}")
_BARS = re.compile(r"[|;；、]")
_YES = {"true", "yes", "y", "1", "是"}
_NO = {"false", "no", "n", "0", "否"}


@dataclass(frozen=True)
class Refund:
    """Money already on its way back; `ref` is the number the pay channel knows it by."""

    ref: str
    at: datetime | None = None
    amount: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class Parcel:
    """One parcel of a split shipment; `first_scan` is what "shipped" means (淘宝平台争议处理规则 art. 25)."""

    parcel: str
    qty: int = 1
    status: str = "shipped"
    first_scan: datetime | None = None
    signed_at: datetime | None = None
    eta: datetime | None = None


@dataclass(frozen=True)
class Gift:
    """What came with the goods for nothing; `price` is what the shop had marked it with beforehand."""

    name: str
    price: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class Order:
    """`paid` is what the buyer really paid for the goods of this line, `freight_paid` comes on top of it.

    `delivered`: the carrier reports delivery; `signed`: the buyer has it; `success`: the buyer (or the clock)
    confirmed receipt. `waiver_confirmed_at`: when the buyer confirmed, on this very order, that the goods are
    outside the no-reason return (消费者权益保护法 art. 25); without it a shop cannot refuse one.
    """

    id: str
    status: str
    buyer: str = ""
    created_at: datetime | None = None
    paid_at: datetime | None = None
    first_scan: datetime | None = None
    last_scan: datetime | None = None
    eta: datetime | None = None
    returned_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str = ""
    confirmed_at: datetime | None = None
    waiver_confirmed_at: datetime | None = None
    item: str = ""
    sku: str = ""
    category: str = ""
    qty: int = 1
    unit_paid: Decimal | None = None
    paid: Decimal = Decimal("0.00")
    freight_paid: Decimal = Decimal("0.00")
    free_shipping: bool = False
    insurance: bool = False
    custom: bool = False
    badges: tuple[str, ...] = ()
    pay: str = ""
    phone: str = ""
    address: str = ""
    stock: Mapping[str, int] = field(default_factory=dict)
    stall_hours: Decimal | None = None
    packing_weight_ok: bool | None = None
    refund: Refund | None = None
    tracking: str = ""  # the courier's number where all came in one parcel
    parcels: tuple[Parcel, ...] = ()  # of a split shipment
    gifts: tuple[Gift, ...] = ()

    @property
    def unit_price(self) -> Decimal:
        """Paid for one piece, rounded down so that the pieces never add up to more than was paid."""
        if self.unit_paid is not None:
            return self.unit_paid
        return (self.paid / self.qty).quantize(CENT, rounding="ROUND_DOWN")


Reader = Callable[[Any, ZoneInfo], Any]


def from_data(row: Mapping[str, Any], zone: ZoneInfo) -> Order:
    """One row → one order; raises `BotError` that names every wrong field of the row with its cure."""
    values = _read(row, zone, _FIELDS)
    missing = [name for name in ("id", "status") if not values.get(name)]
    if missing:
        lack = " and ".join(missing)
        raise BotError(f"order {row.get('id', '?')}: {lack} missing; every order needs an id and a status")
    if "paid" not in values and values.get("unit_paid") is not None:
        values["paid"] = values["unit_paid"] * values.get("qty", 1)
    return Order(**values)


def change(order: Order, news: Mapping[str, Any], zone: ZoneInfo) -> Order:
    """The order after news from its source: only the fields named change, an empty value clears one."""
    values = _read(news, zone, _FIELDS)
    if values.get("id", order.id) != order.id:
        raise BotError(f"order {order.id}: news is about order {values['id']}; an order's id never changes")
    cleared = {name: _default(name) for name in news if name not in values}
    return replace(order, **{**cleared, **values})


def as_json(order: Order) -> dict[str, Any]:
    """JSON-safe; fields at their default are left out. `from_json` gives the same order back."""
    return {name: _plain(value) for name, default in _DEFAULTS if (value := getattr(order, name)) != default}


def from_json(row: Mapping[str, Any]) -> Order:
    return from_data(row, ZoneInfo("UTC"))


def masked_phone(order: Order) -> str:
    """How a phone may be read back: `138****5566`; never more than the first three and last four digits."""
    digits = re.sub(r"[^\d*]", "", order.phone)
    if len(digits) < 8:
        return "****" + digits[-4:] if len(digits) >= 4 else ""
    return f"{digits[:3]}****{digits[-4:]}" if not order.phone.startswith("+") else f"****{digits[-4:]}"


def phone_tail(order: Order) -> str:
    """The last four digits, the second factor that proves an order is the buyer's; empty without a phone."""
    digits = re.sub(r"\D", "", order.phone)
    return digits[-4:] if len(digits) >= 4 else ""


def _read(row: Mapping[str, Any], zone: ZoneInfo, known: Mapping[str, Reader]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, raw in row.items():
        if name not in known:
            faults.append(f"'{name}' is no order field{did_you_mean(str(name), known)}")
        elif raw is not None and raw != "":
            try:
                values[name] = known[name](raw, zone)
            except (ValueError, InvalidOperation) as fault:
                faults.append(f"{name}: {fault}")
    if faults:
        raise BotError(f"order {row.get('id', '?')}: " + "; ".join(faults))
    return values


def _text(raw: Any, zone: ZoneInfo) -> str:
    if isinstance(raw, dict | list | bool):
        raise ValueError(f"{raw!r} is not a text; put it in quotes")
    return str(raw).strip()


def _status(raw: Any, zone: ZoneInfo) -> str:
    if raw not in STATUSES:
        raise ValueError(
            f"'{raw}' is no order status{did_you_mean(str(raw), STATUSES)}; one of {', '.join(STATUSES)}"
        )
    return str(raw)


def _when(raw: Any, zone: ZoneInfo) -> datetime:
    text = str(raw).strip()
    only_a_day = isinstance(raw, date) and not isinstance(raw, datetime)
    if only_a_day or (len(text) <= 10 and _DAY.fullmatch(text)):
        raise ValueError(f"{raw} has no time of day; write e.g. {raw} 18:20")
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{raw}' is not a time; write e.g. 2026-03-08 18:20") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _number(raw: Any) -> Decimal:
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        raise ValueError(f"'{raw}' is not a number; write digits only, e.g. 159.00") from None
    if isinstance(raw, bool) or not number.is_finite() or number < 0:
        raise ValueError(f"'{raw}' is not possible here; write a number from 0 up, e.g. 159.00")
    return number


def _money(raw: Any, zone: ZoneInfo) -> Decimal:
    amount = _number(raw)
    if amount != amount.quantize(CENT):
        raise ValueError(f"'{raw}' has more than two decimals; round it to the cent")
    return amount.quantize(CENT)


def _hours(raw: Any, zone: ZoneInfo) -> Decimal:
    return _number(raw)


def _count(raw: Any, zone: ZoneInfo) -> int:
    number = _number(raw)
    if number != int(number) or number < 1:
        raise ValueError(f"'{raw}' is not a whole number from 1 up")
    return int(number)


def _flag(raw: Any, zone: ZoneInfo) -> bool:
    word = str(raw).strip().lower()
    if word not in _YES | _NO:
        raise ValueError(f"'{raw}' is neither yes nor no; write true or false")
    return word in _YES


def _tags(raw: Any, zone: ZoneInfo) -> tuple[str, ...]:
    parts = _BARS.split(raw) if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple):
        raise ValueError(f"{raw!r} is not a list; write [a, b], or a|b in a CSV file")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _json(raw: Any, want: type, example: str) -> Any:
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, want):
        raise ValueError(f"{raw!r} cannot be read; write e.g. {example}")
    return value


def _stock(raw: Any, zone: ZoneInfo) -> dict[str, int]:
    pairs = _json(raw, dict, '{"red-M": 3}')
    return {str(sku): int(count) if count == 0 else _count(count, zone) for sku, count in pairs.items()}


def _part(raw: Mapping[str, Any], zone: ZoneInfo, known: Mapping[str, Reader], key: str) -> dict[str, Any]:
    try:
        values = _read(raw, zone, known)
    except BotError as fault:
        raise ValueError(str(fault).partition(": ")[2]) from None
    if not values.get(key):
        raise ValueError(f"{key} missing")
    return values


def _refund(raw: Any, zone: ZoneInfo) -> Refund:
    row = _json(raw, dict, '{"ref": "R1", "at": "2026-03-06 17:30", "amount": 88.00}')
    return Refund(**_part(row, zone, {"ref": _text, "at": _when, "amount": _money}, "ref"))


def _parcels(raw: Any, zone: ZoneInfo) -> tuple[Parcel, ...]:
    rows = _json(raw, list, '[{"parcel": "P1", "qty": 1}]')
    times: dict[str, Reader] = {"first_scan": _when, "signed_at": _when, "eta": _when}
    known: dict[str, Reader] = {"parcel": _text, "qty": _count, "status": _status, **times}
    return tuple(
        Parcel(**_part(row if isinstance(row, dict) else {"parcel": row}, zone, known, "parcel"))
        for row in rows
    )


def _gifts(raw: Any, zone: ZoneInfo) -> tuple[Gift, ...]:
    rows = _json(raw, list, '[{"name": "帆布袋", "price": 19.90}]')
    known: dict[str, Reader] = {"name": _text, "price": _money}
    return tuple(
        Gift(**_part(row if isinstance(row, dict) else {"name": row}, zone, known, "name")) for row in rows
    )


_TEXTS = ("id", "buyer", "signed_by", "item", "sku", "category", "pay", "phone", "address", "tracking")
_TIMES = tuple(f.name for f in fields(Order) if f.name.endswith("_at") or f.name.endswith("_scan"))
_FIELDS: dict[str, Reader] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys((*_TIMES, "eta"), _when),
    **dict.fromkeys(("unit_paid", "paid", "freight_paid"), _money),
    **dict.fromkeys(("free_shipping", "insurance", "custom", "packing_weight_ok"), _flag),
    "status": _status,
    "qty": _count,
    "badges": _tags,
    "stock": _stock,
    "stall_hours": _hours,
    "refund": _refund,
    "parcels": _parcels,
    "gifts": _gifts,
}
FIELDS = tuple(_FIELDS)


def _default(name: str) -> Any:
    spec = Order.__dataclass_fields__[name]
    if spec.default_factory is not MISSING:
        return spec.default_factory()
    return spec.default


_DEFAULTS = tuple((f.name, _default(f.name)) for f in fields(Order))


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, int, bool):  # most of an order, and there are many orders
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if getattr(value, f.name) is not None
        }
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return dict(value) if isinstance(value, Mapping) else value
