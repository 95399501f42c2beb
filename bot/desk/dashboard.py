"""The dashboard: the queue now, today, cases, promises. Leads see all of it, an agent the queue and their own day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page
from bot.handoff.rights import may
from bot.insight.board import Board, read_board
from bot.insight.charts import HEIGHT, WIDTH, bars
from bot.insight.value import Value, shown, span
from bot.store import agents
from bot.store.agents import Agent
from bot.store.figures import AgentFigures

FRESH = timedelta(seconds=5)  # desks that ask within it are shown the same board
NOBODY = AgentFigures(held=0, replies=0, response=None, resolved=0)
LABELLED_HOURS, LABELLED_DAYS = 3, 2  # each so many-th column has room for its label


class Boards:
    """The last board, shared by every desk. Threads that read at the same moment may both read: the later counts."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._known: tuple[Board, dict[str, str]] | None = None

    def at(self, conn: Connection) -> tuple[Board, dict[str, str]]:
        """The board, and how each agent is shown."""
        now, known = self._kit.clock(), self._known
        if known is None or not timedelta() <= now - known[0].now < FRESH:
            board = read_board(conn, self._kit.shop().policy, now, self._kit.pages.look.zone)
            known = self._known = board, {a.name: a.display for a in agents.everyone(conn)}
        return known


def add_dashboard(router: APIRouter, kit: Kit) -> None:
    boards = Boards(kit)

    @router.get("/dashboard")
    async def dashboard(request: Request) -> Response:
        agent = await kit.gate.visiting(request)
        board, names = await kit.db.aread(boards.at)
        return page(request, kit, "dashboard.html", agent, **_shown(board, names, agent))

    @router.get("/dashboard/live")
    async def live(request: Request) -> Response:
        """What changes, for the page that is open; the browser keeps no copy."""
        agent = await kit.gate.visiting(request)
        board, names = await kit.db.aread(boards.at)
        body = kit.pages.render("dashboard_live.html", lang_of(request), **_shown(board, names, agent))
        return HTMLResponse(body, headers={"cache-control": "no-store"})


def _shown(board: Board, names: dict[str, str], agent: Agent) -> dict[str, Any]:
    """An agent gets nothing of their colleagues' into the page, hidden or not."""
    see_all = may(agent.role, "see_all")
    mine = board.today.agents.get(agent.name, NOBODY)
    people = board.today.agents if see_all else {agent.name: mine}
    return {
        "see_all": see_all,
        "board": board,
        "quick": board.today.quick if see_all else mine.quick,
        "breaches": sum(board.today.breaches.values()) if see_all else mine.breaches,
        "people": [(names.get(name, name), f) for name, f in people.items()],
        "charts": _charts(board) if see_all else [],
        "chart_size": (WIDTH, HEIGHT),
        "most": max((s.cases for s in board.standings), default=1),
        "shown": shown,
        "span": lambda seconds: "–" if seconds is None else span(seconds),
        "percent": lambda part: shown(Value("", "share", part)),
    }


def _charts(board: Board) -> list[dict[str, Any]]:
    kinds = (
        ("hours", board.hours, LABELLED_HOURS, "dash_hour", "dash_in_time", "dash_late"),
        ("days", board.days, LABELLED_DAYS, "dash_day", "dash_kept", "dash_broken"),
    )
    return [
        {
            "name": name, "columns": columns, "bars": bars(columns, every), "head": head, "good": good, "bad": bad,
            "sums": (sum(c.good for c in columns), sum(c.bad for c in columns)),
        }
        for name, columns, every, head, good, bad in kinds
    ]  # fmt: skip
