"""The desk's pages under /desk: signing in and out, the one window, its files.

Acts, photos and the live line have files of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.clock import Clock
from bot.desk.acts import add_acts
from bot.desk.gate import PATH, Gate, lang_of, theme_of
from bot.desk.kit import Kit
from bot.desk.look import Look, Pages
from bot.desk.parts import look_at, mark, parts
from bot.desk.photos import add_photos
from bot.desk.push import add_push
from bot.desk.words import Chrome
from bot.hub import Hub
from bot.store import agents
from bot.store.db import Database

FOREVER = {"cache-control": "public, max-age=31536000, immutable"}  # the version stands in the address
YEAR = 365 * 24 * 3600
FORM_MOST = 4096  # bytes of a sign-in form


def desk_router(db: Database, hub: Hub, clock: Clock, wake: Callable[[], None], look: Look) -> APIRouter:
    """Everything under /desk. `wake` is called after each act, so that the engine handles it at once."""
    kit = Kit(db, hub, clock, wake, Gate(db, clock, look.public_url), Pages(look))
    router = APIRouter(prefix=PATH)
    _add_door(router, kit)
    _add_window(router, kit)
    add_acts(router, kit)
    add_photos(router, kit)
    add_push(router, kit)
    return router


def _add_door(router: APIRouter, kit: Kit) -> None:
    def door(request: Request, status: int = 200, **data: object) -> HTMLResponse:
        page = kit.pages.render("sign_in.html", lang_of(request), theme=theme_of(request), **data)
        return HTMLResponse(page, status)

    @router.get("/sign-in")
    async def ask(request: Request, key: str = "") -> Response:
        # Messengers preview links and browsers fetch ahead: only the POST spends it.
        return door(request, key=key, refused=False)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        if not kit.gate.same_origin(request):
            raise HTTPException(403, Chrome(lang_of(request))("foreign"))
        key = await _form_field(request, "key")
        session = await kit.db.awrite(lambda conn: agents.spend_link(conn, key, kit.now())) if key else None
        if session is None:
            return door(request, 403, key="", refused=True)
        response = RedirectResponse(PATH, 303)
        kit.gate.remember(response, session)
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await kit.gate.acting(request)
        secret = kit.gate.secret(request)
        await kit.db.awrite(lambda conn: agents.sign_out(conn, secret))
        response = RedirectResponse(f"{PATH}/sign-in", 303)
        kit.gate.forget(response)
        return response

    @router.get("/lang/{to}")
    async def language(request: Request, to: str, chat: str = "", key: str = "") -> Response:
        door_again = f"{PATH}/sign-in" + (f"?key={quote(key)}" if key else "")
        signed_in = await kit.gate.agent(request)
        response = RedirectResponse(_window(chat) if signed_in else door_again, 303)
        if to in ("zh", "en"):
            response.set_cookie("desk_lang", to, max_age=YEAR, path=PATH, samesite="strict")
        return response


def _add_window(router: APIRouter, kit: Kit) -> None:
    @router.get("")
    async def window(request: Request, chat: str = "") -> Response:
        agent = await kit.gate.agent(request)
        if agent is None:
            return RedirectResponse(f"{PATH}/sign-in", 303)
        lang, now = lang_of(request), kit.clock()
        sight = await kit.db.aread(lambda conn: look_at(conn, agent, lang, chat, now))
        shown = parts(sight, kit.pages)
        marks = {name: mark(html) for name, html in {**shown.html, **shown.thread}.items()}
        page = kit.pages.render(
            "desk.html",
            lang,
            theme=theme_of(request),
            sight=sight,
            html=shown.html,
            thread=shown.thread,
            marks=marks,
        )
        return HTMLResponse(page)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        file = kit.pages.static.get(name)
        if file is None:
            raise HTTPException(404)
        return Response(file.body, media_type=file.mime, headers=FOREVER)


def _window(chat: str) -> str:
    return f"{PATH}?chat={quote(chat, safe='')}" if chat else PATH


async def _form_field(request: Request, name: str) -> str:
    """One field of a plain form; empty where it is missing or the form is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MOST:
            return ""
    return parse_qs(body.decode("latin-1")).get(name, [""])[0]
