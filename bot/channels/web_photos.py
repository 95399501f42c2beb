"""Photos of the web chat: taken in as they are, given out only by a sealed address.

What is taken and how it is shown is `bot.photos`' to say; here is who sends, how fast, and how it is stored.
"""

from __future__ import annotations

import asyncio
import re
from tempfile import SpooledTemporaryFile
from typing import NamedTuple
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from bot import photos
from bot.channels.links import capability, is_capability
from bot.channels.web_frames import ID, SESSION, Pace, chat_of, photo_frame, words
from bot.clock import Clock
from bot.messages import Attachment, Lang
from bot.photos import Limits, Reason
from bot.store.conversations import read_attachment, store_attachment
from bot.store.db import Database

UPLOAD_SECONDS = 180.0
IN_MEMORY = 1024 * 1024  # bytes of an upload; the rest waits on disk, since slow uploads are many
AT_ONCE = 4  # whole photos in memory together


class Refused(NamedTuple):
    """Why an upload was not taken: a key of words.json, the HTTP status, and the limit the words name."""

    code: str
    status: int
    most: str = ""

    def text(self, lang: Lang) -> str:
        return words(lang)[self.code].replace("{n}", self.most)


# The page's own words for what the file is wrong with. "broken" is a broken message there, hence the longer names.
CODES: dict[Reason, tuple[str, int]] = {
    "too_large": ("too_large", 413),
    "wrong_type": ("wrong_type", 415),
    "empty": ("empty_photo", 415),
    "bomb": ("bomb_photo", 415),
    "broken": ("broken_photo", 415),
}


def photo_router(db: Database, clock: Clock, key: bytes, pace: Pace, limits: Limits) -> APIRouter:
    router = APIRouter()
    uploads = Uploads(db, clock, key, pace, limits)

    @router.post("/chat/photo")
    async def upload(request: Request) -> JSONResponse:
        lang: Lang = "en" if request.headers.get("x-chat-lang") == "en" else "zh"
        taken = await uploads.take(request)
        if isinstance(taken, Refused):
            return JSONResponse({"code": taken.code, "text": taken.text(lang)}, taken.status)
        return JSONResponse(photo_frame(taken, key))

    @router.get("/chat/photo/{photo}/{seal}")
    async def show(photo: str, seal: str) -> Response:
        if not is_capability(seal, "photo", photo, key):
            return Response(status_code=404)
        found = await db.aread(lambda conn: read_attachment(conn, photo))
        if found is None or found.data is None:
            return Response(status_code=404)
        forever = {"cache-control": "private, max-age=86400, immutable"}
        return Response(found.data, headers={**photos.headers(found.mime, found.name), **forever})

    return router


class Uploads:
    """Takes uploads in: who, how fast, how large, what, in this order."""

    def __init__(self, db: Database, clock: Clock, key: bytes, pace: Pace, limits: Limits) -> None:
        self._db = db
        self._clock = clock
        self._key = key
        self._pace = pace
        self._limits = limits
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
            if refused := await self._receive(request, body):
                return refused
            async with self._room:
                return await self._keep(chat_of(session), photo, _name(request), body.read())

    async def _keep(self, chat: str, photo: str, name: str, data: bytes) -> Attachment | Refused:
        found = await asyncio.to_thread(photos.examine, data, self._limits)
        if isinstance(found, photos.Refused):
            return Refused(*CODES[found.reason], found.most)
        kept = Attachment(photo, name, found, len(data))
        await self._db.awrite(
            lambda conn: store_attachment(conn, chat, kept, data, self._clock().timestamp())
        )
        return kept

    async def _receive(self, request: Request, body: SpooledTemporaryFile[bytes]) -> Refused | None:
        """The raw body, read no further than the limit."""
        too_large = Refused(*CODES["too_large"], self._limits.megabytes())
        if int(request.headers.get("content-length") or 0) > self._limits.most_bytes:
            return too_large
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                async for chunk in request.stream():
                    body.write(chunk)
                    if body.tell() > self._limits.most_bytes:
                        return too_large
        except (TimeoutError, ClientDisconnect):
            return Refused("upload_slow", 408)
        body.seek(0)
        return None


def _name(request: Request) -> str:
    name = unquote(request.headers.get("x-chat-name", "")).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable())[:120].strip() or "photo"
