"""An order is found among all that hold the same digits, and the search for one that is not there ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException

from bot.orders.medusa.admin import PAGE, SEARCH_PAGES, Admin
from tests.support.http_server import serving

Page = dict[str, Any]


@contextmanager
def shop_of(orders: int) -> Iterator[tuple[Admin, list[str]]]:
    """A far side where a search finds everything; the offsets it was asked for."""
    asked: list[str] = []
    app = FastAPI(openapi_url=None)
    rows = [
        {"id": f"order_{n}", "display_id": n, "custom_display_id": None}
        | {"currency_code": "cny", "is_draft_order": False}
        for n in range(1, orders + 1)
    ]

    @app.get("/admin/orders")
    def search(q: str, order: str, offset: int, limit: int) -> Page:
        asked.append(f"{q} {order} {offset}")
        return {"orders": rows[offset : offset + limit]}

    @app.get("/admin/orders/{order_id}")
    def whole(order_id: str) -> Page:
        for row in rows:
            if row["id"] == order_id:
                return {"order": row}
        raise HTTPException(404)

    with serving(app) as url:
        admin = Admin(url, "sk_1", "CNY")
        yield admin, asked
        admin.close()


def test_an_order_behind_a_page_of_others_is_found() -> None:
    with shop_of(3 * PAGE) as (admin, asked):
        number = str(PAGE + 7)
        row = admin.order(number)
        assert row is not None and row["id"] == f"order_{number}"
        assert asked == [f"{number} display_id 0", f"{number} display_id {PAGE}"]


def test_a_search_ends() -> None:
    with shop_of(PAGE * SEARCH_PAGES + 1) as (admin, asked):
        assert admin.order(f"{PAGE * SEARCH_PAGES + 1}") is None
        assert len(asked) == SEARCH_PAGES


def test_a_line_is_looked_for_under_its_orders_number() -> None:
    with shop_of(3) as (admin, asked):
        row = admin.order("2-2")
        assert row is not None and row["display_id"] == 2
        assert asked == ["2-2 display_id 0", "2 display_id 0"]


@pytest.mark.parametrize("number", ["", " ", "1 OR 1=1", "../1", "%", "x" * 65, "一" * 65])
def test_what_is_no_number_is_not_asked_for(number: str) -> None:
    with shop_of(3) as (admin, asked):
        assert admin.order(number) is None
        assert asked == []
