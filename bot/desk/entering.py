"""Proving who one is at the desk's door: by password, by one-time link, by the code from the phone."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from bot.desk import codes
from bot.desk.gate import HALF, PATH, lang_of, theme_of
from bot.desk.kit import Kit
from bot.desk.passwords import unfit
from bot.desk.seal import Seal
from bot.desk.tries import From, from_of, try_once, wait_words
from bot.desk.words import Chrome
from bot.store import agents, attempts, audit, invitations, proofs
from bot.store.agents import Agent
from bot.store.attempts import Wait
from bot.store.proofs import Proofs

DOOR, CODE = f"{PATH}/sign-in", f"{PATH}/sign-in/code"


@dataclass(frozen=True)
class Entered:
    """The secret of a session, or of half a sign-in: the code is still asked for."""

    secret: str
    half: bool


def door_page(request: Request, kit: Kit, template: str, status: int = 200, **data: object) -> HTMLResponse:
    page = kit.pages.render(template, lang_of(request), theme=theme_of(request), **data)
    return HTMLResponse(page, status)


# --- by password -------------------------------------------------------------------------------------------------


async def by_password(request: Request, kit: Kit, name: str, password: str) -> Response:
    """An unknown name, one without a password and a wrong password are told apart by nobody: words nor time."""
    words, at = Chrome(lang_of(request)), from_of(request, kit)

    def try_it(conn: Connection) -> tuple[Wait | None, Agent | None, Proofs]:
        wait = try_once(conn, name, at)
        return wait, agents.find(conn, name), proofs.proofs(conn, name)

    wait, agent, kept = await kit.db.awrite(try_it)
    if wait:
        return door_page(request, kit, "sign_in.html", 429, fault=wait_words(wait, words), name=name)
    hashed = kept.password if agent and agent.active else None
    right = await kit.gate.passwords.right(hashed, password)
    if not right or agent is None or hashed is None:
        known = agent.name if agent else ""
        await kit.db.awrite(
            lambda conn: audit.note(conn, known, "sign_in.failed", known, {"by": "password"}, at.now)
        )
        return door_page(request, kit, "sign_in.html", 403, fault=words("wrong"), name=name)
    fresh = await kit.gate.passwords.hash(password) if kit.gate.passwords.old(hashed) else ""

    def enter(conn: Connection) -> Entered | None:
        if proofs.proofs(conn, name).password != hashed:
            return None  # changed since it was looked at
        if fresh:
            proofs.rehash(conn, name, hashed, fresh)
        return _enter(conn, name, "password", at)

    entered = await kit.db.awrite(enter)
    if entered is None:
        return door_page(request, kit, "sign_in.html", 403, fault=words("wrong"), name=name)
    return _in(kit, entered)


# --- by link -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """Who a live link is for: an agent, or somebody who is invited."""

    name: str
    display: str
    invited_as: str = ""  # the role
    has_password: bool = False


async def link_page(request: Request, kit: Kit, key: str, fault: str = "", status: int = 200) -> Response:
    """Who the link is for, and a password to set on the way in."""
    linked = await kit.db.aread(lambda conn: _linked(conn, key, kit.now()))
    if linked is None:
        return door_page(request, kit, "sign_in_bad.html", 403)
    return door_page(request, kit, "sign_in_link.html", status, key=key, linked=linked, fault=fault)


def _linked(conn: Connection, key: str, now: float) -> Linked | None:
    if agent := agents.key_of(conn, key, "link", now):
        has_password = proofs.proofs(conn, agent.name).password is not None
        return Linked(agent.name, agent.display, has_password=has_password)
    invitation = invitations.invited(conn, key, now)
    return Linked(invitation.name, invitation.display, invitation.role) if invitation else None


async def by_key(request: Request, kit: Kit, form: dict[str, str]) -> Response:
    """A password that comes along must be good before the link is spent on it."""
    words, at = Chrome(lang_of(request)), from_of(request, kit)
    key, password, hashed = form["key"], form.get("password", ""), ""
    linked = await kit.db.aread(lambda conn: _linked(conn, key, at.now))
    if linked and password:
        no = unfit(password, [linked.name, linked.display])
        if no := "password_differs" if password != form.get("again") else no:
            return await link_page(request, kit, key, words(no), 400)
        hashed = await kit.gate.passwords.hash(password)
    entered = await kit.db.awrite(lambda conn: _spend(conn, key, hashed, at)) if linked else None
    return _in(kit, entered) if entered else door_page(request, kit, "sign_in_bad.html", 403)


def _spend(conn: Connection, key: str, hashed: str, at: From) -> Entered | None:
    name = agents.spend_link(conn, key, at.now)
    joined = None if name else invitations.accept(conn, key, at.now)
    if joined:
        name = joined.name
        detail = {"role": joined.role, "by": joined.made_by}
        audit.note(conn, name, "person.joined", name, detail, at.now)
    if name is None:
        return None
    if hashed:
        proofs.set_password(conn, name, hashed)
        audit.note(conn, name, "password", name, {"by": "link"}, at.now)
    return _enter(conn, name, "invitation" if joined else "link", at)


# --- the code from the phone -------------------------------------------------------------------------------------


async def by_code(request: Request, kit: Kit, typed: str) -> Response:
    agent = await half_of(request, kit)
    if agent is None:
        return RedirectResponse(DOOR, 303)
    words, at, half = Chrome(lang_of(request)), from_of(request, kit), request.cookies[HALF]
    outcome = await kit.db.awrite(lambda conn: _try_code(conn, agent.name, half, typed, at, kit.seal))
    if isinstance(outcome, Wait):
        return door_page(request, kit, "sign_in_code.html", 429, fault=wait_words(outcome, words))
    if outcome is None:
        return door_page(request, kit, "sign_in_code.html", 403, fault=words("code_wrong"))
    response = _in(kit, outcome)
    kit.gate.forget(response, HALF)
    return response


def _try_code(
    conn: Connection, name: str, half: str, typed: str, at: From, seal: Seal
) -> Entered | Wait | None:
    """Counted with the passwords, until both were right: who knows one must not try the other for ever."""
    if wait := try_once(conn, name, at):
        return wait
    by = codes.right(conn, name, typed, at.now, seal)
    if by is None or agents.spend(conn, half, "half", at.now) is None:
        audit.note(conn, name, "sign_in.failed", name, {"by": "code"}, at.now)
        return None
    return Entered(_open(conn, name, by, at), half=False)


async def half_of(request: Request, kit: Kit) -> Agent | None:
    """Who has shown a password or a link, and still owes the code."""
    secret, now = request.cookies.get(HALF, ""), kit.now()
    return await kit.db.aread(lambda conn: agents.key_of(conn, secret, "half", now)) if secret else None


# --- in ----------------------------------------------------------------------------------------------------------


def _enter(conn: Connection, name: str, by: str, at: From) -> Entered | None:
    """A session; where the agent has the code on, half of one. None where they were deactivated meanwhile."""
    agent = agents.find(conn, name)
    if agent is None or not agent.active:
        return None
    if proofs.proofs(conn, name).totp_on:
        return Entered(agents.make_key(conn, name, "half", at.now), half=True)
    return Entered(_open(conn, name, by, at), half=False)


def _open(conn: Connection, name: str, by: str, at: From) -> str:
    attempts.succeeded(conn, name, at.network, at.now)
    audit.note(conn, name, "sign_in", name, {"by": by}, at.now)
    return agents.open_session(conn, name, at.now, at.address, at.device)


def _in(kit: Kit, entered: Entered) -> Response:
    response = RedirectResponse(CODE if entered.half else PATH, 303)
    if entered.half:
        kit.gate.remember_half(response, entered.secret)
    else:
        kit.gate.remember(response, entered.secret)
    return response
