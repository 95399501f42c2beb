"""What the bot needs of a shop's order system. Adapters are thin: rules over orders are in `bot/cases/`.

Our case table is the master, since most shops' systems hold no cases; `file` and `act` mirror where they can.
Every adapter passes the one suite of `tests/orders/conformance.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.cases.order import FIELDS, Order, Parcel, as_json


@dataclass(frozen=True)
class Flags:
    """What a source can do; where it cannot, the dialogue takes another road instead of calling it.

    `live`: its orders are in our own tables, read in the engine's transaction. `files`: it keeps after-sales
    cases. `acts`: it carries out refunds, resends and the like. `reports`: it tells what changed.
    """

    live: bool = True
    files: bool = False
    acts: bool = False
    reports: bool = False


@dataclass(frozen=True)
class Changes:
    """News since a cursor: `(order id, the fields that changed)`, and the cursor to ask with next.

    The fields are those of `change` in `bot/cases/order.py`; a source that only knows that an order changed
    gives all of them (`whole`). A page may be short: there is more until one comes with no news.
    """

    news: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    cursor: str = ""


class OrderSource(Protocol):
    """Blocking calls, outside any transaction; `StoreAwayError` or `RetryLaterError` when out of reach.

    An order of several goods is several `Order`s, one a line, as a platform's sub-orders are: the first has the
    order's number for its id, the others `NUMBER-2`, `NUMBER-3` … (`line_id`). Freight stands on the first.
    `SourceRefusedError` where the far side understood and will never do it; a person has to look.
    """

    @property
    def flags(self) -> Flags: ...

    def find(self, number: str, proof: str) -> list[Order]:
        """The lines of the order with this number if `proof` (its phone, or its last 4 digits or more) fits, else none.

        Which half was wrong is never told; the adapter checks both itself (`proves`), whatever the far side filters.
        """

    def get(self, order_id: str) -> Order | None:
        """One line by its exact id, for an identity proved already."""

    def of(self, buyer: str) -> Sequence[Order]:
        """This shop account's orders; the adapter checks the account itself."""

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        """Mirrors a case, the same `key` only once. The far side's number, or None where it keeps none."""

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        """Cases the far side knows for this order, each with at least its number there as `ref`."""

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        """Carries out `refund`, `resend` …, the same `key` only once. The far side's reference, or None.

        None means that this source cannot do this `action`: nothing was done. A refund's fields are `amount`
        (Decimal) and `reason`.
        """

    def changes(self, cursor: str) -> Changes:
        """What changed since `cursor` (empty: from now on). Asked again with it, the same comes again, and more."""

    def close(self) -> None:
        """Let go of connections; the source is not used any more."""


def proves(order: Order, number: str, proof: str) -> bool:
    """Whether number and phone (whole, or its last four digits or more) both fit. No phone proves nothing."""
    return is_line_of(order.id, number) and _fits(order.phone, proof)


def line_id(number: str, line: int) -> str:
    """The id of an order's line, counted from 1. Upper case, since that is how numbers are read from messages."""
    return number.upper() if line == 1 else f"{number.upper()}-{line}"


def is_line_of(order_id: str, number: str) -> bool:
    """Whether `order_id` is the order `number` itself or a line of it. Many write `#` before a number."""
    given = number.strip().lstrip("#").strip().casefold()
    return bool(given) and re.fullmatch(re.escape(given) + r"(-\d{1,3})?", order_id.casefold()) is not None


def shipped_in(order: Order, parcels: Sequence[Parcel]) -> Order:
    """The order with its parcels: one that holds all its pieces is no split shipment, and its number is `tracking`."""
    if len(parcels) == 1 and parcels[0].qty >= order.qty:
        only = parcels[0]
        scan, eta = order.first_scan or only.first_scan, order.eta or only.eta
        return replace(order, tracking=only.parcel, first_scan=scan, eta=eta, parcels=())
    return replace(order, tracking="", parcels=tuple(parcels))


def whole(order: Order) -> dict[str, Any]:
    """An order as news of all its fields, so that what is empty now is cleared by `change`."""
    return dict.fromkeys(FIELDS) | as_json(order)


def _fits(phone: str, proof: str) -> bool:
    """Masked digits of a phone (`138****5566`) fit any, but the last four must be known, and be right."""
    known = re.sub(r"[^\d*]", "", phone)
    given = re.sub(r"\D", "", unicodedata.normalize("NFKC", proof))
    if not re.fullmatch(r"\d{4}", known[-4:]):
        return False
    # A whole number may come with its country code or trunk zero where the shop keeps it without, and vice versa.
    forms = {given} | ({given.removeprefix("86"), given.lstrip("0")} if len(given) > 9 else set())
    return any(
        re.fullmatch(known[-len(form) :].replace("*", r"\d"), form) for form in forms if len(form) >= 4
    )
