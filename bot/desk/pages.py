"""The desk's pages under /desk: the one window, its files.

The door, people, acts, photos and the live line have files of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.clock import Clock
from bot.desk.acts import add_acts
from bot.desk.block import RIGHT, add_block
from bot.desk.canned import add_canned
from bot.desk.cases import add_cases
from bot.desk.dashboard import add_dashboard
from bot.desk.door import add_door
from bot.desk.evidence import add_evidence
from bot.desk.gate import PATH, Gate, lang_of, theme_of
from bot.desk.history import add_history
from bot.desk.kit import Kit
from bot.desk.look import Look, Pages
from bot.desk.me import add_me
from bot.desk.mend import add_mend
from bot.desk.merge import add_merge
from bot.desk.messenger import add_messenger
from bot.desk.parts import look_at, parts
from bot.desk.passing import add_passing
from bot.desk.people import add_people
from bot.desk.photos import add_photos
from bot.desk.privacy import add_privacy
from bot.desk.push import add_push
from bot.desk.seal import Seal
from bot.desk.search import add_search
from bot.desk.trail import add_trail
from bot.dialogue.turn import Kit as Shop
from bot.handoff.blocking import REASONS
from bot.handoff.rights import may
from bot.hub import Hub
from bot.store.db import Database

FOREVER = {"cache-control": "public, max-age=31536000, immutable"}  # the version stands in the address


def desk_router(
    db: Database,
    hub: Hub,
    clock: Clock,
    wake: Callable[[], None],
    look: Look,
    shop: Callable[[], Shop],
    key: bytes,
    bot_name: Callable[[], str] = lambda: "",
    types: Callable[[str], None] = lambda chat: None,
) -> APIRouter:
    """Everything under /desk. `wake` is called after each act, so that the engine handles it at once; `shop` is what
    the shop knows, as it is now; `key` is the program's own; `bot_name` is the shop's bot on Telegram, empty where
    there is none; `types` hears in which chat an agent is typing.
    """
    gate = Gate(db, clock, look.public_url)
    kit = Kit(db, hub, clock, wake, gate, Pages(look), shop, Seal(key), bot_name, types)
    router = APIRouter(prefix=PATH)
    add_door(router, kit)
    add_me(router, kit)
    add_messenger(router, kit)
    add_people(router, kit)
    add_trail(router, kit)
    add_privacy(router, kit)
    add_dashboard(router, kit)
    _add_window(router, kit)
    add_acts(router, kit)
    add_cases(router, kit)
    add_mend(router, kit)
    add_passing(router, kit)
    add_canned(router, kit)
    add_search(router, kit)
    add_history(router, kit)
    add_block(router, kit)
    add_merge(router, kit)
    add_photos(router, kit)
    add_evidence(router, kit)
    add_push(router, kit)
    return router


def _add_window(router: APIRouter, kit: Kit) -> None:
    @router.get("")
    async def window(request: Request, chat: str = "") -> Response:
        agent = await kit.gate.agent(request)
        if agent is None:
            return RedirectResponse(f"{PATH}/sign-in", 303)
        lang, now = lang_of(request), kit.clock()
        sight = await kit.db.aread(lambda conn: look_at(conn, agent, lang, chat, now, kit.rules(), kit.lists))
        shown = parts(sight, kit.pages)
        page = kit.pages.render(
            "desk.html",
            lang,
            theme=theme_of(request),
            sight=sight,
            html=shown.html,
            thread=shown.thread,
            marks=shown.marks,
            codes=kit.shop().policy.reject_codes,
            block_reasons=REASONS if may(agent.role, RIGHT) else {},
            may_take_over=may(agent.role, "take_over_from_others"),
        )
        return HTMLResponse(page)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        file = kit.pages.static.get(name)
        if file is None:
            raise HTTPException(404)
        return Response(file.body, media_type=file.mime, headers=FOREVER)
