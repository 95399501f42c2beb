"""Orders of a WooCommerce shop over its REST interface (v3), with a key of its settings page, over https."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.cases.order import Order
from bot.errors import SourceRefusedError
from bot.orders.base import Changes, Flags, proves, whole
from bot.orders.door import Door, Patience
from bot.orders.watermark import Row, Watermark
from bot.orders.woocommerce_order import buyer_of, changed_at, read_lines

log = logging.getLogger(__name__)
NAME = "WooCommerce"
PAGE = 100  # the most one answer may hold
MOST_PAGES = 50
# Told with HTTP 500: the gateway of this payment cannot pay back by itself.
CANNOT_REFUND = "woocommerce_rest_cannot_create_order_refund"


@dataclass(frozen=True)
class Keys:
    """A REST key with reading and writing (WooCommerce, Settings, Advanced, REST API)."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)


class WooCommerceOrders:
    """`url` is the shop's own address; orders in another currency than `currency` are not there.

    `pay` adds gateways to those known: gateway → a way of policy.yaml.
    """

    flags = Flags(live=False, files=False, acts=True, reports=True)

    def __init__(
        self,
        url: str,
        keys: Keys,
        *,
        currency: str = "CNY",
        pay: Mapping[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._currency, self._pay = currency, pay
        self._door = Door(
            NAME,
            f"{url.rstrip('/')}/wp-json/wc/v3",
            auth=(keys.consumer_key, keys.consumer_secret),
            refusals=(CANNOT_REFUND,),
            patience=patience,
        )

    def find(self, number: str, proof: str) -> list[Order]:
        if not proof.strip():
            return []
        lines = [line for row in self._rows_numbered(number.strip()) for line in self._lines(row)]
        return [line for line in lines if proves(line, number, proof)]

    def get(self, order_id: str) -> Order | None:
        lines = [line for row in self._rows_numbered(order_id) for line in self._lines(row)]
        return next((line for line in lines if line.id == order_id), None)

    def of(self, buyer: str) -> Sequence[Order]:
        if not buyer.isdecimal() or buyer == "0":
            return []
        rows = [row for row in self._list(customer=buyer) if buyer_of(row) == buyer]
        return [line for row in rows for line in self._lines(row)]

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        return None

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        return ()

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        """Only refunds. WooCommerce has no idempotency keys, so ours stands in the reason and is looked for first.

        Two at once would both find none: whoever calls holds the outbox's claim on this payment (`MONEY_LEASE`).
        """
        if action != "refund":
            return None
        rows = [row for row in self._rows_numbered(order_id) if self._lines(row)]
        if not rows:
            raise SourceRefusedError(f"{NAME} does not know this order")
        path = f"orders/{int(rows[0]['id'])}/refunds"
        for done in self._door.get(path, {"per_page": str(PAGE)}).data or ():
            if _mark(key) in str(done.get("reason")):
                return str(done["id"])
        asked = {
            "amount": str(Decimal(str(fields["amount"]))),
            "reason": f"{fields.get('reason', '')} {_mark(key)}".strip(),
            "api_refund": True,
            "api_restock": False,  # whether goods are back is for the case to say
        }
        return str(self._door.post(path, asked, repeatable=False).data["id"])

    def changes(self, cursor: str) -> Changes:
        if not cursor:
            return Changes(cursor=self._now().cursor())
        mark = Watermark.parse(cursor)
        read: list[Row] = []
        for page in self._changed(mark):
            read += page
            if mark.fresh(page):
                break
        news = [(line.id, whole(line)) for row in mark.fresh(read) for line in row.lines]
        return Changes(tuple(news), mark.after(read).cursor())

    def close(self) -> None:
        self._door.close()

    def _now(self) -> Watermark:
        """Where news begins: at the order changed last, and what stands just before it is known already."""
        latest = self._list(orderby="modified", order="desc", per_page="1")
        mark = Watermark(changed_at(latest[0])) if latest else Watermark()
        return mark.after([row for page in self._changed(mark) for row in page] if latest else [])

    def _changed(self, mark: Watermark) -> Iterator[list[Row]]:
        """Pages of what changed since, oldest first."""
        # It leaves that very second out; the stretch the mark asks about again has room for it.
        since = {"modified_after": f"{mark.ask_from:%Y-%m-%dT%H:%M:%S}"} if mark.ask_from else {}
        for page in range(1, MOST_PAGES + 1):
            rows = self._list(orderby="modified", order="asc", dates_are_gmt="true", page=str(page), **since)
            yield [read for row in rows if (read := self._read(row))]
            if len(rows) < PAGE:
                return

    def _read(self, row: Mapping[str, Any]) -> Row | None:
        """One order nobody can read must not hold up the news of all others."""
        try:
            return Row(str(row["number"]), changed_at(row), self._lines(row))
        except SourceRefusedError as fault:
            log.warning("%s", fault, extra={"order": str(row.get("number"))})
            return None

    def _lines(self, row: Mapping[str, Any]) -> tuple[Order, ...]:
        return read_lines(row, self._pay, self._currency)

    def _rows_numbered(self, number: str) -> list[Mapping[str, Any]]:
        """Orders with this number, or of which it names a line. Extensions give numbers that are not the id."""
        # What is sent to the far side is what a number may look like; its full text search takes anything.
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,40}", number, re.ASCII):
            return []
        base = re.sub(r"-\d{1,3}$", "", number)
        return next((rows for asked in (number, base) if (rows := self._exactly(asked))), [])

    def _exactly(self, number: str) -> list[Mapping[str, Any]]:
        answer = self._door.get(f"orders/{int(number)}") if number.isdecimal() else None
        found = [answer.data] if answer and not answer.missing else []
        return [row for row in found if _is(row, number)] or [
            row for row in self._list(search=number) if _is(row, number)
        ]

    def _list(self, **params: str) -> list[Mapping[str, Any]]:
        answer = self._door.get("orders", {"per_page": str(PAGE), "status": "any", **params})
        if not isinstance(answer.data, list):
            raise SourceRefusedError(f"{NAME} answered no list of orders; check the shop's address")
        return [row for row in answer.data if isinstance(row, dict)]


def _is(row: Any, number: str) -> bool:
    return isinstance(row, dict) and str(row.get("number", "")).casefold() == number.casefold()


def _mark(key: str) -> str:
    return f"[{key}]"
