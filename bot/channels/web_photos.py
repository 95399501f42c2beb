"""Photos of the web chat: taken in as they are, told by their content, given out only by a sealed address."""

from __future__ import annotations

import asyncio
import re
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import filetype
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from bot.channels.base import MAX_PHOTO_BYTES
from bot.channels.links import capability, is_capability
from bot.channels.web_frames import ID, SESSION, Pace, chat_of, photo_frame, words
from bot.clock import Clock
from bot.messages import Attachment, Lang
from bot.store.conversations import read_attachment, store_attachment
from bot.store.db import Database

SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/heic", "image/avif"})
TAKEN = SHOWN | {"video/mp4", "video/quicktime", "application/pdf"}
UPLOAD_SECONDS = 180.0
IN_MEMORY = 1024 * 1024  # bytes of an upload; the rest waits on disk, since slow uploads are many
AT_ONCE = 4  # whole photos in memory together


class Refused(NamedTuple):
    """Why a photo was not taken: a key of words.json and the HTTP status."""

    code: str
    status: int


def photo_router(db: Database, clock: Clock, key: bytes, pace: Pace) -> APIRouter:
    router = APIRouter()
    photos = Photos(db, clock, key, pace)

    @router.post("/chat/photo")
    async def upload(request: Request) -> JSONResponse:
        lang: Lang = "en" if request.headers.get("x-chat-lang") == "en" else "zh"
        taken = await photos.take(request)
        if isinstance(taken, Refused):
            return JSONResponse({"code": taken.code, "text": words(lang)[taken.code]}, taken.status)
        return JSONResponse(photo_frame(taken, key))

    @router.get("/chat/photo/{photo}/{seal}")
    async def show(photo: str, seal: str) -> Response:
        if not is_capability(seal, "photo", photo, key):
            return Response(status_code=404)
        found = await db.aread(lambda conn: read_attachment(conn, photo))
        if found is None or found.data is None:
            return Response(status_code=404)
        return Response(found.data, headers=_headers(found.mime, found.name))

    return router


class Photos:
    """Takes uploads in: who, how fast, how large, what, in this order."""

    def __init__(self, db: Database, clock: Clock, key: bytes, pace: Pace) -> None:
        self._db = db
        self._clock = clock
        self._key = key
        self._pace = pace
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, request: Request) -> Attachment | Refused:
        session, own_id = request.headers.get("x-chat-session", ""), request.headers.get("x-chat-id", "")
        if not re.fullmatch(SESSION, session) or not re.fullmatch(ID, own_id):
            return Refused("broken", 400)
        if self._pace.wait(chat_of(session), self._clock().timestamp()):
            return Refused("slow_down", 429)
        # The id follows from the page's own, so an upload sent twice is one photo; nobody can guess it.
        photo = capability("photo id", f"{session}/{own_id}", self._key)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            if refused := await _receive(request, body):
                return refused
            async with self._room:
                return await self._keep(chat_of(session), photo, _name(request), body.read())

    async def _keep(self, chat: str, photo: str, name: str, data: bytes) -> Attachment | Refused:
        mime = mime_of(data)
        if mime is None:
            return Refused("wrong_type" if data else "empty_photo", 415)
        kept = Attachment(photo, name, mime, len(data))
        await self._db.awrite(
            lambda conn: store_attachment(conn, chat, kept, data, self._clock().timestamp())
        )
        return kept


async def _receive(request: Request, body: SpooledTemporaryFile[bytes]) -> Refused | None:
    """The raw body, read no further than the limit."""
    too_large = Refused("too_large", 413)
    if int(request.headers.get("content-length") or 0) > MAX_PHOTO_BYTES:
        return too_large
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            async for chunk in request.stream():
                body.write(chunk)
                if body.tell() > MAX_PHOTO_BYTES:
                    return too_large
    except (TimeoutError, ClientDisconnect):
        return Refused("upload_slow", 408)
    body.seek(0)
    return None


def mime_of(data: bytes) -> str | None:
    """By content, never by name or by what the page says; None for what we do not take."""
    kind: Any = filetype.guess(data[:8192])
    return kind.mime if kind is not None and kind.mime in TAKEN else None


def _name(request: Request) -> str:
    name = unquote(request.headers.get("x-chat-name", "")).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable())[:120].strip() or "photo"


def _headers(mime: str, name: str) -> dict[str, str]:
    how = "inline" if mime in SHOWN else "attachment"
    return {
        "content-type": mime if mime in TAKEN else "application/octet-stream",
        "content-disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=86400, immutable",
    }
