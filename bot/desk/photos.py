"""Photos out to signed-in agents as the original bytes, and in from them for a reply."""

from __future__ import annotations

import asyncio
import secrets

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import Connection

from bot import photos
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.look import SHOWN
from bot.desk.words import Chrome
from bot.messages import Attachment
from bot.store import audit, conversations, handoff, search
from bot.store.agents import Agent
from bot.store.conversations import Stored

REPLY = photos.Limits(file_bytes=10 * photos.MB, video_bytes=0)  # what Telegram takes as a photo


def add_photos(router: APIRouter, kit: Kit) -> None:
    @router.get("/photo/{photo_id:path}")
    async def photo(request: Request, photo_id: str) -> Response:
        agent = await kit.gate.agent(request)
        if agent is None:
            raise HTTPException(401, Chrome(lang_of(request))("signed_out"))
        stored = await kit.db.aread(lambda conn: _read(conn, photo_id, agent))
        return _answer(stored, Chrome(lang_of(request)))

    @router.post("/upload")
    async def upload(request: Request, chat: str, name: str = "photo") -> dict[str, str]:
        agent = await kit.gate.acting(request)
        words = Chrome(lang_of(request))
        body = await _body(request, words)
        found = await asyncio.to_thread(photos.examine, body, REPLY)
        if isinstance(found, photos.Refused) or found not in SHOWN:
            raise HTTPException(415, words("no_image"))
        a = Attachment(f"desk-{secrets.token_urlsafe(12)}", name[:120], found, len(body))
        if not await kit.db.awrite(lambda conn: _keep(conn, chat, agent.name, a, body, kit.now())):
            raise HTTPException(409, words("not_yours", who=words("locked_hint")))
        return {"id": a.id, "name": a.name}


def _read(conn: Connection, photo_id: str, agent: Agent) -> Stored | None:
    """One of a chat that a colleague has is not this agent's to see."""
    stored = conversations.read_attachment(conn, photo_id)
    return stored if stored and search.sees(conn, agent, stored.chat) else None


def _answer(stored: Stored | None, words: Chrome) -> Response:
    """The bytes as they came; a word where they are still on the way (202) or never will be here (410)."""
    if stored is None:
        raise HTTPException(404, words("wrong_photo"))
    if stored.data is None and stored.error:
        return PlainTextResponse(words("photo_failed", why=stored.error), 410)
    if stored.data is None:
        return PlainTextResponse(words("fetching"), 202)
    headers = photos.headers(stored.mime, stored.name)
    return Response(
        stored.data,
        headers={**headers, "cache-control": "private, max-age=3600", "etag": f'"{stored.sha256}"'},
    )


async def _body(request: Request, words: Chrome) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > REPLY.most_bytes:
            raise HTTPException(413, words("too_big", most=REPLY.megabytes()))
    return bytes(body)


def _keep(conn: Connection, chat: str, agent_name: str, a: Attachment, body: bytes, now: float) -> bool:
    """Store it for the chat; False where this agent does not have it."""
    entry = handoff.live(conn, chat)
    if entry is None or entry.agent != agent_name:
        return False
    conversations.store_attachment(conn, chat, a, body, now)
    audit.note(conn, agent_name, "chat.photo", chat, {}, now)
    return True
