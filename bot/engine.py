"""Inbox row → load → decide → save, in one transaction; wakes due timers. Never sends anything itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.clock import Clock
from bot.dialogue.decide import decide
from bot.dialogue.effects import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Kit, Turn
from bot.errors import StoreAwayError
from bot.handoff.priority import base_score
from bot.messages import Incoming
from bot.store import alerts, conversations, deadlines, handoff, inbox, owners
from bot.store.db import Database, must_run_again
from bot.store.facts import load_facts, note_incoming
from bot.store.save import carry_out
from bot.store.say import send

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 16  # conversations in one commit: grouping is what makes full sync affordable
ROWS_AT_ONCE = 32  # of one conversation; a longer backlog goes on in the next round
MOST_ATTEMPTS = 5
POLL_SECONDS = {True: 0.5, False: 0.2}  # on SQLite all work comes through this process and rings the bell


class Engine:
    """`kit` gives the shop's knowledge as it is now; `changed` hears which conversations moved, after the commit.

    `vouched` says which buyer a signed account link names, None for a forged one.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        kit: Callable[[], Kit],
        changed: Callable[[Sequence[str]], None] = lambda _: None,
        vouched: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._db, self._clock, self._kit, self._changed, self._vouched = db, clock, kit, changed, vouched
        self._bell = asyncio.Event()
        self.last_round = clock()

    def wake(self) -> None:
        """There may be work. Call from the event loop's thread."""
        self._bell.set()

    # --- one round, synchronous: also the door through which tests drive the engine --------------------------------

    def step(self) -> list[str]:
        """Fire what fell due and handle what may be handled; returns the conversations that moved."""
        now = self._clock()
        self._db.write(lambda conn: deadlines.fire_due(conn, now.timestamp()))
        rules = self._kit().rules
        if rules.desk.assign == "least_loaded":
            self._db.write(lambda conn: owners.assign_waiting(conn, now.timestamp(), rules))
        return self._db.write(lambda conn: self._handle_some(conn, now))

    def _handle_some(self, conn: Connection, now: datetime) -> list[str]:
        keys = inbox.lock_due(conn, now.timestamp(), CHATS_AT_ONCE)
        return [key for key in keys if self._handle_chat(conn, key, now)]

    def _handle_chat(self, conn: Connection, key: str, now: datetime) -> bool:
        """False where another worker has done it all between our look and our lock."""
        pending = inbox.pending(conn, key, ROWS_AT_ONCE)
        for rows in turns(pending):
            try:
                with conn.begin_nested():
                    self._handle_turn(conn, key, rows, now)
                    inbox.done(conn, rows, now.timestamp())
            except Exception as fault:
                if must_run_again(fault):
                    raise
                if not self._set_aside(conn, rows, fault, now):
                    break
        return bool(pending)

    def _handle_turn(self, conn: Connection, key: str, rows: list[inbox.Row], now: datetime) -> None:
        """The four lines everything goes through."""
        buyer, _, saved = conversations.load(conn, key)
        state = State.from_json(saved)
        events = tuple(self._known(r.event) for r in rows)
        if events[0].kind == "timer" and not deadlines.still_rings(conn, events[0]):
            return
        sent = events[0].sent_at or datetime.fromtimestamp(rows[0].received_at, UTC)
        turn = Turn(key, events, rows[0].n, min(sent, now))
        kit = self._kit()
        note_incoming(conn, turn, state, now)
        if events[0].kind in ("message", "edit", "button", "unsupported"):
            handoff.buyer_wrote(conn, key, now.timestamp(), kit.rules)
        decision = decide(state, turn, load_facts(conn, turn, buyer, state, now, kit.rules), kit, now)
        carry_out(conn, turn, decision, kit, now)

    def _known(self, event: Incoming) -> Incoming:
        """The event with the buyer its signed link names, where it carries one."""
        token = event.data.get("token") if event.kind == "start" else None
        return replace(event, buyer=self._vouched(str(token))) if token and not event.buyer else event

    def _set_aside(self, conn: Connection, rows: list[inbox.Row], fault: Exception, now: datetime) -> bool:
        """A turn that failed waits and is tried again; at the fifth time it is quarantined and a person is called.

        True when the conversation may go on behind it.
        """
        attempts = rows[0].attempts + 1
        last = attempts >= MOST_ATTEMPTS
        log.error(
            "turn failed", extra={"chat": rows[0].chat, "n": rows[0].n, "attempts": attempts}, exc_info=fault
        )
        inbox.failed(
            conn,
            rows,
            f"{type(fault).__name__}: {fault}",
            now.timestamp(),
            wait=0.2 * 2**attempts,
            quarantine=last,
        )
        if last:
            self._call_a_person(conn, rows[0], now)
        return last

    def _call_a_person(self, conn: Connection, row: inbox.Row, now: datetime) -> None:
        """The buyer is told too: silence would look like being ignored."""
        lang = State.from_json(conversations.load(conn, row.chat)[2]).lang
        replies, at = self._kit().knowledge.replies, now.timestamp()
        handoff.enqueue(
            conn, row.chat, ["missed_twice"], base_score(["missed_twice"]), lang, at, self._kit().rules
        )
        alert = replies["alert_quarantine"]
        alerts.add_alert(conn, row.chat, f"quarantine:{row.n}", {"zh": alert.zh, "en": alert.en}, at)
        send(conn, row.chat, Reply(replies["quarantined"].text(lang)), at)

    # --- the loop --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Rounds until cancelled. While the database is away it waits and says so once."""
        away = False
        while True:
            try:
                moved = await asyncio.get_running_loop().run_in_executor(self._db.writers, self.step)
                away = False
            except StoreAwayError as fault:
                if not away:
                    log.warning("the engine waits: %s", fault)
                away = True
                await asyncio.sleep(1.0)
                continue
            self.last_round = self._clock()
            if moved:
                self._changed(moved)
            else:
                await self._rest()

    async def _rest(self) -> None:
        """Until the bell, the next due moment, or the poll that hears of other hosts' work."""
        try:
            pause = await self._db.aread(self._until_due)
        except StoreAwayError:
            pause = 1.0
        try:
            async with asyncio.timeout(pause):
                await self._bell.wait()
        except TimeoutError:
            return
        finally:
            self._bell.clear()

    def _until_due(self, conn: Connection) -> float:
        dues = [d for d in (inbox.next_due(conn), deadlines.next_due(conn)) if d is not None]
        wait = min(dues, default=float("inf")) - self._clock().timestamp()
        return max(0.005, min(wait, POLL_SECONDS[self._db.is_sqlite]))


def turns(rows: Sequence[inbox.Row]) -> list[list[inbox.Row]]:
    """Neighbouring messages of a buyer are one turn; everything else is its own.

    After a failure they are taken one by one, so that one bad message does not take its neighbours with it.
    """
    grouped: list[list[inbox.Row]] = []
    for row in rows:
        joins = row.kind == "message" and not row.attempts
        if joins and grouped and grouped[-1][-1].kind == "message" and not grouped[-1][-1].attempts:
            grouped[-1].append(row)
        else:
            grouped.append([row])
    return grouped
