"""From when to when figures are counted, on the shop's clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 30  # what platforms count over


@dataclass(frozen=True)
class Period:
    """`since` to before `until`, aware; `now` is when the figures are read."""

    since: datetime
    until: datetime
    now: datetime
    zone: ZoneInfo

    @classmethod
    def of_days(cls, first: date | None, last: date | None, now: datetime, zone: ZoneInfo) -> Period:
        """Whole days of the shop's, both included; without them the thirty that end today."""
        last = last or now.astimezone(zone).date()
        first = first or last - timedelta(days=DAYS - 1)
        return cls(midnight(first, zone), midnight(last + timedelta(days=1), zone), now, zone)

    @classmethod
    def today(cls, now: datetime, zone: ZoneInfo) -> Period:
        day = now.astimezone(zone).date()
        return cls.of_days(day, day, now, zone)

    def has(self, at: float | datetime) -> bool:
        """Whether this instant (aware, or UTC epoch seconds) falls into it."""
        when = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
        return self.since <= when < self.until

    def clock(self, at: float) -> time:
        """The time of day on the shop's clock."""
        return datetime.fromtimestamp(at, self.zone).time()

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
