"""Blocking a buyer with a reason, and the page of who is blocked, for those who may."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.desk.gate import PATH, form_of, lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page, refused
from bot.desk.words import Chrome
from bot.handoff.blocking import REASONS
from bot.handoff.rights import may
from bot.store import agents, blocks, conversations
from bot.store.agents import Agent
from bot.store.blocks import Block

RIGHT = "block_buyer"
WORDS_MOST = 500  # characters


class Asked(BaseModel):
    """Which conversation's buyer, why, and what colleagues should know."""

    chat: str
    reason: str
    words: str = Field("", max_length=WORDS_MOST)


def add_block(router: APIRouter, kit: Kit) -> None:
    @router.post("/block")
    async def block(request: Request, asked: Asked) -> dict[str, bool]:
        agent, words = await kit.gate.acting(request, RIGHT), Chrome(lang_of(request))
        no = await kit.db.awrite(lambda conn: _block(conn, agent, asked, words, kit.now()))
        if no:
            raise HTTPException(409, words(no))
        kit.changed(asked.chat)
        return {"done": True}

    @router.get("/blocked")
    async def blocked(request: Request, done: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        if not may(agent.role, RIGHT):
            return refused(request, kit, agent)

        def look(conn: Connection) -> tuple[list[Block], dict[str, str]]:
            return blocks.blocked(conn), {a.name: a.display for a in agents.everyone(conn)}

        found, names = await kit.db.aread(look)
        told = Chrome(lang_of(request))("unblocked") if done else ""
        return page(request, kit, "blocked.html", agent, done=told, found=found, names=names)

    @router.post("/blocked/lift")
    async def lift(request: Request) -> Response:
        agent = await kit.gate.acting(request, RIGHT)
        chat, words = (await form_of(request)).get("chat", ""), Chrome(lang_of(request))
        lifted = await kit.db.awrite(lambda conn: _lift(conn, agent, chat, words, kit.now()))
        kit.hub.changed([chat])
        return RedirectResponse(f"{PATH}/blocked{'?done=1' if lifted else ''}", 303)


def _block(conn: Connection, agent: Agent, asked: Asked, words: Chrome, now: float) -> str | None:
    """With a note for colleagues in the conversation itself, which outlasts the block."""
    no = blocks.put_block(conn, asked.chat, asked.reason, asked.words, agent.name, now)
    if no is None:
        why = ": ".join(filter(None, (REASONS[asked.reason].text(words.lang), asked.words.strip())))
        said = words("note_blocked", why=why)
        conversations.add_message(conn, asked.chat, "note", said, now, name=agent.display)
    return no


def _lift(conn: Connection, agent: Agent, chat: str, words: Chrome, now: float) -> bool:
    if not blocks.lift(conn, chat, agent.name, now):
        return False
    conversations.add_message(conn, chat, "note", words("note_unblocked"), now, name=agent.display)
    return True
