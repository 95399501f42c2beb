"""The lists of cases, the same for every desk: read and drawn once for all of them, about a second old at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.look import Pages
from bot.messages import Lang
from bot.store import case_lists
from bot.store.case_lists import CaseList

OLD = timedelta(seconds=1)
LISTS = ("cases", "pays")  # to decide, to pay


@dataclass(frozen=True)
class Listed:
    """What stood in them at `at`, and as which HTML, by list and language."""

    at: datetime
    lists: dict[str, CaseList]
    drawn: dict[tuple[str, Lang], str] = field(default_factory=dict)

    def html(self, what: str, lang: Lang, pages: Pages) -> str:
        key = (what, lang)
        if key not in self.drawn:
            self.drawn[key] = pages.render("cases.html", lang, found=self.lists[what], what=what)
        return self.drawn[key]


class Lists:
    """Threads that read at the same moment may both read: the later one counts."""

    def __init__(self) -> None:
        self._known: Listed | None = None

    def at(self, conn: Connection, now: datetime) -> Listed:
        known = self._known
        if known is None or not timedelta() <= now - known.at < OLD:
            found = {"cases": case_lists.to_decide(conn), "pays": case_lists.to_pay(conn)}
            # What did not change keeps its HTML.
            same = {k: v for k, v in known.drawn.items() if known.lists[k[0]] == found[k[0]]} if known else {}
            known = self._known = Listed(now, found, same)
        return known
