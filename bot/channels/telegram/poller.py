"""Asks Telegram for updates: one poller at a time, batch and cursor committed together, then the next.

python-telegram-bot's own `Updater` confirms before anything is stored: killed under load it lost 259 to 940
of 1,000 updates, and one update it could not parse stopped it for good.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.faults import REFUSED_BOT, seconds, word
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.transport import Client
from bot.channels.telegram.update import ALLOWED
from bot.clock import Clock
from bot.errors import StoreAwayError
from bot.store.db import Database
from bot.store.inbox import cursor_of
from bot.store.leases import give_back, take

log = logging.getLogger(__name__)

LEASE = 30.0  # seconds; whoever polls renews it in time, so a dead poller is replaced after this
LONG_POLL = 10  # seconds Telegram may keep us waiting for an update
POLL_AT_MOST = LONG_POLL + 10.0  # seconds, with the transport's own timeouts
STAND_BY = 5.0  # seconds between looks at another poller's lease
LONGEST_PAUSE = 30.0
Sleep = Callable[[float], Awaitable[None]]


class Poller:
    """`bot` is the bot's id: cursor and lease are its own. `owner` names this process."""

    def __init__(
        self,
        client: Client,
        intake: Intake,
        db: Database,
        clock: Clock,
        bot: str,
        owner: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._intake = intake
        self._db = db
        self._clock = clock
        self._name = f"telegram:{bot}"
        self._owner = owner
        self._sleep = sleep
        self._until = 0.0  # UTC epoch seconds our lease runs to
        self._cursor = 0
        self._troubles = 0  # in a row
        self._said = ""  # the last trouble's words, so that each is said once
        self._standing_by = False

    async def run(self) -> None:
        """Until cancelled. No fault ends it: each is said once in the log, with its cure, and waited out."""
        try:
            while True:
                await self._round()
        finally:
            await self._give_back()

    async def _round(self) -> None:
        try:
            if not await self._lead():
                await self._stand_by()
                return
            updates = await self._client.raw_updates(self._cursor, LONG_POLL, ALLOWED)
            if updates:
                following = await self._intake.batch(updates, self._name)
                if following is None:
                    await self._trouble("Telegram's answer holds no update number")
                    return
                self._cursor = following
        except TelegramError as fault:
            await self._telegram_trouble(fault)
        except StoreAwayError as fault:
            await self._trouble(str(fault))
        except Exception as fault:
            # Only its type: the words of a database fault quote what was to be stored.
            await self._trouble(f"updates cannot be stored ({type(fault).__name__})")
        else:
            if self._troubles:
                log.info("Telegram: all is well again")
            self._troubles, self._said = 0, ""

    async def _lead(self) -> bool:
        now = self._clock().timestamp()
        if self._until - now > POLL_AT_MOST:
            return True
        fresh = self._until <= now
        if not await self._db.awrite(lambda c: take(c, f"poller:{self._name}", self._owner, now, LEASE)):
            self._until = 0.0
            return False
        self._until, self._standing_by = now + LEASE, False
        if fresh:  # another may have polled meanwhile
            self._cursor = await self._db.aread(lambda c: cursor_of(c, self._name))
            log.info("polling Telegram", extra={"bot": self._name})
        return True

    async def _stand_by(self) -> None:
        if not self._standing_by:
            log.info("another process polls Telegram for this bot; standing by")
        self._standing_by = True
        await self._sleep(STAND_BY)

    async def _telegram_trouble(self, fault: TelegramError) -> None:
        if isinstance(fault, InvalidToken):
            return await self._trouble(REFUSED_BOT, pause=60.0)
        if isinstance(fault, RetryAfter):
            return await self._trouble("Telegram asks us to slow down", pause=seconds(fault))
        if isinstance(fault, Conflict) and "webhook" in fault.message.lower():
            return await self._remove_webhook()
        if isinstance(fault, Conflict):
            return await self._trouble(
                "another program polls Telegram with this token; stop it, or give it a bot of its own",
                pause=10.0,
            )
        return await self._trouble(f"Telegram is out of reach ({word(fault)})")

    async def _remove_webhook(self) -> None:
        """Polling is what the settings ask for; what waited for the webhook is kept and comes to us."""
        log.warning("a webhook is set for this bot; removing it, since telegram.mode is polling")
        try:
            await self._client.delete_webhook(drop_pending_updates=False)
        except TelegramError as fault:
            await self._trouble(f"the webhook cannot be removed ({word(fault)})")

    async def _trouble(self, why: str, pause: float | None = None) -> None:
        if why != self._said:
            log.warning("%s; trying again until it works", why)
        self._said = why
        self._troubles += 1
        await self._sleep(min(LONGEST_PAUSE, 2.0 ** min(self._troubles - 1, 6)) if pause is None else pause)

    async def _give_back(self) -> None:
        """So that the next process need not wait; with the database away, the lease runs out by itself."""
        with suppress(StoreAwayError):
            await self._db.awrite(lambda c: give_back(c, f"poller:{self._name}", self._owner))
