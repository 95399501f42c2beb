"""How news is read from a system that only tells when each order was changed: nothing lost, nothing told twice. Pure.

Such times are coarse (a second), and a change may show up a little after others that are newer. So a stretch before
the newest time told is always asked about again, and what stood there is recognised by its content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cases.order import Order, as_json
from bot.errors import SourceRefusedError

OVERLAP = timedelta(seconds=30)


@dataclass(frozen=True)
class Row:
    """An order as it was read: its lines, and when the far side changed it (aware UTC)."""

    number: str
    changed_at: datetime
    lines: tuple[Order, ...]

    @property
    def print(self) -> str:
        """Different whenever anything differs that we read of it."""
        content = json.dumps([as_json(line) for line in self.lines], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Watermark:
    """`at`: the newest change read so far; `seen`: number → (when, content) of those not long before it."""

    at: datetime | None = None
    seen: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, cursor: str) -> Watermark:
        try:
            told = json.loads(cursor)
            at = datetime.fromisoformat(told["at"]) if told["at"] else None
            seen = {k: (datetime.fromisoformat(when), mark) for k, (when, mark) in told["seen"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SourceRefusedError("this cursor is another source's; forget it to begin from now") from None
        return cls(at, seen)

    def cursor(self) -> str:
        seen = {number: [when.isoformat(), mark] for number, (when, mark) in self.seen.items()}
        return json.dumps({"at": self.at.isoformat() if self.at else None, "seen": seen})

    @property
    def ask_from(self) -> datetime | None:
        """Inclusive; None: from the beginning, since there was no order at all."""
        return self.at - OVERLAP if self.at else None

    def fresh(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if self.seen.get(row.number, (None, ""))[1] != row.print]

    def after(self, rows: Sequence[Row]) -> Watermark:
        times = [row.changed_at for row in rows] + ([self.at] if self.at else [])
        if not times:
            return self
        at = max(times)
        read = {**self.seen, **{row.number: (row.changed_at, row.print) for row in rows}}
        return Watermark(at, {k: v for k, v in read.items() if v[0] >= at - OVERLAP})
