"""What stands in each part of the window, read in one transaction and rendered; `push.py` sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.case_view import CaseDesk, desk_of
from bot.desk.lists import LISTS, Listed, Lists
from bot.desk.look import Pages
from bot.handoff.packet import packet
from bot.messages import Lang
from bot.store import blocks, conversations, desk, held, queries
from bot.store.agents import Agent
from bot.store.blocks import Block
from bot.store.conversations import Message
from bot.store.desk import PhotoState
from bot.store.held import Held
from bot.store.queries import ChatView, QueueRow

LAST = 500  # messages of a conversation that the window holds


@dataclass(frozen=True)
class Called:
    """A colleague named this agent in an internal note: in which chat, whose it is, and who did."""

    chat: str
    name: str
    by: str
    at: float  # UTC epoch seconds


@dataclass(frozen=True)
class Sight:
    """All that one agent's window shows, read at one instant, so that its parts agree."""

    agent: Agent
    lang: Lang
    now: datetime
    waiting: list[QueueRow]
    mine: list[QueueRow]
    view: ChatView | None
    listed: Listed
    mentions: tuple[Called, ...] = ()  # notes that call this agent and were not looked at
    photos: Mapping[str, PhotoState] = field(default_factory=dict)
    desks: Mapping[str, CaseDesk] = field(default_factory=dict)  # by case number
    held: tuple[Held, ...] = ()
    block: Block | None = None
    tags: tuple[str, ...] = ()
    known_tags: tuple[str, ...] = ()
    staff: Mapping[str, str] = field(
        default_factory=dict
    )  # account → how buyers see them, of who acted on a case

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


def look_at(conn: Connection, agent: Agent, lang: Lang, chat: str, now: datetime, lists: Lists) -> Sight:
    sight = Sight(
        agent=agent,
        lang=lang,
        now=now,
        waiting=queries.live_rows(conn, now.timestamp()),
        mine=queries.held_rows(conn, agent.name),
        view=queries.chat_view(conn, chat, last=LAST) if chat else None,
        listed=lists.at(conn, now),
        mentions=tuple(_called(conn, agent)),
    )
    return _look_closer(conn, sight, sight.view) if sight.view else sight


def _called(conn: Connection, agent: Agent) -> Iterator[Called]:
    latest = {m.chat: m for m in desk.unseen_mentions(conn, agent.name)}
    for m in latest.values():
        yield Called(m.chat, conversations.load(conn, m.chat)[1], queries.display_name(conn, m.by), m.at)


def _look_closer(conn: Connection, sight: Sight, view: ChatView) -> Sight:
    """What only the open chat needs."""
    actors = {e.who for c in view.cases for e in c.timeline if e.who.startswith("agent:")}
    return replace(
        sight,
        photos=desk.photo_states(conn, view.chat),
        desks=desk_of(conn, view),
        held=tuple(held.held_in(conn, view.chat)),
        block=blocks.block_of(conn, view.chat, view.buyer),
        tags=tuple(desk.tags_of(conn, view.chat)),
        known_tags=tuple(desk.tags_in_use(conn)),
        staff={who: queries.display_name(conn, who.removeprefix("agent:")) for who in sorted(actors)},
    )


def parts(sight: Sight, pages: Pages) -> Parts:
    view = sight.view
    brief = packet(view, sight.now, pages.look.zone, sight.lang) if view else None
    html = {
        "queue": pages.render("queue.html", sight.lang, sight=sight),
        **{what: sight.listed.html(what, sight.lang, pages) for what in LISTS},
        "head": pages.render("head.html", sight.lang, sight=sight),
        "held": pages.render("held.html", sight.lang, sight=sight),
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
