"""`agents …`: desk accounts from the server's shell, where no desk is needed and nobody can be shut out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.commands.shared import console, database, now, settings
from bot.config import Settings
from bot.errors import UsageError
from bot.handoff.rights import ROLES
from bot.store import agents, audit, owners, proofs
from bot.store.agents import Agent, Session
from bot.store.audit import SHELL
from bot.store.proofs import Proofs

agents_app = typer.Typer(help="Desk accounts.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The account's name, e.g. mei.")]


@agents_app.command("add")
def add(
    name: Name,
    display: Annotated[str, typer.Option(help="How buyers see them (default: the name).")] = "",
    role: Annotated[str, typer.Option(help="agent, lead or admin.")] = "agent",
) -> None:
    """Make a desk account and print its one-time sign-in link."""
    if role not in ROLES:
        raise UsageError(f"{role!r} is no role; choose agent, lead or admin")
    loaded = settings()

    def make(conn: Connection) -> str:
        agents.add(conn, name, display or name, role, now())
        _note(conn, "person.added", name, role=role)
        return agents.make_key(conn, name, "link", now())

    with database(loaded) as db:
        _print_link(db.write(make), loaded)


@agents_app.command("link")
def link(
    name: Name,
    no_code: Annotated[
        bool, typer.Option("--no-code", help="Turn the code from the phone off, too: the phone is lost.")
    ] = False,
) -> None:
    """A new one-time sign-in link for an account; links that were not used stop working."""
    loaded = settings()

    def make(conn: Connection) -> str:
        if not agents.known(conn, name).active:
            raise UsageError(f"agent {name!r} is deactivated; `agents reactivate {name}` lets them in again")
        agents.drop_links(conn, name)
        if no_code:
            proofs.stop_totp(conn, name)
            _note(conn, "totp.off", name, by=SHELL)
        _note(conn, "person.link", name)
        return agents.make_key(conn, name, "link", now())

    with database(loaded) as db:
        _print_link(db.write(make), loaded)


@agents_app.command("list")
def everyone() -> None:
    """Every desk account: name, shown name, role, and what is set."""

    def look(conn: Connection) -> tuple[list[Agent], dict[str, Proofs]]:
        return agents.everyone(conn), proofs.all_proofs(conn)

    with database(settings()) as db:
        listed, kept = db.read(look)
    for agent in listed:
        has = kept[agent.name]
        marks = [
            *(["password"] if has.password else []),
            *(["code"] if has.totp_on else []),
            *([] if agent.active else ["deactivated"]),
        ]
        columns = [agent.name, agent.display, agent.role, *([", ".join(marks)] if marks else [])]
        console.print("\t".join(columns), markup=False)


@agents_app.command("password")
def password(name: Name) -> None:
    """Set an account's password (asked for twice; or one line on stdin). Its sessions and links end."""
    from bot.desk.passwords import hash_now, unfit
    from bot.desk.words import Chrome

    with database(settings()) as db:
        agent = db.read(lambda conn: agents.known(conn, name))
        typed = _ask()
        if no := unfit(typed, [agent.name, agent.display]):
            raise UsageError(Chrome("en")(no))
        hashed = hash_now(typed)

        def change(conn: Connection) -> None:
            proofs.set_password(conn, name, hashed)
            _note(conn, "password", name, by=SHELL)

        db.write(change)
    console.print(f"The password of {name} is set; their sessions and links have ended.", markup=False)


@agents_app.command("deactivate")
def deactivate(name: Name) -> None:
    """Shut an account out at once; its chats go back to the queue, what it did stays on record."""

    def shut_out(conn: Connection) -> None:
        agents.known(conn, name)
        if not agents.deactivate(conn, name, now()):
            raise UsageError(
                f"{name!r} is the last admin; make another first: `agents add NAME --role admin`"
            )
        _note(conn, "person.deactivated", name, n=len(owners.leave(conn, name, now())))

    with database(settings()) as db:
        db.write(shut_out)
    console.print(f"{name} is deactivated; `agents reactivate {name}` lets them in again.", markup=False)


@agents_app.command("reactivate")
def reactivate(name: Name) -> None:
    """Let a deactivated account in again, and print a one-time sign-in link for it."""
    loaded = settings()

    def let_in(conn: Connection) -> str:
        agents.known(conn, name)
        agents.reactivate(conn, name)
        _note(conn, "person.reactivated", name)
        return agents.make_key(conn, name, "link", now())

    with database(loaded) as db:
        _print_link(db.write(let_in), loaded)


@agents_app.command("sessions")
def sessions(
    name: Name, revoke: Annotated[bool, typer.Option("--revoke", help="End them all.")] = False
) -> None:
    """Where an account is signed in: last used (UTC), address, device."""

    def look(conn: Connection) -> tuple[list[Session], int]:
        agents.known(conn, name)
        found = agents.sessions(conn, name, now())
        ended = agents.end_sessions(conn, name) if revoke else 0
        if ended:
            _note(conn, "session.ended", name, n=ended)
        return found, ended

    with database(settings()) as db:
        found, ended = db.write(look)
    for s in found:
        seen = f"{datetime.fromtimestamp(s.seen_at, UTC):%Y-%m-%d %H:%M}"
        console.print("\t".join((seen, s.address or "-", s.device or "-")), markup=False)
    if revoke:
        console.print(f"{ended} sessions of {name} ended.", markup=False)


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))


def _note(conn: Connection, act: str, name: str, **detail: object) -> None:
    audit.note(conn, SHELL, act, name, detail, now())


def _print_link(secret: str, loaded: Settings) -> None:
    console.print(f"{loaded.public_url}/desk/sign-in?key={secret}   (works once, for 24 hours)", markup=False)
