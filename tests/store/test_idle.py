"""What a round costs in which nothing is due: it reads the few open rows, not every conversation and clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from benchmarks.cases import fill
from bot.store import cases, deadlines, inbox
from bot.store.db import Database

NOW = 1_773_122_400.0  # 2026-03-10 06:00 UTC
MANY = 2_000
ALL_ROWS = (
    "SCAN case",
    "SCAN chat",
    "SCAN deadline",
    "CORRELATED",
    "Seq Scan",
)  # as the two databases say it


def plans(db: Database, work: Callable[[Connection], object]) -> list[str]:
    """How the database goes about every query of `work`."""
    asked: list[tuple[str, Any]] = []

    def note(_: Connection, __: object, sql: str, values: Any, *___: object) -> None:
        asked.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", note)
    db.write(work)
    event.remove(db.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "

    def told(conn: Connection) -> list[str]:
        selects = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
        return [
            str(row[-1]) for sql, values in selects for row in conn.exec_driver_sql(explain + sql, values)
        ]

    return db.read(told)


@pytest.mark.parametrize(
    "work",
    [
        deadlines.next_due,
        inbox.next_due,
        lambda conn: deadlines.fire_due(conn, NOW),
        lambda conn: inbox.lock_due(conn, NOW, 16),
    ],
    ids=["the next clock", "the next conversation", "clocks to ring", "conversations to handle"],
)
def test_a_round_with_nothing_due_reads_no_more_than_what_is_open(
    database: Database, work: Callable[[Connection], object]
) -> None:
    database.write(lambda conn: fill(conn, MANY, NOW))
    database.write(lambda conn: conn.execute(text("ANALYZE")) and None)
    found = plans(database, work)
    assert found
    assert [line for line in found if any(words in line for words in ALL_ROWS)] == []


def test_a_turn_reads_the_cases_of_its_own_orders_only(database: Database) -> None:
    database.write(lambda conn: fill(conn, MANY, NOW))
    database.write(lambda conn: conn.execute(text("ANALYZE")) and None)
    for orders in (["T7"], ["T7", "T8", "T9"]):
        for read in (cases.open_on, cases.refunds_on):
            found = plans(database, lambda conn, read=read, orders=orders: read(conn, orders))  # type: ignore[misc]
            assert found
            assert [line for line in found if any(words in line for words in ALL_ROWS)] == []


def test_a_turn_about_no_order_asks_for_no_cases_of_one(database: Database) -> None:
    assert plans(database, lambda conn: cases.open_on(conn, [])) == []
    assert plans(database, lambda conn: cases.refunds_on(conn, [])) == []


def test_a_round_rings_all_clocks_of_the_conversations_it_takes_up_and_the_next_goes_on(
    database: Database,
) -> None:
    database.write(lambda conn: fill(conn, 5, NOW))
    later = NOW + 30 * 86_400
    assert database.write(lambda conn: deadlines.fire_due(conn, later, limit=2)) == 4
    assert database.write(lambda conn: deadlines.fire_due(conn, later, limit=10)) == 6
    assert database.read(deadlines.next_due) is None
