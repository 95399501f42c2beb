"""What the takeover packet is made from: a conversation's record, by shape. The store's `ChatView` is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.cases.case import Case, Entry
from bot.cases.order import Order
from bot.messages import Attachment


class Spoken(Protocol):
    """A line of the transcript; `author` is buyer, bot, agent, system or note."""

    @property
    def author(self) -> str: ...
    @property
    def text(self) -> str: ...


class Waiting(Protocol):
    """The chat's place in the queue."""

    @property
    def priority(self) -> str: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...


class CaseFile(Protocol):
    @property
    def case(self) -> Case: ...
    @property
    def timeline(self) -> tuple[Entry, ...]: ...
    @property
    def evidence(self) -> tuple[Attachment, ...]: ...
    @property
    def timers(self) -> Mapping[str, datetime]: ...


class Chat(Protocol):
    """What is on record of one conversation; `store.queries.ChatView` is one."""

    @property
    def chat(self) -> str: ...
    @property
    def buyer(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def flags(self) -> tuple[str, ...]: ...
    @property
    def entry(self) -> Waiting | None: ...
    @property
    def messages(self) -> Sequence[Spoken]: ...
    @property
    def orders(self) -> Sequence[Order]: ...
    @property
    def cases(self) -> Sequence[CaseFile]: ...
