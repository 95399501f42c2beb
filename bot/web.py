"""The one web application: the parts' routers under one roof, every page's headers, health and figures.

What stands on the pages is the routers' matter; which routers there are is `app`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import StoreAwayError
from bot.store.db import Database
from bot.store.inbox import next_due

PATIENCE = 3.0  # seconds a readiness check waits for the database
# For uvicorn. Compression would double the memory of an open page; a frame is a message, not an upload;
# an access log would hold the addresses of buyers.
SERVER: Mapping[str, Any] = {
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,
    "ws_max_size": 256 * 1024,
    "access_log": False,
    "server_header": False,
    # A connection that never ends must not keep a program that is told to stop.
    "timeout_graceful_shutdown": 5,
}
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Figure:
    """One number for Prometheus, e.g. Figure("bot_queue_waiting", "Chats nobody has yet", 3)."""

    name: str
    help: str
    value: float
    kind: Literal["gauge", "counter"] = "gauge"
    labels: Mapping[str, str] = field(default_factory=dict)


async def _no_figures() -> Sequence[Figure]:
    return ()


def build_app(
    routers: Sequence[APIRouter],
    db: Database,
    ready: Callable[[], str | None] = lambda: None,
    figures: Callable[[], Awaitable[Sequence[Figure]]] = _no_figures,
) -> FastAPI:
    """`ready` says why work does not move, None while it does; `figures` is asked at every scrape."""
    app = FastAPI(title="aftersales-bot", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    app.add_exception_handler(StoreAwayError, _away)
    for router in routers:
        app.include_router(router)
    app.include_router(_health(db, ready, figures))
    return app


class SafeHeaders:
    """Adds the headers above where a route has not set its own. Plain ASGI: it must not buffer a photo."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _health(
    db: Database, ready: Callable[[], str | None], figures: Callable[[], Awaitable[Sequence[Figure]]]
) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True})

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        why = await _database_fault(db) or ready()
        return JSONResponse({"ready": why is None, **({"why": why} if why else {})}, 503 if why else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(exposition(await figures()), media_type=CONTENT_TYPE_PLAIN_1_0_0)

    return router


async def _database_fault(db: Database) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            await db.aread(next_due)
    except StoreAwayError as fault:
        return str(fault)
    except TimeoutError:
        return f"the database has not answered for {PATIENCE:g} seconds"
    return None


def exposition(figures: Sequence[Figure]) -> bytes:
    """The figures and this process's own, in Prometheus' text format."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Collected(figures))
    return generate_latest(registry)


class _Collected:
    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for f in self._figures:
            make = CounterMetricFamily if f.kind == "counter" else GaugeMetricFamily
            family = families.setdefault(f.name, make(f.name, f.help, labels=list(f.labels)))
            family.add_metric(list(f.labels.values()), f.value)
        return families.values()


async def _away(_: Request, fault: Exception) -> JSONResponse:
    return JSONResponse({"error": str(fault)}, 503, {"retry-after": "2"})
