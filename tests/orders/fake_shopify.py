"""A Shopify shop's Admin GraphQL interface on recorded answers, executed against the part of its schema we ask for."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from graphql import GraphQLResolveInfo, build_schema, get_directive_values, graphql_sync

RECORDED = Path(__file__).parent / "recorded"
ORDER: dict[str, Any] = json.loads((RECORDED / "shopify_order.json").read_text(encoding="utf-8"))
SENT: dict[str, Any] = json.loads((RECORDED / "shopify_fulfillment.json").read_text(encoding="utf-8"))
SCHEMA = build_schema((RECORDED / "shopify.graphql").read_text(encoding="utf-8"))
IDEMPOTENT = next(d for d in SCHEMA.directives if d.name == "idempotent")
TOKEN = "shpat_0123456789"
START = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "CNY"}}


def order(number: int, phone: str = "+8613812345566", customer: int = 26, **changes: Any) -> dict[str, Any]:
    """The recorded order under another number."""
    made = copy.deepcopy(ORDER) | {"id": f"gid://shopify/Order/{number}", "name": f"#{number}"}
    made["customer"] = {"id": f"gid://shopify/Customer/{customer}"}
    made["shippingAddress"]["phone"] = made["billingAddress"]["phone"] = phone
    return made | changes


def item(number: int, name: str, quantity: int, total: str) -> dict[str, Any]:
    about = {"id": f"gid://shopify/LineItem/{number}", "name": name, "quantity": quantity, "sku": None}
    return about | {"originalTotalSet": money(total), "discountAllocations": [], "taxLines": []}


def sent(parcel: str, goods: int, quantity: int, **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(SENT) | {"trackingInfo": [{"number": parcel, "company": "SF Express"}]}
    part = {"quantity": quantity, "lineItem": {"id": f"gid://shopify/LineItem/{goods}"}}
    return made | {"fulfillmentLineItems": {"nodes": [part]}} | changes


class FakeShopify:
    """`careless`: it does not look at filters. `throttle`: it says so as many times before it answers."""

    def __init__(self, *orders: dict[str, Any]) -> None:
        self.orders = {row["id"]: row for row in orders}
        self.keys: dict[str, dict[str, Any]] = {}
        self.careless = False
        self.throttle = 0
        self.lose_answers = 0
        self.now = START

    def numbered(self, number: str) -> dict[str, Any]:
        return next(row for row in self.orders.values() if row["name"] == f"#{number}")

    def touch(self, number: str, **changes: Any) -> None:
        """A change a second later than the one before."""
        self.now += timedelta(seconds=1)
        self.numbered(number).update({"updatedAt": f"{self.now:%Y-%m-%dT%H:%M:%SZ}", **changes})

    def app(self) -> FastAPI:
        app = FastAPI()
        path = "/admin/api/2026-04/graphql.json"
        app.add_api_route(path, self._answer, methods=["POST"], response_model=None)
        return app

    async def _answer(self, request: Request) -> JSONResponse:
        if request.headers.get("X-Shopify-Access-Token") != TOKEN:
            why = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return JSONResponse({"errors": why}, 401)
        if self.throttle:
            self.throttle -= 1
            return JSONResponse({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
        asked = await request.json()
        root = {"orders": self._orders, "order": self._order, "refundCreate": self._refund}
        done = graphql_sync(SCHEMA, asked["query"], root, variable_values=asked["variables"])
        if "refundCreate" in asked["query"] and self.lose_answers:
            self.lose_answers -= 1
            return JSONResponse({}, 502)
        return JSONResponse(done.formatted)

    def _orders(
        self,
        info: GraphQLResolveInfo,
        first: int,
        query: str | None = None,
        after: str | None = None,
        reverse: bool = False,
        sortKey: str = "",  # noqa: N803 - their name
    ) -> dict[str, Any]:
        rows = [row for row in self.orders.values() if self.careless or _fits(row, query)]
        rows.sort(key=lambda row: (row["updatedAt"], row["id"]), reverse=reverse)
        start = int(after or 0)
        more = len(rows) > start + first
        return {
            "nodes": rows[start : start + first],
            "pageInfo": {"hasNextPage": more, "endCursor": str(start + first)},
        }

    def _order(self, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002 - their name
        return next(iter(self.orders.values())) if self.careless else self.orders.get(id)

    def _refund(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        # Without one it is refused at run time since 2026-04.
        key = str((get_directive_values(IDEMPOTENT, info.field_nodes[0], info.variable_values) or {})["key"])
        if key in self.keys:
            return self.keys[key]
        row = self.orders[input["orderId"]]
        amount = sum((Decimal(part["amount"]) for part in input["transactions"]), Decimal(0))
        if amount > Decimal("71.97") - self.paid_back(row["name"].lstrip("#")):
            return {"refund": None, "userErrors": [{"field": None, "message": "Refund amount is too large"}]}
        about = {"id": f"gid://shopify/Refund/{9000 + len(self.keys)}", "createdAt": "2026-03-10T06:00:00Z"}
        made = about | {"note": input["note"], "totalRefundedSet": money(str(amount))}
        row["refunds"].append(made)
        for part in input["transactions"]:
            row["transactions"].append(
                {
                    "id": f"gid://shopify/OrderTransaction/{9100 + len(row['transactions'])}",
                    "status": "SUCCESS",
                }
                | {"kind": "REFUND", "gateway": part["gateway"], "amountSet": money(part["amount"])}
                | {"parentTransaction": {"id": part["parentId"]}}
            )
        self.touch(row["name"].lstrip("#"))
        self.keys[key] = {"refund": made, "userErrors": []}
        return self.keys[key]

    def paid_back(self, number: str) -> Decimal:
        rows = self.numbered(number)["refunds"]
        return sum((Decimal(r["totalRefundedSet"]["shopMoney"]["amount"]) for r in rows), Decimal("0.00"))


def _fits(row: dict[str, Any], query: str | None) -> bool:
    """The few words of their search language that we use; anything else would be searched for as text."""
    if query is None:
        return True
    word = re.fullmatch(r"(name|customer_id|updated_at):(>=)?'?([^']+)'?", query)
    assert word, f"{query!r} is no search of ours"
    name, _, value = word.groups()
    if name == "name":  # with or without the sign, and any case
        return str(row["name"]).lstrip("#").casefold() == value.lstrip("#").casefold()
    if name == "customer_id":
        return str((row["customer"] or {}).get("id")).endswith(f"/{value}")
    return bool(row["updatedAt"] >= value)
