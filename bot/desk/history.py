"""A buyer's history in the side column, read when somebody opens it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.store.history import history


def add_history(router: APIRouter, kit: Kit) -> None:
    @router.get("/history")
    async def past(request: Request, chat: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        found = await kit.db.aread(lambda conn: history(conn, chat, agent))
        if found is None:
            raise HTTPException(404)
        body = kit.pages.render("history.html", lang_of(request), past=found, chat=chat)
        return HTMLResponse(body, headers={"cache-control": "no-store"})
