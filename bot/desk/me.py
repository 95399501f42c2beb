"""An agent's own account: password, the code from the phone, the devices they are signed in on.

Their Telegram is linked in `messenger.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.cases.hours import Hours
from bot.desk import codes
from bot.desk.gate import PATH, form_of, lang_of
from bot.desk.kit import Kit
from bot.desk.passwords import unfit
from bot.desk.shell import page
from bot.desk.tries import From, from_of, try_once, wait_words
from bot.desk.words import Chrome
from bot.store import agents, attempts, audit, messengers, presence, proofs
from bot.store.agents import Agent, Session
from bot.store.attempts import Wait
from bot.store.messengers import Link
from bot.store.presence import Work
from bot.store.proofs import Proofs

ME, SET_UP = f"{PATH}/me", f"{PATH}/me/code"
DONE = (
    "password_changed",
    "totp_stopped",
    "session_ended",
    "telegram_unlinked",
)  # what the page's address may ask it to say

Act = Callable[[Connection, Agent, From], None]


def add_me(router: APIRouter, kit: Kit) -> None:
    @router.get("/me")
    async def me(request: Request, done: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        told = Chrome(lang_of(request))(done) if done in DONE else ""
        return await _me(request, kit, agent, done=told)

    _add_password(router, kit)
    _add_setting_up(router, kit)
    _add_code(router, kit)
    _add_sessions(router, kit)


async def _me(
    request: Request, kit: Kit, agent: Agent, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    now = kit.now()

    def look(conn: Connection) -> tuple[Proofs, list[Session], Link | None, Work]:
        kept, sessions = proofs.proofs(conn, agent.name), agents.sessions(conn, agent.name, now)
        return kept, sessions, messengers.of_agent(conn, agent.name), presence.works(conn)[agent.name]

    kept, sessions, linked, work = await kit.db.aread(look)
    shift = Hours.parse(work.hours).said(lang_of(request)) if work.hours else ""
    this = agents.sealed(kit.gate.secret(request))
    return page(
        request, kit, "me.html", agent, done=done, fault=fault, status=status,
        proofs=kept, sessions=sessions, this=this, bot=kit.bot_name(), linked=linked,
        work=work, shift=shift,
    )  # fmt: skip


def _back(done: str) -> Response:
    return RedirectResponse(f"{ME}?done={done}", 303)


# --- the password ------------------------------------------------------------------------------------------------


def _add_password(router: APIRouter, kit: Kit) -> None:
    @router.post("/me/password")
    async def password(request: Request) -> Response:
        agent, form = await kit.gate.acting(request), await form_of(request)
        words, at, new = Chrome(lang_of(request)), from_of(request, kit), form.get("new", "")
        no = unfit(new, [agent.name, agent.display])
        if no := "password_differs" if new != form.get("again", "") else no:
            return await _me(request, kit, agent, fault=words(no), status=400)
        if not_theirs := await _not_theirs(kit, agent, form.get("now", ""), words, at):
            return await _me(request, kit, agent, fault=not_theirs, status=403)
        hashed, secret = await kit.gate.passwords.hash(new), kit.gate.secret(request)

        def change(conn: Connection) -> None:
            proofs.set_password(conn, agent.name, hashed, keep=secret)
            attempts.succeeded(conn, agent.name, at.network, at.now)
            audit.note(conn, agent.name, "password", agent.name, {"by": "self"}, at.now)

        await kit.db.awrite(change)
        return _back("password_changed")


async def _not_theirs(kit: Kit, agent: Agent, password: str, words: Chrome, at: From) -> str | None:
    """An open desk on somebody's table must not be enough to change the password that is set."""
    kept = await kit.db.aread(lambda conn: proofs.proofs(conn, agent.name))
    if kept.password is None:
        return None
    wait = await kit.db.awrite(lambda conn: try_once(conn, agent.name, at))
    if wait:
        return wait_words(wait, words)
    return None if await kit.gate.passwords.right(kept.password, password) else words("password_wrong")


# --- the code from the phone -------------------------------------------------------------------------------------


def _add_setting_up(router: APIRouter, kit: Kit) -> None:
    @router.post("/me/code/start")
    async def start(request: Request) -> Response:
        agent = await kit.gate.acting(request)

        def plan(conn: Connection) -> None:
            if not proofs.proofs(conn, agent.name).totp_on:
                codes.plan(conn, agent.name, kit.seal)

        await kit.db.awrite(plan)
        return RedirectResponse(SET_UP, 303)

    @router.get("/me/code")
    async def set_up(request: Request) -> Response:
        return await _set_up(request, kit, await kit.gate.visiting(request))

    @router.post("/me/code/on")
    async def on(request: Request) -> Response:
        agent, typed = await kit.gate.acting(request), (await form_of(request)).get("code", "")
        at, fresh = from_of(request, kit), codes.new_recovery()

        def confirm(conn: Connection) -> bool:
            if not codes.right_first(conn, agent.name, typed, at.now, kit.seal):
                return False
            proofs.start_totp(conn, agent.name, map(codes.bare, fresh), at.now)
            audit.note(conn, agent.name, "totp.on", agent.name, {}, at.now)
            return True

        if not await kit.db.awrite(confirm):
            return await _set_up(request, kit, agent, Chrome(lang_of(request))("code_wrong"), 403)
        return page(request, kit, "me_recovery.html", agent, codes=fresh)


async def _set_up(request: Request, kit: Kit, agent: Agent, fault: str = "", status: int = 200) -> Response:
    kept = await kit.db.aread(lambda conn: proofs.proofs(conn, agent.name))
    secret = codes.planned(kept, agent.name, kit.seal)
    if secret is None:
        return RedirectResponse(ME, 303)
    shop = kit.pages.look.shop.get(lang_of(request), "")
    return page(
        request, kit, "me_code.html", agent, fault=fault, status=status,
        qr=codes.qr(secret, agent.name, shop), secret=codes.in_groups(secret),
    )  # fmt: skip


def _add_code(router: APIRouter, kit: Kit) -> None:
    @router.post("/me/code/off")
    async def off(request: Request) -> Response:
        def stop(conn: Connection, agent: Agent, at: From) -> None:
            proofs.stop_totp(conn, agent.name)
            audit.note(conn, agent.name, "totp.off", agent.name, {}, at.now)

        agent = await kit.gate.acting(request)
        return await _with_code(request, kit, agent, stop) or _back("totp_stopped")

    @router.post("/me/code/recovery")
    async def recovery(request: Request) -> Response:
        fresh = codes.new_recovery()

        def renew(conn: Connection, agent: Agent, at: From) -> None:
            proofs.set_codes(conn, agent.name, map(codes.bare, fresh))
            audit.note(conn, agent.name, "totp.codes", agent.name, {}, at.now)

        agent = await kit.gate.acting(request)
        no = await _with_code(request, kit, agent, renew)
        return no or page(request, kit, "me_recovery.html", agent, codes=fresh)


async def _with_code(request: Request, kit: Kit, agent: Agent, work: Act) -> Response | None:
    """Does the work where a right code comes with it; else the page that says why not."""
    typed, at, words = (
        (await form_of(request)).get("code", ""),
        from_of(request, kit),
        Chrome(lang_of(request)),
    )

    def try_it(conn: Connection) -> Wait | bool:
        if wait := try_once(conn, agent.name, at):
            return wait
        if codes.right(conn, agent.name, typed, at.now, kit.seal) is None:
            return False
        attempts.succeeded(conn, agent.name, at.network, at.now)
        work(conn, agent, at)
        return True

    outcome = await kit.db.awrite(try_it)
    if isinstance(outcome, Wait):
        return await _me(request, kit, agent, fault=wait_words(outcome, words), status=429)
    return None if outcome else await _me(request, kit, agent, fault=words("code_wrong"), status=403)


# --- devices -----------------------------------------------------------------------------------------------------


def _add_sessions(router: APIRouter, kit: Kit) -> None:
    @router.post("/me/sessions/end")
    async def end(request: Request) -> Response:
        agent, which = await kit.gate.acting(request), (await form_of(request)).get("id", "")
        at, secret = from_of(request, kit), kit.gate.secret(request)

        def leave(conn: Connection) -> None:
            others = agents.end_sessions(conn, agent.name, but=secret) if which == "others" else 0
            ended = others or int(agents.end_session(conn, agent.name, which))
            if ended:
                audit.note(conn, agent.name, "session.ended", agent.name, {"n": ended}, at.now)

        await kit.db.awrite(leave)
        return _back("session_ended")
