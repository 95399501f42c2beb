"""A shop's own order system over the signed HTTP interface of `docs/orders.md`, in whatever language it is written."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.cases.order import Order, as_json, change, from_data
from bot.clock import Clock, system_clock
from bot.errors import BotError, SourceRefusedError
from bot.orders.base import Changes, Flags, proves
from bot.orders.door import Answer, Door, Patience
from bot.orders.signing import Signer

log = logging.getLogger(__name__)
NAME = "the shop's order system"
CANNOT = "unknown_action"  # the far side's code for: that is not among the things I do


class SignedHttpOrders:
    """`url` is where the interface begins. Naive times in answers are in `zone`."""

    def __init__(
        self,
        url: str,
        signer: Signer,
        zone: ZoneInfo,
        *,
        flags: Flags = Flags(live=False, files=True, acts=True, reports=True),  # noqa: B008 - frozen
        clock: Clock = system_clock,
        patience: Patience | None = None,
    ) -> None:
        self.flags = flags
        self._zone = zone

        def sign(method: str, target: str, body: bytes) -> Mapping[str, str]:
            return signer.headers(clock(), secrets.token_urlsafe(24), method, target, body)

        self._door = Door(NAME, url, sign=sign, patience=patience)

    def find(self, number: str, proof: str) -> list[Order]:
        if not number.strip() or not proof.strip():
            return []
        asked = {"number": number.strip(), "proof": proof}
        lines = self._orders(self._door.post("find", asked, repeatable=True))
        return [order for order in lines if proves(order, number, proof)]

    def get(self, order_id: str) -> Order | None:
        if not order_id:
            return None
        answer = self._door.get(f"orders/{_part(order_id)}")
        rows = [] if answer.missing else [_field(answer, "order", dict)]
        return next((o for o in self._read(rows) if o.id == order_id), None)

    def of(self, buyer: str) -> Sequence[Order]:
        if not buyer:
            return []
        answer = self._door.get("orders", {"buyer": buyer})
        return [order for order in self._orders(answer) if order.buyer == buyer]

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        if not self.flags.files:
            return None
        filed = {"key": key, "order": order_id, "case": dict(case)}
        return _ref(self._door.post("cases", filed, repeatable=True))

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        if not self.flags.files:
            return ()
        answer = self._door.get(f"orders/{_part(order_id)}/cases")
        rows = [] if answer.missing else _field(answer, "cases", list)
        return [row for row in rows if isinstance(row, dict) and row.get("order") == order_id]

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        if not self.flags.acts:
            return None
        asked = {"key": key, "order": order_id, "action": action, "fields": dict(fields)}
        answer = self._door.post("actions", asked, repeatable=True)
        known = isinstance(answer.data, dict) and answer.data.get("code") != CANNOT
        return _ref(answer) if known else None

    def changes(self, cursor: str) -> Changes:
        if not self.flags.reports:
            return Changes(cursor=cursor)
        answer = self._door.get("changes", {"cursor": cursor})
        told = [self._news(row) for row in _field(answer, "changes", list)]
        return Changes(tuple(news for news in told if news), str(_field(answer, "cursor", str)))

    def close(self) -> None:
        self._door.close()

    def _news(self, row: Any) -> tuple[str, Mapping[str, Any]] | None:
        """Read here, so that times are aware. One change nobody can read must not hold up all that come after it."""
        try:
            order_id, fields = str(row["order"]), dict(row["fields"])
            after = as_json(change(Order(order_id, "paid"), fields, self._zone))
        except (KeyError, TypeError, ValueError, BotError) as fault:
            log.warning("a change that cannot be read is left out: %s", type(fault).__name__)
            return None
        return order_id, {name: after.get(name) for name in fields}

    def _orders(self, answer: Answer) -> list[Order]:
        return self._read(_field(answer, "orders", list))

    def _read(self, rows: Sequence[Any]) -> list[Order]:
        try:
            return [from_data(row if isinstance(row, dict) else {}, self._zone) for row in rows]
        except BotError as fault:
            raise _odd(str(fault)) from None


def _part(order_id: str) -> str:
    return quote(order_id, safe="")


def _field(answer: Answer, name: str, kind: type) -> Any:
    value = answer.data.get(name) if isinstance(answer.data, dict) else None
    if not isinstance(value, kind):
        raise _odd(f"no '{name}'")
    return value


def _ref(answer: Answer) -> str:
    if answer.missing:
        raise SourceRefusedError(f"{NAME} does not know this order")
    return str(_field(answer, "ref", str))


def _odd(what: str) -> SourceRefusedError:
    return SourceRefusedError(f"{NAME} answered something that cannot be read: {what}; see docs/orders.md")
