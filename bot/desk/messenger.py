"""An agent's own page links their Telegram: a one-time link for the phone, what is linked, and the way out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.desk import codes
from bot.desk.gate import PATH, lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page
from bot.store import audit, messengers
from bot.store.agents import HALF_SECONDS

ME = f"{PATH}/me"


def add_messenger(router: APIRouter, kit: Kit) -> None:
    @router.post("/me/telegram")
    async def ask(request: Request) -> Response:
        agent, lang, now, bot = await kit.gate.acting(request), lang_of(request), kit.now(), kit.bot_name()
        if not bot:
            return RedirectResponse(ME, 303)
        secret = await kit.db.awrite(lambda conn: messengers.invite(conn, agent.name, lang, now))
        address = f"https://t.me/{bot}?start=agent_{secret}"
        return page(
            request, kit, "me_telegram.html", agent, link=address, qr=codes.picture(address), secret=secret,
            until=now + HALF_SECONDS,
        )  # fmt: skip

    @router.post("/me/telegram/off")
    async def off(request: Request) -> Response:
        agent, now = await kit.gate.acting(request), kit.now()

        def unlink(conn: Connection) -> None:
            if messengers.unlink(conn, agent.name, now):
                audit.note(conn, agent.name, "telegram.unlinked", agent.name, {}, now)

        await kit.db.awrite(unlink)
        kit.hub.changed([])
        return RedirectResponse(f"{ME}?done=telegram_unlinked", 303)
