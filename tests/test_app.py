"""What `run` prepares before anybody writes: the demo shop and the first agent's way in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import fill_demo, first_link
from bot.cases.case import Case, CaseType, Status
from bot.cases.order import from_data
from bot.config import Settings
from bot.orders.demo import EMMA, LIN
from bot.store import agents
from bot.store.cases import save_case
from bot.store.db import Database
from bot.store.orders import count_orders, orders_of, put_orders

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def demo_at(database: Database, now: datetime, settings: Settings | None = None) -> bool:
    return database.write(lambda conn: fill_demo(conn, settings or Settings(), lambda: now))


def test_an_empty_shop_becomes_a_demo_with_orders_of_two_buyers(database: Database) -> None:
    assert demo_at(database, NOW)
    lin = database.read(lambda conn: orders_of(conn, LIN))
    emma = database.read(lambda conn: orders_of(conn, EMMA))
    assert len(lin) + len(emma) >= 12
    assert len({o.status for o in [*lin, *emma]}) >= 4


def test_a_later_start_dates_the_demo_anew_but_not_an_order_with_a_case(database: Database) -> None:
    demo_at(database, NOW)
    before = {o.id: o for o in database.read(lambda conn: orders_of(conn, LIN))}
    case = Case(
        "A1", "web:x", CaseType.RETURN_REFUND, Status.AWAIT_RETURN, NOW, NOW, buyer=LIN, order_id="T1001"
    )
    database.write(lambda conn: save_case(conn, case, []))
    assert demo_at(database, NOW + timedelta(days=30))
    after = {o.id: o for o in database.read(lambda conn: orders_of(conn, LIN))}
    assert after["T1001"] == before["T1001"]
    assert after["T1005"] != before["T1005"]


def test_the_demo_ends_with_the_first_real_order(database: Database) -> None:
    demo_at(database, NOW)
    real = from_data({"id": "N1", "buyer": "wang", "status": "paid", "paid": "5.00"}, ZONE)
    database.write(lambda conn: put_orders(conn, [real], NOW.timestamp()))
    count = database.read(count_orders)
    assert not demo_at(database, NOW)
    assert database.read(count_orders) == count


def test_a_shop_that_says_off_gets_no_demo(database: Database) -> None:
    assert not demo_at(database, NOW, replace(Settings(), demo="off"))
    assert database.read(count_orders) == 0


def test_the_first_agent_gets_a_link_at_every_start_until_somebody_signed_in(database: Database) -> None:
    first = database.write(lambda conn: first_link(conn, lambda: NOW))
    second = database.write(lambda conn: first_link(conn, lambda: NOW))
    assert first and second and first != second
    assert len(database.read(agents.everyone)) == 1
    assert database.write(lambda conn: agents.spend_link(conn, second, NOW.timestamp()))
    assert database.write(lambda conn: first_link(conn, lambda: NOW)) is None
