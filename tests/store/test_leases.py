"""One owner at a time, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.store.db import Database
from bot.store.leases import give_back, take

NOW = 1_773_122_700.0


def takes(database: Database, owner: str, now: float = NOW) -> bool:
    return database.write(lambda c: take(c, "poller:1", owner, now, 30.0))


def test_who_comes_second_waits_until_the_lease_has_run_out(database: Database) -> None:
    assert takes(database, "a")
    assert not takes(database, "b", NOW + 29)
    assert takes(database, "b", NOW + 31)
    assert not takes(database, "a", NOW + 32)


def test_the_owner_renews_it_for_another_term(database: Database) -> None:
    assert takes(database, "a")
    assert takes(database, "a", NOW + 20)
    assert not takes(database, "b", NOW + 49)


def test_given_back_it_is_free_at_once_but_only_its_owner_can(database: Database) -> None:
    takes(database, "a")
    database.write(lambda c: give_back(c, "poller:1", "b"))
    assert not takes(database, "b")
    database.write(lambda c: give_back(c, "poller:1", "a"))
    assert takes(database, "b")


def test_leases_of_other_names_are_free(database: Database) -> None:
    takes(database, "a")
    assert database.write(lambda c: take(c, "poller:2", "b", NOW, 30.0))


def test_of_ten_who_come_at_once_exactly_one_has_it(database: Database) -> None:
    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(lambda i: takes(database, f"process {i}"), range(10)))
    assert got.count(True) == 1
