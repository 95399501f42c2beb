"""Photos out to signed-in agents as the original bytes, and in from them for a reply."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import filetype
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.look import SHOWN
from bot.desk.words import Chrome
from bot.messages import Attachment
from bot.store import conversations, handoff
from bot.store.conversations import Stored

UPLOAD_MOST = 10 * 1024 * 1024  # bytes; what Telegram takes as a photo
MB = 1024 * 1024
# A buyer's file is theirs, not ours: even drawn by itself it may run and load nothing.
SEALED = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=3600",
}


def add_photos(router: APIRouter, kit: Kit) -> None:
    @router.get("/photo/{photo_id:path}")
    async def photo(request: Request, photo_id: str) -> Response:
        if await kit.gate.agent(request) is None:
            raise HTTPException(401, Chrome(lang_of(request))("signed_out"))
        stored = await kit.db.aread(lambda conn: conversations.read_attachment(conn, photo_id))
        return _answer(stored, Chrome(lang_of(request)))

    @router.post("/upload")
    async def upload(request: Request, chat: str, name: str = "photo") -> dict[str, str]:
        agent = await kit.gate.acting(request)
        words = Chrome(lang_of(request))
        body = await _body(request, words)
        mime = filetype.guess_mime(body)
        if mime not in SHOWN:
            raise HTTPException(415, words("no_image"))
        a = Attachment(f"desk-{secrets.token_urlsafe(12)}", name[:120], mime, len(body))
        if not await kit.db.awrite(lambda conn: _keep(conn, chat, agent.name, a, body, kit.now())):
            raise HTTPException(409, words("not_yours", who=words("locked_hint")))
        return {"id": a.id, "name": a.name}


def _answer(stored: Stored | None, words: Chrome) -> Response:
    """The bytes as they came; a word where they are still on the way (202) or never will be here (410)."""
    if stored is None:
        raise HTTPException(404, words("wrong_photo"))
    if stored.data is None and stored.error:
        return PlainTextResponse(words("photo_failed", why=stored.error), 410)
    if stored.data is None:
        return PlainTextResponse(words("fetching"), 202)
    headers = {**SEALED, "etag": f'"{stored.sha256}"'}
    if stored.mime in SHOWN:
        return Response(stored.data, media_type=stored.mime, headers=headers)
    # Anything a browser might run or draw as a page (SVG, HTML) is only ever saved to a file.
    headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name or 'file', safe='')}"
    return Response(stored.data, media_type="application/octet-stream", headers=headers)


async def _body(request: Request, words: Chrome) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > UPLOAD_MOST:
            raise HTTPException(413, words("too_big", most=UPLOAD_MOST // MB))
    return bytes(body)


def _keep(conn: Connection, chat: str, agent_name: str, a: Attachment, body: bytes, now: float) -> bool:
    """Store it for the chat; False where this agent does not have it."""
    entry = handoff.live(conn, chat)
    if entry is None or entry.agent != agent_name:
        return False
    conversations.store_attachment(conn, chat, a, body, now)
    return True
