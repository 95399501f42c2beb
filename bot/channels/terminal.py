"""The terminal as a channel: lines in, messages out, `/photo FILE` sends a picture, a typed number presses a button."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from bot.clock import Clock
from bot.errors import UndeliverableError, UsageError
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Outgoing
from bot.photos import DEFAULT, Limits, Refused, examine
from bot.store.conversations import store_attachment
from bot.store.db import Database

UPDATED_MOST = 300  # characters of a message that changed
PATIENCE = 20.0  # seconds a piped line waits for its answer


class TerminalChannel:
    """One buyer at one terminal; the conversation is `terminal:<name>` and goes on at the next start."""

    name = "terminal"

    def __init__(
        self,
        inlet: Inlet,
        db: Database,
        clock: Clock,
        person: str,
        buyer: str | None,
        show: Callable[[str], None],
        limits: Limits = DEFAULT,
    ) -> None:
        self._limits = limits
        self._inlet, self._db, self._clock, self._show = inlet, db, clock, show
        self.chat = f"{self.name}:{person}"
        self._buyer = buyer
        self._started = f"{clock().timestamp():.6f}"
        self._count = 0
        self._answered = asyncio.Event()

    async def send(self, message: Outgoing) -> str | None:
        who = {"agent": message.name, "system": "·"}.get(message.author, "bot")
        self._show(f"{who}> {message.text}")
        for n, button in enumerate(message.buttons, 1):
            self._show(f"     [{n}] {button.label}")
        for file in message.attachments:
            self._show(f"     [file {file}]")
        self._answered.set()
        return None

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        """What a terminal has shown stays; one line tells what is different now."""
        lines = " · ".join(line for line in message.text.splitlines() if line.strip())
        self._show(f"bot> ✎ updated: {lines[:UPDATED_MOST]}")
        return None

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        self._show(f"bot> ✎ withdrawn: {' '.join(message.text.split())[:40]}")

    async def fetch(self, attachment: Attachment) -> bytes:
        raise UndeliverableError("the terminal keeps no files; send it again with /photo FILE")

    async def run(self) -> None:
        """Read lines until the end of input. Piped lines wait for their answers, so that a script reads in order."""
        await self._put(kind="start")
        await self._wait()
        while line := await asyncio.to_thread(sys.stdin.readline):
            text = line.strip()
            if text in ("/quit", "/exit"):
                return
            if text:
                await self._line(text)

    async def _line(self, text: str) -> None:
        try:
            if text.startswith("/photo "):
                await self._send(Path(text.removeprefix("/photo ").strip()))
            else:
                await self._put(text=text)
        except UsageError as fault:
            self._show(str(fault))
            return
        if not sys.stdin.isatty():
            await self._wait()

    async def _wait(self) -> None:
        """Some lines are answered with silence (a person has the chat): the wait is bounded."""
        try:
            async with asyncio.timeout(PATIENCE if not sys.stdin.isatty() else 3.0):
                await self._answered.wait()
        except TimeoutError:
            return
        finally:
            self._answered.clear()

    async def _put(self, **fields: object) -> None:
        self._count += 1
        self._answered.clear()
        key = f"{self._started}-{self._count}"
        event = Incoming(self.chat, key=key, buyer=self._buyer, sent_at=self._clock(), **fields)  # type: ignore[arg-type]
        await self._inlet.put([event])

    async def _send(self, path: Path) -> None:
        """The file as it is; where it is not taken, the bot says why."""
        try:
            data = await asyncio.to_thread(_read, path, self._limits.most_bytes + 1)
        except OSError as fault:
            raise UsageError(
                f"{path}: cannot be read ({fault.strerror}); give the path of a picture"
            ) from None
        found = examine(data, self._limits)
        if isinstance(found, Refused):
            await self._put(kind="photo_failed", data={"why": found.reason, "most": found.most})
            return
        file = Attachment(f"{self.chat}-{self._started}-{self._count}", path.name, found, len(data))
        now = self._clock().timestamp()
        await self._db.awrite(lambda conn: store_attachment(conn, self.chat, file, data, now))
        await self._put(attachments=(file,))


def _read(path: Path, most: int) -> bytes:
    with path.expanduser().open("rb") as file:
        return file.read(most)
