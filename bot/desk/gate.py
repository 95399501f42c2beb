"""Who may come in: the session cookie, what their role may, and that a change comes from the desk's own page."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qs, urlsplit

from fastapi import HTTPException, Request, Response
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from bot.clock import Clock
from bot.desk.passwords import Passwords
from bot.desk.words import Chrome
from bot.handoff.rights import may
from bot.messages import Lang
from bot.store import agents, audit
from bot.store.agents import HALF_SECONDS, SEEN_SECONDS, SESSION_SECONDS, Agent
from bot.store.db import Database

COOKIE = "desk_session"
HALF = "desk_half"  # the password was right, the code is still asked for
PATH = "/desk"
FORM_MOST = 16 * 1024  # bytes of a form; three long passwords, percent-encoded, fit


class Gate:
    """`public_url` is what browsers call this program; with https the cookie never leaves over plain http."""

    def __init__(self, db: Database, clock: Clock, public_url: str) -> None:
        self._db = db
        self._clock = clock
        self._public = urlsplit(public_url)
        self.passwords = Passwords()

    async def agent(self, request: HTTPConnection) -> Agent | None:
        """Whose session the cookie is, or None. A request is use of the session; a line that stays open is not."""
        audit.came_from.set(address_of(request))
        secret = self.secret(request)
        if not secret:
            return None
        now = self._clock().timestamp()

        def look(conn: Connection) -> tuple[Agent | None, float]:
            return agents.signed_in(conn, secret, now), agents.last_seen(conn, secret)

        agent, seen_at = await self._db.aread(look)
        if agent and isinstance(request, Request) and now - seen_at > SEEN_SECONDS:
            where, device = address_of(request), device_of(request)
            await self._db.awrite(lambda conn: agents.seen(conn, secret, now, where, device))
        return agent

    def secret(self, request: HTTPConnection) -> str:
        return request.cookies.get(COOKIE, "")

    async def acting(self, request: Request, right: str = "answer") -> Agent:
        """The agent who asks for a change. Raises 403 for another site's request or a missing right, 401 without a
        session."""
        self.own_page(request)
        agent = await self.agent(request)
        if agent is None:
            raise HTTPException(401, Chrome(lang_of(request))("signed_out"))
        if not may(agent.role, right):
            raise HTTPException(403, Chrome(lang_of(request))("no_right"))
        return agent

    async def visiting(self, request: Request, right: str = "answer") -> Agent:
        """The agent who asks for a page. Leads to the door without a session; 403 without the right."""
        agent = await self.agent(request)
        if agent is None:
            raise HTTPException(303, headers={"location": f"{PATH}/sign-in"})
        if not may(agent.role, right):
            raise HTTPException(403, Chrome(lang_of(request))("no_right"))
        return agent

    def own_page(self, request: HTTPConnection) -> None:
        """Raises 403 for a change that another site's page asks for."""
        audit.came_from.set(address_of(request))
        if not self.same_origin(request):
            raise HTTPException(403, Chrome(lang_of(request))("foreign"))

    def same_origin(self, request: HTTPConnection) -> bool:
        """Browsers name the page a change comes from; a cookie alone would let any site act for an agent."""
        origin = request.headers.get("origin")
        if origin and origin != "null":
            return urlsplit(origin).netloc in (request.headers.get("host"), self._public.netloc)
        # A form on a page that tells no referrer sends Origin: null; Sec-Fetch-Site still tells.
        return request.headers.get("sec-fetch-site") == "same-origin"

    def remember(self, response: Response, secret: str) -> None:
        self._keep(response, COOKIE, secret, SESSION_SECONDS)

    def remember_half(self, response: Response, secret: str) -> None:
        self._keep(response, HALF, secret, HALF_SECONDS)

    def forget(self, response: Response, *names: str) -> None:
        for name in names or (COOKIE,):
            response.delete_cookie(name, path=PATH)

    def _keep(self, response: Response, name: str, secret: str, seconds: float) -> None:
        response.set_cookie(
            name,
            secret,
            max_age=int(seconds),
            path=PATH,
            secure=self._public.scheme == "https",
            httponly=True,
            samesite="strict",
        )


def address_of(request: HTTPConnection) -> str:
    """Where the request comes from, as the web server tells it; empty where it does not."""
    return request.client.host if request.client else ""


def network_of(request: HTTPConnection) -> str:
    """The address that tries are counted by. One subscriber has a whole /64 of IPv6."""
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return address_of(request)
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def device_of(request: HTTPConnection) -> str:
    return request.headers.get("user-agent", "")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a plain form; none where it is too long. Of a field sent twice the first counts."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MOST:
            return {}
    fields = parse_qs(body.decode("latin-1"))
    return {
        key: values[0].replace("\0", "") for key, values in fields.items()
    }  # PostgreSQL takes no zero byte


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
