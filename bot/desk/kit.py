"""What every part of the desk works with, in one bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.desk.gate import Gate
from bot.desk.look import Pages
from bot.hub import Hub
from bot.store.db import Database


@dataclass(frozen=True)
class Kit:
    """`wake` tells the engine that an agent's act is in the inbox, so that it is handled at once."""

    db: Database
    hub: Hub
    clock: Clock
    wake: Callable[[], None]
    gate: Gate
    pages: Pages

    def now(self) -> float:
        """UTC epoch seconds, as the store counts."""
        return self.clock().timestamp()

    def changed(self, chat: str) -> None:
        """After a commit: the engine acts on it, and every open desk looks again."""
        self.wake()
        self.hub.changed([chat])
