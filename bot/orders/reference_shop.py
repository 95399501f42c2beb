"""The orders behind the reference server, in memory: what a shop's own system would keep in its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.order import Order, as_json, change
from bot.orders.base import proves

PAGE = 100  # changes in one answer


@dataclass(frozen=True)
class No:
    """Understood, and not done. `code` is for programs, `error` for people."""

    status: int
    code: str
    error: str


@dataclass
class ReferenceShop:
    """Thread-safe. `log` is every change ever, so a cursor is simply how many of them were told."""

    orders: dict[str, Order] = field(default_factory=dict)
    filed: dict[str, dict[str, Any]] = field(default_factory=dict)  # our key → the case, with its number here
    done: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # our key → what was done, with its number here
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, number: str, proof: str) -> list[dict[str, Any]]:
        return [as_json(o) for o in self.orders.values() if proves(o, number, proof)]

    def of(self, buyer: str) -> list[dict[str, Any]]:
        return [as_json(o) for o in self.orders.values() if buyer and o.buyer == buyer]

    def get(self, order_id: str) -> dict[str, Any] | No:
        order = self.orders.get(order_id)
        return {"order": as_json(order)} if order else No(404, "unknown_order", "there is no such order")

    def report(self, order_id: str, fields: Mapping[str, Any]) -> None:
        """Something about an order changes: kept, and told to whoever asks for changes."""
        with self._lock:
            self.orders[order_id] = change(self.orders[order_id], fields, ZoneInfo("UTC"))
            self.log.append((order_id, dict(fields)))

    def changes(self, cursor: str) -> dict[str, Any]:
        start = int(cursor) if cursor.isdecimal() else len(self.log)
        news = self.log[start : start + PAGE]
        told = [{"order": order_id, "fields": fields} for order_id, fields in news]
        return {"changes": told, "cursor": str(start + len(news))}

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> dict[str, Any] | No:
        with self._lock:
            if order_id not in self.orders:
                return No(404, "unknown_order", "there is no such order")
            row = {**case, "key": key, "order": order_id, "ref": f"C{len(self.filed) + 1}"}
            return _once(self.filed, key, row)

    def cases(self, order_id: str) -> list[dict[str, Any]]:
        return [row for row in self.filed.values() if row["order"] == order_id]

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> dict[str, Any] | No:
        with self._lock:
            order = self.orders.get(order_id)
            if order is None:
                return No(404, "unknown_order", "there is no such order")
            if action != "refund":
                return No(404, "unknown_action", f"this shop does not do {action!r}")
            amount = Decimal(str(fields.get("amount", "0")))
            row = {"order": order_id, "amount": amount, "ref": f"R{len(self.done) + 1}"}
            if key not in self.done and not 0 < amount <= order.paid + order.freight_paid - self.refunded(
                order_id
            ):
                return No(422, "amount", f"{amount} is not between 0 and what is left of the payment")
            return _once(self.done, key, row)

    def refunded(self, order_id: str) -> Decimal:
        return sum((r["amount"] for r in self.done.values() if r["order"] == order_id), Decimal("0.00"))


def _once(kept: dict[str, dict[str, Any]], key: str, row: dict[str, Any]) -> dict[str, Any] | No:
    """The same key gives the same answer again; for something else it is refused."""
    before = kept.setdefault(key, row)
    same = {k: v for k, v in before.items() if k != "ref"} == {k: v for k, v in row.items() if k != "ref"}
    return before if same else No(409, "key", "this key was used for something else already")
