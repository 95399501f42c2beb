"""The only file that knows every part: builds them, plugs them together, starts and stops them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection

from bot import web
from bot.cases.promises import Outcome
from bot.channels.base import Channel
from bot.channels.links import sign, verify
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_desk import TelegramDesk
from bot.channels.web import WebChannel, WebSettings
from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.desk import codes
from bot.desk.look import Look
from bot.desk.pages import desk_router
from bot.desk.seal import Seal
from bot.dialogue.turn import Kit
from bot.engine import Engine
from bot.errors import BotError, ConfigError, StoreAwayError
from bot.housekeeping import Housekeeping
from bot.hub import Hub
from bot.inbox import Inlet
from bot.keys import secret_key
from bot.kit import build_kit
from bot.knowledge.load import fingerprint
from bot.orders.demo import EMMA, LIN, demo_orders
from bot.outbox import Sender
from bot.shop_systems import Systems, systems_of
from bot.store import agents, cases, conversations, handoff, orders, outbox, owners, promises
from bot.store.db import Database
from bot.store.inbox import Settle, next_due

log = logging.getLogger(__name__)

STUCK_SECONDS = 30.0  # work that has been due for so long means that the queue does not move
STOP_SECONDS = 10.0
RELOAD_SECONDS = 2.0
# On SQLite all that happens comes through this process and rings; on PostgreSQL another host may have written.
POLL_SECONDS = {True: 15.0, False: 1.0}
FIRST_AGENT = ("admin", "小美 Mei")


@dataclass
class Core:
    """What every way of running needs: the store, the way in, the engine, the way out, the live knowledge."""

    settings: Settings
    db: Database
    clock: Clock
    hub: Hub
    inlet: Inlet
    engine: Engine
    key: bytes
    kit: Callable[[], Kit]
    reload: Callable[[], None]
    systems: Systems

    def sender(self, channels: Sequence[Channel], owner: str) -> Sender:
        """The outbox's worker for these channels, woken by the engine's commits."""
        limits = self.settings.photos.limits
        sender = Sender(
            self.db,
            self.clock,
            channels,
            self.inlet,
            owner,
            self.hub.changed,
            jobs=self.systems.jobs(self.db, self.clock),
            limits=limits,
        )
        self._wakers.append(sender.wake)
        return sender

    def __post_init__(self) -> None:
        self._wakers: list[Callable[[], None]] = []

    def changed(self, chats: Sequence[str]) -> None:
        """After each of the engine's commits."""
        self.hub.changed(chats)
        for wake in self._wakers:
            wake()


def build_core(settings: Settings, clock: Clock = system_clock) -> Core:
    """Reads config and knowledge, opens and upgrades the database. Raises ConfigError with every fault."""
    kit = [build_kit(settings, settings.data.path / "cache")]
    db = Database(settings.database_url)
    _patiently(db.migrate)
    key = secret_key(settings.secrets.secret_key, settings.data.path).encode()
    core: list[Core] = []
    engine = Engine(
        db, clock, lambda: kit[0], lambda chats: core[0].changed(chats), lambda token: verify(token, key)
    )
    settle = Settle(settings.engine.settle_seconds, settings.engine.settle_max)

    def reload() -> None:
        kit[0] = build_kit(settings, settings.data.path / "cache")

    inlet = Inlet(db, clock, settle, engine.wake)
    systems = systems_of(settings, db)
    core.append(Core(settings, db, clock, Hub(), inlet, engine, key, lambda: kit[0], reload, systems))
    return core[0]


def _patiently(work: Callable[[], None]) -> None:
    """At the start a database that is away is waited for, and said so."""
    said = False
    while True:
        try:
            return work()
        except StoreAwayError as fault:
            if not said:
                log.warning("waiting for the database: %s", fault)
            said = True
            time.sleep(1.0)


# --- the demo shop, and the first agent --------------------------------------------------------------------------


def fill_demo(conn: Connection, settings: Settings, clock: Clock) -> bool:
    """The demo shop's orders, with fresh dates at each start; one that a case was opened on keeps its own.

    By itself only while there are no orders of anybody else: with the first real one the demo is over.
    """
    if settings.demo == "off" or (settings.demo == "auto" and orders.any_but_of(conn, (LIN, EMMA))):
        return False
    touched = {c.order_id for buyer in (LIN, EMMA) for c in cases.cases_of(conn, "", buyer)}
    fresh = [o for o in demo_orders(clock(), settings.shop.zone) if o.id not in touched]
    orders.put_orders(conn, fresh, clock().timestamp())
    return True


def first_link(conn: Connection, clock: Clock) -> str | None:
    """A one-time sign-in key for the first agent, until they have signed in once; None after that."""
    now = clock().timestamp()
    if not agents.everyone(conn):
        agents.add(conn, *FIRST_AGENT, "admin", now)
    first = agents.everyone(conn)[0]
    if agents.has_signed_in(conn):
        return None
    return agents.make_key(conn, first.name, "link", now)


# --- run ---------------------------------------------------------------------------------------------------------


class App:
    """The shop: every configured channel, the engine, the outbox, the desk, the web server."""

    def __init__(self, settings: Settings, show: Callable[[str], None]) -> None:
        self.core = core = build_core(settings)
        self._show = show
        core.db.write(lambda conn: owners.grace(conn, core.clock().timestamp(), core.kit().rules))
        core.db.write(lambda conn: codes.seal_old(conn, Seal(core.key)))
        self.is_demo = core.db.write(lambda conn: fill_demo(conn, settings, core.clock))
        self._web = WebChannel(core.inlet, core.db, core.hub, core.clock, core.key, self._web_settings())
        self._telegram = self._make_telegram()
        self._agents = self._make_agents_chat()
        channels: list[Channel] = [self._web, *([self._telegram] if self._telegram else [])]
        channels += [self._agents] if self._agents else []
        self._sender = core.sender(channels, _owner(settings))
        self._server = _Server(
            uvicorn.Config(self._asgi(), settings.web.host, settings.web.port, log_config=None, **web.SERVER)
        )

    def _web_settings(self) -> WebSettings:
        public = self.core.settings.web.public_url
        links = (
            (
                lambda: [
                    ("小林 (中文)", sign(LIN, self.core.key)),
                    ("Emma (English)", sign(EMMA, self.core.key)),
                ]
            )
            if self.is_demo
            else None
        )
        shop = self.core.settings.shop
        return WebSettings(
            shops=self.core.settings.web.shops,
            origins=(public,) if public else (),
            poll=POLL_SECONDS[self.core.db.is_sqlite],
            demo_links=links,
            shop_name=(shop.name.zh, shop.name.en),
            limits=self.core.settings.photos.limits,
        )

    def _make_telegram(self) -> TelegramChannel | None:
        settings, secrets = self.core.settings, self.core.settings.secrets
        if not secrets.telegram_token:
            return None
        webhook = settings.telegram.mode == "webhook"
        return TelegramChannel(
            secrets.telegram_token,
            self.core.inlet,
            self.core.db,
            self.core.clock,
            self._load_attachment,
            base_url=settings.telegram.base_url,
            owner=_owner(settings),
            webhook_url=(settings.telegram.webhook_url or "") if webhook else "",
            webhook_secret=(secrets.telegram_webhook_secret or "") if webhook else "",
        )

    def _make_agents_chat(self) -> TelegramDesk | None:
        """The desk inside Telegram, beside the buyers' side of the same bot."""
        core = self.core
        if self._telegram is None:
            return None
        desk = TelegramDesk(
            self._telegram,
            core.db,
            core.clock,
            core.hub,
            lambda: core.kit().rules,
            lambda: self._sender.wake(),
        )
        core.inlet.divert(desk.concerns, desk.take, desk.taken)
        return desk

    def _bot_name(self) -> str:
        return self._agents.bot_name if self._agents else ""

    async def _load_attachment(self, attachment_id: str) -> tuple[str, str, bytes] | None:
        stored = await self.core.db.aread(lambda conn: conversations.read_attachment(conn, attachment_id))
        return (stored.name, stored.mime, stored.data) if stored and stored.data is not None else None

    def _asgi(self) -> FastAPI:
        core, shop = self.core, self.core.settings.shop
        look = Look(shop.zone, core.settings.public_url, {"zh": shop.name.zh, "en": shop.name.en})

        desk = desk_router(
            core.db, core.hub, core.clock, core.engine.wake, look, core.kit, core.key, self._bot_name, self._types
        )  # fmt: skip
        routers = [self._web.router, desk]
        if self._telegram:
            routers.append(self._telegram.webhook)
        return web.build_app(routers, core.db, self._why_not_ready, self._figures)

    def _types(self, chat: str) -> None:
        """The web chat reads it from the tables; Telegram wants to be told."""
        if self._telegram and chat.startswith(f"{self._telegram.name}:"):
            self._telegram.show_typing(chat)

    def _why_not_ready(self) -> str | None:
        idle = (self.core.clock() - self.core.engine.last_round).total_seconds()
        return f"the engine has not turned for {idle:.0f} seconds" if idle > STUCK_SECONDS else None

    async def _figures(self) -> Sequence[web.Figure]:
        def count(conn: Connection) -> list[web.Figure]:
            now = self.core.clock().timestamp()
            oldest = next_due(conn)
            month, policy = now - 30 * 86_400, self.core.kit().policy
            outcomes = [p.outcome for p in promises.ledger(conn, policy, month, self.core.clock())]
            return [
                web.Figure("bot_promises_kept", "Promises kept in 30 days", outcomes.count(Outcome.KEPT)),
                web.Figure(
                    "bot_promises_broken", "Promises broken in 30 days", outcomes.count(Outcome.BROKEN)
                ),
                web.Figure(
                    "bot_queue_waiting", "Chats that wait for a person", len(handoff.waiting(conn, now))
                ),
                web.Figure("bot_orders", "Orders in the embedded order source", orders.count_orders(conn)),
                web.Figure("bot_outbox_waiting", "Messages that wait to be sent", outbox.waiting(conn)),
                web.Figure(
                    "bot_inbox_lag_seconds",
                    "How long the oldest event has been due",
                    max(0.0, now - oldest) if oldest else 0.0,
                ),
            ]

        return await self.core.db.aread(count)

    async def serve(self) -> None:
        """Until SIGINT or SIGTERM. What was accepted is stored; what was not sent goes out at the next start."""
        workers = [
            asyncio.create_task(self.core.engine.run(), name="engine"),
            asyncio.create_task(self._sender.run(), name="outbox"),
            asyncio.create_task(self._watch_knowledge(), name="knowledge"),
        ]
        if self._telegram:
            workers.append(asyncio.create_task(self._telegram.run(), name="telegram"))
        if self._agents:
            workers.append(asyncio.create_task(self._agents.run(), name="desk in telegram"))
        core = self.core
        keeping = timedelta(days=core.settings.privacy.retention_days)
        housekeeping = Housekeeping(core.db, core.clock, keeping, core.settings.shop.zone)
        workers.append(asyncio.create_task(housekeeping.run(), name="housekeeping"))
        if keeper := core.systems.keeper(core.settings, core.db, core.clock, core.engine.wake):
            workers.append(asyncio.create_task(keeper.run(), name="orders"))
        serving = asyncio.create_task(self._server.serve(), name="web")
        self._server.end_on_signals()
        try:
            await self._announce(serving)
            done, _ = await asyncio.wait([serving, *workers], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {serving}:
                task.result()  # a worker never ends by itself: its fault ends the program, a supervisor restarts it
        finally:
            self._server.should_exit = True
            for task in workers:
                task.cancel()
            await asyncio.wait({serving}, timeout=STOP_SECONDS)
            serving.cancel()  # nothing where it has ended; a connection that hangs must not hold up the end
            await asyncio.gather(serving, *workers, return_exceptions=True)
            if self._telegram:
                await self._telegram.close()
            self.core.systems.close()
            self.core.db.close()

    async def _announce(self, serving: asyncio.Task[None]) -> None:
        while not self._server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        if serving.done():
            return
        base = self.core.settings.public_url
        self._show(f"Buyer chat   {base}/")
        self._show(f"Agent desk   {base}/desk")
        if link := await self.core.db.awrite(lambda conn: first_link(conn, self.core.clock)):
            self._show(f"Sign in      {base}/desk/sign-in?key={link}   (works once, for 24 hours)")
        if self._telegram:
            self._show("Telegram     serving")
            if self.is_demo:
                self._show(f"             demo buyer: open the bot with /start {sign(LIN, self.core.key)}")
        self._show("Stop with Ctrl-C.")

    async def _watch_knowledge(self) -> None:
        """An edited knowledge folder is taken up live; a faulty one is told, and the old one goes on answering."""
        folder = self.core.settings.knowledge.path
        seen = fingerprint(folder)
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            with contextlib.suppress(OSError):
                now = await asyncio.to_thread(fingerprint, folder)
                if now != seen:
                    seen = now
                    await self._reload()

    async def _reload(self) -> None:
        try:
            await asyncio.to_thread(self.core.reload)
            log.info("knowledge reloaded")
        except (ConfigError, BotError) as fault:
            log.error("knowledge kept as it was:\n%s", fault)


class _Server(uvicorn.Server):
    """uvicorn raises a signal again once it has ended, before anything else could close; so we take them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels the main task instead
                loop.add_signal_handler(number, self._end)

    def _end(self) -> None:
        self.should_exit = True


def _owner(settings: Settings) -> str:
    """Stable over restarts of this process, unique among hosts that share a database."""
    return f"{socket.gethostname()}:{settings.web.port}:{Path.cwd()}"


def check_port(settings: Settings) -> None:
    """Raises BotError with the cure where the web port is taken, before anything else is started."""
    with socket.socket(socket.AF_INET6 if ":" in settings.web.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web.host, settings.web.port))
        except OSError as fault:
            raise BotError(
                f"port {settings.web.port} on {settings.web.host}: {fault.strerror}; "
                "stop the other program or set BOT__WEB__PORT"
            ) from None
