"""Files on their way in: from a messenger by the outbox's fetch, from the terminal; kept as what they are, or refused.

What is refused is told to the buyer in words. The web chat's way is in `tests/channels/web/test_photos.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.terminal import TerminalChannel
from bot.clock import system_clock
from bot.engine import Engine
from bot.errors import UndeliverableError
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Outgoing
from bot.outbox import Sender
from bot.photos import MB, Limits
from bot.store import conversations
from bot.store.conversations import Stored
from bot.store.db import Database
from bot.store.inbox import Settle, put
from bot.store.tables import attachment, outbox
from tests.support.core import kit
from tests.support.pictures import picture, png

LIN = "test:lin"
REFUSED: dict[str, bytes | Exception] = {
    "wrong_type": b"PK\3\4" + bytes(300),
    "bomb": png(8000, 6250),
    "broken": picture("JPEG")[:-20],
    "empty": b"",
    "too_large": picture("PNG") + bytes(3 * MB),
    "failed": UndeliverableError("the file is gone"),
}


class Messenger:
    """Hands out `file`, whatever it said of it before."""

    name = "test"

    def __init__(self, file: bytes | Exception) -> None:
        self._file = file

    async def send(self, message: Outgoing) -> str | None:
        return None

    async def fetch(self, attachment: Attachment) -> bytes:
        if isinstance(self._file, Exception):
            raise self._file
        return self._file


class Ears:
    """An inlet that only listens."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    async def put(self, events: Sequence[Incoming]) -> None:
        self.heard += events


async def fetched(db: Database, file: bytes | Exception) -> tuple[Stored, list[str]]:
    """A photo that a buyer sent, as it is stored, and what the bot said of it then."""
    shown = Attachment("p1", "label.jpg", "image/jpeg", 4, remote="file-7")
    arrived = Incoming(LIN, "1", attachments=(shown,))
    db.write(lambda conn: put(conn, [arrived], system_clock().timestamp(), Settle(0, 0)))
    engine = Engine(db, system_clock, kit)
    engine.step()
    before = len(db.read(lambda conn: conversations.transcript(conn, LIN)))
    inlet = Inlet(db, system_clock, Settle(0, 0))
    sender = Sender(db, system_clock, [Messenger(file)], inlet, "me", limits=Limits(file_bytes=3 * MB))
    running = asyncio.create_task(sender.run())
    fetch = select(outbox.c.done_at).where(outbox.c.kind == "fetch")
    async with asyncio.timeout(20):
        while not db.read(lambda conn: conn.execute(fetch).scalar_one()):  # noqa: ASYNC110 - the store has no bell
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    engine.step()
    kept = db.read(lambda conn: conversations.read_attachment(conn, "p1"))
    told = db.read(lambda conn: conversations.transcript(conn, LIN))[before:]
    assert kept is not None
    return kept, [m.text for m in told]


async def test_a_photo_from_a_messenger_is_kept_as_what_it_really_is(database: Database) -> None:
    """It was announced as a JPEG."""
    kept, told = await fetched(database, picture("PNG"))
    assert (kept.data, kept.mime, kept.error, told) == (picture("PNG"), "image/png", None, [])


@pytest.mark.parametrize("reason", REFUSED)
async def test_what_a_messenger_hands_over_is_refused_with_a_word_why(
    database: Database, reason: str
) -> None:
    kept, told = await fetched(database, REFUSED[reason])
    assert kept.data is None
    assert kept.error  # for the agents
    words = kit().knowledge.replies[f"photo_{reason}"].zh.replace("{most}", "3")
    assert len(told) == 1
    assert words in told[0]


async def sent(db: Database, path: Path, limits: Limits) -> Incoming:
    """What the terminal hands in for `/photo PATH`."""
    ears: Any = Ears()
    shown: list[str] = []
    await TerminalChannel(ears, db, system_clock, "guest", None, shown.append, limits)._send(path)
    assert shown == []
    (event,) = ears.heard
    return event


async def test_the_terminal_keeps_a_photo_and_says_why_it_does_not(
    database: Database, tmp_path: Path
) -> None:
    for name, data in {"crack.png": picture("GIF"), "large.png": png(64, 48) + bytes(2 * MB)}.items():
        (tmp_path / name).write_bytes(data)
    limits = Limits(file_bytes=MB, video_bytes=MB)
    taken = await sent(database, tmp_path / "crack.png", limits)
    refused = await sent(database, tmp_path / "large.png", limits)
    assert [(a.name, a.mime) for a in taken.attachments] == [("crack.png", "image/gif")]
    assert (refused.kind, refused.data) == ("photo_failed", {"why": "too_large", "most": "1"})
    kept = database.read(lambda conn: conn.execute(select(attachment.c.name)).scalars().all())
    assert kept == ["crack.png"]
