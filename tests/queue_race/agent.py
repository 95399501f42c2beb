"""One agent at work in a process of their own: told to go on stdin, tells as JSON lines what the queue let them do.

`python -m tests.queue_race.agent DATABASE NAME SEED ROUNDS CHAT…`; the name "clock" rings the queue's clocks instead.
With ROUNDS 0 the agent claims every chat and writes to every chat, once, as fast as they can.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import Connection, select, update

from bot.cases.reading import Span
from bot.handoff.rules import Desk, Lease, Rules
from bot.messages import Incoming
from bot.store import deadlines, handoff, owners, rings
from bot.store.db import Database
from bot.store.tables import chat, inbox

# Leases end within the test: a second without a heartbeat, two without an act, by a clock forty times as fast.
RULES = Rules(Desk(lease=Lease(away_after=Span(1, "s"), idle_after=Span(2, "s"))))
COLLEAGUES = ("a0", "a1", "a2", "lead")


BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def now() -> float:
    return (BEGAN + 40 * (datetime.now(UTC) - BEGAN)).timestamp()


class Agent:
    def __init__(self, db: Database, name: str, chats: list[str], seed: int) -> None:
        self.db, self.name, self.chats = db, name, chats
        self.dice, self.words = random.Random(seed), count(1)

    def tell(self, do: str, chat: str, text: str = "") -> None:
        print(json.dumps({"do": do, "chat": chat, "text": text, "name": self.name}), flush=True)

    def claim(self, chat: str) -> None:
        if self.db.write(lambda conn: handoff.claim(conn, chat, self.name, now(), RULES)):
            self.tell("claim", chat)

    def reply(self, chat: str) -> None:
        text = f"{self.name}-{next(self.words)}"
        data = {"do": "reply", "text": text}
        if self.db.write(lambda conn: handoff.act(conn, chat, self.name, text, data, now(), RULES)):
            self.tell("reply", chat, text)

    def pass_on(self, chat: str) -> None:
        to = self.dice.choice([c for c in COLLEAGUES if c != self.name])
        self.db.write(lambda conn: owners.transfer(conn, chat, self.name, now(), agent=to, rules=RULES))

    def take_over(self, chat: str) -> None:
        self.db.write(lambda conn: owners.take_over(conn, chat, self.name, now(), RULES))

    def release(self, chat: str) -> None:
        """Back to the bot, and asked for again."""
        key = f"r{next(self.words)}"

        def write(conn: Connection) -> None:
            if handoff.act(conn, chat, self.name, key, {"do": "release"}, now(), RULES):
                handoff.enqueue(conn, chat, ["human"], 100, "zh", now(), RULES)

        self.db.write(write)

    def work(self, rounds: int) -> None:
        for turn in range(rounds):
            does = (self.claim, self.reply, self.reply, self.pass_on, self.take_over, self.release)
            self.dice.choice((self.claim, self.reply, *does))(self.dice.choice(self.chats))
            if turn % 20 == 0:
                self.db.write(lambda conn: owners.renew(conn, self.name, now(), RULES))

    def rush(self) -> None:
        self.dice.shuffle(self.chats)
        for key in self.chats:
            self.claim(key)
            self.reply(key)
        for key in self.chats:
            self.reply(key)


def ring_clocks(db: Database, rounds: int) -> None:
    """As the engine does: what is due becomes rows, and the rows ring under the conversation's lock."""
    for _ in range(rounds):
        db.write(lambda conn: deadlines.fire_due(conn, now()))
        db.write(_ring)


def _ring(conn: Connection) -> None:
    due = select(inbox).where(inbox.c.done_at.is_(None), inbox.c.source == "timer")
    for row in conn.execute(due.order_by(inbox.c.chat, inbox.c.n)).all():
        conn.execute(select(chat.c.chat).where(chat.c.chat == row.chat).with_for_update())
        event = Incoming.from_json(row.payload)
        if deadlines.still_rings(conn, event):
            rings.ring(conn, row.chat, event.data, now(), RULES)
        conn.execute(update(inbox).where(inbox.c.chat == row.chat, inbox.c.n == row.n).values(done_at=now()))


def main(url: str, name: str, seed: str, rounds: str, *chats: str) -> None:
    db = Database(url)
    print("ready", flush=True)
    sys.stdin.readline()
    agent = Agent(db, name, list(chats), int(seed))
    if name == "clock":
        ring_clocks(db, int(rounds))
    elif rounds == "0":
        agent.rush()
    else:
        agent.work(int(rounds))
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
