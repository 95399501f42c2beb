"""The real engine and store with the shop's own words, a clock that is turned by hand and a matcher of one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.config import Settings
from bot.dialogue.flow_check import parse_flows
from bot.dialogue.turn import Kit
from bot.engine import Engine
from bot.knowledge.load import load
from bot.knowledge.types import LANGS
from bot.knowledge.words import figure_words
from bot.messages import Attachment, Incoming
from bot.store import conversations, handoff
from bot.store.db import Database
from bot.store.inbox import Settle, put
from bot.store.tables import inbox, outbox
from bot.understanding.matcher import Match

TOP = Path(__file__).resolve().parents[2]
START = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)  # 14:00 in the shop's zone: it is open
BURST = Settle(1.0, 4.0)


class OneRule:
    """Knows no topic, and breaks down at a text with "boom" in it, as a fault of the program would."""

    def match(self, text: str, leaning: Mapping[str, float] | None = None) -> Match:
        if "boom" in text:
            raise RuntimeError("this text breaks the program")
        return Match("none", 0.0, "none", ())

    def slips(self, text: str) -> tuple[tuple[str, str], ...]:
        return ()

    def reads_as_pinyin(self, text: str) -> bool:
        return False

    def knows(self, word: str, in_faq: bool = False) -> bool:
        return True


@cache
def kit() -> Kit:
    """The shop's real texts, flows and policy."""
    knowledge = load(TOP / "knowledge")
    shop = Settings().shop
    words: dict[str, dict[str, str]] = {
        lang: {**figure_words(knowledge.policy, knowledge.wording, lang), **shop.words(lang)}
        for lang in LANGS
    }
    flows = parse_flows(knowledge.flows, knowledge.topics)
    return Kit(knowledge, OneRule(), flows, shop.zone, shop.hours, words)


class World:
    """One shop on one database; `restart` is the process ending without a word and starting again."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = START
        self.restart()

    def restart(self) -> None:
        self.engine = Engine(self.db, self.clock, kit)

    def clock(self) -> datetime:
        return self.now

    @property
    def at(self) -> float:
        return self.now.timestamp()

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def put(self, *events: Incoming, settle: Settle = BURST) -> int:
        return self.db.write(lambda conn: put(conn, events, self.at, settle))

    def say(self, chat: str, text: str, key: str | None = None, *photos: Attachment) -> int:
        return self.put(Incoming(chat, key or text, text=text, attachments=photos))

    def work(self) -> list[str]:
        """Rounds until nothing is due; the conversations that moved."""
        moved: list[str] = []
        while some := self.engine.step():
            moved += some
        return moved

    def lines(self, chat: str, author: str | None = None) -> list[str]:
        """The transcript's texts."""
        found = self.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))
        return [m.text for m in found if author in (None, m.author)]

    def replies(self, chat: str) -> int:
        return len(self.lines(chat, "bot"))

    def rows(self, chat: str) -> Sequence[Any]:
        query = select(inbox).where(inbox.c.chat == chat).order_by(inbox.c.n)
        return self.db.read(lambda conn: conn.execute(query).all())

    def outgoing(self, chat: str) -> Sequence[Any]:
        query = select(outbox).where(outbox.c.chat == chat).order_by(outbox.c.n)
        return self.db.read(lambda conn: conn.execute(query).all())

    def live(self, chat: str) -> handoff.Entry | None:
        return self.db.read(lambda conn: handoff.live(conn, chat))
