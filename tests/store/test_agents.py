"""Accounts, links, sessions, invitations, tries and the audit log, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from bot.errors import UsageError
from bot.handoff.rights import RIGHTS, ROLES, may
from bot.store import agents, attempts, audit, invitations, proofs
from bot.store.agents import IDLE_SECONDS, SESSION_SECONDS
from bot.store.audit import Wanted
from bot.store.db import Database

NOW = 1_800_000_000.0
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def shop(database: Database) -> Database:
    """An admin, a lead and an agent."""

    def fill(conn: Connection) -> None:
        for name, role in (("chen", "admin"), ("li", "lead"), ("mei", "agent")):
            agents.add(conn, name, name.title(), role, NOW)

    database.write(fill)
    return database


def at_once(db: Database, work: Callable[[Connection], object], times: int) -> list[object]:
    """The same transaction from many threads, started together."""
    start, said = threading.Barrier(times), []

    def one() -> None:
        start.wait()
        said.append(db.write(work))

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


# --- rights ------------------------------------------------------------------------------------------------------


def test_each_role_may_all_that_the_lower_ones_may() -> None:
    rights = [{right for right in RIGHTS if may(role, right)} for role in ROLES]
    assert rights[0] == {"answer"}
    assert rights[0] < rights[1] < rights[2] == set(RIGHTS)
    assert rights[2] - rights[1] == {"manage_people", "erase"}


def test_a_role_nobody_knows_may_nothing_and_a_right_nobody_knows_is_a_fault() -> None:
    assert not any(may("owner", right) for right in RIGHTS)
    with pytest.raises(KeyError):
        may("admin", "fly")


# --- accounts ----------------------------------------------------------------------------------------------------


def test_a_name_is_given_once(shop: Database) -> None:
    with pytest.raises(UsageError, match="exists already"):
        shop.write(lambda conn: agents.add(conn, "mei", "Another", "admin", NOW))
    found = shop.read(lambda conn: agents.find(conn, "mei"))
    assert found and (found.display, found.role) == ("Mei", "agent")


@pytest.mark.parametrize("change", ["role", "deactivate", "password"])
def test_a_new_role_a_new_password_and_deactivation_end_every_session(shop: Database, change: str) -> None:
    secrets = [shop.write(lambda conn: agents.open_session(conn, "mei", NOW)) for _ in range(3)]

    def do(conn: Connection) -> None:
        if change == "role":
            assert agents.set_role(conn, "mei", "lead")
        elif change == "deactivate":
            assert agents.deactivate(conn, "mei", NOW)
        else:
            proofs.set_password(conn, "mei", "hash")

    shop.write(do)
    assert [shop.read(lambda conn, s=s: agents.signed_in(conn, s, NOW)) for s in secrets] == [None] * 3


def test_one_who_changes_the_password_stays_signed_in_where_they_are(shop: Database) -> None:
    here, there = (shop.write(lambda conn: agents.open_session(conn, "mei", NOW)) for _ in range(2))
    shop.write(lambda conn: proofs.set_password(conn, "mei", "hash", keep=here))
    assert shop.read(lambda conn: agents.signed_in(conn, here, NOW))
    assert shop.read(lambda conn: agents.signed_in(conn, there, NOW)) is None


def test_who_is_deactivated_has_no_way_in_until_reactivated(shop: Database) -> None:
    link = shop.write(lambda conn: agents.make_key(conn, "mei", "link", NOW))
    shop.write(lambda conn: agents.deactivate(conn, "mei", NOW))
    stray = shop.write(
        lambda conn: agents.open_session(conn, "mei", NOW)
    )  # one that slipped in at that instant
    assert shop.write(lambda conn: agents.spend_link(conn, link, NOW)) is None
    late = shop.write(lambda conn: agents.make_key(conn, "mei", "half", NOW))
    assert shop.read(lambda conn: agents.key_of(conn, late, "half", NOW)) is None
    assert shop.read(lambda conn: agents.signed_in(conn, stray, NOW)) is None
    assert [a.name for a in shop.read(agents.everyone) if not a.active] == ["mei"]
    shop.write(lambda conn: agents.reactivate(conn, "mei"))
    assert shop.read(lambda conn: agents.signed_in(conn, stray, NOW))


def test_the_last_admin_can_neither_go_nor_step_down(shop: Database) -> None:
    assert not shop.write(lambda conn: agents.deactivate(conn, "chen", NOW))
    assert not shop.write(lambda conn: agents.set_role(conn, "chen", "lead"))
    shop.write(lambda conn: agents.set_role(conn, "li", "admin"))
    assert shop.write(lambda conn: agents.deactivate(conn, "chen", NOW))
    assert not shop.write(lambda conn: agents.deactivate(conn, "li", NOW))


def test_of_two_admins_who_remove_each_other_at_once_one_stays(shop: Database) -> None:
    shop.write(lambda conn: agents.set_role(conn, "li", "admin"))
    names, lock = ["chen", "li"], threading.Lock()

    def remove(conn: Connection) -> bool:
        with lock:
            name = names.pop() if names else "li"
        return agents.deactivate(conn, name, NOW)

    at_once(shop, remove, 2)
    assert len([a for a in shop.read(agents.everyone) if a.role == "admin" and a.active]) == 1


# --- links and sessions ------------------------------------------------------------------------------------------


def test_of_many_who_use_one_link_at_once_one_is_let_in(shop: Database) -> None:
    link = shop.write(lambda conn: agents.make_key(conn, "mei", "link", NOW))
    said = at_once(shop, lambda conn: agents.spend_link(conn, link, NOW + 1), 6)
    assert sorted(said, key=str) == [None] * 5 + ["mei"]


def test_a_link_and_half_a_sign_in_are_not_taken_for_one_another(shop: Database) -> None:
    link, half = (
        shop.write(lambda conn, kind=kind: agents.make_key(conn, "mei", kind, NOW))
        for kind in ("link", "half")
    )
    assert shop.read(lambda conn: agents.key_of(conn, half, "link", NOW)) is None
    assert shop.write(lambda conn: agents.spend_link(conn, half, NOW)) is None
    assert shop.write(lambda conn: agents.spend(conn, link, "half", NOW)) is None


@pytest.mark.parametrize(
    ("used_every", "lasts"),
    [(IDLE_SECONDS + 1, 0.0), (IDLE_SECONDS - 1, SESSION_SECONDS)],
    ids=["idle", "busy"],
)
def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_two_weeks(
    shop: Database, used_every: float, lasts: float
) -> None:
    secret = shop.write(lambda conn: agents.open_session(conn, "mei", NOW))
    lived, now = 0.0, NOW
    while shop.read(lambda conn: agents.signed_in(conn, secret, now)) and lived <= lasts:  # noqa: B023
        lived = now - NOW
        shop.write(lambda conn: agents.seen(conn, secret, now, "192.0.2.1", "Firefox"))  # noqa: B023
        now += used_every
    assert lasts - used_every <= lived <= lasts


def test_a_session_is_known_by_where_and_with_what_it_was_used_last(shop: Database) -> None:
    secret = shop.write(lambda conn: agents.open_session(conn, "mei", NOW, "192.0.2.1", "Firefox"))
    shop.write(lambda conn: agents.seen(conn, secret, NOW + HOUR, "192.0.2.9", "Chrome"))
    (session,) = shop.read(lambda conn: agents.sessions(conn, "mei", NOW + HOUR))
    assert (session.created_at, session.seen_at, session.address, session.device) == (
        NOW, NOW + HOUR, "192.0.2.9", "Chrome",
    )  # fmt: skip
    assert secret not in session.id


def test_nobody_ends_a_session_of_somebody_else_by_its_id(shop: Database) -> None:
    shop.write(lambda conn: agents.open_session(conn, "li", NOW))
    (session,) = shop.read(lambda conn: agents.sessions(conn, "li", NOW))
    assert not shop.write(lambda conn: agents.end_session(conn, "mei", session.id))
    assert shop.write(lambda conn: agents.end_session(conn, "li", session.id))
    assert shop.read(lambda conn: agents.sessions(conn, None, NOW)) == []


def test_no_secret_is_stored_as_it_is(shop: Database) -> None:
    def make(conn: Connection) -> list[str]:
        proofs.start_totp(conn, "mei", ["ABCDEFGH"], NOW)
        invited = invitations.invite(conn, "bo", "Bo", "agent", "chen", NOW)
        assert invited
        return [
            agents.make_key(conn, "mei", "link", NOW),
            agents.open_session(conn, "mei", NOW),
            invited,
            "ABCDEFGH",
        ]

    secrets = shop.write(make)
    tables = ("agent_key", "agent_session", "invitation", "agent_recovery")
    rows = shop.read(lambda conn: [str(conn.execute(text(f"SELECT * FROM {t}")).all()) for t in tables])
    assert [s for s in secrets if any(s in row for row in rows)] == []


def test_sessions_of_the_schema_before_are_not_lost(database_url: str) -> None:
    from alembic import command

    from bot.store.migrate import alembic_config

    db = Database(database_url)
    db.write(lambda conn: command.upgrade(alembic_config(conn), "0001"))
    key = "INSERT INTO agent_key (hash, kind, agent, expires_at) VALUES (:h, :k, 'mei', 4e9)"

    def before(conn: Connection) -> None:
        conn.execute(text("INSERT INTO agent (name, display, created_at) VALUES ('mei', 'Mei', 1)"))
        for kind in ("session", "link"):
            conn.execute(text(key), {"h": agents.sealed(kind), "k": kind})

    db.write(before)
    db.migrate()
    import time

    found = db.read(lambda conn: agents.signed_in(conn, "session", time.time()))
    assert found and found.name == "mei"
    assert db.write(lambda conn: agents.spend_link(conn, "link", time.time())) == "mei"
    db.close()


# --- invitations -------------------------------------------------------------------------------------------------


def test_an_invitation_makes_one_account_of_its_role_once(shop: Database) -> None:
    secret = shop.write(lambda conn: invitations.invite(conn, "bo", "阿波", "lead", "chen", NOW))
    assert secret
    said = at_once(shop, lambda conn: invitations.accept(conn, secret, NOW + HOUR), 4)
    assert [s is not None for s in said].count(True) == 1
    found = shop.read(lambda conn: agents.find(conn, "bo"))
    assert found and (found.display, found.role) == ("阿波", "lead")


@pytest.mark.parametrize("why", ["too old", "taken back", "made in the shell meanwhile"])
def test_an_invitation_that_no_longer_holds_lets_nobody_in(shop: Database, why: str) -> None:
    secret = shop.write(lambda conn: invitations.invite(conn, "bo", "Bo", "admin", "chen", NOW))
    assert secret
    now = NOW + 72 * HOUR + 1 if why == "too old" else NOW + 1
    if why == "taken back":
        assert shop.write(lambda conn: invitations.take_back(conn, agents.sealed(secret))) == "bo"
    elif why == "made in the shell meanwhile":
        shop.write(lambda conn: agents.add(conn, "bo", "The real Bo", "agent", NOW))
    assert shop.write(lambda conn: invitations.accept(conn, secret, now)) is None
    found = shop.read(lambda conn: agents.find(conn, "bo"))
    assert found is None or found.role == "agent"


@pytest.mark.parametrize("name", ["mei", "bo"])
def test_nobody_is_invited_to_a_name_that_is_taken_or_promised(shop: Database, name: str) -> None:
    shop.write(lambda conn: invitations.invite(conn, "bo", "Bo", "agent", "chen", NOW))
    assert shop.write(lambda conn: invitations.invite(conn, name, "X", "agent", "chen", NOW + 1)) is None
    later = NOW + 73 * HOUR  # a promise that ran out binds nobody
    again = shop.write(lambda conn: invitations.invite(conn, name, "X", "agent", "chen", later))
    assert (again is not None) == (name == "bo")


# --- proofs ------------------------------------------------------------------------------------------------------


def test_a_step_of_the_phone_is_used_once_and_never_an_older_one(shop: Database) -> None:
    shop.write(lambda conn: proofs.plan_totp(conn, "mei", "SECRET"))
    assert at_once(shop, lambda conn: proofs.use_step(conn, "mei", 100), 4).count(True) == 1
    assert not shop.write(lambda conn: proofs.use_step(conn, "mei", 99))
    assert shop.write(lambda conn: proofs.use_step(conn, "mei", 101))


def test_a_recovery_code_works_once_and_only_for_its_owner(shop: Database) -> None:
    shop.write(lambda conn: proofs.start_totp(conn, "mei", ["AAAA", "BBBB"], NOW))
    assert not shop.write(lambda conn: proofs.use_code(conn, "li", "AAAA", NOW))
    assert at_once(shop, lambda conn: proofs.use_code(conn, "mei", "AAAA", NOW), 4).count(True) == 1
    assert shop.read(lambda conn: proofs.proofs(conn, "mei")).codes_left == 1
    shop.write(lambda conn: proofs.set_codes(conn, "mei", ["CCCC"]))
    assert not shop.write(lambda conn: proofs.use_code(conn, "mei", "BBBB", NOW))


def test_a_new_hash_of_the_same_password_never_undoes_a_change(shop: Database) -> None:
    shop.write(lambda conn: proofs.set_password(conn, "mei", "new"))
    shop.write(lambda conn: proofs.rehash(conn, "mei", "old", "old but stronger"))
    assert shop.read(lambda conn: proofs.proofs(conn, "mei")).password == "new"


# --- tries -------------------------------------------------------------------------------------------------------


def test_of_many_tries_at_once_only_so_many_are_looked_at(shop: Database) -> None:
    said = at_once(shop, lambda conn: attempts.try_once(conn, "mei", "192.0.2.1", NOW), 12)
    assert said.count(None) == 8
    waits = [wait for wait in said if isinstance(wait, attempts.Wait)]
    assert {wait.seconds for wait in waits} == {15 * MINUTE}
    assert [wait.first for wait in waits].count(True) == 1


def test_tries_on_one_account_are_counted_wherever_they_come_from(shop: Database) -> None:
    said = [
        shop.write(lambda conn, i=i: attempts.try_once(conn, "mei", f"192.0.2.{i}", NOW + i))
        for i in range(9)
    ]
    assert said[:8] == [None] * 8
    assert said[8] == attempts.Wait(15 * MINUTE - 8, first=True)
    assert shop.write(lambda conn: attempts.try_once(conn, "li", "192.0.2.1", NOW)) is None
    assert shop.write(lambda conn: attempts.try_once(conn, "mei", "192.0.2.1", NOW + 15 * MINUTE)) is None


def test_tries_from_one_address_are_counted_whoever_they_are_for(shop: Database) -> None:
    said = [
        shop.write(lambda conn, i=i: attempts.try_once(conn, f"name{i}", "192.0.2.1", NOW)) for i in range(41)
    ]
    assert said[:40] == [None] * 40 and said[40] is not None
    assert shop.write(lambda conn: attempts.try_once(conn, "name0", "192.0.2.2", NOW)) is None


def test_an_office_where_everybody_signs_in_rightly_is_never_told_to_wait(shop: Database) -> None:
    def sign_in(conn: Connection, i: int) -> attempts.Wait | None:
        wait = attempts.try_once(conn, f"name{i}", "192.0.2.1", NOW)
        attempts.succeeded(conn, f"name{i}", "192.0.2.1", NOW)
        return wait

    assert {shop.write(lambda conn, i=i: sign_in(conn, i)) for i in range(100)} == {None}


def test_the_table_of_tries_forgets_and_holds_no_name(shop: Database) -> None:
    shop.write(lambda conn: attempts.try_once(conn, "my-password-typed-as-a-name", "192.0.2.1", NOW))
    rows = shop.read(lambda conn: str(conn.execute(text("SELECT * FROM attempt")).all()))
    assert "my-password" not in rows
    shop.write(lambda conn: attempts.try_once(conn, "mei", "192.0.2.7", NOW + HOUR))
    assert shop.read(lambda conn: conn.execute(text("SELECT count(*) FROM attempt")).scalar()) == 2


# --- the audit log -----------------------------------------------------------------------------------------------


def test_the_log_is_read_in_pages_newest_first_and_none_twice(shop: Database) -> None:
    def write(conn: Connection) -> None:
        for i in range(25):  # five at each instant
            audit.note(conn, "mei", "chat.claim", f"web:{i}", {"i": i}, NOW + i // 5 + 0.123456)

    shop.write(write)
    seen, before = [], None
    while page := shop.read(lambda conn: audit.page(conn, Wanted(), before, 4)):  # noqa: B023
        seen += page
        before = (page[-1].at.timestamp(), page[-1].id)
    assert sorted(n.subject for n in seen) == sorted(f"web:{i}" for i in range(25))
    assert [n.at for n in seen] == sorted((n.at for n in seen), reverse=True)
    assert shop.read(lambda conn: list(audit.every(conn, Wanted(), 100))) == seen


def test_the_log_is_searched_by_who_what_on_what_and_when(shop: Database) -> None:
    def write(conn: Connection) -> None:
        audit.note(conn, "mei", "chat.claim", "web:1", {}, NOW)
        audit.note(conn, "mei", "chatter", "web:2", {}, NOW + 1)
        audit.note(conn, "li", "chat.reply", "web:1", {}, NOW + 2)
        audit.note(conn, "li", "sign_in", "li", {"by": "link"}, NOW + 3)

    shop.write(write)

    def found(**wanted: object) -> list[str]:
        return [n.act for n in shop.read(lambda conn: audit.page(conn, Wanted(**wanted), None, 9))]  # type: ignore[arg-type]

    assert found(who="mei") == ["chatter", "chat.claim"]
    assert found(act="chat") == ["chat.reply", "chat.claim"]
    assert found(act="chat.claim") == ["chat.claim"]
    assert found(subject="web:1") == ["chat.reply", "chat.claim"]
    assert found(since=NOW + 1, until=NOW + 3) == ["chat.reply", "chatter"]


def test_a_note_stands_or_falls_with_what_it_is_about(shop: Database) -> None:
    def half_way(conn: Connection) -> None:
        agents.set_role(conn, "mei", "admin")
        audit.note(conn, "chen", "person.role", "mei", {"to": "admin"}, NOW)
        raise UsageError("and then it failed")

    with pytest.raises(UsageError):
        shop.write(half_way)
    assert shop.read(lambda conn: audit.page(conn, Wanted(), None, 9)) == []
    found = shop.read(lambda conn: agents.find(conn, "mei"))
    assert found and found.role == "agent"
