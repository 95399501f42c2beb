"""The outbox's jobs in the shop's systems: money paid back, orders looked up. What comes of one is an inbox row.

Blocking calls, to be made in a thread and with no transaction open. A job may be done again after a crash: its key
is the same then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from bot.messages import Incoming, Kind
from bot.orders.refunds import ManualRefunds, RefundGateway, RefundRequest, RefundResult
from bot.store.outbox import Job

KINDS = ("refund", "lookup")
LOOKUP_TRIES = 3  # a buyer waits for the answer, that the shop's system is away being one, too
# An order's number and what proves whose it is → the ids of its lines; empty on any mismatch.
FindOrders = Callable[[str, str], Sequence[str]]

# A shop account → the ids of all its orders' lines.
OrdersOf = Callable[[str], Sequence[str]]


def find_none(number: str, proof: str) -> Sequence[str]:
    """Where no order source is elsewhere."""
    return ()


def none_of(buyer: str) -> Sequence[str]:
    """The same."""
    return ()


class Jobs:
    """`find`, `orders_of` and the gateway raise `RetryLaterError` or `StoreAwayError` when out of reach."""

    def __init__(
        self,
        refunds: RefundGateway | None = None,
        find: FindOrders = find_none,
        orders_of: OrdersOf = none_of,
    ) -> None:
        self._refunds = refunds or ManualRefunds()
        self._find, self._orders_of = find, orders_of

    def do(self, job: Job) -> Incoming:
        """What happens to the conversation then."""
        if job.kind == "refund":
            return _paid(job, self._refunds.refund(_request(job)))
        p = job.payload
        found = self._orders_of(p["buyer"]) if "buyer" in p else self._find(p["number"], p["proof"])
        return _looked_up(job, "found" if found else "none", found)

    def given_up(self, job: Job, why: str) -> Incoming:
        """What happens to it when nothing came of the job."""
        return (
            _paid(job, RefundResult("failed", told=why)) if job.kind == "refund" else _looked_up(job, "away")
        )


def _request(job: Job) -> RefundRequest:
    p = job.payload
    return RefundRequest(
        job.key, p["case"], p["attempt"], p["order"], Decimal(p["amount"]), reason=p["reason"]
    )


def _paid(job: Job, result: RefundResult) -> Incoming:
    told = {"state": result.state, "ref": result.ref, "told": result.told}
    data = {"case": job.payload["case"], "attempt": job.payload["attempt"], **told}
    return _news(job, "refund", f"{job.key}:{result.state}", data)


def _looked_up(job: Job, state: str, found: Sequence[str] = ()) -> Incoming:
    data = {"request": job.payload["request"], "state": state, "found": list(found)}
    return _news(job, "looked_up", job.key, data)


def _news(job: Job, kind: Kind, key: str, data: dict[str, Any]) -> Incoming:
    return Incoming(job.chat, key=key, kind=kind, data=data)
