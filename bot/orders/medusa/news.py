"""What changed in Medusa since last time, by the two clocks it can be asked by: of orders and of payments.

An order's own time stands still when its payment is captured, so payments are asked for too.
"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from bot.cases.order import Order
from bot.errors import SourceRefusedError
from bot.orders.base import Changes, whole
from bot.orders.medusa.admin import Admin
from bot.orders.medusa.reading import FIELDS, Row, read

log = logging.getLogger(__name__)
# A change is stamped before it is committed; one that took this long to commit is still not missed.
OVERLAP = timedelta(seconds=10)
PAGE = 20  # Medusa reads no more ids than this out of one question
ORDERS, PAYMENTS = "orders", "payments"
_FIELDS = {ORDERS: FIELDS, PAYMENTS: "id,updated_at,payment_collection.order.id"}


@dataclass(frozen=True)
class Mark:
    """How far one list was read: the newest time told, and what was told since shortly before it."""

    at: str = ""
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> str:
        return _shortly_before(self.at) if self.at else ""

    def knows(self, row: Row) -> bool:
        return self.told.get(row["id"]) == str(row["updated_at"])

    def after(self, rows: list[Row]) -> Mark:
        told = dict(self.told) | {row["id"]: row["updated_at"] for row in rows}
        at = max(told.values(), default="")
        return Mark(at, {one: then for one, then in told.items() if then >= _shortly_before(at)})


def changes(admin: Admin, cursor: str, pay: Mapping[str, str]) -> Changes:
    """All fields of each line whose order changed. An empty cursor marks what is there as told."""
    if not cursor:
        return Changes(cursor=_written({what: _newest(admin, what) for what in _FIELDS}))
    marks = {what: Mark(**mark) for what, mark in json.loads(cursor).items()}
    found = {what: _since(admin, what, mark) for what, mark in marks.items()}
    orders = [*found[ORDERS], *_paid(admin, found)]
    news = [(order.id, whole(order)) for row in orders if admin.ours(row) for order in _read(row, pay)]
    return Changes(tuple(news), _written({what: mark.after(found[what]) for what, mark in marks.items()}))


def _read(row: Row, pay: Mapping[str, str]) -> list[Order]:
    """One order that cannot be read must not hold up the news of all others."""
    try:
        return read(row, pay)
    except SourceRefusedError as fault:
        log.warning("news is left out: %s", fault)
        return []


def _since(admin: Admin, what: str, mark: Mark) -> list[Row]:
    """The oldest of what was not told yet; empty only where there is none."""
    for offset in itertools.count(0, PAGE):
        since = {"updated_at[$gte]": mark.start} if mark.at else {}
        rows = _page(admin, what, _FIELDS[what], "updated_at", offset, since)
        new = [row for row in rows if not mark.knows(row) and row["updated_at"] >= mark.start]
        if new or len(rows) < PAGE:
            return new
    raise AssertionError("counting never ends")


def _newest(admin: Admin, what: str) -> Mark:
    mark = Mark()
    for offset in itertools.count(0, PAGE):
        rows = _page(admin, what, "id,updated_at", "-updated_at", offset)
        mark = mark.after(rows)
        if len(rows) < PAGE or rows[-1]["updated_at"] < mark.start:
            break
    return mark


def _paid(admin: Admin, found: Mapping[str, list[Row]]) -> list[Row]:
    """The orders of these payments, but those that are told anyway. A cart that was left has a payment, no order."""
    collections = [row["payment_collection"] or {} for row in found[PAYMENTS]]
    paid = {str(one["order"]["id"]) for one in collections if one.get("order")}
    wanted = sorted(paid - {row["id"] for row in found[ORDERS]})
    if not wanted:
        return []
    ids = {f"id[{n}]": medusa_id for n, medusa_id in enumerate(wanted)}
    return [row for row in _page(admin, ORDERS, FIELDS, "updated_at", 0, ids) if row["id"] in wanted]


def _page(
    admin: Admin, what: str, fields: str, order: str, offset: int, filters: Mapping[str, str] | None = None
) -> list[Row]:
    paging = {"order": order, "limit": str(PAGE), "offset": str(offset)}
    return admin.rows(what, fields=fields, **paging, **(filters or {}))


def _shortly_before(at: str) -> str:
    """In the form of Medusa's own times (`2026-03-10T06:05:00.000Z`), which sort as text."""
    then = datetime.fromisoformat(at) - OVERLAP
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _written(marks: Mapping[str, Mark]) -> str:
    return json.dumps({what: asdict(mark) for what, mark in marks.items()}, separators=(",", ":"))
