"""The desk's door: its pages, signing in and out, the page's language. How one proves who one is: `entering.py`."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.desk.entering import DOOR, by_code, by_key, by_password, door_page, half_of, link_page
from bot.desk.gate import PATH, form_of
from bot.desk.kit import Kit
from bot.desk.tries import from_of
from bot.messages import Lang
from bot.store import agents, audit, messengers

YEAR = 365 * 24 * 3600
BACK = (
    "me",
    "people",
    "audit",
    "dashboard",
    "blocked",
    "privacy",
)  # pages that a change of language returns to


def add_door(router: APIRouter, kit: Kit) -> None:
    _add_sign_in(router, kit)
    _add_code(router, kit)
    _add_leaving(router, kit)


def _add_sign_in(router: APIRouter, kit: Kit) -> None:
    @router.get("/sign-in")
    async def ask(request: Request, key: str = "") -> Response:
        if key:
            # Messengers preview links and browsers fetch ahead: only the POST spends it.
            return await link_page(request, kit, key)
        if await kit.gate.agent(request):
            return RedirectResponse(PATH, 303)
        return door_page(request, kit, "sign_in.html", fault="", name="")

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        kit.gate.own_page(request)
        form = await form_of(request)
        if "key" in form:
            return await by_key(request, kit, form)
        return await by_password(request, kit, form.get("name", "").strip(), form.get("password", ""))


def _add_code(router: APIRouter, kit: Kit) -> None:
    @router.get("/sign-in/code")
    async def ask(request: Request) -> Response:
        if await half_of(request, kit) is None:
            return RedirectResponse(DOOR, 303)
        return door_page(request, kit, "sign_in_code.html", fault="")

    @router.post("/sign-in/code")
    async def code(request: Request) -> Response:
        kit.gate.own_page(request)
        return await by_code(request, kit, (await form_of(request)).get("code", ""))


def _add_leaving(router: APIRouter, kit: Kit) -> None:
    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        agent = await kit.gate.acting(request)
        secret, at = kit.gate.secret(request), from_of(request, kit)

        def leave(conn: Connection) -> None:
            agents.sign_out(conn, secret)
            audit.note(conn, agent.name, "sign_out", agent.name, {}, at.now)

        await kit.db.awrite(leave)
        response = RedirectResponse(DOOR, 303)
        kit.gate.forget(response)
        return response

    @router.get("/lang/{to}")
    async def language(request: Request, to: str, chat: str = "", key: str = "", back: str = "") -> Response:
        where = DOOR + (f"?key={quote(key)}" if key else "")
        agent = await kit.gate.agent(request)
        if agent:
            lang: Lang = "en" if to == "en" else "zh"
            await kit.db.awrite(lambda conn: messengers.set_lang(conn, agent.name, lang))
            window = f"{PATH}?chat={quote(chat, safe='')}" if chat else PATH
            where = f"{PATH}/{back}" if back in BACK else window
        response = RedirectResponse(where, 303)
        if to in ("zh", "en"):
            response.set_cookie("desk_lang", to, max_age=YEAR, path=PATH, samesite="strict")
        return response
