"""Updates in: parsed, committed, only then confirmed. What cannot be read is noted by its number."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from bot.channels.telegram.update import callback_id, parse, update_number
from bot.messages import Incoming

log = logging.getLogger(__name__)
REFUSALS = 3  # times a batch may be refused before its updates are tried one by one


class Inlet(Protocol):
    async def put(self, events: Sequence[Incoming], cursor: tuple[str, int] | None = None) -> None:
        """Returns after the commit, never before."""


class Intake:
    """`pressed` hears of each button press, by its query's id, once it is committed."""

    def __init__(self, inlet: Inlet, pressed: Callable[[str], None]) -> None:
        self._inlet = inlet
        self._pressed = pressed
        self._refused = 0

    async def one(self, raw: Any) -> None:
        """Commit one update. Raises whatever the store raises: the messenger will deliver it again."""
        await self._inlet.put(_readable([raw]))
        self._answer([raw])

    async def batch(self, updates: Sequence[Any], cursor: str) -> int | None:
        """Commit the updates and the cursor as one; returns the cursor, None where no update had a number.

        Raises whatever the store raises; then nothing is confirmed, and the same batch comes again.
        """
        numbers = [n for n in map(update_number, updates) if n is not None]
        if not numbers:
            return None
        # The last, not the highest: after a quiet week Telegram starts anew at a random, maybe lower, number.
        following = numbers[-1] + 1
        try:
            await self._inlet.put(_readable(updates), (cursor, following))
        except Exception:
            self._refused += 1
            if self._refused < REFUSALS:
                raise
            await self._one_by_one(updates)
            await self._inlet.put((), (cursor, following))  # raises where the fault is not one update's
        self._refused = 0
        self._answer(updates)
        return following

    async def _one_by_one(self, updates: Sequence[Any]) -> None:
        for event in _readable(updates):
            try:
                await self._inlet.put((event,))
            except Exception as fault:
                # The fault's own words may quote the buyer's.
                log.error("update %s cannot be stored (%s), skipped", event.key, type(fault).__name__)

    def _answer(self, updates: Sequence[Any]) -> None:
        for raw in updates:
            if isinstance(raw, dict) and (query := callback_id(raw)):
                self._pressed(query)


def _readable(updates: Sequence[Any]) -> list[Incoming]:
    events = []
    for raw in updates:
        try:
            event = parse(raw)
        except Exception as fault:
            log.warning("update %s cannot be read (%s), skipped", update_number(raw), type(fault).__name__)
            continue
        if event:
            events.append(event)
    return events
