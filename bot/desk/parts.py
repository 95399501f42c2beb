"""What stands in each part of the window, read in one transaction and rendered; `push.py` sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.look import Pages
from bot.handoff.packet import packet
from bot.messages import Lang
from bot.store import queries
from bot.store.agents import Agent
from bot.store.conversations import Message
from bot.store.desk import PhotoState, photo_states
from bot.store.queries import ChatView, QueueRow

LAST = 500  # messages of a conversation that the window holds


@dataclass(frozen=True)
class Sight:
    """All that one agent's window shows, read at one instant, so that its parts agree."""

    agent: Agent
    lang: Lang
    now: datetime
    waiting: list[QueueRow]
    mine: list[QueueRow]
    view: ChatView | None
    photos: Mapping[str, PhotoState] = field(default_factory=dict)

    @property
    def hold(self) -> str:
        """Who has the open chat: mine, other, queued, bot; none while no chat is open."""
        if self.view is None:
            return "none"
        entry = self.view.entry
        if entry is None:
            return "bot"
        if entry.agent is None:
            return "queued"
        return "mine" if entry.agent == self.agent.name else "other"

    @property
    def chat(self) -> str:
        return self.view.chat if self.view else ""


@dataclass(frozen=True)
class Parts:
    """HTML by part; the transcript message by message, lest a long one travel again for one line."""

    chat: str
    html: Mapping[str, str]
    thread: Mapping[str, str]


def look_at(conn: Connection, agent: Agent, lang: Lang, chat: str, now: datetime) -> Sight:
    return Sight(
        agent=agent,
        lang=lang,
        now=now,
        waiting=queries.live_rows(conn, now.timestamp()),
        mine=queries.held_rows(conn, agent.name),
        view=queries.chat_view(conn, chat, last=LAST) if chat else None,
        photos=photo_states(conn, chat) if chat else {},
    )


def parts(sight: Sight, pages: Pages) -> Parts:
    view = sight.view
    brief = packet(view, sight.now, pages.look.zone, sight.lang) if view else None
    html = {
        "queue": pages.render("queue.html", sight.lang, sight=sight),
        "head": pages.render("head.html", sight.lang, sight=sight),
        "packet": pages.render("packet.html", sight.lang, sight=sight, packet=brief),
    }
    messages = view.messages if view else ()
    return Parts(sight.chat, html, {f"m{m.n}": _message(m, sight, pages) for m in messages})


def mark(html: str) -> str:
    """A short fingerprint: a part that has not changed is not sent again."""
    return hashlib.blake2b(html.encode(), digest_size=8).hexdigest()


def _message(m: Message, sight: Sight, pages: Pages) -> str:
    states = tuple((a.id, sight.photos[a.id]) for a in m.attachments if a.id in sight.photos)
    return pages.message(m, sight.lang, states)
