"""When the shop's people are there: opening hours by weekday on the shop's clock, holidays, business time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from babel.dates import get_day_names

from bot.cases.nearest import did_you_mean
from bot.messages import Lang

Span = tuple[int, int]  # minutes of the day: opens, closes

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d):([0-5]\d) ?- ?(\d\d):([0-5]\d)")
_NAMED = re.compile(r"([a-z]{3}(?: ?[-,] ?[a-z]{3})*) +(\S.*)")
_DAY = 24 * 60
_FAR = 3660  # days looked ahead for an opening; a shop that is closed for ten years has none
_CURE = "write 09:00-22:00 or 09:00-12:00,13:30-18:00 in quotes"
_BY_DAY = "write mon-fri 09:00-18:00; sat 10:00-16:00; holidays CN; closed 2026-02-16, 2026-02-17 in quotes"


@dataclass(frozen=True)
class Hours:
    """`week`: for each day from Monday its spans, in order and apart; `24:00` closes at midnight.

    `country` (ISO code, "" for none): its public holidays are closed, and a weekend day it declares a working day
    is kept like a Monday where the shop would be closed. `closed`: days of the shop's own.
    """

    week: tuple[tuple[Span, ...], ...]
    country: str = ""
    closed: tuple[date, ...] = ()

    @classmethod
    def parse(cls, raw: Any) -> Hours:
        """From `09:00-12:00,13:30-18:00` for every day, or by day as `_BY_DAY` has it; days nobody names are closed.

        Raises ValueError with the cure."""
        week: dict[int, tuple[Span, ...]] = {}
        country, closed = "", set[date]()
        for part in (p.strip() for p in str(raw).lower().split(";")):
            word, _, rest = part.replace(":", " ", 1).partition(" ")
            if word == "holidays":
                country = _country(rest.strip())
            elif word == "closed":
                closed |= {_date(d.strip()) for d in rest.split(",")}
            else:
                _add_days(week, part, raw)
        hours = cls(tuple(week.get(day, ()) for day in range(7)), country, tuple(sorted(closed)))
        if not any(hours.week):
            raise ValueError(f"'{raw}' never opens; {_BY_DAY}")
        return hours

    def __str__(self) -> str:
        """As `parse` reads it."""
        week = "; ".join(
            f"{'-'.join(DAYS[d] for d in days)} {_clocks(spans)}" for days, spans in self._runs()
        )
        whole = _clocks(self.week[0]) if len(set(self.week)) == 1 else week
        holidays_too = [f"holidays {self.country}"] if self.country else []
        own = [f"closed {', '.join(map(str, self.closed))}"] if self.closed else []
        return "; ".join([whole, *holidays_too, *own])

    def said(self, lang: Lang) -> str:
        """The week as a buyer reads it, the days by their names; closed days are left out."""
        locale, to, comma, gap = ("zh_CN", "至", "、", "；") if lang == "zh" else ("en_GB", "-", ", ", "; ")
        if len(set(self.week)) == 1:
            return _clocks(self.week[0], comma)
        names = get_day_names("abbreviated", "stand-alone", locale)
        return gap.join(
            f"{to.join(names[d] for d in days)} {_clocks(spans, comma)}" for days, spans in self._runs()
        )

    def open_at(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the shop is open at this instant (aware)."""
        return any(opens <= now < closes for opens, closes in self._of(now.astimezone(zone).date(), zone))

    def next_opening(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The next instant (UTC) at which the shop opens, strictly after `now`."""
        return next(opens for opens, _ in self._from(now, zone) if opens > now)

    def after_business(self, start: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
        """The instant (UTC) by which the shop has been open for `span` since `start`: a deadline in business hours."""
        left = span
        for opens, closes in self._from(start, zone):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
        raise AssertionError("opening hours do not end")

    def _from(self, start: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The openings in UTC, in order, from the one that `start` falls into or the next one on."""
        first = start.astimezone(zone).date()
        for ahead in range(_FAR):
            for opens, closes in self._of(first + timedelta(days=ahead), zone):
                if closes > start:
                    yield opens, closes
        raise ValueError(f"no opening within {_FAR} days after {start}: too many days are closed")

    def _of(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self._spans(day):
            yield _instant(day, opens, zone), _instant(day, closes, zone)

    def _spans(self, day: date) -> tuple[Span, ...]:
        spans = self.week[day.weekday()]
        if day in self.closed:
            return ()
        if not self.country:
            return spans
        calendar = _calendar(self.country)
        if day in calendar:
            return ()
        makes_up = calendar.is_weekend(day) and calendar.is_working_day(day)
        return spans or (self.week[0] if makes_up else ())

    def _runs(self) -> Iterator[tuple[list[int], tuple[Span, ...]]]:
        """Neighbouring days of the same hours, as their first and last; closed ones are left out."""
        for spans, run in groupby(range(7), lambda d: self.week[d]):
            days = list(run)
            if spans:
                yield days[:1] + days[1:][-1:], spans


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    day, minute = (day + timedelta(days=1), 0) if minute == _DAY else (day, minute)
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _add_days(week: dict[int, tuple[Span, ...]], part: str, whole: Any) -> None:
    named = _NAMED.fullmatch(part)
    if week and not named:
        raise ValueError(f"'{part}' names no days; {_BY_DAY}")
    spans = _spans(named[2] if named else part, whole)
    for day in _days(named[1]) if named else range(7):
        if day in week:
            raise ValueError(f"'{whole}' gives {DAYS[day]} twice; name each day once")
        week[day] = spans


def _days(text: str) -> Iterator[int]:
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        a, b = _day(first), _day(last or first)
        yield from range(a, b + 1) if a <= b else (*range(a, 7), *range(b + 1))


def _day(name: str) -> int:
    if name not in DAYS:
        raise ValueError(f"'{name}' is no day of the week{did_you_mean(name, DAYS)}; write {', '.join(DAYS)}")
    return DAYS.index(name)


def _spans(text: str, whole: Any) -> tuple[Span, ...]:
    if text == "closed":
        return ()
    spans = tuple(_span(part.strip(), whole) for part in text.split(","))
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise ValueError(
                f"the parts of '{whole}' overlap; write them in order, each after the one before"
            )
    return spans


def _span(part: str, whole: Any) -> Span:
    found = _SPAN.fullmatch(part)
    if not found:
        raise ValueError(f"'{whole}' is not opening hours; {_CURE}")
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if not opens < closes <= _DAY:
        raise ValueError(
            f"'{part}' does not close after it opens on the same day; split it at midnight (24:00)"
        )
    return opens, closes


def _country(code: str) -> str:
    known = holidays.list_supported_countries()
    if code.upper() not in known:
        raise ValueError(
            f"no public holidays are known of '{code}'; write a country's code, e.g. holidays CN"
        )
    return code.upper()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no date; write closed 2026-02-16, 2026-02-17") from None


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def _clocks(spans: tuple[Span, ...], comma: str = ",") -> str:
    return comma.join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
