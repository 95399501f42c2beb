"""What stands in each part of the window, read in one transaction and rendered; `push.py` sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.desk.board import Board, Called, read_board
from bot.desk.case_view import CaseDesk, desk_of
from bot.desk.lists import LISTS, Lists
from bot.desk.look import Pages
from bot.handoff.packet import packet
from bot.handoff.rights import may
from bot.handoff.rules import Rules
from bot.messages import Lang
from bot.store import blocks, conversations, desk, held, queries, search
from bot.store.agents import Agent
from bot.store.blocks import Block
from bot.store.conversations import Message, Stamp
from bot.store.desk import PhotoState
from bot.store.held import Held
from bot.store.marks import BUYER
from bot.store.queries import ChatView, QueueRow

LAST = 500  # messages of a conversation that the window holds


@dataclass(frozen=True)
class Sight:
    """All that one agent's window shows. The open chat was read at one instant, and so were the lists."""

    agent: Agent
    lang: Lang
    now: datetime
    view: ChatView | None
    board: Board | None = None
    mine: list[QueueRow] = field(default_factory=list)
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
    shut: bool = False  # a colleague has the open chat, and it is not for this agent's eyes
    stamps: Mapping[str, Stamp] = field(default_factory=dict)  # of the chats that the open thread is made of
    drawn: dict[tuple[str, ...], Parts] = field(
        default_factory=dict
    )  # of the open chat, for those who see it alike

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

    @property
    def chats(self) -> tuple[str, ...]:
        """All that the open thread is made of."""
        return tuple(v.chat for v in self.view.parts) if self.view and self.view.parts else (self.chat,)

    @property
    def at(self) -> str:
        """To which of them what the agent does goes: where the buyer is."""
        return self.view.at if self.view else ""


@dataclass(frozen=True)
class Parts:
    """HTML by part; the transcript message by message, lest a long one travel again for one line. `marks`: of both."""

    chat: str
    html: Mapping[str, str]
    thread: Mapping[str, str]
    marks: Mapping[str, str]


def look_at(
    conn: Connection, agent: Agent, lang: Lang, chat: str, now: datetime, rules: Rules, lists: Lists
) -> Sight:
    return seated(open_chat(conn, agent, chat, now), read_board(conn, now, rules, lists), agent, lang)


def seated(sight: Sight, board: Board, agent: Agent, lang: Lang) -> Sight:
    """The open chat with the lists beside it, before this agent's eyes."""
    return replace(
        sight,
        agent=agent,
        lang=lang,
        board=board,
        mine=board.mine.get(agent.name, []),
        mentions=board.called.get(agent.name, ()),
    )


def open_chat(conn: Connection, agent: Agent, chat: str, now: datetime) -> Sight:
    """The chat without the lists, for this agent and whoever may see as much as they."""
    view = queries.thread_view(conn, chat, last=LAST) if chat else None
    sight = Sight(agent=agent, lang="zh", now=now, view=view)
    if view is None:
        return sight
    sight = replace(sight, stamps=conversations.stamps(conn, sight.chats))
    if not any(search.sees(conn, agent, key) for key in sight.chats):  # who has it, and no more
        return replace(
            sight, view=replace(view, messages=(), origins=(), orders=(), cases=(), flags=()), shut=True
        )
    return _look_closer(conn, sight, view)


def _look_closer(conn: Connection, sight: Sight, view: ChatView) -> Sight:
    """What only the open chat needs."""
    actors = {e.who for c in view.cases for e in c.timeline if e.who.startswith("agent:")}
    keys = [v.chat for v in view.parts] or [view.chat]
    return replace(
        sight,
        photos={name: state for key in keys for name, state in desk.photo_states(conn, key).items()},
        desks=desk_of(conn, view),
        held=tuple(h for key in keys for h in held.held_in(conn, key)),
        block=blocks.block_of(conn, view.chat, view.buyer),
        tags=tuple(dict.fromkeys(tag for key in keys for tag in desk.tags_of(conn, key))),
        known_tags=tuple(desk.tags_in_use(conn)),
        staff={who: queries.display_name(conn, who.removeprefix("agent:")) for who in sorted(actors)},
    )


def parts(sight: Sight, pages: Pages) -> Parts:
    """What was drawn for another desk is not drawn again."""
    board = sight.board
    assert board
    me = board.agent(sight.agent.name)
    own = sight.agent.name if sight.held else ""  # who did an act may take it back
    key = (sight.lang, sight.hold, str(may(sight.agent.role, "see_all")), own)
    if key not in sight.drawn:
        sight.drawn[key] = _open_parts(sight, pages)
    drawn = sight.drawn[key]
    lists = {
        "queue": pages.queue(
            sight.lang,
            sight.mentions,
            board.waiting_for(sight.agent.name, sight.lang, pages),
            tuple(sight.mine),
            paused=not me.accepting,
            off="" if me.on_shift else me.hours,
        ),
        **{what: board.listed.html(what, sight.lang, pages) for what in LISTS},
        "signs": pages.signs(sight.lang, *_signs(sight, board)),
    }
    marks = {**drawn.marks, **{name: _list_mark(html) for name, html in lists.items()}}
    return Parts(sight.chat, {**lists, **drawn.html}, drawn.thread, marks)


def _open_parts(sight: Sight, pages: Pages) -> Parts:
    view = sight.view
    brief = packet(view, sight.now, pages.look.zone, sight.lang) if view and not sight.shut else None
    html = {
        "head": pages.render("head.html", sight.lang, sight=sight),
        "held": pages.render("held.html", sight.lang, sight=sight),
        "packet": pages.render("packet.html", sight.lang, sight=sight, packet=brief),
    }
    lines = view.lines if view else ()
    thread = {_id(key, m, sight): _message(key, m, sight, pages) for key, m in lines}
    marks = {name: mark(text) for name, text in {**html, **thread}.items()}
    return Parts(sight.chat, html, thread, marks)


def _signs(sight: Sight, board: Board) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether the buyer types, which colleagues do, and which of the others have the chat open."""
    if sight.shut:
        return False, (), ()
    marks = [m for chat in sight.chats for m in board.marks.get(chat, ()) if m.who != sight.agent.name]
    typing = {m.who: m.display for m in marks if m.kind == "typing"}
    looking = {m.who: m.display for m in marks if m.kind == "looking" and m.who not in typing}
    by_buyer = typing.pop(BUYER, None) is not None
    return by_buyer, tuple(typing.values()), tuple(looking.values())


def mark(html: str) -> str:
    """A short fingerprint: a part that has not changed is not sent again."""
    return hashlib.blake2b(html.encode(), digest_size=8).hexdigest()


_list_mark = lru_cache(maxsize=256)(mark)  # a list is long, and most desks have the same ones


def _id(key: str, m: Message, sight: Sight) -> str:
    """A line's name on the page; one from another chat of the thread carries that chat's."""
    return f"m{m.n}" if key == sight.chat else f"m{m.n}@{key}"


def _message(key: str, m: Message, sight: Sight, pages: Pages) -> str:
    states = tuple((a.id, sight.photos[a.id]) for a in m.attachments if a.id in sight.photos)
    return pages.message(m, sight.lang, states, key if sight.view and sight.view.parts else "")
