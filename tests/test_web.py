"""The application around the pages: headers, health, figures."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from fastapi import APIRouter, Response

from bot.errors import StoreAwayError
from bot.store.db import Database
from bot.web import Figure, build_app


@pytest.fixture
def db(database: Database) -> Database:
    return database


def visit(db: Database, routers: Sequence[APIRouter] = (), **parts: object) -> httpx.AsyncClient:
    app = build_app(routers, db, **parts)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")


@pytest.fixture
async def plain(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with visit(db) as http:
        yield http


async def test_alive_is_alive(plain: httpx.AsyncClient) -> None:
    assert (await plain.get("/healthz")).json() == {"alive": True}


async def test_ready_means_the_database_answers_and_work_moves(plain: httpx.AsyncClient) -> None:
    answer = await plain.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


async def test_work_that_does_not_move_is_said(db: Database) -> None:
    async with visit(db, ready=lambda: "the oldest message has waited 90 s") as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["why"]) == (503, "the oldest message has waited 90 s")


async def test_a_database_that_is_away_is_said_while_the_program_lives() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    async with visit(nowhere) as http:
        answer = await http.get("/readyz")
        alive = await http.get("/healthz")
    nowhere.close()
    assert (answer.status_code, alive.status_code) == (503, 200)
    assert "database is away" in answer.json()["why"]


async def test_a_page_that_needs_the_database_says_when_to_come_back(db: Database) -> None:
    router = APIRouter()

    @router.get("/needs")
    async def needs() -> None:
        raise StoreAwayError("the database is away (refused)")

    async with visit(db, [router]) as http:
        answer = await http.get("/needs")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_every_answer_carries_the_strict_headers_even_a_404(plain: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/nowhere", "/metrics"):
        headers = (await plain.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'; ")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_a_routes_own_header_stands(db: Database) -> None:
    router = APIRouter()

    @router.get("/own")
    async def own() -> Response:
        return Response(headers={"cache-control": "max-age=5"})

    async with visit(db, [router]) as http:
        assert (await http.get("/own")).headers.get_list("cache-control") == ["max-age=5"]


async def test_figures_are_read_at_each_scrape(db: Database) -> None:
    waiting = [3.0]

    async def figures() -> Sequence[Figure]:
        await asyncio.sleep(0)
        return [
            Figure("bot_queue_waiting", "Chats nobody has yet", waiting[0], labels={"priority": "P1"}),
            Figure("bot_queue_waiting", "Chats nobody has yet", 1, labels={"priority": "P3"}),
            Figure("bot_messages", "Messages taken in", 41, kind="counter"),
        ]

    async with visit(db, figures=figures) as http:
        first = (await http.get("/metrics")).text
        waiting[0] = 4.0
        second = (await http.get("/metrics")).text
    assert 'bot_queue_waiting{priority="P1"} 3.0' in first
    assert 'bot_queue_waiting{priority="P3"} 1.0' in first
    assert "bot_messages_total 41.0" in first
    assert 'bot_queue_waiting{priority="P1"} 4.0' in second


async def test_no_page_describes_our_interface_to_strangers(plain: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await plain.get(path)).status_code == 404
