"""The task that keeps a remote source's mirror, and parcels, up to date while the program runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import BotError, RetryLaterError
from bot.orders.base import OrderSource
from bot.orders.mirror import refresh
from bot.orders.parcels import Couriers
from bot.store.db import Database

log = logging.getLogger(__name__)


@dataclass
class Keeper:
    """`every`: seconds between two rounds. `name` tells cursors of different sources apart. `ring` wakes the engine."""

    db: Database
    clock: Clock
    every: float
    source: OrderSource | None = None
    couriers: Couriers | None = None
    name: str = "orders"
    ring: Callable[[], None] = lambda: None

    async def run(self) -> None:
        """Rounds until cancelled. What is away is waited for, and said once; nothing here stops the conversations."""
        told = ""
        while True:
            wait, fault = await asyncio.to_thread(self.round)
            if fault and fault != told:
                log.warning("orders are not kept up to date now: %s", fault)
            told = fault
            await asyncio.sleep(wait)

    def round(self) -> tuple[float, str]:
        """Seconds until the next, and what went wrong (empty: nothing)."""
        faults, wait = [], self.every
        for work in (self._news, self._parcels):
            try:
                if work():
                    self.ring()
            except BotError as fault:
                faults.append(str(fault))
                wait = max(wait, fault.after if isinstance(fault, RetryLaterError) else 0.0)
            except Exception as fault:
                log.exception("keeping orders up to date failed")
                faults.append(type(fault).__name__)
        return wait, "; ".join(faults)

    def _news(self) -> int:
        return refresh(self.source, self.db, self.clock, self.name) if self.source else 0

    def _parcels(self) -> int:
        return self.couriers.follow() if self.couriers else 0
