"""Tells the open pages of this process which conversations changed. A hint only: a page reads the tables itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

CALM = 0.15  # seconds by which a page that has chats of its own to show hears later of the others


class Watcher:
    """One open page's ear. `wait` gives the conversations changed since the last call.

    `first`: the conversations it shows. Where it names any, it hears of these at once and of others a little later,
    so that of hundreds of pages the one concerned comes first. None: of all at once.
    """

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._bell = asyncio.Event()
        self.first: set[str] | None = None

    def ring(self, chats: Iterable[str]) -> None:
        self._changed.update(chats)
        self._bell.set()

    async def wait(self, timeout: float) -> set[str]:
        """What changed; empty after `timeout` seconds of nothing (time to look anyway: other hosts write too)."""
        try:
            async with asyncio.timeout(timeout):
                await self._bell.wait()
        except TimeoutError:
            return set()
        self._bell.clear()
        changed, self._changed = self._changed, set()
        return changed


class Hub:
    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._later: set[str] = set()

    @property
    def watchers(self) -> int:
        """How many pages listen."""
        return len(self._watchers)

    def changed(self, chats: Iterable[str]) -> None:
        """Call from the event loop's own thread, after the commit."""
        changed = set(chats)
        calm = False
        for watcher in self._watchers:
            if watcher.first is None:
                watcher.ring(changed)
                continue
            calm = calm or not changed <= watcher.first
            if ours := changed & watcher.first:
                watcher.ring(ours)
        if calm:
            if not self._later:
                asyncio.get_running_loop().call_later(CALM, self._ring_later)
            self._later |= changed

    def hint(self, chat: str) -> None:
        """Something fleeting in this chat, such as typing: told to the pages that show it, and to no other."""
        for watcher in self._watchers:
            if watcher.first is None:
                watcher.ring({chat})
            elif chat in watcher.first:
                watcher.ring({f"mark:{chat}"})

    def _ring_later(self) -> None:
        changed, self._later = self._later, set()
        for watcher in self._watchers:
            if watcher.first is not None and (others := changed - watcher.first):
                watcher.ring(others)

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
