"""Who may come in: the session cookie, and that a change comes from the desk's own page."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from starlette.requests import HTTPConnection

from bot.clock import Clock
from bot.desk.words import Chrome
from bot.messages import Lang
from bot.store import agents
from bot.store.agents import SESSION_SECONDS, Agent
from bot.store.db import Database

COOKIE = "desk_session"
PATH = "/desk"


class Gate:
    """`public_url` is what browsers call this program; with https the cookie never leaves over plain http."""

    def __init__(self, db: Database, clock: Clock, public_url: str) -> None:
        self._db = db
        self._clock = clock
        self._public = urlsplit(public_url)

    async def agent(self, request: HTTPConnection) -> Agent | None:
        """Whose session the cookie is, or None."""
        secret = self.secret(request)
        if not secret:
            return None
        now = self._clock().timestamp()
        return await self._db.aread(lambda conn: agents.signed_in(conn, secret, now))

    def secret(self, request: HTTPConnection) -> str:
        return request.cookies.get(COOKIE, "")

    async def acting(self, request: Request) -> Agent:
        """The agent who asks for a change. Raises 403 for another site's request, 401 without a session."""
        if not self.same_origin(request):
            raise HTTPException(403, Chrome(lang_of(request))("foreign"))
        agent = await self.agent(request)
        if agent is None:
            raise HTTPException(401, Chrome(lang_of(request))("signed_out"))
        return agent

    def same_origin(self, request: HTTPConnection) -> bool:
        """Browsers name the page a change comes from; a cookie alone would let any site act for an agent."""
        origin = request.headers.get("origin")
        if origin and origin != "null":
            return urlsplit(origin).netloc in (request.headers.get("host"), self._public.netloc)
        # A form on a page that tells no referrer sends Origin: null; Sec-Fetch-Site still tells.
        return request.headers.get("sec-fetch-site") == "same-origin"

    def remember(self, response: Response, secret: str) -> None:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(SESSION_SECONDS),
            path=PATH,
            secure=self._public.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path=PATH)


def lang_of(request: HTTPConnection) -> Lang:
    """The agent's choice, else the browser's first language."""
    chosen = request.cookies.get("desk_lang")
    if chosen == "zh" or (chosen != "en" and request.headers.get("accept-language", "zh").startswith("zh")):
        return "zh"
    return "en"


def theme_of(request: HTTPConnection) -> str:
    """light, dark, or auto: as the system has it."""
    theme = request.cookies.get("desk_theme", "")
    return theme if theme in ("light", "dark") else "auto"
