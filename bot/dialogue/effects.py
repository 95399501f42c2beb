"""What a decision wants done. The engine writes these down in the turn's own transaction; none acts by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.cases.case import Case, Entry
from bot.messages import Attachment, Button


@dataclass(frozen=True)
class Reply:
    """One message to the buyer. `author` is "bot", "system" or "agent" (then `name` is who)."""

    text: str
    buttons: tuple[Button, ...] = ()
    author: str = "bot"
    name: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Note:
    """A line in the transcript for agents only."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class SaveCase:
    """The case as it is now, and what is new in its timeline. Timers follow from the status."""

    case: Case
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Attach:
    case_id: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class Enqueue:
    """Hand the chat to the people: why, and how urgent (`handoff.priority`)."""

    reasons: tuple[str, ...]
    score: int


@dataclass(frozen=True)
class LeaveQueue:
    """`outcome` is "handed_back" or "resolved"."""

    outcome: str


@dataclass(frozen=True)
class Alert:
    """Tell the agents; once per `key`. `text` is {"zh": …, "en": …}."""

    key: str
    text: dict[str, str]


@dataclass(frozen=True)
class LinkBuyer:
    """The channel proved whose chat this is."""

    buyer: str


Effect = Reply | Note | SaveCase | Attach | Enqueue | LeaveQueue | Alert | LinkBuyer


@dataclass(frozen=True)
class Say:
    """Words by their key in `knowledge/`, with what fills them. `key` may be "faq:<topic>" for a topic's answer."""

    key: str
    data: dict[str, Any] = field(default_factory=dict)
