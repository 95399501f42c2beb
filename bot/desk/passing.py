"""A chat changes hands at the desk, is tagged, and keeps what was typed: transfer, take over, tags, drafts; pauses."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.desk.acts import TEXT_MOST
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.handoff.lease import Not
from bot.store import audit, chat_acts, conversations, desk, handoff, merged, owners, presence, queries
from bot.store.agents import Agent

TAG_MOST = 24  # characters
TAGS_MOST = 12  # of one chat


class To(BaseModel):
    """To a colleague, or (`skill`) back to the queue for whoever has it."""

    chat: str
    agent: str = ""
    skill: str = ""


class Tag(BaseModel):
    chat: str
    tag: str = Field(max_length=TAG_MOST)
    off: bool = False


class Typed(BaseModel):
    """What stands in the composer and was not sent."""

    chat: str
    text: str = Field(max_length=TEXT_MOST)


class Pause(BaseModel):
    """No new chats for now, or again."""

    on: bool


def add_passing(router: APIRouter, kit: Kit) -> None:
    @router.get("/colleagues")
    async def colleagues(request: Request) -> dict[str, Any]:
        agent = await kit.gate.visiting(request)
        return await kit.db.aread(lambda conn: _colleagues(conn, agent, kit))

    @router.post("/transfer")
    async def transfer(request: Request, to: To) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        await _tell(request, to.chat, lambda conn: _pass_on(conn, agent, to, kit))
        return {"done": True}

    @router.post("/take-over")
    async def take_over(request: Request, to: To) -> dict[str, bool]:
        agent = await kit.gate.acting(request, "take_over_from_others")
        await _tell(
            request, to.chat, lambda conn: owners.take_over(conn, to.chat, agent.name, kit.now(), kit.rules())
        )
        return {"done": True}

    async def _tell(request: Request, chat: str, work: Any) -> None:
        no: Not | None = await kit.db.awrite(work)
        if no:
            name = await kit.db.aread(lambda conn: queries.display_name(conn, no.agent)) if no.agent else ""
            raise HTTPException(409, Chrome(lang_of(request))(f"pass_{no.why}", name=name))
        kit.changed(chat)

    @router.post("/pause")
    async def pause(request: Request, asked: Pause) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        await kit.db.awrite(lambda conn: presence.decline(conn, agent.name, asked.on, kit.now()))
        kit.hub.changed([f"agent:{agent.name}"])
        return {"done": True}

    @router.post("/tag")
    async def tag(request: Request, asked: Tag) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        if not asked.tag.strip():
            raise HTTPException(400, Chrome(lang_of(request))("empty"))
        if not await kit.db.awrite(lambda conn: _tag(conn, agent, asked, kit.now())):
            raise HTTPException(409, Chrome(lang_of(request))("tags_most", most=TAGS_MOST))
        kit.hub.changed([asked.chat])
        return {"done": True}

    @router.get("/draft")
    async def drafted(request: Request, chat: str = "") -> dict[str, str]:
        """What this agent typed here from another computer."""
        agent = await kit.gate.visiting(request)
        return {"text": await kit.db.aread(lambda conn: _drafted(conn, chat, agent))}

    @router.post("/draft")
    async def draft(request: Request, typed: Typed) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        return {"kept": await kit.db.awrite(lambda conn: _draft(conn, agent, typed, kit.now()))}


def _colleagues(conn: Connection, agent: Agent, kit: Kit) -> dict[str, Any]:
    """Whom a chat can be given to, who is there first; and the skills somebody has."""
    everyone = presence.agents_now(conn, kit.now(), kit.rules())
    people = [
        {
            "name": a.name,
            "display": queries.display_name(conn, a.name),
            "presence": a.presence,
            "held": a.held,
            "accepting": a.accepting,
        }
        for a in sorted(everyone, key=lambda a: (not a.works, a.held, a.name))
        if a.name != agent.name
    ]
    return {"people": people, "skills": sorted({s for a in everyone for s in a.skills})}


def _pass_on(conn: Connection, agent: Agent, to: To, kit: Kit) -> Not | None:
    return chat_acts.pass_on(conn, to.chat, agent.name, kit.now(), kit.rules(), to=to.agent, skill=to.skill)


def _tag(conn: Connection, agent: Agent, asked: Tag, now: float) -> bool:
    """False where the chat has as many tags as anybody can read, or there is none such."""
    name = " ".join(asked.tag.split())
    if asked.off:
        for key in merged.members(conn, asked.chat):
            if desk.untag(conn, key, name):
                audit.note(conn, agent.name, "chat.untag", key, {"tag": name}, now)
        return True
    if not conversations.exists(conn, asked.chat) or len(desk.tags_of(conn, asked.chat)) >= TAGS_MOST:
        return False
    if desk.tag(conn, asked.chat, name, agent.name, now):
        audit.note(conn, agent.name, "chat.tag", asked.chat, {"tag": name}, now)
    return True


def _draft(conn: Connection, agent: Agent, typed: Typed, now: float) -> bool:
    """Kept for the owner alone: should the chat go to others, it becomes a note there."""
    live = handoff.live(conn, typed.chat)
    if live is None or live.agent != agent.name:
        return False
    for other in merged.others(conn, typed.chat):
        desk.save_draft(conn, other, agent.name, "", now)
    desk.save_draft(conn, typed.chat, agent.name, typed.text, now)
    return True


def _drafted(conn: Connection, chat: str, agent: Agent) -> str:
    drafts = (desk.draft_of(conn, key, agent.name) for key in merged.members(conn, chat))
    return next(filter(None, drafts), "")
