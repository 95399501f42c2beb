"""Orders of a Shopify shop over its Admin GraphQL interface, with the access token of a custom app, over https.

The token needs read_orders, read_customers and, for refunds, write_orders; phones are protected customer data,
which the app must have been granted, else no buyer can prove an order.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import tenacity

from bot.cases.order import Order
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.base import Changes, Flags, proves, whole
from bot.orders.door import Door, Patience
from bot.orders.shopify_order import BRIEF, FIELDS, buyer_of, changed_at, number_of, read_lines
from bot.orders.watermark import Row, Watermark

log = logging.getLogger(__name__)
NAME = "Shopify"
VERSION = "2026-04"  # the first that wants an idempotency key for every refund
PAGE = 10  # of news, since each order is then read in a question of its own
MOST_PAGES = 50
MOST_OF_A_BUYER = 20  # the latest
THROTTLED_TRIES = 6
_LIST = f"""query Orders($query: String, $first: Int!, $after: String, $reverse: Boolean!) {{
  orders(query: $query, first: $first, after: $after, sortKey: UPDATED_AT, reverse: $reverse) {{
    nodes {{ {BRIEF} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
_ORDER = f"query Order($id: ID!) {{ order(id: $id) {{ {FIELDS} }} }}"
_PAYMENTS = """query Payments($id: ID!) { order(id: $id) {
  refunds(first: 50) { id note }
  transactions(first: 50) { id kind status gateway parentTransaction { id } amountSet { shopMoney { amount } } }
} }"""
_REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""
Brief = Mapping[str, Any]  # an order's id, name, time and customer


class ShopifyOrders:
    """`url` is `https://SHOP.myshopify.com`; a shop in another currency than `currency` has no orders here.

    `pay` adds gateways to those known: gateway → a way of policy.yaml.
    """

    flags = Flags(live=False, files=False, acts=True, reports=True)

    def __init__(
        self,
        url: str,
        token: str,
        *,
        currency: str = "CNY",
        pay: Mapping[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._currency, self._pay, self._pause = currency, pay, (patience or Patience()).pause
        headers = {"X-Shopify-Access-Token": token}
        self._door = Door(NAME, f"{url.rstrip('/')}/admin/api/{VERSION}", headers=headers, patience=patience)

    def find(self, number: str, proof: str) -> list[Order]:
        if not proof.strip():
            return []
        lines = [line for brief in self._numbered(number) for line in self._lines(brief)]
        return [line for line in lines if proves(line, number, proof)]

    def get(self, order_id: str) -> Order | None:
        lines = [line for brief in self._numbered(order_id) for line in self._lines(brief)]
        return next((line for line in lines if line.id == order_id), None)

    def of(self, buyer: str) -> Sequence[Order]:
        if not buyer.isdecimal():
            return []
        latest = self._list(f"customer_id:{buyer}", MOST_OF_A_BUYER, reverse=True)["nodes"]
        return [
            line for b in latest if buyer_of(b) == buyer for line in self._lines(b) if line.buyer == buyer
        ]

    def file(self, key: str, order_id: str, case: Mapping[str, Any]) -> str | None:
        return None

    def cases(self, order_id: str) -> Sequence[Mapping[str, Any]]:
        return ()

    def act(self, key: str, order_id: str, action: str, fields: Mapping[str, Any]) -> str | None:
        """Only refunds. Our key is Shopify's too, and stands in the note: their memory of keys ends, the note stays."""
        if action != "refund":
            return None
        briefs = [brief for brief in self._numbered(order_id) if self._lines(brief)]
        if not briefs:
            raise SourceRefusedError(f"{NAME} does not know this order")
        gid = briefs[0]["id"]
        payments = self._ask(_PAYMENTS, {"id": gid})["order"]
        for done in payments["refunds"]:
            if f"[{key}]" in str(done.get("note")):
                return _plain(done["id"])
        asked = {
            "orderId": gid,
            "note": f"{fields.get('reason', '')} [{key}]".strip(),
            "notify": False,  # the buyer hears it from us
            "transactions": _back(gid, payments["transactions"], Decimal(str(fields["amount"]))),
        }
        made = self._ask(_REFUND, {"input": asked, "key": _uuid(key)})["refundCreate"]
        if made["userErrors"]:
            raise SourceRefusedError(f"{NAME} refuses: {made['userErrors'][0].get('message', '')[:200]}")
        return _plain(made["refund"]["id"])

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
        latest = self._list(None, 1, reverse=True)["nodes"]
        mark = Watermark(changed_at(latest[0])) if latest else Watermark()
        return mark.after([row for page in self._changed(mark) for row in page] if latest else [])

    def _changed(self, mark: Watermark) -> Iterator[list[Row]]:
        """Pages of what changed since, oldest first."""
        since = f"updated_at:>='{mark.ask_from:%Y-%m-%dT%H:%M:%SZ}'" if mark.ask_from else None
        for page in self._pages(since):
            yield [read for brief in page if (read := self._row(brief))]

    def _row(self, brief: Brief) -> Row | None:
        """One order nobody can read must not hold up the news of all others."""
        try:
            # With the time of the list: what changed since stands further on in it.
            return Row(number_of(brief), changed_at(brief), self._lines(brief))
        except SourceRefusedError as fault:
            log.warning("%s", fault, extra={"order": number_of(brief)})
            return None

    def _lines(self, brief: Brief) -> tuple[Order, ...]:
        row = self._ask(_ORDER, {"id": brief["id"]}).get("order")
        return read_lines(row, self._pay, self._currency) if isinstance(row, dict) else ()

    def _numbered(self, number: str) -> list[Brief]:
        """The order of this number, or whose line it names. Their search is a language: only plain numbers go in."""
        plain = number.strip().lstrip("#").strip()
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,40}", plain, re.ASCII):
            return []
        base = re.sub(r"-\d{1,3}$", "", plain)
        return next((found for asked in (plain, base) if (found := self._exactly(asked))), [])

    def _exactly(self, number: str) -> list[Brief]:
        found = self._list(f"name:{number}", 50)["nodes"]
        return [brief for brief in found if number_of(brief).casefold() == number.casefold()]

    def _pages(self, query: str | None) -> Iterator[list[Brief]]:
        after = None
        for _ in range(MOST_PAGES):
            found = self._list(query, PAGE, after)
            yield found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]

    def _list(
        self, query: str | None, first: int, after: str | None = None, reverse: bool = False
    ) -> dict[str, Any]:
        asked = {"query": query, "first": first, "after": after, "reverse": reverse}
        found: dict[str, Any] = self._ask(_LIST, asked)["orders"]
        return found

    def _ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Waits where Shopify asks for it: its points come back at 50 and more a second."""
        for attempt in tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(ThrottledError),
            stop=tenacity.stop_after_attempt(THROTTLED_TRIES),
            wait=tenacity.wait_exponential_jitter(multiplier=self._pause, max=5.0, jitter=self._pause),
            reraise=True,
        ):
            with attempt:
                return self._once(query, variables)
        raise AssertionError("tenacity ends with an answer or an exception")

    def _once(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Repeatable all of it: a question changes nothing, and a refund carries its key."""
        answer = self._door.post("graphql.json", {"query": query, "variables": variables}, repeatable=True)
        told = answer.data if isinstance(answer.data, dict) else {}
        if faults := told.get("errors"):
            raise _fault(faults)
        if not isinstance(told.get("data"), dict):
            raise SourceRefusedError(f"{NAME} answered no data; check the shop's address")
        data: dict[str, Any] = told["data"]
        return data


class ThrottledError(RetryLaterError):
    """Too many points asked for within too short a time."""


def _back(gid: str, payments: Sequence[Mapping[str, Any]], amount: Decimal) -> list[dict[str, Any]]:
    """The money goes back on the payments it came by, the first first."""
    parts: list[dict[str, Any]] = []
    for paid in payments:
        if paid["kind"] not in ("SALE", "CAPTURE") or paid["status"] != "SUCCESS":
            continue
        part = min(amount, _amount(paid) - _back_already(paid["id"], payments))
        if part > 0:
            amount -= part
            about = {"orderId": gid, "parentId": paid["id"], "gateway": paid["gateway"], "kind": "REFUND"}
            parts.append({**about, "amount": str(part)})
    if amount > 0:
        raise SourceRefusedError(f"{NAME} has no payment left that this much could go back on")
    return parts


def _back_already(payment: str, payments: Sequence[Mapping[str, Any]]) -> Decimal:
    back = [
        _amount(p)
        for p in payments
        if p["kind"] == "REFUND"
        and p["status"] in ("SUCCESS", "PENDING")
        and (p.get("parentTransaction") or {}).get("id") == payment
    ]
    return sum(back, Decimal(0))


def _amount(payment: Mapping[str, Any]) -> Decimal:
    return Decimal(str(payment["amountSet"]["shopMoney"]["amount"]))


def _fault(faults: Any) -> Exception:
    """`errors` is a list of objects in an answer, and a text where the token is refused."""
    first = faults[0] if isinstance(faults, list) and faults else {"message": faults}
    first = first if isinstance(first, dict) else {"message": first}
    code = (first.get("extensions") or {}).get("code")
    if code == "THROTTLED":
        return ThrottledError(f"{NAME} asks us to slow down", 10.0)
    if code == "INTERNAL_SERVER_ERROR":
        return RetryLaterError(f"{NAME} is busy ({code})", 2.0)
    if code == "ACCESS_DENIED":
        return SourceRefusedError(
            f"{NAME} denies access; give the app read_orders, read_customers, write_orders"
        )
    return SourceRefusedError(f"{NAME} refuses: {str(first.get('message'))[:200]}")


def _uuid(key: str) -> str:
    """Always the same for the same key of ours, in the form Shopify asks for."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"aftersales:{key}"))


def _plain(gid: Any) -> str:
    return str(gid).rpartition("/")[2]
