"""Medusa as an order source: who may see what, and which call of the Admin API each wish becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.cases.order import Order
from bot.errors import SourceRefusedError
from bot.orders.base import Changes, Flags, proves
from bot.orders.door import Patience
from bot.orders.medusa import news, refunds, returns
from bot.orders.medusa.admin import NAME, Admin
from bot.orders.medusa.reading import Row, items_of, read

RETURN = "return_refund"  # the one kind of case that Medusa keeps as we do


class MedusaOrders:
    """`key`: a secret API key. `currency`: the shop's; `pay`: Medusa's payment provider → our pay channel."""

    flags = Flags(live=False, files=True, acts=True, reports=True)

    def __init__(
        self,
        url: str,
        key: str,
        *,
        currency: str = "CNY",
        pay: Mapping[str, str] = MappingProxyType({}),
        patience: Patience | None = None,
    ) -> None:
        self._admin = Admin(url, key, currency, patience)
        self._pay = pay

    def find(self, number: str, proof: str) -> list[Order]:
        row = self._admin.order(number) if proof.strip() else None
        return [order for order in self._read(row) if proves(order, number.strip().lstrip("#"), proof)]

    def get(self, order_id: str) -> Order | None:
        return next((o for o in self._read(self._admin.order(order_id)) if o.id == order_id), None)

    def of(self, buyer: str) -> Sequence[Order]:
        rows = self._admin.orders_of(buyer) if buyer else []
        return [order for row in rows for order in self._read(row)]

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        if case.get("type") != RETURN:
            return None
        return returns.file_return(self._admin, key, *self._line(order_id), case)

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        return returns.cases(self._admin, *self._line(order_id))

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        """`refund`: `amount`, `reason`. `receive`: `ref` of the return, needed where the line has several."""
        if action not in ("refund", "receive"):
            return None
        row, item = self._line(order_id)
        if action == "receive":
            return returns.receive(self._admin, key, row, item, fields.get("ref"))
        reason = str(fields.get("reason") or "")
        return refunds.refund(self._admin, key, row, order_id, fields["amount"], reason).ref

    def gateway(self) -> refunds.MedusaRefunds:
        """Pays money back for cases; for `refund` of the outbox."""
        return refunds.MedusaRefunds(self._admin)

    def changes(self, cursor: str) -> Changes:
        return news.changes(self._admin, cursor, self._pay)

    def close(self) -> None:
        self._admin.close()

    def _read(self, row: Row | None) -> list[Order]:
        return read(row, self._pay) if row else []

    def _line(self, order_id: str) -> tuple[Row, Row]:
        row = self._admin.order(order_id)
        item = items_of(row).get(order_id) if row else None
        if row is None or item is None:
            raise SourceRefusedError(f"{NAME} has no order {order_id}")
        return row, item
