"""Words to the buyer that went out in error: put right or taken back by whoever has the chat, where the channel can."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.desk.acts import TEXT_MOST, No, who_has
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.handoff.lease import Not
from bot.store import chat_acts


class Sent(BaseModel):
    """Which message; `text` is what it is to read."""

    chat: str
    n: int
    text: str = Field("", max_length=TEXT_MOST)


def add_mend(router: APIRouter, kit: Kit) -> None:
    async def change(request: Request, sent: Sent, do: Callable[[Connection, str], Not | None]) -> None:
        agent, words = await kit.gate.acting(request), Chrome(lang_of(request))

        def work(conn: Connection) -> No | None:
            no = do(conn, agent.name)
            return _why_not(conn, no, sent.chat, words) if no else None

        if no := await kit.db.awrite(work):
            raise HTTPException(no.status, words(no.key, **no.data))
        kit.changed(sent.chat)

    @router.post("/message/edit")
    async def edit(request: Request, sent: Sent) -> dict[str, bool]:
        text = sent.text.strip()
        if not text:
            raise HTTPException(400, Chrome(lang_of(request))("empty"))
        await change(
            request,
            sent,
            lambda conn, who: chat_acts.reword(conn, sent.chat, sent.n, who, text, kit.now()),
        )
        return {"done": True}

    @router.post("/message/withdraw")
    async def withdraw(request: Request, sent: Sent) -> dict[str, bool]:
        await change(
            request, sent, lambda conn, who: chat_acts.withdraw(conn, sent.chat, sent.n, who, kit.now())
        )
        return {"done": True}


def _why_not(conn: Connection, no: Not, chat: str, words: Chrome) -> No:
    if no.why == "cannot_mend":
        return No(409, "cannot_mend")
    return No(409, "not_yours_any", {"who": who_has(conn, chat, words)})
