"""`report`: the shop's figures as a table or as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import IO

from rich.console import Console
from rich.table import Table

from bot.config import Settings
from bot.errors import UsageError
from bot.handoff.words import label
from bot.insight.figure_words import FIGURES, REPORT, UNTOLD
from bot.insight.figures import UNTOLD as NOT_TOLD
from bot.insight.figures import read
from bot.insight.period import Period
from bot.insight.value import Value, shown
from bot.knowledge.load import load
from bot.messages import Lang
from bot.store.db import Database


def figures_of(
    db: Database, settings: Settings, period: Period, progress: Callable[[int, int], None]
) -> list[Value]:
    policy = load(settings.knowledge.path).policy
    return db.read(lambda conn: read(conn, policy, period, progress))


def period_of(first: str, last: str, settings: Settings, now: float) -> Period:
    """Both days included, on the shop's clock. Raises UsageError for what is no day, or ends before it begins."""
    a, b = _day(first, "--from"), _day(last, "--to")
    period = Period.of_days(a, b, datetime.fromtimestamp(now, UTC), settings.shop.zone)
    if period.since >= period.until:
        raise UsageError(
            "--from is after --to; name the earlier day first, e.g. --from 2026-03-01 --to 2026-03-31"
        )
    if period.since > period.now:
        raise UsageError(f"--from {first or last} has not come yet; name a day up to today")
    return period


def print_table(
    values: Sequence[Value], period: Period, settings: Settings, lang: Lang, out: Console
) -> None:
    """What has nothing to be told from shows a dash; what cannot be told at all is named below."""
    words = {key: both.text(lang) for key, both in REPORT.items()}
    name = settings.shop.name.zh if lang == "zh" else settings.shop.name.en
    last = period.day(period.until - timedelta(microseconds=1))
    title = words["title"].format(shop=name, since=period.day(period.since), until=last)
    table = Table(title=title, title_justify="left")
    table.add_column(words["figure"])
    table.add_column(words["value"], justify="right")
    table.add_column(words["of"], justify="right")
    for v in values:
        table.add_row(label(FIGURES, v.key, lang), shown(v), "" if v.of is None else f"{v.of:,}")
    out.print(table)
    out.print(words["zone"].format(zone=settings.shop.zone.key), markup=False)
    out.print(words["untold"])
    for key in NOT_TOLD:
        out.print(f"  {label(UNTOLD, key, lang)}", markup=False)


def print_csv(values: Sequence[Value], period: Period, out: IO[str]) -> None:
    """One figure a line: key, value (seconds, or a share from 0 to 1; empty where none), unit, told from, the days."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("figure", "value", "unit", "of", "from", "to"))
    first, last = period.day(period.since), period.day(period.until - timedelta(microseconds=1))
    for v in values:
        value = "" if v.value is None else f"{v.value:.6g}" if v.unit == "share" else f"{v.value:.10g}"
        table.writerow((v.key, value, v.unit, "" if v.of is None else v.of, first, last))


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no day; write it like 2026-03-31") from None
