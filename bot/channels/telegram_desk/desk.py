"""The desk inside Telegram as the program sees it: `take` does what agents send, `run` tells them what changed.

For the outbox it is a channel of its own, `telegram-desk`, over the bot that buyers talk to.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence

from sqlalchemy import Connection
from telegram import BotCommandScopeChat
from telegram.error import TelegramError

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram_desk.hands import Hands
from bot.channels.telegram_desk.mirror import Mirror, Step
from bot.channels.telegram_desk.words import Say
from bot.clock import Clock
from bot.errors import StoreAwayError, UndeliverableError
from bot.handoff.assign import AgentNow
from bot.handoff.rules import Rules
from bot.hub import Hub, Watcher
from bot.messages import Attachment, Incoming, Lang, Outgoing
from bot.store import agent_lines, audit, messengers, presence
from bot.store.agent_lines import PRESS, Words
from bot.store.db import Database, must_run_again
from bot.store.messengers import Link

log = logging.getLogger(__name__)
BUYERS, NAME = "telegram", "telegram-desk"
PAUSE = 0.2  # seconds between two looks: 50 agents with 100 chats that wait cost 0.2 s each time
LOOK_AGAIN = 2.5  # seconds; other hosts write too, and a chat becomes everybody's as people wait
ASK_AGAIN = 10.0  # seconds, for the bot's own name
COMMANDS = ("queue", "mine", "note", "transfer", "resolve", "release", "pause", "resume", "unlink", "help")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")  # as `messengers.invite` makes them


class TelegramDesk:
    """`sending` is called when something stands in the outbox, `rules` gives the desk's as they are now."""

    name = NAME

    def __init__(
        self,
        channel: TelegramChannel,
        db: Database,
        clock: Clock,
        hub: Hub,
        rules: Callable[[], Rules],
        sending: Callable[[], None],
    ) -> None:
        self._channel, self._db, self._clock, self._hub = channel, db, clock, hub
        self._rules, self._sending = rules, sending
        self._watcher: Watcher | None = None
        self.bot_name = ""  # as it is written after t.me/, once Telegram has told
        self._ask_name_at = 0.0

    # --- what agents send --------------------------------------------------------------------------------------------

    def concerns(self, conn: Connection, events: Sequence[Incoming]) -> Sequence[Incoming]:
        """Those that may be an agent's: from a chat that is or was a desk, or of one that wants to be."""
        ours = [e for e in events if _address(e.chat)]
        known = messengers.known(conn, {_address(e.chat) for e in ours}) if ours else set()
        asking = {_address(e.chat) for e in ours if _secret(e)}
        return [e for e in ours if _address(e.chat) in known | asking or _is_stray(e)]

    def take(self, conn: Connection, event: Incoming, now: float) -> bool:
        """Does what a linked agent sent, in this transaction. False where it is a buyer's."""
        address, secret = _address(event.chat), _secret(event)
        link = messengers.lock(conn, address)
        live = link if link and link.live else None
        if not secret and live is None:
            return _is_stray(event) or self._was_for_a_buyer(conn, event, address, now)
        came = audit.came_from.set("Telegram")
        try:
            with conn.begin_nested():
                if messengers.first_time(conn, event, address, now):
                    self._do(conn, event, address, secret, live, now)
        except Exception as fault:
            if must_run_again(fault):
                raise
            # Its words may quote a buyer's.
            log.error("an agent's update %s failed (%s)", event.key, type(fault).__name__)
            lang = live.lang if live else _lang(event)
            agent_lines.say(conn, address, Words(Say(lang)("went_wrong"), anyone=True), now)
        finally:
            audit.came_from.reset(came)
        return True

    def _was_for_a_buyer(self, conn: Connection, event: Incoming, address: str, now: float) -> bool:
        """An answer to what an agent was shown here, which is a desk no more: nobody is to read it as a buyer's."""
        remote = event.data.get("reply_to") or event.data.get("edited")
        if not remote or agent_lines.of_remote(conn, address, str(remote)) is None:
            return False
        if messengers.first_time(conn, event, address, now):
            agent_lines.say(conn, address, Words(Say(_lang(event))("no_desk"), anyone=True), now)
        return True

    def _do(
        self, conn: Connection, event: Incoming, address: str, secret: str, live: Link | None, now: float
    ) -> None:
        if secret:
            _link(conn, event, address, secret, now)
        elif live:
            Hands(conn, live, now, self._rules()).handle(event)

    def taken(self) -> None:
        """After the commit of what came in."""
        self._sending()
        if self._watcher:
            self._watcher.ring(())

    # --- what agents are told ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. A fault of one agent's chat, of Telegram's or of the database never ends it."""
        with self._hub.watch() as watcher:
            self._watcher = watcher
            while True:
                try:
                    await self._round()
                except StoreAwayError:
                    log.info("the desk in Telegram waits for the database")
                await asyncio.sleep(PAUSE)
                await watcher.wait(LOOK_AGAIN)

    async def _round(self) -> None:
        if not self.bot_name and time.monotonic() >= self._ask_name_at:
            await self._learn_name()
        links = await self._db.aread(messengers.every)
        for link in links:
            if not link.live or link.menu != link.lang:
                await self._set_menu(link)
        told = False
        for address in await self._db.aread(self.with_news):  # most looks find nothing, and cost no write
            try:
                await self._db.awrite(lambda conn, which=address: self.catch_up(conn, which))  # type: ignore[misc]
                told = True
            except StoreAwayError:
                raise
            except Exception as fault:
                log.error("an agent's chat cannot be told (%s)", type(fault).__name__, exc_info=fault)
        if told:
            self._sending()

    def with_news(self, conn: Connection) -> list[str]:
        """The chats that must be told something."""
        found, people = [], self._people(conn)
        for link in messengers.every(conn):
            try:
                if next(self._mirror(conn, link, people), None):
                    found.append(link.address)
            except Exception as fault:
                if must_run_again(fault):
                    raise
                log.error("an agent's chat cannot be told (%s)", type(fault).__name__, exc_info=fault)
        return found

    def catch_up(self, conn: Connection, address: str) -> None:
        """Tells this chat what it lacks, once, whoever else is at it."""
        link = messengers.lock(conn, address)
        for step in list(self._mirror(conn, link, self._people(conn))) if link else ():
            step(conn)

    def _people(self, conn: Connection) -> dict[str, AgentNow]:
        return {a.name: a for a in presence.agents_now(conn, self._clock().timestamp(), self._rules())}

    def _mirror(self, conn: Connection, link: Link, people: dict[str, AgentNow]) -> Iterator[Step]:
        return Mirror(conn, link, people.get(link.agent.name), self._clock(), self._rules()).steps()

    # --- Telegram's own things ---------------------------------------------------------------------------------------

    async def _learn_name(self) -> None:
        try:
            self.bot_name = (await self._channel.client.get_me()).username or ""
        except TelegramError as fault:
            log.debug("Telegram does not tell the bot's name: %s", type(fault).__name__)
            self._ask_name_at = time.monotonic() + ASK_AGAIN

    async def _set_menu(self, link: Link) -> None:
        """The commands in this one chat; a nicety, so what Telegram refuses is not tried for ever."""
        scope, say = BotCommandScopeChat(_number(link.address)), Say(link.lang)
        try:
            if not link.live:
                await self._channel.client.delete_my_commands(scope=scope)
                return
            menu = [(name, say(f"menu_{name}")) for name in COMMANDS]
            await self._channel.client.set_my_commands(menu, scope=scope)
        except TelegramError as fault:
            log.info("an agent's menu could not be set: %s", type(fault).__name__)
        await self._db.awrite(lambda conn: messengers.note(conn, link.address, menu=link.lang))

    # --- as a channel of the outbox ----------------------------------------------------------------------------------

    async def send(self, message: Outgoing) -> str | None:
        """Nothing, where the chat is no desk any more; what its reader blocks or deletes is lost to nobody else."""
        if message.author != "system" and not await self._live(message.chat):
            return None
        return await self._kindly(self._channel.send(message))

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        if not await self._live(message.chat):
            return remote
        return await self._kindly(self._channel.edit(message, remote))

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        await self._channel.withdraw(message, remote)

    async def fetch(self, attachment: Attachment) -> bytes:
        return await self._channel.fetch(attachment)

    async def _kindly(self, sending: Coroutine[None, None, str | None]) -> str | None:
        try:
            return await sending
        except UndeliverableError as fault:
            log.warning("an agent could not be told: %s", fault)
            return None

    async def _live(self, address: str) -> bool:
        return bool(await self._db.aread(lambda conn: messengers.live(conn, [address])))


def _address(chat: str) -> str:
    """ "telegram:5" → "telegram-desk:5"; empty for what is no Telegram chat."""
    channel, _, number = chat.partition(":")
    return f"{NAME}:{number}" if channel in (BUYERS, NAME) else ""


def _number(address: str) -> int:
    return int(address.partition(":")[2])


def _secret(event: Incoming) -> str:
    """What `/start agent_<secret>` or `/agent <secret>` carries; empty for everything else."""
    given = ""
    if event.kind == "start":
        prefix, _, given = str(event.data.get("token", "")).partition("_")
        given = given if prefix == "agent" else ""
    elif event.data.get("command") == "/agent":
        given = str(event.data.get("words", ""))
    return given if _SECRET.fullmatch(given) else ""


def _is_stray(event: Incoming) -> bool:
    """A desk's own business in a chat that is none any more: nobody's to do, and no buyer's words either."""
    return event.chat.startswith(f"{NAME}:") or (event.button or "").startswith(f"{PRESS}:")


def _link(conn: Connection, event: Incoming, address: str, secret: str, now: float) -> None:
    found = messengers.link(conn, secret, address, event.name, _lang(event), now)
    if found is None:
        agent_lines.say(conn, address, Words(Say(_lang(event))("bad_key"), anyone=True), now)
        return
    audit.note(conn, found.agent.name, "telegram.linked", found.agent.name, {}, now)
    agent_lines.say(conn, address, Words(Say(found.lang)("linked", agent=found.agent.display)), now)


def _lang(event: Incoming) -> Lang:
    """As the person has their Telegram."""
    return "zh" if str(event.data.get("lang_hint", "zh")).startswith("zh") else "en"
