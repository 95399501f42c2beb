"""The audit log's page and its CSV, for leads and admins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from bot.desk.gate import PATH, lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page, refused
from bot.desk.tries import from_of
from bot.desk.words import Chrome
from bot.desk.words_people import ACTS, DETAILS, GROUPS
from bot.handoff.rights import may
from bot.handoff.words import label
from bot.messages import Lang
from bot.store import agents, audit
from bot.store.audit import Note, Wanted

AT_ONCE = 50  # rows of a page
EXPORT_MOST = 100_000  # rows of a file
FIELDS = ("who", "act", "on", "since", "until")
COLUMNS = ("when", "who", "did", "on", "detail", "from_where")


def add_trail(router: APIRouter, kit: Kit) -> None:
    @router.get("/audit")
    async def trail(request: Request, before: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        if not may(agent.role, "see_audit"):
            return refused(request, kit, agent)
        asked = _asked(request)
        wanted, place = _wanted(asked, kit.pages.look.zone), _place(before)

        def look(conn: Connection) -> tuple[list[Note], dict[str, str]]:
            names = {a.name: a.display for a in agents.everyone(conn)}
            return audit.page(conn, wanted, place, AT_ONCE + 1), names

        notes, names = await kit.db.aread(look)
        more = _address(notes[AT_ONCE - 1], asked) if len(notes) > AT_ONCE else ""
        return page(
            request, kit, "audit.html", agent,
            notes=notes[:AT_ONCE], writers=[*names, audit.SHELL, audit.SYSTEM], names=names, asked=asked,
            older=more, paged=place is not None,
            acts=[(g, act_words(g, lang_of(request))) for g in GROUPS], query=urlencode(asked),
            act_words=lambda act: act_words(act, lang_of(request)), detail=lambda note: detail(note, lang_of(request)),
        )  # fmt: skip

    @router.get("/audit.csv")
    async def export(request: Request) -> Response:
        agent = await kit.gate.visiting(request, "export")
        lang, asked, at = lang_of(request), _asked(request), from_of(request, kit)
        wanted = _wanted(asked, kit.pages.look.zone)

        zone = kit.pages.look.zone
        body = await kit.db.aread(lambda conn: _csv(audit.every(conn, wanted, EXPORT_MOST), lang, zone))
        await kit.db.awrite(lambda conn: audit.note(conn, agent.name, "audit.exported", "", asked, at.now))
        headers = {"content-disposition": f"attachment; filename=audit-{kit.clock():%Y%m%d}.csv"}
        # A byte order mark, without which Excel takes Chinese for something else.
        return Response("\ufeff" + body, media_type="text/csv; charset=utf-8", headers=headers)


def act_words(act: str, lang: Lang) -> str:
    return label(ACTS, act, lang)


def detail(note: Note, lang: Lang) -> str:
    told = (
        (label(DETAILS, key, lang), label(DETAILS, str(value), lang)) for key, value in note.detail.items()
    )
    return " · ".join(f"{key}: {value}" for key, value in told)


def _asked(request: Request) -> dict[str, str]:
    """The filters that are set, as they stand in the page's address."""
    given = {name: request.query_params.get(name, "").replace("\0", "").strip() for name in FIELDS}
    return {name: text[:80] for name, text in given.items() if text}


def _wanted(asked: dict[str, str], zone: ZoneInfo) -> Wanted:
    return Wanted(
        who=asked.get("who", ""),
        act=asked.get("act", ""),
        subject=asked.get("on", ""),
        since=_midnight(asked.get("since", ""), zone),
        until=_midnight(asked.get("until", ""), zone, days=1),
    )


def _midnight(day: str, zone: ZoneInfo, days: int = 0) -> float | None:
    """The start of a day of the shop's, as UTC epoch seconds; None for what is no day."""
    try:
        start = datetime.fromisoformat(day).replace(hour=0, minute=0, tzinfo=None) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return start.replace(tzinfo=zone).timestamp()


def _place(before: str) -> tuple[float, str] | None:
    at, _, note_id = before.partition("-")
    try:
        return (int(at) / 1e6, note_id) if note_id.isalnum() else None
    except (ValueError, OverflowError):
        return None


def _address(last: Note, asked: dict[str, str]) -> str:
    micros = (last.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{PATH}/audit?{urlencode({**asked, 'before': f'{micros}-{last.id}'})}"


def _csv(notes: Iterator[Note], lang: Lang, zone: ZoneInfo) -> str:
    words, out = Chrome(lang), io.StringIO()
    table = csv.writer(out)
    table.writerow([words(column) for column in COLUMNS])
    for n in notes:
        at = f"{n.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        row = (at, n.who, act_words(n.act, lang), n.subject, detail(n, lang), n.address)
        table.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet runs what looks like a formula, whoever wrote it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
