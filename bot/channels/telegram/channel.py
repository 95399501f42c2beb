"""Telegram as the program sees it: `run` brings updates in, `send` and `fetch` serve the outbox."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Mapping, Sequence

from fastapi import APIRouter
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.editor import Editor
from bot.channels.telegram.faults import REFUSED_BOT, word
from bot.channels.telegram.files import fetch
from bot.channels.telegram.intake import Inlet, Intake
from bot.channels.telegram.poller import Poller, Sleep
from bot.channels.telegram.sender import LoadAttachment, Sender, chat_id
from bot.channels.telegram.transport import DEFAULT_URL, Client, connect
from bot.channels.telegram.update import ALLOWED
from bot.channels.telegram.webhook import webhook_routes
from bot.clock import Clock
from bot.errors import ConfigError
from bot.messages import Attachment, Outgoing
from bot.store.db import Database

log = logging.getLogger(__name__)


class TelegramChannel:
    """With `webhook_url` (https://…/telegram/webhook) Telegram calls us, else we poll.

    The web app mounts `webhook` in either mode. `owner` names this process in the one-poller lock: the same
    name after a restart takes over at once, a new one waits up to 30 seconds after a crash. `commands` is the
    menu, by language code ("" for everybody else): pairs of command and description. Telegram may take
    `answer_within` seconds over a call.
    """

    name = "telegram"

    def __init__(
        self,
        token: str,
        inlet: Inlet,
        db: Database,
        clock: Clock,
        load_attachment: LoadAttachment,
        *,
        base_url: str = DEFAULT_URL,
        owner: str = "",
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        commands: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        answer_within: float = 10.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Raises ConfigError where there is no token, or a webhook without a secret."""
        if faults := _wrong(token, webhook_url, webhook_secret):
            raise ConfigError(faults)
        self._client = connect(token, base_url, answer_within)
        self._sender = Sender(self._client, load_attachment)
        self._editor = Editor(self._client)
        self._answers: set[asyncio.Task[None]] = set()
        intake = Intake(inlet, self._answer)
        bot, owner = token.partition(":")[0], owner or secrets.token_hex(8)
        self._poller = Poller(self._client, intake, db, clock, bot, owner, sleep)
        self.webhook: APIRouter = webhook_routes(intake, webhook_secret or "")
        self._webhook_url, self._webhook_secret = webhook_url, webhook_secret
        self._commands = commands or {}
        self._sleep = sleep

    @property
    def client(self) -> Client:
        """For calls of one's own to the same bot."""
        return self._client

    async def run(self) -> None:
        """Until cancelled. A fault of Telegram's never ends it."""
        await self._offer_commands()
        if self._webhook_url:
            await self._set_webhook(self._webhook_url)
            await asyncio.Event().wait()
        await self._poller.run()

    async def send(self, message: Outgoing) -> str | None:
        """As `Channel.send`; the id names every Telegram message it took."""
        return await self._sender.send(message)

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        """As `Channel.edit`."""
        return await self._editor.edit(message, remote)

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        """As `Channel.withdraw`. Telegram lets a bot take back what is at most 48 hours old."""
        await self._editor.withdraw(message, remote)

    async def fetch(self, attachment: Attachment) -> bytes:
        """The original bytes, unchanged. Raises RetryLaterError or UndeliverableError."""
        return await fetch(self._client, attachment)

    async def close(self) -> None:
        """To be called last, after `run` was cancelled."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._client.request.shutdown()

    def _answer(self, query: str) -> None:
        """Stops the button's spinner. Nobody waits for it: the press is stored already."""

        self._nicely(self._client.answer_callback_query(query), "a button press could not be answered")

    def show_typing(self, chat: str) -> None:
        """The buyer reads for five seconds that somebody is typing. Nobody waits for it."""
        self._nicely(self._client.send_chat_action(chat_id(chat), "typing"), "typing could not be shown")

    def _nicely(self, call: Awaitable[bool], fault_words: str) -> None:
        """In the background, and lost where Telegram does not take it."""

        async def make() -> None:
            try:
                await call
            except TelegramError as fault:
                log.debug("%s: %s", fault_words, type(fault).__name__)

        task = asyncio.create_task(make())
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _set_webhook(self, url: str) -> None:
        said, pause = "", 1.0
        while True:
            try:
                await self._client.set_webhook(
                    url, allowed_updates=ALLOWED, secret_token=self._webhook_secret
                )
            except TelegramError as fault:
                why = REFUSED_BOT if isinstance(fault, InvalidToken) else word(fault)
                if why != said:
                    log.warning("the webhook cannot be set: %s; trying again until it works", why)
                said = why
            else:
                log.info("Telegram calls our webhook")
                return
            await self._sleep(pause)
            pause = min(60.0, pause * 2)

    async def _offer_commands(self) -> None:
        """The menu is a nicety: where it cannot be set, the bot serves all the same."""
        try:
            for lang, pairs in self._commands.items():
                await self._client.set_my_commands(list(pairs), language_code=lang or None)
        except TelegramError as fault:
            log.info("the command menu could not be set: %s", type(fault).__name__)


def _wrong(token: str, webhook_url: str | None, webhook_secret: str | None) -> list[str]:
    faults = []
    if not token:
        faults.append("telegram: there is no token; set TELEGRAM_BOT_TOKEN to the one @BotFather gave you")
    if webhook_url and not webhook_secret:
        faults.append(
            "telegram.webhook_url: a webhook needs TELEGRAM_WEBHOOK_SECRET (1 to 256 of A-Z a-z 0-9 _ -)"
        )
    return faults
