"""Whatever agents, a lead, the buyer and clocks do to chats that are merged and taken apart meanwhile: one owner."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.store import agents, conversations, handoff, merged, merging, owners, presence
from bot.store.db import Database
from tests.support.queue import Queue

AGENTS = ("mei", "bo", "ann")  # ann is a lead
CHATS = 3  # of one buyer, as a guest in each
DOES = (
    "ask", "writes", "writes", "claim", "claim", "take", "reply", "transfer", "skill", "take_over", "assign",
    "release", "resolve", "leave", "merge", "merge", "apart",
)  # fmt: skip
act = st.tuples(
    st.sampled_from(DOES), st.sampled_from(AGENTS), st.integers(0, CHATS - 1), st.integers(0, CHATS - 1)
)
wait = st.tuples(st.just("wait"), st.sampled_from(AGENTS), st.sampled_from((1, 16)), st.just(0))
steps = st.lists(st.one_of(act, act, act, wait), min_size=15, max_size=40)
BEGINS = (("merge", "ann", 0, 1), ("ask", "ann", 0, 0), ("claim", "mei", 0, 0), ("writes", "mei", 1, 0))
numbers = count(1)


class Play:
    def __init__(self, queue: Queue, names: list[str]) -> None:
        self.queue, self.names, self.rules = queue, names, queue.rules
        queue.db.write(self._begin)

    def _begin(self, conn: Connection) -> None:
        presence.set_known(conn, "bo", ["refunds"], [])
        for name in self.names:
            conversations.identify(conn, name)
            conversations.add_message(conn, name, "buyer", "在吗", self.queue.at)

    def step(self, do: str, who: str, which: int, other: int) -> None:
        self.queue.now += timedelta(minutes=which if do == "wait" else 0, seconds=1)
        if do == "wait":
            self.queue.beat(who)
            self.queue.ring()
        else:
            self.queue.db.write(lambda conn: self.do(conn, do, who, self.names[which], self.names[other]))
        self.queue.db.read(self.compare)

    def do(self, conn: Connection, do: str, who: str, chat: str, other: str) -> None:
        at, rules = self.queue.at, self.rules
        agent = agents.find(conn, who)
        assert agent
        had = handoff.live(conn, chat)
        match do:
            case "ask":
                handoff.enqueue(conn, chat, ["human"], 100, "zh", at, rules)
            case "writes":
                handoff.lock(conn, chat)
                conversations.add_message(conn, chat, "buyer", "还有", at)
                handoff.buyer_wrote(conn, chat, at, rules)
            case "claim":
                handoff.claim(conn, chat, who, at, rules)
            case "take":
                owners.take(conn, chat, who, at, rules)
            case "reply" | "release" | "resolve":
                done = handoff.act(conn, chat, who, f"k{next(numbers)}", {"do": do, "text": "好"}, at, rules)
                assert done is (had is not None and had.agent == who)
            case "transfer":
                owners.transfer(conn, chat, who, at, agent="bo", rules=rules)
            case "skill":
                owners.transfer(conn, chat, who, at, skill="refunds", rules=rules)
            case "take_over":
                owners.take_over(conn, chat, who, at, rules)
            case "assign":
                owners.assign(conn, chat, "mei", who, at, rules)
            case "leave":
                owners.leave(conn, who, at, rules)
            case "merge":
                merging.merge(conn, chat, other, agent, True, "", at, rules)
            case "apart":
                merging.take_apart(conn, chat, agent, at)

    def compare(self, conn: Connection) -> None:
        for name in self.names:
            together = merged.members(conn, name)
            assert merged.thread_of(conn, merged.thread_of(conn, name)) == merged.thread_of(conn, name)
            places = [place for key in together if (place := handoff.live(conn, key))]
            assert len({place.agent for place in places}) <= 1, "a thread has one owner, or none"
            if any(place.agent for place in places):
                last = merged.last_written(conn, together)
                assert last in [place.chat for place in places], (
                    "who has the thread has the chat the buyer is in"
                )


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(todo=steps)
def test_a_thread_has_one_owner(queue: Queue, todo: list[tuple[str, str, int, int]]) -> None:
    play = Play(queue, [f"web:{next(numbers)}" for _ in range(CHATS)])
    for step in (*BEGINS, *todo):
        play.step(*step)


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)
