"""The audit log: who did what to what, when and from where. Times are UTC epoch seconds.

Rows are only added; past the retention time they go (`purge.py`), and of a buyer who was erased the name is replaced.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from bot.store.tables import audit

# Set by the desk's gate for the length of a request: an act passes through many hands that need not know it.
came_from: ContextVar[str] = ContextVar("came_from", default="")
_order = itertools.count()  # of this process
SHELL = "shell"  # who types commands on the server has no account
SYSTEM = "system"  # what the program does by itself


@dataclass(frozen=True)
class Note:
    """`act` is a dotted name ("chat.claim"); `detail` holds small facts, never a buyer's words or a secret."""

    at: datetime
    id: str
    who: str
    act: str
    subject: str
    detail: Mapping[str, Any]
    address: str


@dataclass(frozen=True)
class Wanted:
    """Which notes: an empty field wants all. `act` also means all below it: "chat" is "chat.claim", too."""

    who: str = ""
    act: str = ""
    subject: str = ""
    since: float | None = None
    until: float | None = None


def note(conn: Connection, who: str, act: str, subject: str, detail: Mapping[str, Any], now: float) -> None:
    """In the transaction of what is done, so that neither is there without the other."""
    # The id keeps the order of what one transaction did at one instant; a sequence would be a lock for all hosts.
    # To the microsecond, which is what a page's address carries back to ask for the next one.
    row = {
        "at": round(now, 6),
        "id": f"{next(_order):010x}{secrets.token_hex(4)}",
        "who": who,
        "act": act,
        "subject": subject,
    }
    conn.execute(audit.insert().values(**row, detail=dict(detail), address=came_from.get()))


def page(conn: Connection, wanted: Wanted, before: tuple[float, str] | None, most: int) -> list[Note]:
    """The newest first; `before` is the (at, id) of the last one shown."""
    query = _wanted(wanted).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most)
    if before:
        query = query.where(tuple_(audit.c.at, audit.c.id) < before)
    return [_note(r) for r in conn.execute(query)]


def every(conn: Connection, wanted: Wanted, most: int) -> Iterator[Note]:
    """All of them up to `most`, the newest first, without holding them all in memory."""
    query = _wanted(wanted).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most)
    yield from (_note(r) for r in conn.execute(query, execution_options={"yield_per": 500}))


def _wanted(wanted: Wanted) -> Select[Any]:
    a, query = audit.c, select(audit)
    if wanted.who:
        query = query.where(a.who == wanted.who)
    if wanted.act:
        query = query.where((a.act == wanted.act) | a.act.startswith(f"{wanted.act}.", autoescape=True))
    if wanted.subject:
        query = query.where(a.subject == wanted.subject)
    if wanted.since is not None:
        query = query.where(a.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(a.at < wanted.until)
    return query


def _note(r: Any) -> Note:
    return Note(datetime.fromtimestamp(r.at, UTC), r.id, r.who, r.act, r.subject, r.detail, r.address)
