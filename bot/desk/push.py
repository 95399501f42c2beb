"""The live line: one WebSocket a tab. It sends the parts of the window that changed, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy import Connection

from bot.desk.board import ALERTS_KEPT, Board
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.parts import Sight, parts, seated
from bot.errors import StoreAwayError
from bot.hub import CALM, Watcher
from bot.messages import Lang
from bot.store import agents, alerts, chat_acts, desk, marks, owners
from bot.store.agents import Agent
from bot.store.alerts import Alarm

log = logging.getLogger(__name__)
LOOK_AGAIN = 2.5  # seconds; other hosts write too, and the queue's order shifts as people wait
BEAT = 30.0  # seconds; a lease outlives a few that are missed (`desk.lease.away_after`)
SHARED = 0.5  # seconds; a look that nothing rang for may be that old, so that desks share it
TYPED_APART = 2.0  # seconds; a page that says more often that somebody types is not listened to
LAG = 1.0  # seconds by which the lists may lag behind however much happens in the open chat
SIGNED_OUT, FOREIGN = 4401, 4403  # why the line closes; the page tells the agent


@dataclass
class Tab:
    """What one tab shows, and the fingerprints of what it has already."""

    secret: str
    lang: Lang
    alerted: float  # UTC epoch seconds of the newest alert told
    chat: str = ""
    beaten: float = 0.0  # UTC epoch seconds of its last heartbeat
    have: Mapping[str, str] = field(default_factory=dict)
    session: str = ""  # as the board knows it
    agent: Agent | None = None
    # On the clock of `time.monotonic`: the lists, and the open chat, are shown as they were then or later.
    rung: float = field(default_factory=lambda: time.monotonic() - SHARED)
    moved: float = field(default_factory=time.monotonic)
    asked: bool = False  # another chat was opened
    behind: float = 0.0  # since when the open chat has been shown anew and the lists have not
    looking: str = ""  # the chat that colleagues see this desk at
    typed: float = 0.0  # UTC epoch seconds of the last word that its agent types
    beat: float = field(default_factory=lambda: BEAT * random.uniform(0.6, 1.0))  # noqa: S311 - desks take turns

    def __post_init__(self) -> None:
        self.session = agents.sealed(self.secret)

    def opened(self, asked: dict[str, Any]) -> None:
        """The page says which chat it shows and what it has of it."""
        self.asked = True
        self.chat = str(asked.get("open", ""))
        lost = asked.get("lost")
        if (
            isinstance(lost, int | float) and lost > 0
        ):  # the line was down: what was alerted meanwhile is told
            self.alerted = min(self.alerted, max(lost, self.alerted - ALERTS_KEPT))
        have = asked.get("have")
        self.have = {str(k): str(v) for k, v in have.items()} if isinstance(have, dict) else {}


def add_push(router: APIRouter, kit: Kit) -> None:
    @router.websocket("/ws")
    async def line(socket: WebSocket) -> None:
        await socket.accept()  # a refused handshake has no reason a page could read
        if not kit.gate.same_origin(socket):
            return await socket.close(FOREIGN)
        if await kit.gate.agent(socket) is None:
            return await socket.close(SIGNED_OUT)
        tab = Tab(kit.gate.secret(socket), lang_of(socket), kit.now())
        with kit.hub.watch() as watcher:
            tasks = [
                asyncio.create_task(_hear(socket, tab, watcher, kit)),
                asyncio.create_task(_tell(socket, tab, watcher, kit)),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception) and not isinstance(
                    outcome, WebSocketDisconnect | RuntimeError | KeyError
                ):
                    log.error("a desk line broke", exc_info=outcome)
            await _look_away(tab, kit)
        return None


async def _hear(socket: WebSocket, tab: Tab, watcher: Watcher, kit: Kit) -> None:
    """Listens for the page's choice of chat and for typing; ends when the page goes."""
    while True:
        words = await socket.receive_text()
        with suppress(ValueError):
            asked = json.loads(words)
            if isinstance(asked, dict) and "open" in asked:
                tab.opened(asked)
                watcher.ring(())
            elif isinstance(asked, dict) and "typing" in asked:
                await _typing(tab, str(asked.get("chat", "")), bool(asked["typing"]), kit)


async def _tell(socket: WebSocket, tab: Tab, watcher: Watcher, kit: Kit) -> None:
    """Looks after every change, and every few seconds anyway; ends when the session does."""
    await watcher.wait(1.0)  # the page's first word says which chat it shows
    while True:
        chat, tab.asked = tab.chat, False
        try:
            seen = await _look(tab, kit)
        except StoreAwayError:
            await watcher.wait(LOOK_AGAIN)
            continue
        if seen is None:
            return await socket.close(SIGNED_OUT)
        sight, board = seen
        if tab.chat != chat:
            continue  # another chat was opened meanwhile: what was read is not what the page shows
        if sight.chat and sight.chat != chat:  # it is shown as one with others, under another's name
            await socket.send_text(json.dumps({"moved": sight.chat, "from": chat}))
            await watcher.wait(LOOK_AGAIN)
            continue
        if news := _news(sight, _alarms(board, sight.agent, tab), tab, kit):
            await socket.send_text(json.dumps(news, ensure_ascii=False))
        await _beat(sight, tab, kit)
        await _saw(sight, kit)
        await _change(tab, watcher, {chat, *sight.chats})


async def _change(tab: Tab, watcher: Watcher, shown: set[str]) -> None:
    """Waits for the next look. What happens in the open chat is shown at once, with the lists as they were; these
    follow a little later, as the hub tells of other chats a little later, too.
    """
    watcher.first = shown
    changed, now = await watcher.wait(CALM if tab.behind else LOOK_AGAIN), time.monotonic()
    if ours := tab.asked or bool(changed & shown):
        tab.moved, tab.behind = now, tab.behind or now
    if now - tab.behind > LAG if ours else changed or tab.behind:
        tab.rung, tab.behind = now, 0.0
    elif not ours:
        tab.rung = now - SHARED


async def _look(tab: Tab, kit: Kit) -> tuple[Sight, Board] | None:
    """The window's content, with the board it was read with; None once the session has ended."""
    if tab.agent is None:
        tab.agent = (await kit.seen.board(tab.rung)).sessions.get(tab.session)
    agent = tab.agent
    if agent is None:
        return None
    board = await kit.seen.board(tab.rung)
    sight = await kit.seen.chat(tab.chat, agent, tab.moved)
    tab.agent = board.sessions.get(tab.session)
    if tab.agent is None:
        return None
    if tab.agent != agent:  # another role sees another desk
        return await _look(tab, kit)
    return seated(sight, board, agent, tab.lang), board


def _alarms(board: Board, agent: Agent, tab: Tab) -> list[Alarm]:
    return [a for a in board.alarms if a.at.timestamp() > tab.alerted and alerts.is_for(a, agent)]


async def _beat(sight: Sight, tab: Tab, kit: Kit) -> None:
    """As long as the line is open its agent is there, keeps their chats, and is seen at the one that is open."""
    due, name = kit.now() - tab.beaten >= tab.beat, sight.agent.name
    left, here = tab.looking, "" if sight.shut else sight.chat
    if not due and here == left:
        return
    tab.looking = here

    def write(conn: Connection) -> None:
        if due:
            owners.renew(conn, name, kit.now(), kit.rules())
        if left != here:
            marks.drop(conn, left, name, "looking")
        if here:
            marks.put(conn, here, name, "looking", kit.now() + marks.LOOKING)

    with suppress(StoreAwayError):  # the next one will do
        await kit.db.awrite(write)
        tab.beaten = kit.now() if due else tab.beaten  # others see the mark with their next look


async def _look_away(tab: Tab, kit: Kit) -> None:
    """The page has gone. Another tab of this agent at the same chat says so again with its next beat."""
    chat, agent = tab.looking, tab.agent
    if chat and agent:
        with suppress(StoreAwayError):
            await kit.db.awrite(lambda conn: marks.drop(conn, chat, agent.name, "looking"))


async def _typing(tab: Tab, chat: str, on: bool, kit: Kit) -> None:
    """Shown to the buyer, where the chat is this agent's."""
    agent, now = tab.agent, kit.now()
    if agent is None or (on and now - tab.typed < TYPED_APART):
        return
    tab.typed = now if on else 0.0

    def write(conn: Connection) -> bool:
        if not on:
            return marks.drop(conn, chat, agent.name, "typing")
        if chat_acts.not_theirs(conn, chat, agent.name):
            return False
        marks.put(conn, chat, agent.name, "typing", now + marks.TYPING)
        return True

    with suppress(StoreAwayError):
        if await kit.db.awrite(write):
            kit.hub.hint(chat)
            if on:
                kit.types(chat)


async def _saw(sight: Sight, kit: Kit) -> None:
    """The agent has the chat open in which a note calls them."""
    for chat in {m.chat for m in sight.mentions} & set(sight.chats):
        with suppress(StoreAwayError):
            await kit.db.awrite(
                lambda conn, chat=chat: desk.saw_mentions(conn, chat, sight.agent.name, kit.now())  # type: ignore[misc]
            )


def _news(sight: Sight, alarms: list[Alarm], tab: Tab, kit: Kit) -> dict[str, Any]:
    """What the tab lacks, as it is sent; an empty document where it has everything."""
    now = parts(sight, kit.pages)
    marks = now.marks
    changed = [name for name, m in marks.items() if tab.have.get(name) != m]
    gone = [name for name in tab.have if name not in marks]
    tab.have = marks
    news: dict[str, Any] = {}
    if changed or gone:
        news = {
            "chat": tab.chat,
            "hold": sight.hold,
            "at": sight.at,
            "waiting": sight.board.waiting_for(sight.agent.name, sight.lang, kit.pages).heard
            if sight.board
            else 0,
            "parts": {name: now.html[name] for name in changed if name in now.html},
            "messages": [[name, now.thread[name], marks[name]] for name in changed if name in now.thread],
            "gone": gone,
            "marks": {name: marks[name] for name in changed if name in now.html},
        }
    if alarms:
        tab.alerted = max(a.at.timestamp() for a in alarms)
        news["alerts"] = [{"chat": a.chat, "text": a.text.get(tab.lang, ""), "ring": a.ring} for a in alarms]
    return news
