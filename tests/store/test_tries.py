"""Failed proofs are counted per order number and day over all conversations, whether or not the order exists."""

from datetime import date

from bot.store.db import Database
from bot.store.tries import failures, forget_before, note_failure

TODAY, YESTERDAY = date(2026, 3, 10), date(2026, 3, 9)


def test_failures_add_up_per_number_however_it_is_typed(database: Database) -> None:
    counts = [
        database.write(lambda conn, n=typed: note_failure(conn, n, TODAY))
        for typed in ("T1", " t1 ", "#T1", "T1-2")
    ]
    assert counts == [1, 2, 3, 4]
    assert database.read(lambda conn: failures(conn, "t1", TODAY)) == 4
    assert database.read(lambda conn: failures(conn, "T2", TODAY)) == 0


def test_a_number_nobody_has_is_counted_alike(database: Database) -> None:
    assert database.write(lambda conn: note_failure(conn, "no such order", TODAY)) == 1
    assert database.read(lambda conn: failures(conn, "NO SUCH ORDER", TODAY)) == 1


def test_a_new_day_begins_at_nothing(database: Database) -> None:
    database.write(lambda conn: note_failure(conn, "T1", YESTERDAY))
    assert database.read(lambda conn: failures(conn, "T1", TODAY)) == 0
    assert database.write(lambda conn: note_failure(conn, "T1", TODAY)) == 1


def test_what_was_counted_on_earlier_days_is_forgotten(database: Database) -> None:
    for day in (YESTERDAY, TODAY):
        database.write(lambda conn, d=day: note_failure(conn, "T1", d))
    assert database.write(lambda conn: forget_before(conn, TODAY)) == 1
    assert database.read(lambda conn: failures(conn, "T1", YESTERDAY)) == 0
    assert database.read(lambda conn: failures(conn, "T1", TODAY)) == 1


def test_an_endless_number_is_counted_by_its_beginning(database: Database) -> None:
    database.write(lambda conn: note_failure(conn, "9" * 5000, TODAY))
    assert database.read(lambda conn: failures(conn, "9" * 5001, TODAY)) == 1


def test_counts_from_many_conversations_at_once_are_all_kept(database: Database) -> None:
    many = [
        database.writers.submit(database.write, lambda conn: note_failure(conn, "T1", TODAY))
        for _ in range(20)
    ]
    assert sorted(done.result() for done in many) == list(range(1, 21))
