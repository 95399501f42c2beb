"""What a decision is made from: the turn, the facts read for it, and the shop's knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.cases.case import Case
from bot.cases.hours import Hours
from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.dialogue.effects import Effect
from bot.dialogue.flow import Flow
from bot.dialogue.state import State
from bot.knowledge.types import Knowledge
from bot.messages import Attachment, Incoming
from bot.understanding.matcher import Match


@dataclass(frozen=True)
class Turn:
    """A burst of a buyer's messages, or one other event. `ordinal` is the first one's inbox number."""

    chat: str
    events: tuple[Incoming, ...]
    ordinal: int
    sent_at: (
        datetime  # when the buyer sent the first of them: rights are judged by this, not by when we got to it
    )

    @property
    def first(self) -> Incoming:
        return self.events[0]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(e.text for e in self.events if e.text.strip())

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(a for e in self.events for a in e.attachments)


@dataclass(frozen=True)
class Facts:
    """Read from our own tables in the turn's transaction. `named` are orders the text names, whoever's they are."""

    buyer: str | None = None
    orders: tuple[Order, ...] = ()
    named: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()
    taken: tuple[
        Case, ...
    ] = ()  # open ones on the orders named: nothing of them is told before the order is proved
    timers: tuple[tuple[str, str, datetime], ...] = ()  # (case, name, due)
    handler: str = "bot"  # bot, queued, agent
    agent: str = ""  # the agent's account, where one has the chat
    agent_name: str = ""  # and how buyers see them
    score: int = 0  # this chat's own, while it waits
    ahead: int = 0  # chats that wait before this one, while it waits
    scores: tuple[float, ...] = ()  # of the other chats that wait
    evidence: tuple[tuple[str, int], ...] = ()  # (case, photos)


class Matching(Protocol):
    def match(self, text: str) -> Match: ...


@dataclass(frozen=True)
class Kit:
    """What the shop knows, as one immutable bundle: a reload swaps it whole."""

    knowledge: Knowledge
    matcher: Matching
    flows: dict[str, Flow]
    zone: ZoneInfo
    hours: Hours
    constants: dict[
        str, dict[str, str]
    ]  # language → {"shop.name": …, "timers.buyer_ship_back": …}, ready to be said
    high_value: Decimal = Decimal(500)  # from this sum on a chat that waits for a person is more urgent

    @property
    def policy(self) -> Policy:
        return self.knowledge.policy


@dataclass(frozen=True)
class Decision:
    state: State
    effects: tuple[Effect, ...]


__all__ = ["Decision", "Facts", "Kit", "Matching", "Turn"]
