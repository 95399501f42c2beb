"""When the shop's people are there: opening hours on the shop's clock, every day of the week alike. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

_SPAN = re.compile(r"(\d\d):([0-5]\d) ?- ?(\d\d):([0-5]\d)")
_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """`spans` are minutes of the day, (opens, closes), in order and apart; `24:00` closes at midnight."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, raw: Any) -> Hours:
        """From `09:00-22:00` or `09:00-12:00,13:30-18:00`; raises ValueError with the cure."""
        spans = tuple(_span(part.strip(), raw) for part in str(raw).split(","))
        for (_, closes), (opens, _) in pairwise(spans):
            if opens < closes:
                raise ValueError(
                    f"the parts of '{raw}' overlap; write them in order, each after the one before"
                )
        return cls(spans)

    def __str__(self) -> str:
        return ",".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in self.spans)

    def open_at(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the shop is open at this instant (aware)."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in self.spans)

    def next_opening(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The next instant (UTC) at which the shop opens, strictly after `now`."""
        day = now.astimezone(zone).date()
        for ahead in range(3):
            for opens, _ in self.spans:
                clock = time(opens // 60, opens % 60)
                moment = datetime.combine(day + timedelta(days=ahead), clock, zone).astimezone(UTC)
                if moment > now:
                    return moment
        raise AssertionError("a day has an opening")


def _span(part: str, whole: Any) -> tuple[int, int]:
    found = _SPAN.fullmatch(part)
    if not found:
        raise ValueError(
            f"'{whole}' is not opening hours; write 09:00-22:00 or 09:00-12:00,13:30-18:00 in quotes"
        )
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if not opens < closes <= _DAY:
        raise ValueError(
            f"'{part}' does not close after it opens on the same day; split it at midnight (24:00)"
        )
    return opens, closes


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
