"""Whatever agents, leads, buyers and clocks do in whatever order: one owner, nobody else heard, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.db import Database
from tests.queue_race.ledger import read_ledgers
from tests.support.queue import Queue

AGENTS = ("mei", "bo", "ann")  # ann is a lead
CHATS = 2
DOES = ("claim", "claim", "types", "reply", "transfer", "take_over", "assign", "release", "resolve")
act = st.tuples(
    st.sampled_from(DOES), st.sampled_from(AGENTS), st.integers(0, CHATS - 1), st.sampled_from(AGENTS)
)
buyer = st.tuples(st.sampled_from(("ask", "writes")), st.none(), st.integers(0, CHATS - 1), st.none())
beat = st.tuples(st.just("beat"), st.sampled_from(AGENTS), st.none(), st.none())
wait = st.tuples(st.just("wait"), st.none(), st.sampled_from((1, 3, 16)), st.none())
steps = st.lists(st.one_of(act, act, buyer, beat, wait), min_size=15, max_size=40)


@dataclass
class Expected:
    """What must be so of one chat, kept beside the database."""

    owner: str | None = None
    queued: bool = False
    waits: bool = False  # the buyer, for words
    acted: float = 0.0  # the owner's last act here, or since when they have it
    replies: list[tuple[str, str]] = field(default_factory=list)
    draft: str = ""
    notes: list[str] = field(default_factory=list)

    def changes_hands(self, to: str | None, now: float) -> None:
        if self.draft:
            self.notes.append(f"未发出的草稿：{self.draft}")
        self.owner, self.draft, self.acted = to, "", now


class Play:
    """Does each step to the queue and to what is expected of it, and compares."""

    def __init__(self, queue: Queue, names: list[str]) -> None:
        self.queue, self.names = queue, names
        self.chats = {name: Expected() for name in names}
        self.beaten: dict[str, float] = {}
        self.words = count(1)

    def step(self, do: str, who: str | None, which: int | None, other: str | None) -> None:
        if do == "wait":
            assert which is not None
            self.wait(which)
        elif do == "beat":
            assert who is not None
            self.beat(who)
        else:
            assert which is not None
            getattr(self, do)(self.names[which], self.chats[self.names[which]], who, other)
        self.compare()

    def ask(self, chat: str, e: Expected, *_: str | None) -> None:
        self.queue.ask(chat)
        e.waits = e.waits or not e.queued
        e.queued = True

    def writes(self, chat: str, e: Expected, *_: str | None) -> None:
        self.queue.writes(chat)
        e.waits = e.waits or e.queued

    def claim(self, chat: str, e: Expected, who: str, _: str) -> None:
        free = e.queued and e.owner is None
        assert self.queue.claim(who, chat) is free
        if free:
            e.changes_hands(who, self.queue.at)

    def reply(self, chat: str, e: Expected, who: str, _: str) -> None:
        text = f"w{next(self.words)}"
        assert self.queue.act(who, "reply", text, chat) is (e.owner == who)
        if e.owner == who:
            e.replies.append((who, text))
            e.acted = self.queue.at
            e.waits, e.draft = False, ""

    def types(self, chat: str, e: Expected, who: str, _: str) -> None:
        if e.owner == who:
            e.draft = f"d{next(self.words)}"
            self.queue.types(who, e.draft, chat)

    def transfer(self, chat: str, e: Expected, who: str, to: str) -> None:
        may = e.owner == who and to != who
        assert (self.queue.transfer(who, chat, agent=to) is None) is may
        if may:
            e.changes_hands(to, self.queue.at)

    def take_over(self, chat: str, e: Expected, who: str, _: str) -> None:
        self.assign(chat, e, who, who)

    def assign(self, chat: str, e: Expected, who: str, to: str) -> None:
        may = who == "ann" and e.queued and e.owner != to
        no = self.queue.take_over(who, chat) if who == to else self.queue.assign(to, who, chat)
        assert (no is None) is may
        if may:
            e.changes_hands(to, self.queue.at)

    def release(self, chat: str, e: Expected, who: str, _: str) -> None:
        self._leave("release", chat, e, who)

    def resolve(self, chat: str, e: Expected, who: str, _: str) -> None:
        self._leave("resolve", chat, e, who)

    def _leave(self, do: str, chat: str, e: Expected, who: str) -> None:
        assert self.queue.act(who, do, chat=chat) is (e.owner == who)
        if e.owner == who:
            e.changes_hands(None, self.queue.at)
            e.queued = e.waits = False

    def beat(self, who: str) -> None:
        self.queue.beat(who)
        self.beaten[who] = self.queue.at

    def wait(self, minutes: int) -> None:
        self.queue.wait(minutes=minutes)
        for chat, e in self.chats.items():
            if e.owner is None:
                continue
            now, owner = self.queue.at, self.queue.owner(chat)
            if owner is None:
                silent = now - self.beaten.get(e.owner, now)
                assert silent >= 120 or now - e.acted >= 900, f"{chat} lapsed too early"
                e.changes_hands(None, now)
            else:
                assert not e.waits or now - e.acted < 900, f"{chat} is held by an idle agent"

    def compare(self) -> None:
        for chat, e in self.chats.items():
            assert self.queue.gone(chat) is not e.queued
            if e.queued:
                assert self.queue.owner(chat) == e.owner


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


numbers = count(1)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(todo=steps)
def test_one_owner_nobody_else_is_heard_and_nothing_is_lost(
    queue: Queue, todo: list[tuple[object, ...]]
) -> None:
    names = [f"web:{next(numbers)}" for _ in range(CHATS)]
    play = Play(queue, names)
    for which in range(CHATS):
        play.step("ask", None, which, None)
    for step in todo:
        play.step(*step)  # type: ignore[arg-type]
    ledgers = queue.db.read(read_ledgers)
    for chat, e in play.chats.items():
        assert ledgers[chat].faults == []
        assert ledgers[chat].replies == e.replies
        assert [m.text for m in queue.notes(chat)] == e.notes
