"""What a decision is made from: the turn, the facts read for it, and the shop's knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.cases.case import Case
from bot.cases.hours import Hours
from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.dialogue.effects import Effect
from bot.dialogue.flow import Flow, answer_words
from bot.dialogue.state import State
from bot.handoff.rules import Desk, Rules
from bot.knowledge.types import Knowledge
from bot.messages import Attachment, Incoming
from bot.understanding import slips
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
    blocked: datetime | None = None  # since when this buyer is
    agent: str = ""  # the agent's account, where one has the chat
    agent_name: str = ""  # and how buyers see them
    score: int = 0  # this chat's own, while it waits
    ahead: int = 0  # chats that wait before this one, while it waits
    scores: tuple[float, ...] = ()  # of the other chats that wait
    buyer_waits: bool = False  # for words of a person
    told_place: int | None = None  # the place in the queue the buyer last heard, and when
    told_at: datetime | None = None
    agents_online: int = 0  # and how long agents had each of the last chats: what a waiting time is told from
    handling: tuple[timedelta, ...] = ()
    evidence: tuple[tuple[str, int], ...] = ()  # (case, photos)
    refunds: tuple[
        tuple[str, str, Decimal], ...
    ] = ()  # (order, case, paid back or under way), whoever filed it
    failed: tuple[tuple[str, int], ...] = ()  # (order number, failed proofs today, whoever tried)


class Matching(Protocol):
    def match(self, text: str, leaning: Mapping[str, float] | None = None) -> Match: ...

    def slips(self, text: str) -> tuple[tuple[str, str], ...]: ...

    def reads_as_pinyin(self, text: str) -> bool: ...

    def knows(self, word: str, in_faq: bool = False) -> bool: ...


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
    desk: Desk = field(default_factory=Desk)
    auto_refund_cap: Decimal = Decimal(0)  # up to here a rule may pay back without a person
    exchanges_offered: bool = True  # without a reason, within the return's window
    tries_a_day: int = 10  # failed proofs of one order number, over all conversations
    orders_kept: bool = True  # the orders are in our own tables, not mirrored from the shop's system

    @property
    def policy(self) -> Policy:
        return self.knowledge.policy

    @cached_property
    def answer_words(self) -> frozenset[str]:
        """The English words that answers to the flows' questions are made of."""
        return slips.TOLD_WITH | answer_words(self.flows.values())

    @property
    def rules(self) -> Rules:
        """How the desk works, with the hours it is counted by."""
        return Rules(self.desk, self.hours, self.zone)


@dataclass(frozen=True)
class Decision:
    state: State
    effects: tuple[Effect, ...]


__all__ = ["Decision", "Facts", "Kit", "Matching", "Turn"]
