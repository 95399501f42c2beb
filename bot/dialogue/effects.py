"""What a decision wants done. The engine writes these down in the turn's own transaction; none acts by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
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
    """`kinds`: which item of the case's checklist each shows, where that is known."""

    case_id: str
    attachments: tuple[Attachment, ...]
    kinds: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Enqueue:
    """Hand the chat to the people: why, and how urgent (`handoff.priority`)."""

    reasons: tuple[str, ...]
    score: int


@dataclass(frozen=True)
class LeaveQueue:
    """`outcome`: "called off" while nobody had the chat, "by_buyer" where the buyer ended it with the agent."""

    outcome: str


@dataclass(frozen=True)
class Alert:
    """Tell the agents, or the one whose account is `audience`; once per `key`. `text` is {"zh": …, "en": …}.

    `ring`: with a sound, at once.
    """

    key: str
    text: dict[str, str]
    ring: bool = False
    audience: str = ""


@dataclass(frozen=True)
class QueueClock:
    """A clock of the chat's place in the queue rang; `data` is the timer's own."""

    data: dict[str, Any]


@dataclass(frozen=True)
class LinkBuyer:
    """The channel proved whose chat this is."""

    buyer: str


@dataclass(frozen=True)
class Card:
    """The case's card as it reads now: part of the message that announced the case, edited in place from then on."""

    case_id: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class PayOut:
    """Money to be sent back: once per case and attempt, whatever is repeated."""

    case_id: str
    attempt: int
    order_id: str
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True)
class LookUp:
    """An order to be looked for where the shop keeps its orders: the answer is a turn of its own that names `request`.

    `proof` is what shows whose it is: the order's phone number, or its last digits.
    """

    request: str
    number: str
    proof: str


@dataclass(frozen=True)
class ReadOrders:
    """All orders of a shop account that the channel vouched for, read where the shop keeps them."""

    buyer: str


@dataclass(frozen=True)
class MoveDeadline:
    """An agent gave more time: the case's timer `name` rings at `due` (aware) instead, its warnings with it."""

    case_id: str
    name: str
    due: datetime


@dataclass(frozen=True)
class Remind:
    """Ring this conversation at `due` (aware) about `subject`; a clock of that name that runs already is moved."""

    subject: str
    name: str
    due: datetime


@dataclass(frozen=True)
class ProofFailed:
    """Somebody gave this order number with a phone that is not its own, on that day of the shop's."""

    number: str
    day: date


Effect = (
    Reply
    | Note
    | SaveCase
    | Attach
    | Enqueue
    | LeaveQueue
    | Alert
    | QueueClock
    | LinkBuyer
    | Card
    | PayOut
    | LookUp
    | ReadOrders
    | MoveDeadline
    | Remind
    | ProofFailed
)


@dataclass(frozen=True)
class Say:
    """Words by their key in `knowledge/`, with what fills them. `key` may be "faq:<topic>" for a topic's answer."""

    key: str
    data: dict[str, Any] = field(default_factory=dict)
