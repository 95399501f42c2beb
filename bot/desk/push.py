"""The live line: one WebSocket a tab. It sends the parts of the window that changed, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.parts import Sight, look_at, mark, parts
from bot.errors import StoreAwayError
from bot.hub import Watcher
from bot.messages import Lang
from bot.store import agents, alerts, desk, owners
from bot.store.agents import Agent
from bot.store.alerts import Alarm

log = logging.getLogger(__name__)
LOOK_AGAIN = 2.5  # seconds; other hosts write too, and the queue's order shifts as people wait
BEAT = 30.0  # seconds; a lease outlives a few that are missed (`desk.lease.away_after`)
ALERTS_KEPT = 3600.0  # seconds; an older alert is no news to a page that comes back
SIGNED_OUT, FOREIGN = 4401, 4403  # why the line closes; the page tells the agent


@dataclass
class Tab:
    """What one tab shows, and the fingerprints of what it has already."""

    secret: str
    lang: Lang
    alerted: float  # UTC epoch seconds of the newest alert told
    chat: str = ""
    beaten: float = 0.0  # UTC epoch seconds of its last heartbeat
    have: dict[str, str] = field(default_factory=dict)

    def opened(self, asked: dict[str, Any]) -> None:
        """The page says which chat it shows and what it has of it."""
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
                asyncio.create_task(_hear(socket, tab, watcher)),
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
        return None


async def _hear(socket: WebSocket, tab: Tab, watcher: Watcher) -> None:
    """Listens for the page's choice of chat; ends when the page goes."""
    while True:
        words = await socket.receive_text()
        with suppress(ValueError):
            asked = json.loads(words)
            if isinstance(asked, dict) and "open" in asked:
                tab.opened(asked)
                watcher.ring(())


async def _tell(socket: WebSocket, tab: Tab, watcher: Watcher, kit: Kit) -> None:
    """Looks after every change, and every few seconds anyway; ends when the session does."""
    await watcher.wait(1.0)  # the page's first word says which chat it shows
    while True:
        chat = tab.chat
        try:
            seen = await kit.db.aread(lambda conn: _read(conn, tab, kit))
        except StoreAwayError:
            await watcher.wait(LOOK_AGAIN)
            continue
        if seen is None:
            return await socket.close(SIGNED_OUT)
        sight, alarms = seen
        if tab.chat != chat:
            continue  # another chat was opened meanwhile: what was read is not what the page shows
        if news := _news(sight, alarms, tab, kit):
            await socket.send_text(json.dumps(news, ensure_ascii=False))
        await _beat(sight.agent, tab, kit)
        await _saw(sight, kit)
        await watcher.wait(LOOK_AGAIN)


async def _beat(agent: Agent, tab: Tab, kit: Kit) -> None:
    """As long as the line is open its agent is there, and keeps their chats."""
    if kit.now() - tab.beaten >= BEAT:
        tab.beaten = kit.now()
        with suppress(StoreAwayError):  # the next one will do
            await kit.db.awrite(lambda conn: owners.renew(conn, agent.name, kit.now(), kit.rules()))


async def _saw(sight: Sight, kit: Kit) -> None:
    """The agent has the chat open in which a note calls them."""
    if any(m.chat == sight.chat for m in sight.mentions):
        with suppress(StoreAwayError):
            await kit.db.awrite(lambda conn: desk.saw_mentions(conn, sight.chat, sight.agent.name, kit.now()))


def _read(conn: Connection, tab: Tab, kit: Kit) -> tuple[Sight, list[Alarm]] | None:
    """The window's content and what the agents were alerted to since; None once the session has ended."""
    now = kit.clock()
    agent = agents.signed_in(conn, tab.secret, now.timestamp())
    if agent is None:
        return None
    return look_at(conn, agent, tab.lang, tab.chat, now, kit.lists), alerts.alerts(conn, tab.alerted, agent)


def _news(sight: Sight, alarms: list[Alarm], tab: Tab, kit: Kit) -> dict[str, Any]:
    """What the tab lacks, as it is sent; an empty document where it has everything."""
    now = parts(sight, kit.pages)
    marks = {name: mark(html) for name, html in {**now.html, **now.thread}.items()}
    changed = [name for name, m in marks.items() if tab.have.get(name) != m]
    gone = [name for name in tab.have if name not in marks]
    tab.have = marks
    news: dict[str, Any] = {}
    if changed or gone:
        news = {
            "chat": tab.chat,
            "hold": sight.hold,
            "waiting": len(sight.waiting),
            "parts": {name: now.html[name] for name in changed if name in now.html},
            "messages": [[name, now.thread[name], marks[name]] for name in changed if name in now.thread],
            "gone": gone,
            "marks": {name: marks[name] for name in changed if name in now.html},
        }
    if alarms:
        tab.alerted = max(a.at.timestamp() for a in alarms)
        news["alerts"] = [{"chat": a.chat, "text": a.text.get(tab.lang, ""), "ring": a.ring} for a in alarms]
    return news
