"""The buyer's chat in the browser: the page, the loader for a shop's own pages, and the socket behind them.

What a page says is in `web_tab`, photos in `web_photos`, frames and limits in `web_frames`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.links import verify
from bot.channels.web_frames import PAGES, Pace, chat_of, error_frame, hello, parse
from bot.channels.web_photos import photo_router
from bot.channels.web_tab import Shared, Tab
from bot.clock import Clock
from bot.errors import UndeliverableError
from bot.hub import Hub
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Lang, Outgoing
from bot.photos import DEFAULT, Limits
from bot.store.db import Database

HELLO_SECONDS = 10.0  # a socket that does not say who it is
KNOWN_MOST = 10_000
DemoLinks = Callable[[], Sequence[tuple[str, str]]]  # (label, token) of each demo buyer


@dataclass(frozen=True)
class WebSettings:
    """`shops`: origins whose pages may show the chat in a frame, e.g. "https://shop.example".

    `origins`: further origins our own pages are reached by, where a proxy rewrites Host. `poll`: after how
    many seconds a page sees what another host wrote, should nobody ring.
    """

    shops: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    most_messages: int = 20  # of one session in `per_seconds`
    per_seconds: float = 10.0
    photos_per_minute: int = 30
    limits: Limits = DEFAULT  # of a photo, a video, a document
    tabs_per_session: int = 20
    poll: float = 15.0
    demo_links: DemoLinks | None = None  # None: no demo shop on "/", the chat itself stands there
    shop_name: tuple[str, str] = ("示例小店", "Example Shop")  # on the demo shop's page
    desk_path: str = "/desk"


class WebChannel:
    """Sending is ringing: the transcript is committed already, and an open page reads on from where it is."""

    name = "web"

    def __init__(
        self,
        inlet: Inlet,
        db: Database,
        hub: Hub,
        clock: Clock,
        link_key: bytes,
        settings: WebSettings | None = None,
    ) -> None:
        self._settings = settings or WebSettings()
        self._hub = hub
        self._key = link_key
        self._tabs: dict[str, set[Tab]] = defaultdict(set)
        self._ear: asyncio.Task[None] | None = None
        self._known: set[tuple[str, str]] = set()  # who has been introduced since the start of the program
        pace = Pace(self._settings.most_messages, self._settings.per_seconds)
        self._shared = Shared(
            db,
            inlet.put,
            clock,
            link_key,
            lambda chat: pace.wait(chat, clock().timestamp()),
            self._settings.poll,
            hub.hint,
            inlet.typing,
        )
        self.router = _pages(self._settings)
        self.router.include_router(
            photo_router(
                db, clock, link_key, Pace(self._settings.photos_per_minute, 60.0), self._settings.limits
            )
        )
        self.router.add_api_websocket_route("/chat/ws", self._open)

    async def send(self, message: Outgoing) -> str | None:
        self._hub.changed([message.chat])
        return None

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        return await self.send(message)

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        await self.send(message)

    async def fetch(self, attachment: Attachment) -> bytes:
        raise UndeliverableError("a photo of the web chat is stored before its message arrives")

    async def _open(self, socket: WebSocket) -> None:
        if not self._same_origin(socket):
            await socket.close(1008)  # before accept: the browser sees 403
            return
        await socket.accept()
        if tab := await self._introduce(socket):
            with self._listening(tab):
                await tab.serve()

    def _same_origin(self, socket: WebSocket) -> bool:
        """The chat's frame is served by us, so an honest page's origin is our own host."""
        host = urlsplit(socket.headers.get("origin", "")).netloc.lower()
        ours = {
            socket.headers.get("host", "").lower(),
            *(urlsplit(o).netloc or o for o in self._settings.origins),
        }
        return host != "" and host in ours

    async def _introduce(self, socket: WebSocket) -> Tab | None:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                first = await socket.receive()
        except TimeoutError:
            first = {}
        who = hello(parse(first.get("text")))
        if first.get("type") == "websocket.disconnect":
            return None
        chat = chat_of(who.session) if who else ""
        if who is None or len(self._tabs.get(chat, ())) >= self._settings.tabs_per_session:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json(
                    error_frame("too_many_tabs" if who else "broken", who.lang if who else "zh")
                )
                await socket.close(1008)
            return None
        buyer = verify(who.token, self._key) if who.token else None
        if buyer:
            await self._start(chat, buyer, who.lang)
        return Tab(socket, who, chat, buyer, self._shared)

    async def _start(self, chat: str, buyer: str, lang: Lang) -> None:
        """The shop vouches for this buyer: the engine hears of it once in a conversation."""
        if (chat, buyer) in self._known:
            return
        key = "start-" + hashlib.sha256(buyer.encode()).hexdigest()[:32]
        await self._shared.put([Incoming(chat, key, kind="start", buyer=buyer, data={"lang_hint": lang})])
        if len(self._known) >= KNOWN_MOST:
            self._known.clear()
        self._known.add((chat, buyer))

    @contextlib.contextmanager
    def _listening(self, tab: Tab) -> Iterator[None]:
        """One ear at the hub for all pages: a change wakes the pages of that chat, not all of them."""
        self._tabs[tab.chat].add(tab)
        if self._ear is None:
            self._ear = asyncio.create_task(self._hear())
        try:
            yield
        finally:
            self._tabs[tab.chat].discard(tab)
            if not self._tabs[tab.chat]:
                del self._tabs[tab.chat]
            if not self._tabs and self._ear is not None:
                self._ear.cancel()
                self._ear = None

    async def _hear(self) -> None:
        with self._hub.watch() as watcher:
            while True:
                for chat in await watcher.wait(3600.0):
                    for tab in self._tabs.get(chat, ()):
                        tab.bell.set()


def _pages(settings: WebSettings) -> APIRouter:
    router = APIRouter()
    files = _static_files()
    version = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:12]
    templates = Environment(loader=FileSystemLoader(PAGES), autoescape=select_autoescape(), auto_reload=False)

    @router.get("/")
    async def front(buyer: int = 0) -> Response:
        """The first demo buyer unless another is chosen; -1 is a guest, who has to prove an order."""
        if settings.demo_links is None:
            return RedirectResponse("/chat", 307)
        links = [(label, token, _reads(label)) for label, token in settings.demo_links()]
        chosen = links[buyer] if 0 <= buyer < len(links) else None
        page = templates.get_template("shop.html")
        return HTMLResponse(
            page.render(version=version, links=links, chosen=chosen, buyer=buyer, settings=settings)
        )

    @router.get("/chat")
    async def chat() -> HTMLResponse:
        page = templates.get_template("chat.html").render(version=version)
        return HTMLResponse(page, headers={"content-security-policy": _framed_by(settings.shops)})

    @router.get("/chat/loader.js")
    async def loader() -> Response:
        headers = {"cache-control": "public, max-age=300", "cross-origin-resource-policy": "cross-origin"}
        return Response(files["loader.js"], media_type="text/javascript; charset=utf-8", headers=headers)

    @router.get("/chat/static/{made}/{name}")
    async def static(made: str, name: str) -> Response:
        if name not in files:
            return Response(status_code=404)
        # The address holds the version, so what is at it never changes.
        fresh = "public, max-age=31536000, immutable" if made == version else "no-cache"
        kind = _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
        return Response(files[name], media_type=kind, headers={"cache-control": fresh})

    return router


_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}


def _static_files() -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in PAGES.iterdir() if p.suffix.lstrip(".") in _TYPES}


def _framed_by(shops: Sequence[str]) -> str:
    who = " ".join(("'self'", *shops))
    return (
        f"default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors {who}"
    )


def _reads(label: str) -> Lang:
    return "zh" if any("\u4e00" <= c <= "\u9fff" for c in label) else "en"
