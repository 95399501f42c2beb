"""`agents …`: desk accounts from the server's shell, where no desk is needed and nobody can be shut out."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.commands.shared import console, database, now, settings
from bot.config import Settings
from bot.errors import UsageError
from bot.handoff.assign import skills_of
from bot.handoff.rights import ROLES
from bot.knowledge.types import LANGS
from bot.store import agents, audit, owners, presence, proofs
from bot.store.agents import Agent, Session
from bot.store.audit import SHELL
from bot.store.presence import Work
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


@agents_app.command("set")
def change(
    name: Name,
    display: Annotated[str | None, typer.Option(help="How buyers see them.")] = None,
    role: Annotated[str | None, typer.Option(help="agent, lead or admin; their sessions end.")] = None,
    skills: Annotated[
        str | None,
        typer.Option(help='What they know, as `desk.skills` names it: "refunds, disputes"; "" for none.'),
    ] = None,
    languages: Annotated[str | None, typer.Option(help='"zh", "en" or "zh, en"; "" for all.')] = None,
    hours: Annotated[
        str | None,
        typer.Option(help='Their shift, written as `shop.hours`: "mon-fri 09:00-18:00"; "" for always.'),
    ] = None,
) -> None:
    """Change an account: what is given is set, the rest stays. Their present chats stay theirs."""
    loaded = settings()

    def write(conn: Connection) -> bool:
        before = agents.known(conn, name)
        changed = False
        if role is not None and role != before.role:
            changed = True
            _set_role(conn, before, role)
        if display is not None and display != before.display:
            changed = True
            agents.set_display(conn, name, display or name)
            _note(conn, "person.display", name, **{"from": before.display, "to": display or name})
        work = presence.works(conn)[name]
        if skills is not None:
            known = presence.skills_known(conn, loaded.desk)
            work = replace(work, skills=frozenset(skills_of(skills, known)))
        if languages is not None:
            work = replace(work, languages=_languages(languages))
        if hours is not None:
            work = replace(work, hours=hours)
        return presence.set_work(conn, name, work, SHELL, now()) or changed

    try:
        with database(loaded) as db:
            changed = db.write(write)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    told = (
        f"{name} is changed." if changed else f"{name}: nothing to change; give --skills, --hours or another."
    )
    console.print(told, markup=False)


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
    """Every desk account: name, shown name, role, and what is set: skills, languages, hours, how they sign in."""

    def look(conn: Connection) -> tuple[list[Agent], dict[str, Proofs], dict[str, Work]]:
        return agents.everyone(conn), proofs.all_proofs(conn), presence.works(conn)

    with database(settings()) as db:
        listed, kept, works = db.read(look)
    for agent in listed:
        has, work = kept[agent.name], works[agent.name]
        marks = [
            *([f"skills: {', '.join(sorted(work.skills))}"] if work.skills else []),
            *([f"languages: {', '.join(sorted(work.languages))}"] if work.languages else []),
            *([f"hours: {work.hours}"] if work.hours else []),
            *(["password"] if has.password else []),
            *(["code"] if has.totp_on else []),
            *([] if agent.active else ["deactivated"]),
        ]
        columns = [agent.name, agent.display, agent.role, *(["; ".join(marks)] if marks else [])]
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


def _set_role(conn: Connection, of: Agent, role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"{role!r} is no role; choose agent, lead or admin")
    if not agents.set_role(conn, of.name, role):
        raise UsageError(f"{of.name!r} is the last admin; make another first: `agents add NAME --role admin`")
    _note(conn, "person.role", of.name, **{"from": of.role, "to": role})


def _languages(typed: str) -> frozenset[str]:
    named = {word.lower() for word in re.split(r"[,，、\s]+", typed) if word}
    if wrong := sorted(named - set(LANGS)):
        raise UsageError(f"{wrong[0]!r} is no language of the shop; choose zh, en or both")
    return frozenset(named)


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))


def _note(conn: Connection, act: str, name: str, **detail: object) -> None:
    audit.note(conn, SHELL, act, name, detail, now())


def _print_link(secret: str, loaded: Settings) -> None:
    console.print(f"{loaded.public_url}/desk/sign-in?key={secret}   (works once, for 24 hours)", markup=False)
