"""The far side of the signed HTTP source, to copy from and to test against: `docs/orders.md` as a running program.

`python -m bot.orders.reference_server orders.csv` serves a file of orders; the secret comes from the environment
variable ORDERS_SECRET. What it is told it keeps in memory only.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
import uvicorn
from fastapi import FastAPI, Request, Response

from bot.cases.order import Order
from bot.clock import Clock, system_clock
from bot.errors import BotError, UsageError
from bot.orders.csv_import import import_csv
from bot.orders.reference_shop import No, ReferenceShop
from bot.orders.signing import Checker

MOST_BYTES = 2**20  # of one request
Handler = Callable[[Request, Mapping[str, Any]], "dict[str, Any] | No"]


def reference_app(shop: ReferenceShop, secrets: Mapping[str, str], clock: Clock = system_clock) -> FastAPI:
    """`secrets`: name of the key → shared secret. Every request must be signed, the failing ones change nothing."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    checker = Checker(secrets)

    def serve(method: str, path: str, handle: Handler) -> None:
        async def endpoint(request: Request) -> Response:
            body = await _body(request)
            if body is None:
                return _answer(No(413, "size", f"a request may have {MOST_BYTES} bytes"))
            fault = checker.fault(request.headers, clock(), request.method, _target(request), body)
            if fault:
                return _answer(No(401, fault.code, fault.why))
            fields = _fields(body)
            if fields is None:
                return _answer(No(400, "body", "the body must be a JSON object"))
            return _answer(handle(request, fields))

        app.add_api_route(path, endpoint, methods=[method], response_model=None)

    serve("POST", "/find", lambda r, f: {"orders": shop.find(str(f.get("number")), str(f.get("proof")))})
    serve("GET", "/orders", lambda r, f: {"orders": shop.of(r.query_params.get("buyer", ""))})
    serve("GET", "/orders/{id}", lambda r, f: shop.get(r.path_params["id"]))
    serve("GET", "/orders/{id}/cases", lambda r, f: {"cases": shop.cases(r.path_params["id"])})
    serve("GET", "/changes", lambda r, f: shop.changes(r.query_params.get("cursor", "")))
    serve(
        "POST",
        "/cases",
        lambda r, f: _written(f, lambda key, order: shop.file(key, order, f.get("case") or {})),
    )
    serve(
        "POST",
        "/actions",
        lambda r, f: _written(
            f, lambda key, order: shop.act(key, order, str(f.get("action")), f.get("fields") or {})
        ),
    )
    return app


def _written(
    fields: Mapping[str, Any], write: Callable[[str, str], dict[str, Any] | No]
) -> dict[str, Any] | No:
    key, order = fields.get("key"), fields.get("order")
    if not (isinstance(key, str) and key and isinstance(order, str)):
        return No(400, "body", "send 'key' and 'order' as texts")
    return write(key, order)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _target(request: Request) -> str:
    """Path and query as they came: decoded and encoded again, a signature would not fit any more."""
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii")


def _fields(body: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(body, parse_float=Decimal) if body else {}
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _answer(result: dict[str, Any] | No) -> Response:
    status = result.status if isinstance(result, No) else 200
    data = {"error": result.error, "code": result.code} if isinstance(result, No) else result
    content = json.dumps(data, ensure_ascii=False, default=str)
    return Response(content, status, media_type="application/json")


def main(
    file: Annotated[Path, typer.Argument(help="A CSV file of orders, as `orders import` reads it.")],
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1.")] = 8090,
    zone: Annotated[str, typer.Option(help="The clock of times without a zone.")] = "Asia/Shanghai",
) -> None:
    """Serve a file of orders over the signed HTTP interface."""
    secret = os.environ.get("ORDERS_SECRET", "")
    if len(secret) < 32:
        raise UsageError("ORDERS_SECRET: set a secret of 32 characters or more, the same on both sides")
    shop = ReferenceShop()

    def keep(orders: Iterable[Order]) -> int:
        fresh = {order.id: order for order in orders}
        shop.orders.update(fresh)
        return len(fresh)

    import_csv(file, ZoneInfo(zone), keep)
    uvicorn.run(reference_app(shop, {"1": secret}), host="127.0.0.1", port=port)


if __name__ == "__main__":
    try:
        typer.run(main)
    except BotError as fault:
        typer.echo(str(fault), err=True)
        sys.exit(2)
