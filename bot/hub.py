"""Tells the open pages of this process which conversations changed. A hint only: a page reads the tables itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Watcher:
    """One open page's ear. `wait` gives the conversations changed since the last call."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._bell = asyncio.Event()

    def ring(self, chats: Iterable[str]) -> None:
        self._changed.update(chats)
        self._bell.set()

    async def wait(self, timeout: float) -> set[str]:
        """What changed; empty after `timeout` seconds of nothing (time to look anyway: other hosts write too)."""
        try:
            await asyncio.wait_for(self._bell.wait(), timeout)
        except TimeoutError:
            return set()
        self._bell.clear()
        changed, self._changed = self._changed, set()
        return changed


class Hub:
    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def changed(self, chats: Iterable[str]) -> None:
        """Call from the event loop's own thread, after the commit."""
        chats = list(chats)
        for watcher in self._watchers:
            watcher.ring(chats)

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
