"""The questions we ask Medusa's Admin API. Whatever it filters, each answer is looked through again here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.door import Answer, Door, Patience
from bot.orders.medusa.reading import FIELDS, Row, number_of

NAME = "Medusa"
PAGE = 20
SEARCH_PAGES = 10
MOST = "100"  # of one customer's orders, the newest, and of one order's returns
UNDER_WAY = ("pending", "requested")  # a change of an order that somebody has begun and not confirmed


class Admin:
    """`key`: a secret API key. Orders in another currency than `currency`, and drafts, are not there for us."""

    def __init__(self, url: str, key: str, currency: str, patience: Patience | None = None) -> None:
        self._door = Door(NAME, url, auth=(key, ""), patience=patience)
        self._currency = currency.casefold()

    def order(self, order_id: str) -> Row | None:
        """The order that this id of ours (`12`, `12-2`, in any case) is a line of, as it is now."""
        for number in _numbers(order_id):
            if row := self._search(number):
                return row
        return None

    def orders_of(self, customer: str) -> list[Row]:
        """The newest of a customer's."""
        asked = {"customer_id": customer, "order": "-created_at", "limit": MOST}
        rows = self.rows("orders", fields=FIELDS, **asked)
        return [row for row in rows if row["customer_id"] == customer and self.ours(row)]

    def rows(self, what: str, **params: str) -> list[Row]:
        """A page; Medusa names the list in its answer as in the path: `return-reasons` come as `return_reasons`."""
        answer = self._door.get(f"admin/{what}", params)
        name = what.rpartition("/")[2].replace("-", "_")
        if what.endswith("/changes"):
            name = "order_changes"
        return _field(answer, name, list)  # type: ignore[no-any-return]

    def returns_of(self, row: Row) -> list[Row]:
        found = self.rows("returns", order_id=row["id"], fields="*items", limit=MOST, order="created_at")
        return [one for one in found if one["order_id"] == row["id"] and one["status"] != "canceled"]

    def change_under_way(self, row: Row) -> Row | None:
        """Medusa allows one at a time on an order; while a person edits it in the Admin, ours has to wait."""
        found = self.rows(f"orders/{_part(row['id'])}/changes")
        return next((one for one in found if one["status"] in UNDER_WAY), None)

    def post(self, path: str, **body: Any) -> Mapping[str, Any]:
        """Tried once: what came of a lost answer is looked up before the next try, never guessed."""
        answer = self._door.post(f"admin/{path}", body, repeatable=False)
        if answer.missing:
            raise SourceRefusedError(f"{NAME} does not know {path.partition('/')[0]} like this one any more")
        return answer.data if isinstance(answer.data, dict) else {}

    def ours(self, row: Row) -> bool:
        return row["currency_code"] == self._currency and not row["is_draft_order"]

    def close(self) -> None:
        self._door.close()

    def _search(self, number: str) -> Row | None:
        """Medusa has no filter by number, only a search through numbers, mails and addresses alike.

        Sorted by its count the order stands near the front: what precedes it has a smaller count and yet holds
        these digits somewhere, which is few for a long number and cannot be many for a short one.
        """
        for page in range(SEARCH_PAGES):
            asked = {"q": number, "order": "display_id", "limit": str(PAGE), "offset": str(page * PAGE)}
            rows = self.rows("orders", fields="id,display_id,custom_display_id", **asked)
            for row in rows:
                if number_of(row).casefold() == number.casefold():
                    return self._whole(row["id"])
            if len(rows) < PAGE:
                return None
        return None

    def _whole(self, medusa_id: str) -> Row | None:
        answer = self._door.get(f"admin/orders/{_part(medusa_id)}", {"fields": FIELDS})
        row: Row | None = None if answer.missing else _field(answer, "order", dict)
        return row if row and row["id"] == medusa_id and self.ours(row) else None


def busy(row: Row) -> RetryLaterError:
    return RetryLaterError(f"{NAME}: somebody is changing order {number_of(row)} in the Admin", 60.0)


def _numbers(order_id: str) -> Iterator[str]:
    """The number itself, and where it may be one of a line, the number before that."""
    number = order_id.strip().lstrip("#")
    if re.fullmatch(r"[\w-]{1,64}", number):
        yield number
        if line := re.fullmatch(r"(.+)-\d{1,3}", number):
            yield line[1]


def _part(medusa_id: str) -> str:
    return quote(medusa_id, safe="")


def _field(answer: Answer, name: str, kind: type) -> Any:
    value = answer.data.get(name) if isinstance(answer.data, dict) else None
    if not isinstance(value, kind):
        raise SourceRefusedError(
            f"{NAME} answered without '{name}'; is the address that of a Medusa 2 server?"
        )
    return value
