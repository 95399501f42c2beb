"""What the running program does once a day by itself: what is older than the retention time goes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import StoreAwayError
from bot.store.db import Database
from bot.store.purge import due, purge

log = logging.getLogger(__name__)
LOOK_SECONDS = 3600.0


@dataclass(frozen=True)
class Housekeeping:
    """One process of any number does it; a restart does not do it again."""

    db: Database
    clock: Clock
    retention: timedelta
    zone: ZoneInfo

    async def run(self) -> None:
        """Looks every hour, until cancelled. A database that is away is left to the next look."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except StoreAwayError:
                log.warning("what is too old stays until the database is back")
            except Exception:
                log.exception("what is too old could not be removed")
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> dict[str, int]:
        """Purge where a day has passed since the last time; returns rows removed by table."""
        now = self.clock()
        if not self.db.write(lambda conn: due(conn, now.timestamp())):
            return {}
        removed = purge(self.db, (now - self.retention).timestamp(), now.timestamp(), self.zone)
        if removed:
            log.info("older than the retention time and removed", extra={"rows": removed})
        return removed
