"""A WooCommerce shop's REST interface as far as we call it, on recorded answers. It says no as the real one does."""

from __future__ import annotations

import base64
import copy
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

RECORDED = Path(__file__).parent / "recorded"
ORDER: dict[str, Any] = json.loads((RECORDED / "woocommerce_order.json").read_text(encoding="utf-8"))
REFUND: dict[str, Any] = json.loads((RECORDED / "woocommerce_refund.json").read_text(encoding="utf-8"))
KEY, SECRET = "ck_0123456789", "cs_9876543210"
START = datetime(2026, 3, 10, 6, 0)  # noqa: DTZ001 - their times carry no zone; this one is GMT


def order(number: int, **changes: Any) -> dict[str, Any]:
    """The recorded order under another number; fields of billing are given as `phone`."""
    made = copy.deepcopy(ORDER) | {"id": number, "number": str(number)}
    made["billing"]["phone"] = changes.pop("phone", made["billing"]["phone"])
    return made | changes


def item(number: int, name: str, quantity: int, total: str, tax: str = "0.00") -> dict[str, Any]:
    return copy.deepcopy(ORDER["line_items"][0]) | {
        "id": number,
        "name": name,
        "product_id": number,
        "quantity": quantity,
        "total": total,
        "total_tax": tax,
    }


class FakeWooCommerce:
    """`careless`: it does not look at filters. `broken_gateway`: it cannot pay back by itself."""

    def __init__(self, *orders: dict[str, Any]) -> None:
        self.orders = {row["id"]: row for row in orders}
        self.refunds: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in orders}
        self.careless = False
        self.broken_gateway = False
        self.lose_answers = 0  # so many refunds are made, and their answers get lost
        self.now = START

    def touch(self, nr: int, **changes: Any) -> None:
        """A change a second later than the one before."""
        self.now += timedelta(seconds=1)
        self.orders[nr] |= {"date_modified_gmt": self.now.isoformat(), **changes}

    def app(self) -> FastAPI:
        app = FastAPI()
        base = "/wp-json/wc/v3/orders"
        app.add_api_route(base, self._list, methods=["GET"], response_model=None)
        app.add_api_route(base + "/{nr}", self._one, methods=["GET"], response_model=None)
        app.add_api_route(base + "/{nr}/refunds", self._refunds, methods=["GET"], response_model=None)
        app.add_api_route(base + "/{nr}/refunds", self._refund, methods=["POST"], response_model=None)
        return app

    def _no(self, request: Request) -> JSONResponse | None:
        right = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") == right:
            return None
        return _error("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)

    async def _list(self, request: Request) -> JSONResponse:
        asked = request.query_params
        if no := self._no(request):
            return no
        rows = list(self.orders.values())
        if self.careless:
            return JSONResponse(rows)
        if "customer" in asked:
            rows = [row for row in rows if str(row["customer_id"]) == asked["customer"]]
        if "search" in asked:  # over many fields, and any part of them
            wanted = asked["search"].casefold()
            rows = [row for row in rows if wanted in json.dumps(row, ensure_ascii=False).casefold()]
        if "modified_after" in asked:
            assert asked["dates_are_gmt"] == "true"
            rows = [row for row in rows if row["date_modified_gmt"] > asked["modified_after"]]
        if asked.get("orderby") == "modified":
            rows.sort(key=lambda row: (row["date_modified_gmt"], row["id"]), reverse=asked["order"] == "desc")
        size, page = int(asked["per_page"]), int(asked.get("page", 1))
        return JSONResponse(rows[(page - 1) * size : page * size])

    async def _one(self, request: Request, nr: str) -> JSONResponse:
        if no := self._no(request):
            return no
        if self.careless:
            return JSONResponse(next(iter(self.orders.values())))
        row = self.orders.get(int(nr)) if nr.isdecimal() else None
        return (
            JSONResponse(row) if row else _error("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)
        )

    async def _refunds(self, request: Request, nr: int) -> JSONResponse:
        return self._no(request) or JSONResponse(self.refunds[nr])

    async def _refund(self, request: Request, nr: int) -> JSONResponse:
        if no := self._no(request):
            return no
        asked = await request.json()
        amount, row = Decimal(asked["amount"]), self.orders[nr]
        if self.broken_gateway and asked["api_refund"]:
            why = "The payment gateway for this order does not support automatic refunds."
            return _error("woocommerce_rest_cannot_create_order_refund", why, 500)
        if amount > Decimal(row["total"]) - self.paid_back(nr):
            return _error("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.", 500)
        made = copy.deepcopy(REFUND) | {
            "id": 9000 + sum(map(len, self.refunds.values())),
            "amount": str(amount),
            "reason": asked["reason"],
        }
        self.refunds[nr].append(made)
        row["refunds"] = [
            *row["refunds"],
            {"id": made["id"], "reason": made["reason"], "total": f"-{amount}"},
        ]
        self.touch(nr)
        if self.lose_answers:
            self.lose_answers -= 1
            return _error("gateway_timeout", "", 504)
        return JSONResponse(made, 201)

    def paid_back(self, nr: int) -> Decimal:
        return sum((Decimal(row["amount"]) for row in self.refunds[nr]), Decimal("0.00"))


def _error(code: str, message: str, status: int) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "data": {"status": status}}, status)
