"""What every part of the desk works with, in one bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from bot.clock import Clock
from bot.desk.fresh import Seen
from bot.desk.gate import Gate
from bot.desk.lists import Lists
from bot.desk.look import Pages
from bot.desk.seal import Seal
from bot.dialogue.turn import Kit as Shop
from bot.handoff.rules import Rules
from bot.hub import Hub
from bot.store.db import Database


@dataclass(frozen=True)
class Kit:
    """`wake` tells the engine that an agent's act is in the inbox, so that it is handled at once.

    `shop`: what the shop knows and how it works, as it is now. `bot_name`: the shop's bot on Telegram, if any.
    `seal`: for secrets that must be read again. `types` is told in which chat an agent is typing.
    """

    db: Database
    hub: Hub
    clock: Clock
    wake: Callable[[], None]
    gate: Gate
    pages: Pages
    shop: Callable[[], Shop]
    seal: Seal
    bot_name: Callable[[], str] = lambda: ""
    types: Callable[[str], None] = lambda chat: None
    lists: Lists = field(default_factory=Lists)

    @cached_property
    def seen(self) -> Seen:
        """What the open desks share."""
        return Seen(self.db, self.clock, self.rules, self.lists)

    def rules(self) -> Rules:
        """How long a claim holds and the like."""
        return self.shop().rules

    def now(self) -> float:
        """UTC epoch seconds, as the store counts."""
        return self.clock().timestamp()

    def changed(self, chat: str) -> None:
        """After a commit: the engine acts on it, and every open desk looks again."""
        self.wake()
        self.hub.changed([chat])
