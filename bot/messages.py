"""What passes between the outside and the engine: incoming rows, outgoing messages, buttons, attachments.

Pure data, JSON-safe through `as_json`/`from_json`. Channels make `Incoming`; the engine makes `Outgoing`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "message",
    "edit",
    "button",
    "unsupported",
    "start",
    "agent",
    "timer",
    "order",
    "photo_failed",
    "refund",  # what became of a payment: {"case", "attempt", "state", "ref", "told"}
    "looked_up",  # the answer of an order source: {"request", "state", "found"}
]
Author = Literal["buyer", "bot", "agent", "system"]
Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Attachment:
    """A photo or file. `remote` is the channel's own handle while the bytes still have to be fetched, else None."""

    id: str
    name: str
    mime: str
    size: int = 0
    remote: str | None = None


@dataclass(frozen=True)
class Button:
    """`value` comes back when it is pressed (at most 64 bytes, Telegram's limit for callback data)."""

    label: str
    value: str


@dataclass(frozen=True)
class Incoming:
    """One thing that happened in a conversation. `key` is the source's own id: a second row with it is dropped.

    `sent_at` (aware UTC) is when the buyer sent it where the channel tells, since a return window is judged by
    when the request was sent, not by when we got to it.
    """

    chat: str
    key: str
    kind: Kind = "message"
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    button: str | None = None
    buyer: str | None = None  # the shop account the channel proved (signed link), never a guess
    name: str = ""  # what the messenger calls this person
    album: str | None = None
    sent_at: datetime | None = None
    data: dict[str, Any] = field(
        default_factory=dict
    )  # agent acts, timers and order news carry their own fields

    @property
    def source(self) -> str:
        """Who made the row; with `key` it is unique within a conversation."""
        own = ("agent", "timer", "order", "photo_failed", "refund", "looked_up")
        return self.kind if self.kind in own else "channel"

    def as_json(self) -> dict[str, Any]:
        row = asdict(self)
        row["sent_at"] = self.sent_at.isoformat() if self.sent_at else None
        return row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Incoming:
        sent = row.get("sent_at")
        return cls(
            **{
                **row,
                "attachments": tuple(Attachment(**a) for a in row.get("attachments", ())),
                "sent_at": datetime.fromisoformat(sent) if sent else None,
            }
        )


@dataclass(frozen=True)
class Outgoing:
    """One message to a buyer. `n` is its number in the transcript, `key` the outbox row's idempotency key."""

    chat: str
    n: int
    key: str
    text: str
    author: Author = "bot"
    name: str = ""  # the agent's display name where a person speaks
    buttons: tuple[Button, ...] = ()
    attachments: tuple[str, ...] = ()
    silent: bool = False  # without a sound, where the messenger knows the difference

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Outgoing:
        buttons = tuple(Button(**b) for b in row.get("buttons", ()))
        return cls(**{**row, "buttons": buttons, "attachments": tuple(row.get("attachments", ()))})
