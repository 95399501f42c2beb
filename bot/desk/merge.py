"""Two chats of one buyer are shown as one: which could be, merging, and taking apart again."""

from __future__ import annotations

from typing import NoReturn

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.store import merging

WORDS_MOST = 200  # characters
ASKED_MOST = 80


class Asked(BaseModel):
    """`other` is to be shown in `chat`; `sure`: a guest is this buyer, `why`: how the agent knows."""

    chat: str
    other: str
    sure: bool = False
    why: str = Field("", max_length=WORDS_MOST)


class Part(BaseModel):
    """A chat that is to stand for itself again."""

    chat: str


def add_merge(router: APIRouter, kit: Kit) -> None:
    @router.get("/merge")
    async def choose(request: Request, chat: str = "", q: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        found = await kit.db.aread(lambda conn: merging.candidates(conn, chat, q[:ASKED_MOST], agent))
        body = kit.pages.render("merge.html", lang_of(request), found=found, q=q.strip())
        return HTMLResponse(body, headers={"cache-control": "no-store"})

    @router.post("/merge")
    async def merge(request: Request, asked: Asked) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        no = await kit.db.awrite(
            lambda conn: merging.merge(
                conn, asked.chat, asked.other, agent, asked.sure, asked.why, kit.now(), kit.rules()
            )
        )
        if no:
            _refuse(request, no)
        kit.changed(asked.chat)
        return {"done": True}

    @router.post("/merge/apart")
    async def apart(request: Request, part: Part) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        if no := await kit.db.awrite(lambda conn: merging.take_apart(conn, part.chat, agent, kit.now())):
            _refuse(request, no)
        kit.changed(part.chat)
        return {"done": True}


def _refuse(request: Request, no: str) -> NoReturn:
    raise HTTPException(409, Chrome(lang_of(request))(no))
