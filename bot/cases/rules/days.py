"""Counting time as a rule counts it: whole days on the shop's calendar, hours to the minute, working days. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.cases.reading import Span


def term_end(start: datetime, span: Span, zone: ZoneInfo) -> datetime:
    """The first instant past a buyer's term that began with `start` (aware, in the shop's zone).

    Days are whole days of the shop's zone and the first one does not count: signed on the 8th, 7 days end on the
    16th at 00:00 (民法典 arts. 201, 203). Hours and minutes run from `start` itself.
    """
    if span.unit not in ("d", "y"):
        return (start.astimezone(UTC) + span).astimezone(zone)
    return midnight_after(start, span.days, zone)


def midnight_after(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """00:00 of the shop's day that follows `days` whole days after the day of `start`."""
    first_day = start.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(first_day + timedelta(days=days), time(), zone)


def months_end(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The first instant past so many months, the day of `start` not counted: the same day's end, or that of the last
    day of a shorter month (民法典 arts. 201-203).
    """
    day = start.astimezone(zone).date()
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = date(year, month, min(day.day, monthrange(year, month)[1]))
    return datetime.combine(last + timedelta(days=1), time(), zone)


def over(end: datetime | None, asked_at: datetime) -> bool:
    """Whether `asked_at` lies past a term; a term that has not begun (None) is never over.

    Compared in UTC: two times of one zone would be compared by the clock on the wall, which shows an hour twice.
    """
    return end is not None and asked_at.astimezone(UTC) >= end.astimezone(UTC)


def working_day(day: date, n: int) -> date:
    """The `n`th working day after `day`; weekends and holidays are left out, working Saturdays count."""
    return _calendar().get_nth_working_day(day, n)


@lru_cache(maxsize=1)
def _calendar() -> holidays.HolidayBase:
    """Mainland China's: it knows the working Saturdays before long holidays, too."""
    return holidays.country_holidays("CN")
