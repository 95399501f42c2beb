"""The door to the database: transactions, snapshots, deadlocks, and telling "away" from "wrong"."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from bot.errors import ConfigError, StoreAwayError
from bot.store.db import Database
from bot.store.tables import chat
from tests.support.postgres import PostgresServer


def add(conn: Connection, key: str) -> None:
    conn.execute(chat.insert().values(chat=key))


def count(db: Database) -> int:
    return len(db.read(lambda conn: conn.execute(select(chat.c.chat)).all()))


def bump(conn: Connection, key: str) -> None:
    conn.execute(update(chat).where(chat.c.chat == key).values(in_seq=chat.c.in_seq + 1))


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    def half(conn: Connection) -> None:
        add(conn, "web:1")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        database.write(half)
    assert count(database) == 0
    database.write(lambda conn: add(conn, "web:1"))
    assert count(database) == 1


def test_nothing_written_while_reading_is_kept(database: Database) -> None:
    database.read(lambda conn: add(conn, "web:1"))
    assert count(database) == 0


def test_a_savepoint_undoes_its_part_alone(database: Database) -> None:
    def work(conn: Connection) -> None:
        add(conn, "web:1")
        with suppress(ValueError), conn.begin_nested():
            add(conn, "web:2")
            raise ValueError("x")
        add(conn, "web:3")

    database.write(work)
    found = database.read(lambda conn: conn.execute(select(chat.c.chat)).scalars().all())
    assert sorted(found) == ["web:1", "web:3"]


def test_writers_in_many_threads_lose_no_update(database: Database) -> None:
    database.write(lambda conn: add(conn, "web:1"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: database.write(lambda conn: bump(conn, "web:1")), range(80)))
    assert database.read(lambda conn: conn.execute(select(chat.c.in_seq)).scalar_one()) == 80


def test_two_processes_on_one_sqlite_file_wait_for_each_other(sqlite_url: str) -> None:
    """Two databases on one file stand for two processes: neither knows the other's lock."""
    first, second = Database(sqlite_url), Database(sqlite_url)
    first.migrate()
    first.write(lambda conn: add(conn, "web:1"))
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda db: [db.write(lambda conn: bump(conn, "web:1")) for _ in range(50)], (first, second)
            )
        )
    assert first.read(lambda conn: conn.execute(select(chat.c.in_seq)).scalar_one()) == 100
    first.close()
    second.close()


def test_a_deadlock_is_untied_and_both_transactions_are_made(postgres_url: str) -> None:
    db = Database(postgres_url)
    db.migrate()
    for key in ("web:1", "web:2"):
        db.write(partial(add, key=key))
    both_hold_one = threading.Barrier(2, timeout=10)
    met = threading.local()

    def crosswise(first: str, second: str) -> None:
        def work(conn: Connection) -> None:
            bump(conn, first)
            if not getattr(met, "once", False):
                met.once = True
                both_hold_one.wait()
            bump(conn, second)

        db.write(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(crosswise, ("web:1", "web:2"), ("web:2", "web:1")))
    assert sorted(db.read(lambda conn: conn.execute(select(chat.c.in_seq)).scalars().all())) == [2, 2]
    db.close()


def test_a_fault_of_ours_is_not_taken_for_a_database_that_is_away(database: Database) -> None:
    for wrong in ("SELECT nothing FROM nowhere", "SELEC 1"):
        with pytest.raises(Exception, match=r"(?i)nowhere|syntax") as caught:
            database.read(lambda conn, sql=wrong: conn.execute(text(sql)))  # type: ignore[misc]
        assert not isinstance(caught.value, StoreAwayError)


def test_a_server_that_was_killed_is_away_and_then_back_without_a_restart(
    spare_postgres: PostgresServer,
) -> None:
    db = Database(spare_postgres.create())
    db.migrate()
    db.write(lambda conn: add(conn, "web:1"))
    spare_postgres.kill()
    with pytest.raises(StoreAwayError, match="the database is away"):
        db.write(lambda conn: add(conn, "web:2"))
    with pytest.raises(StoreAwayError):
        count(db)
    spare_postgres.start()
    assert count(db) == 1
    db.write(lambda conn: add(conn, "web:2"))
    assert count(db) == 2
    db.close()


def test_a_server_that_dies_in_the_middle_of_a_transaction_is_away_and_nothing_was_written(
    spare_postgres: PostgresServer,
) -> None:
    db = Database(spare_postgres.create())
    db.migrate()

    def work(conn: Connection) -> None:
        with conn.begin_nested():
            add(conn, "web:1")
            spare_postgres.kill()
            add(conn, "web:2")

    with pytest.raises(StoreAwayError):
        db.write(work)
    spare_postgres.start()
    assert count(db) == 0
    db.close()


def test_a_sqlite_file_that_cannot_be_opened_is_away(tmp_path: Path) -> None:
    (tmp_path / "shop.db").mkdir()
    db = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    with pytest.raises(StoreAwayError, match="unable to open"):
        db.migrate()
    db.close()


def test_sqlite_flushes_every_commit_and_lets_readers_read_meanwhile(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    pragmas = {
        name: db.read(lambda conn, n=name: conn.execute(text(f"PRAGMA {n}")).scalar())  # type: ignore[misc]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    db.close()


@pytest.mark.parametrize("url", ["mysql://host/db", "postgresql+asyncpg://host/db"])
def test_another_kind_of_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(ConfigError, match="use sqlite:///… or postgresql://…"):
        Database(url)
