"""What is older than the retention time goes, and nothing that an open or younger case still needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from bot.housekeeping import Housekeeping
from bot.store import audit, cases, holdings, purge
from bot.store import tables as t
from bot.store.db import Database
from bot.store.erase import erase
from bot.store.person import find
from tests.store.people import BO, LIN, MEI, NOW, do, fill, whole

ZONE = ZoneInfo("Asia/Shanghai")
DAY = 86_400.0
YEARS = 1098 * DAY
SOON = {"proof_try", "chat_mark"}  # what goes the day after, whatever the retention time


@pytest.fixture
def shop(database: Database) -> Database:
    for who in (LIN, BO):
        database.write(lambda conn, w=who: fill(conn, w))  # type: ignore[misc]
    return database


def purged(db: Database, days: float) -> dict[str, int]:
    """As if so many days had passed since the two were served."""
    at = NOW + days * DAY
    return purge.purge(db, at - YEARS, at, ZONE)


def change(db: Database, table: Any, **values: Any) -> None:
    """Of Lin's row."""
    key = table.c.chat == LIN.chat if "chat" in table.c else table.c.buyer == LIN.account
    do(db, update(table).where(key).values(values))


def of_lin(db: Database, table: str) -> int:
    return len([row for row in whole(db)[table] if "lin7" in row.lower()])


def test_every_table_that_holds_something_of_a_buyer_is_looked_through() -> None:
    looked = {step.table.name for step in purge.steps(0, 0)}
    assert looked | SOON == {held.table.name for held in holdings.HOLDINGS}


def test_within_the_time_nothing_goes_and_after_it_everything(shop: Database) -> None:
    before = whole(shop)
    assert purged(shop, 1098) == {}
    after = whole(shop)
    assert {k: after[k] for k in after.keys() - SOON} == {k: before[k] for k in before.keys() - SOON}
    assert not any(after[k] for k in SOON)
    purged(shop, 1099)
    left = {name: rows for name, rows in whole(shop).items() if rows}
    assert set(left) == {"audit"}
    [note] = shop.read(lambda conn: audit.page(conn, audit.Wanted(), None, 9))
    assert (note.act, note.detail["message"]) == ("privacy.purge", 2)
    assert purged(shop, 1099) == {}


def test_what_would_go_is_what_goes(shop: Database) -> None:
    at = NOW + 1099 * DAY
    would = shop.read(lambda conn: purge.counted(conn, at - YEARS, at))
    assert would == purged(shop, 1099)
    assert would["message"] == would["case"] == 2


@pytest.mark.parametrize("closed", [None, NOW + 300 * DAY])
def test_a_case_that_is_open_or_was_closed_since_keeps_its_words_photos_and_order(
    shop: Database, closed: float | None
) -> None:
    change(shop, t.case, closed_at=closed)
    before = whole(shop)
    purged(shop, 1099)
    for table in ("case", "case_event", "evidence", "card", "orders", "message", "attachment", "chat", "tag"):
        mine = [row for row in before[table] if "lin7" in row.lower()]
        assert mine == [row for row in whole(shop)[table] if "lin7" in row.lower()], table
    assert shop.read(lambda conn: cases.read_case(conn, BO.case)) is None


def test_what_was_said_long_before_the_case_goes_all_the_same(shop: Database) -> None:
    change(shop, t.case, closed_at=None, opened_at=NOW + 90 * DAY)
    purged(shop, 1099)
    assert of_lin(shop, "message") == 0
    assert of_lin(shop, "attachment") == 1, "it hangs on the case"
    assert of_lin(shop, "case") == 1


@pytest.mark.parametrize("table", [t.queue, t.deadline, t.inbox, t.outbox])
def test_a_conversation_with_something_to_come_stays(shop: Database, table: Any) -> None:
    column = "closed_at" if "closed_at" in table.c else "done_at"
    change(shop, table, **{column: None})
    purged(shop, 1099)
    assert (of_lin(shop, table.name), of_lin(shop, "chat")) == (1, 1)
    assert not [row for row in whole(shop)["chat"] if BO.chat in row]


def test_more_than_one_transactions_worth_goes(shop: Database) -> None:
    some = [
        {"chat": LIN.chat, "n": n, "at": NOW, "author": "bot", "text": "", "buttons": [], "attachments": []}
        for n in range(2, purge.AT_ONCE + 10)
    ]
    do(shop, insert(t.message), some)
    assert purged(shop, 1099)["message"] == purge.AT_ONCE + 10


def test_the_empty_row_of_an_erased_conversation_goes_after_a_month(shop: Database) -> None:
    who = shop.read(lambda conn: find(conn, LIN.account))
    assert shop.write(lambda conn: erase(conn, who, NOW, who="chen"))
    assert purged(shop, 30) == {}
    assert purged(shop, 31) == {"chat": 1}
    assert shop.read(lambda conn: cases.read_case(conn, LIN.case)) is not None, "the books stay their time"
    purged(shop, 1099)
    assert shop.read(lambda conn: cases.read_case(conn, LIN.case)) is None


def test_an_agents_own_chat_in_a_messenger_is_none_of_these(shop: Database) -> None:
    row = {"address": MEI, "agent": "mei", "name": "Mei", "lang": "zh", "linked_at": 0, "alerted_at": 0}
    do(shop, insert(t.agent_messenger).values(row))
    do(shop, insert(t.chat).values(chat=MEI, msg_seq=7))
    purged(shop, 1099)
    assert [row for row in whole(shop)["chat"] if MEI in row]


def test_failed_proofs_count_for_a_day_and_are_forgotten_after_it(shop: Database) -> None:
    purged(shop, 1)
    assert len(whole(shop)["proof_try"]) == 2
    purged(shop, 2)
    assert whole(shop)["proof_try"] == []


# --- by itself -------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_processes(shop: Database, migrated_url: str) -> Iterator[tuple[Database, Database]]:
    other = Database(migrated_url)
    yield shop, other
    other.close()


def test_of_any_number_of_processes_one_does_it_once_a_day(two_processes: tuple[Database, Database]) -> None:
    now = [datetime.fromtimestamp(NOW, UTC) + timedelta(days=1099)]
    a, b = (Housekeeping(db, lambda: now[0], timedelta(days=1098), ZONE) for db in two_processes)
    assert a.look()["message"] == 2
    change_of(two_processes[0])
    assert (b.look(), a.look()) == ({}, {})
    now[0] += timedelta(days=1, seconds=1)
    assert b.look() == {"tag": 1, "chat": 1}


def change_of(db: Database) -> None:
    """Something old again, that would go at the next look."""
    do(db, insert(t.chat).values(chat="web:old", updated_at=NOW))
    row = {"chat": "web:old", "tag": "vip", "by": "mei", "at": NOW}
    do(db, insert(t.tag).values(row))
