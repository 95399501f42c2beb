"""What lies between a rehearsal's people and the engine: nothing, or a channel's own code both ways.

A wire is the messenger's side too: it keeps what a buyer sees on the screen, also while the program is down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.messages import Attachment, Button, Incoming, Outgoing
from bot.rehearse.pictures import picture
from bot.store import conversations
from bot.store.db import Database

CHANNELS = ("telegram", "web")


@dataclass(frozen=True)
class Moment:
    """Where and when something passes; `number` gives one nobody has had."""

    db: Database
    now: datetime  # aware UTC
    number: Callable[[], int]


class Wire(Protocol):
    """`name` is the part before the colon in a conversation's key. Every method raises BotError on what cannot pass."""

    name: str

    def chat_of(self, buyer: str) -> str:
        """The conversation's key; always the same for this buyer."""

    def link(self, buyer: str) -> None:
        """The shop vouches for this buyer from now on."""

    def says(self, buyer: str, texts: Sequence[str], photos: Sequence[str], at: Moment) -> list[Incoming]:
        """One burst: the texts, then the photos as one album."""

    def presses(self, buyer: str, button: Button, at: Moment) -> Incoming:
        """A button the buyer has on the screen."""

    def send(self, message: Outgoing, at: Moment) -> tuple[Outgoing, str | None]:
        """The message as it reached the buyer, and the messenger's own id of it."""

    def edit(self, message: Outgoing, remote: str | None, at: Moment) -> tuple[Outgoing, str | None]:
        """As `send`, of a message that is there already."""

    def fetch(self, file: Attachment) -> bytes:
        """The bytes of a photo that is still at the messenger."""

    def fork(self) -> Wire:
        """The same screens, which go their own way from here."""

    def close(self) -> None:
        """To be called last."""


class Direct:
    """No channel at all: what is said is what the engine reads."""

    name = "rehearsal"

    def chat_of(self, buyer: str) -> str:
        return f"rehearsal:{buyer}"

    def link(self, buyer: str) -> None:
        pass

    def says(self, buyer: str, texts: Sequence[str], photos: Sequence[str], at: Moment) -> list[Incoming]:
        chat = self.chat_of(buyer)
        files = tuple(_stored(chat, name, at) for name in photos)
        events = [Incoming(chat, key=str(at.number()), text=t, sent_at=at.now) for t in texts]
        album = [Incoming(chat, key=str(at.number()), attachments=files, sent_at=at.now)] if files else []
        return events + album

    def presses(self, buyer: str, button: Button, at: Moment) -> Incoming:
        chat, key = self.chat_of(buyer), str(at.number())
        return Incoming(chat, key=key, kind="button", button=button.value, sent_at=at.now)

    def send(self, message: Outgoing, at: Moment) -> tuple[Outgoing, str | None]:
        return message, None

    def edit(self, message: Outgoing, remote: str | None, at: Moment) -> tuple[Outgoing, str | None]:
        return message, None

    def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError("a photo is stored before its message arrives")

    def fork(self) -> Direct:
        return self

    def close(self) -> None:
        pass


def wire_of(channel: str | None) -> Wire:
    """The wire of that channel, one of CHANNELS; without one, none at all."""
    if channel == "telegram":
        from bot.rehearse.telegram import TelegramWire

        return TelegramWire()
    if channel == "web":
        from bot.rehearse.web import WebWire

        return WebWire()
    return Direct()


def _stored(chat: str, name: str, at: Moment) -> Attachment:
    data = picture(name)
    file = Attachment(f"{chat}-{at.number()}", name, "image/png", len(data))
    keep(at, chat, file, data)
    return file


def keep(at: Moment, chat: str, file: Attachment, data: bytes) -> None:
    seconds = at.now.timestamp()
    at.db.write(lambda conn: conversations.store_attachment(conn, chat, file, data, seconds))


def as_shown(message: Outgoing, text: str, buttons: Sequence[Button]) -> Outgoing:
    return replace(message, text=text, buttons=tuple(buttons))
