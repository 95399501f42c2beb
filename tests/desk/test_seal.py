"""What the phone and the desk share is kept so that a copy of the database alone gives no codes."""

from __future__ import annotations

import logging

import pyotp
import pytest
from sqlalchemy import select, update

from bot.desk import codes
from bot.desk.seal import Seal
from bot.store import agents, proofs
from bot.store.db import Database
from bot.store.tables import agent_account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = "ABCDEFGHJKMNPQRS"
NOW = 1_770_000_000.0
OURS, ANOTHER = Seal(b"the key of this shop, 32 characters"), Seal(b"the key of that shop, 32 characters")


@pytest.fixture
def shop(database: Database) -> Database:
    for name in ("mei", "li"):
        database.write(lambda conn, n=name: agents.add(conn, n, n, "agent", 0))  # type: ignore[misc]
    return database


def keep(db: Database, name: str, kept: str) -> None:
    db.write(lambda conn: proofs.plan_totp(conn, name, kept))
    db.write(lambda conn: proofs.start_totp(conn, name, [RECOVERY], 0))


def kept(db: Database, name: str) -> str:
    found = db.read(lambda conn: proofs.proofs(conn, name)).totp
    assert found is not None
    return found


def right(db: Database, name: str, typed: str, seal: Seal, now: float = NOW) -> str | None:
    return db.write(lambda conn: codes.right(conn, name, typed, now, seal))


def shown(now: float = NOW) -> str:
    return pyotp.TOTP(SECRET).at(int(now))


def test_what_is_stored_tells_nothing_and_twice_the_same_looks_different() -> None:
    one, two = (OURS.close(SECRET, "mei") for _ in range(2))
    assert SECRET not in one and one != two
    assert OURS.open(one, "mei") == OURS.open(two, "mei") == SECRET


def test_another_key_another_agent_and_a_changed_letter_open_nothing() -> None:
    sealed = OURS.close(SECRET, "mei")
    assert ANOTHER.open(sealed, "mei") is None
    assert OURS.open(sealed, "li") is None
    for at in range(3, len(sealed)):
        other = "A" if sealed[at] != "A" else "B"
        assert OURS.open(sealed[:at] + other + sealed[at + 1 :], "mei") is None
    for broken in ("v1:", "v1:AA", "v1:ü", "v1:" + "A" * 15):
        assert OURS.open(broken, "mei") is None


def test_a_secret_that_is_planned_is_sealed_in_the_table_and_shown_to_the_phone(shop: Database) -> None:
    shop.write(lambda conn: codes.plan(conn, "mei", OURS))
    found = shop.read(lambda conn: proofs.proofs(conn, "mei"))
    secret = codes.planned(found, "mei", OURS)
    assert secret is not None and secret not in str(found.totp)
    first = pyotp.TOTP(secret).at(int(NOW))
    assert shop.write(lambda conn: codes.right_first(conn, "mei", first, NOW, OURS))


def test_a_code_is_right_by_the_sealed_secret(shop: Database) -> None:
    keep(shop, "mei", OURS.close(SECRET, "mei"))
    assert right(shop, "mei", "000000", OURS) is None
    assert right(shop, "mei", shown(), OURS) == "totp"
    assert right(shop, "mei", shown(), OURS) is None, "each once"


def test_who_can_write_to_the_table_cannot_give_somebody_their_own_secret(shop: Database) -> None:
    keep(shop, "li", OURS.close(SECRET, "li"))
    keep(shop, "mei", kept(shop, "li"))
    assert right(shop, "mei", shown(), OURS) is None
    assert right(shop, "li", shown(), OURS) == "totp"


def test_under_another_key_only_recovery_codes_help_and_the_log_names_the_cure(
    shop: Database, caplog: pytest.LogCaptureFixture
) -> None:
    keep(shop, "mei", OURS.close(SECRET, "mei"))
    with caplog.at_level(logging.ERROR):
        assert right(shop, "mei", shown(), ANOTHER) is None
    assert "BOT_SECRET_KEY" in caplog.text and "agents link NAME --no-code" in caplog.text
    assert right(shop, "mei", RECOVERY.lower(), ANOTHER) == "recovery"


def test_what_an_older_version_stored_goes_on_working_and_is_sealed_at_the_start(shop: Database) -> None:
    keep(shop, "mei", SECRET)
    keep(shop, "li", OURS.close(SECRET, "li"))
    assert right(shop, "mei", shown(), OURS) == "totp"
    assert shop.write(lambda conn: codes.seal_old(conn, OURS)) == 1
    assert SECRET not in kept(shop, "mei")
    steps = shop.read(
        lambda conn: conn.execute(
            select(agent_account.c.totp_step, agent_account.c.totp_at).where(agent_account.c.agent == "mei")
        ).one()
    )
    assert (steps.totp_step, steps.totp_at) == (int(NOW) // 30, 0), "on as before, and no code twice"
    later = NOW + 60
    assert right(shop, "mei", shown(later), OURS, later) == "totp"
    assert shop.write(lambda conn: codes.seal_old(conn, OURS)) == 0


def test_one_that_was_changed_meanwhile_is_not_put_back(shop: Database) -> None:
    keep(shop, "mei", SECRET)
    mine = update(agent_account).where(agent_account.c.agent == "mei")
    shop.write(lambda conn: conn.execute(mine.values(totp=None)))
    assert not shop.write(lambda conn: proofs.reseal_totp(conn, "mei", SECRET, "v1:anything"))
    assert shop.read(lambda conn: proofs.proofs(conn, "mei")).totp is None
