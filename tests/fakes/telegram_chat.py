"""The two sides of a chat on the fake Telegram: what buyers do, what the bot sent, what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """One message as it stands in the chat; `data` holds an uploaded file's bytes."""

    message_id: int
    method: str
    chat: int
    text: str = ""
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()  # rows of (label, callback data)
    data: bytes = b""
    file_name: str = ""
    topic: int | None = None

    @property
    def values(self) -> list[str]:
        return [value for row in self.buttons for _, value in row]


@dataclass
class Fault:
    """What goes wrong, `times` times: an error, a late answer, or the line cut before or after the work."""

    method: str
    status: int = 200
    chat: int | None = None
    times: int = 1
    retry_after: int | None = None
    migrate_to: int | None = None
    description: str = ""
    delay: float = 0.0  # seconds
    drop: bool = False  # cut before anything is done
    drop_after: bool = False  # done, but the bot never hears of it
    body: bytes | None = None  # answered as it is


class Server(Protocol):
    """What a buyer needs of the server."""

    sent: dict[int, list[Sent]]
    numbers: Iterator[int]

    def keep(self, data: bytes) -> Json:
        """A file on the server, as messages describe it."""

    def push(self, raw: Any = None, /, **update: Any) -> int:
        """Queue an update; returns its number."""


@dataclass
class User:
    """A buyer in the bot's private chat. Every method queues one update and returns its number."""

    fake: Server
    id: int
    name: str = "Mei Lin"
    lang: str = "zh-hans"

    def says(self, text: str) -> int:
        return self.sends(text=text)

    def presses(self, value: str, message_id: int | None = None) -> int:
        """Press a button of the bot's message `message_id`, or of its last one."""
        shown = self.fake.sent[self.id][-1].message_id if self.fake.sent[self.id] else 1
        bot = {"message_id": message_id or shown, "date": _now(), "chat": self.chat, "text": "?"}
        query = {
            "id": f"query-{next(self.fake.numbers)}",
            "chat_instance": "1",
            "data": value,
            "message": bot,
        }
        return self.fake.push(callback_query={**query, "from": self.person})

    def sends_photo(self, data: bytes, caption: str | None = None, album: str | None = None) -> int:
        small, large = self.fake.keep(data[: len(data) // 4]), self.fake.keep(data)
        sizes = [{**small, "width": 90, "height": 120}, {**large, "width": 960, "height": 1280}]
        return self.sends(photo=sizes, caption=caption, media_group_id=album)

    def sends_document(self, data: bytes, name: str, mime: str, caption: str | None = None) -> int:
        return self.sends(
            document={**self.fake.keep(data), "file_name": name, "mime_type": mime}, caption=caption
        )

    def sends(self, **content: Any) -> int:
        """Any message: `sends(sticker={...})`."""
        return self.fake.push(message=self.message(**content))

    def edits(self, message_id: int, text: str) -> int:
        return self.fake.push(edited_message=self.message(message_id=message_id, edit_date=_now(), text=text))

    def writes_to_business(self, text: str, connection: str = "biz-1") -> int:
        return self.fake.push(business_message=self.message(text=text, business_connection_id=connection))

    def message(self, **content: Any) -> Json:
        told = {k: v for k, v in content.items() if v is not None}
        base = {"message_id": next(self.fake.numbers), "date": _now(), "chat": self.chat, "from": self.person}
        return base | told

    @property
    def chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}

    @property
    def person(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.lang}


def _now() -> int:
    return int(time.time())
