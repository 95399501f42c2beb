"""What the bot needs of a shop's order system. Adapters are thin: rules over orders are in `bot/cases/`.

Our case table is the master, since most shops' systems hold no cases; `file` and `act` mirror where they can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.cases.order import Order, phone_tail


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
    """News since a cursor: `(order id, the fields that changed)`, and the cursor to ask with next."""

    news: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    cursor: str = ""


class OrderSource(Protocol):
    """Blocking calls, outside any transaction; `StoreAwayError` or `RetryLaterError` when out of reach."""

    @property
    def flags(self) -> Flags: ...

    def find(self, number: str, proof: str) -> list[Order]:
        """The order with this number if `proof` (its phone, or the last four digits) fits, else none.

        Which half was wrong is never told; the adapter checks both itself, whatever the far side filters.
        """

    def get(self, order_id: str) -> Order | None:
        """One order by its exact number, for an identity proved already."""

    def of(self, buyer: str) -> Sequence[Order]:
        """This shop account's orders."""

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        """Mirrors a case, the same `key` only once. The far side's number, or None where it keeps none."""

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        """Cases the far side knows for this order."""

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        """Carries out `refund`, `resend` …, the same `key` only once. The far side's reference, or None."""

    def changes(self, cursor: str) -> Changes:
        """What changed since `cursor` (empty: from now on)."""


def proves(order: Order, number: str, proof: str) -> bool:
    """Whether number and phone (whole, or its last four digits) both fit. No phone proves nothing."""
    tail, given = phone_tail(order), re.sub(r"\D", "", proof)
    same_phone = given in (tail, re.sub(r"\D", "", order.phone))
    return bool(tail) and same_phone and order.id.casefold() == number.strip().casefold()
