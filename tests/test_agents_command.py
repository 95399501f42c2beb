"""`agents …` in the shell: accounts, links, passwords and sessions without a desk, all of it noted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from bot.commands.agents import agents_app
from bot.desk.passwords import Passwords
from bot.errors import UsageError
from bot.store import agents, audit, proofs
from bot.store.db import Database

Shell = Callable[..., Result]


@pytest.fixture
def shell(database: Database) -> Shell:
    """Runs one command on this database; what it raises is raised here."""

    def run(*words: str, stdin: str = "") -> Result:
        env = {"DATABASE_URL": database.url}
        return CliRunner().invoke(agents_app, words, input=stdin, env=env, catch_exceptions=False)

    return run


def key(said: Result) -> str:
    found = re.search(r"/desk/sign-in\?key=(\S+)   \(works once", said.stdout)
    assert found, said.stdout
    return found[1]


def test_an_account_is_made_listed_shut_out_and_let_in_again(shell: Shell, database: Database) -> None:
    first = key(shell("add", "mei", "--display", "小美"))
    assert database.write(lambda conn: agents.spend_link(conn, first, time.time())) == "mei"
    assert shell("list").stdout.split() == ["mei", "小美", "agent"]
    unused = key(shell("link", "mei"))
    shell("deactivate", "mei")
    assert shell("list").stdout.split() == ["mei", "小美", "agent", "deactivated"]
    assert database.write(lambda conn: agents.spend_link(conn, unused, time.time())) is None
    with pytest.raises(UsageError, match="agents reactivate mei"):
        shell("link", "mei")
    again = key(shell("reactivate", "mei"))
    assert database.write(lambda conn: agents.spend_link(conn, again, time.time())) == "mei"
    notes = database.read(lambda conn: audit.page(conn, audit.Wanted(who=audit.SHELL), None, 9))
    acts = ["person.reactivated", "person.deactivated", "person.link", "person.added"]
    assert [n.act for n in notes] == acts


async def test_a_password_set_in_the_shell_is_the_one_that_counts(shell: Shell, database: Database) -> None:
    shell("add", "mei")
    secret = database.write(lambda conn: agents.open_session(conn, "mei", time.time()))
    with pytest.raises(UsageError, match="Too easy to guess"):
        shell("password", "mei", stdin="password1234\n")
    assert shell("password", "mei", stdin="teapot orbit lantern\n").exit_code == 0
    hashed = database.read(lambda conn: proofs.proofs(conn, "mei")).password
    assert hashed and await Passwords().right(hashed, "teapot orbit lantern")
    assert database.read(lambda conn: agents.signed_in(conn, secret, time.time())) is None
    assert shell("list").stdout.split() == ["mei", "mei", "agent", "password"]


def test_sessions_are_listed_and_ended(shell: Shell, database: Database) -> None:
    shell("add", "mei")
    for device in ("Firefox", "Chrome"):
        database.write(lambda conn, d=device: agents.open_session(conn, "mei", time.time(), "192.0.2.7", d))
    said = shell("sessions", "mei").stdout
    assert said.count(" 192.0.2.7 ") == 2 and "Firefox" in said
    assert "2 sessions of mei ended" in shell("sessions", "mei", "--revoke").stdout
    assert shell("sessions", "mei").stdout == ""


def test_a_lost_phone_is_no_way_to_be_shut_out_for_ever(shell: Shell, database: Database) -> None:
    shell("add", "mei")
    database.write(lambda conn: proofs.plan_totp(conn, "mei", "SECRET"))
    database.write(lambda conn: proofs.start_totp(conn, "mei", [], 1.0))
    key(shell("link", "mei"))
    assert database.read(lambda conn: proofs.proofs(conn, "mei")).totp_on
    key(shell("link", "mei", "--no-code"))
    assert not database.read(lambda conn: proofs.proofs(conn, "mei")).totp_on


def test_the_last_admin_is_not_shut_out_in_the_shell_either(shell: Shell, database: Database) -> None:
    shell("add", "chen", "--role", "admin")
    with pytest.raises(UsageError, match="last admin"):
        shell("deactivate", "chen")
    shell("add", "li", "--role", "admin")
    assert shell("deactivate", "chen").exit_code == 0


@pytest.mark.parametrize(
    "words", [("link", "zz"), ("password", "zz"), ("deactivate", "zz"), ("sessions", "zz")]
)
def test_a_name_nobody_has_is_told_with_the_cure(shell: Shell, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"no agent 'zz'.*agents list"):
        shell(*words)
    with pytest.raises(UsageError, match="no role"):
        shell("add", "zz", "--role", "owner")
