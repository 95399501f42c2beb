"""What the commands share: settings, the database for the length of one, where they print."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.clock import system_clock
from bot.config import Settings, load_settings
from bot.store.db import Database

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def settings_path() -> Path | None:
    """`--config`, else config.yaml in this folder, else None: the defaults."""
    if given := os.environ.get("AFTERSALES_CONFIG"):
        return Path(given)
    here = Path("config.yaml")
    return here if here.exists() else None


def settings() -> Settings:
    return load_settings(settings_path(), os.environ)


@contextmanager
def database(loaded: Settings) -> Iterator[Database]:
    """The database, at this version's schema, for the length of a command."""
    db = Database(loaded.database_url)
    try:
        db.migrate()
        yield db
    finally:
        db.close()


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar beside the output; called with (done, of), where 0 means that the end is not known."""
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of or None)


def now() -> float:
    """UTC epoch seconds."""
    return system_clock().timestamp()
