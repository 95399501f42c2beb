"""What all desks see alike beside the chats they have open, read in one transaction for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.lists import Listed, Lists
from bot.desk.look import Pages
from bot.handoff.assign import AgentNow
from bot.handoff.rules import Rules
from bot.messages import Lang
from bot.store import agents, alerts, conversations, desk, handoff, marks, presence, queries
from bot.store.agents import Agent
from bot.store.alerts import Alarm
from bot.store.conversations import Stamp
from bot.store.marks import Mark
from bot.store.queries import QueueRow

ALERTS_KEPT = 3600.0  # seconds; an older alert is no news to a page that comes back


@dataclass(frozen=True)
class Called:
    """A colleague named this agent in an internal note: in which chat, whose it is, and who did."""

    chat: str
    name: str
    by: str
    at: float  # UTC epoch seconds


@dataclass(frozen=True)
class Waiting:
    """Who waits, before one agent's eyes: first those that suit them or have waited long enough for anybody.

    `heard`: how many of them this agent is to hear of.
    """

    fitting: str  # HTML
    others: str
    n_fitting: int
    n_others: int
    heard: int


@dataclass(frozen=True)
class Board:
    """`mine`, `called`: by agent. `marks`: who types and looks, by chat. `sessions`: who is signed in, by the hash of
    their secret. `alarms`: oldest first, of the last hour and a bit. `stamps`: of the chats that were asked for, which
    tells whether they are as they were.
    """

    now: datetime
    rules: Rules
    agents: Mapping[str, AgentNow]
    marks: Mapping[str, tuple[Mark, ...]]
    waiting: list[QueueRow]
    mine: Mapping[str, list[QueueRow]]
    called: Mapping[str, tuple[Called, ...]]
    listed: Listed
    alarms: tuple[Alarm, ...]
    sessions: Mapping[str, Agent]
    stamps: Mapping[str, Stamp]
    drawn: dict[tuple[object, ...], Waiting] = field(default_factory=dict)

    def agent(self, name: str) -> AgentNow:
        return self.agents.get(name) or AgentNow(name, presence="offline")

    def waiting_for(self, name: str, lang: Lang, pages: Pages) -> Waiting:
        """Drawn once for all who know the same."""
        me = self.agent(name)
        key = (lang, me.skills, me.languages, me.on_shift, me.accepting)
        if key not in self.drawn:
            at = self.now.timestamp()
            fits = [handoff.fits(row.entry, me, at, self.rules) for row in self.waiting]
            fitting, others = (
                [row for row, fit in zip(self.waiting, fits, strict=True) if fit is side]
                for side in (True, False)
            )
            self.drawn[key] = Waiting(
                pages.rows(lang, fitting),
                pages.rows(lang, others),
                len(fitting),
                len(others),
                heard=sum(me.is_to_hear(True, row.entry.priority == "P0") for row in fitting),
            )
        return self.drawn[key]


def read_board(
    conn: Connection, now: datetime, rules: Rules, lists: Lists, chats: Collection[str] = ()
) -> Board:
    at = now.timestamp()
    waiting, mine = queries.live_board(conn, at)
    return Board(
        now=now,
        rules=rules,
        agents={a.name: a for a in presence.agents_now(conn, at, rules)},
        marks=marks.live(conn, at),
        waiting=waiting,
        mine=mine,
        called=_called(conn),
        listed=lists.at(conn, now),
        alarms=tuple(alerts.alerts(conn, at - 2 * ALERTS_KEPT)),
        sessions=agents.everyone_in(conn, at),
        stamps=conversations.stamps(conn, chats),
    )


def _called(conn: Connection) -> dict[str, tuple[Called, ...]]:
    latest = {(m.agent, m.chat): m for m in desk.unseen_mentions(conn)}
    found: dict[str, tuple[Called, ...]] = {}
    for m in latest.values():
        name = conversations.load(conn, m.chat)[1]
        said = Called(m.chat, name, queries.display_name(conn, m.by), m.at)
        found[m.agent] = (*found.get(m.agent, ()), said)
    return found
