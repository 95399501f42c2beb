"""What all desks see alike beside the chats they have open, read in one transaction for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.lists import Listed, Lists
from bot.desk.look import Pages
from bot.messages import Lang
from bot.store import agents, alerts, conversations, desk, queries
from bot.store.agents import Agent
from bot.store.alerts import Alarm
from bot.store.conversations import Stamp
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
class Board:
    """`mine`, `called`: by agent. `sessions`: who is signed in, by the hash of their secret. `alarms`: oldest first,
    of the last hour and a bit. `stamps`: of the chats that were asked for, which tells whether they are as they were.
    """

    waiting: list[QueueRow]
    mine: Mapping[str, list[QueueRow]]
    called: Mapping[str, tuple[Called, ...]]
    listed: Listed
    alarms: tuple[Alarm, ...]
    sessions: Mapping[str, Agent]
    stamps: Mapping[str, Stamp]
    drawn: dict[Lang, str] = field(default_factory=dict)

    def waiting_html(self, lang: Lang, pages: Pages) -> str:
        if lang not in self.drawn:
            self.drawn[lang] = pages.rows(lang, self.waiting)
        return self.drawn[lang]


def read_board(conn: Connection, now: datetime, lists: Lists, chats: Collection[str] = ()) -> Board:
    at = now.timestamp()
    waiting, mine = queries.live_board(conn, at)
    return Board(
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
