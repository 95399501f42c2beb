"""The clocks of a place in the queue, as deadlines of the subject "queue": targets, staleness, news of the place.

Called by `handoff` and `rings` under the conversation's row lock. Times are UTC epoch seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from bot.handoff import targets
from bot.handoff.rules import Rules
from bot.handoff.targets import SUBJECT, WARN, TargetName
from bot.store.db import insert
from bot.store.deadlines import running, set_deadline, stop_deadlines
from bot.store.tables import answer, queue

LEASE, PLACE, STALE, UNCLAIMED = "lease", "place", "stale", "unclaimed"


def start_targets(conn: Connection, row: Any, rules: Rules) -> None:
    """Somebody asked for a person."""
    names: tuple[TargetName, ...] = ("first_response", "resolution")
    for name in names:
        start(conn, row.chat, name, row.priority, row.queued_at, rules)


def hurry(conn: Connection, row: Any, now: float, rules: Rules) -> None:
    """It became more urgent: what runs still is due by the new targets from now on, where that is sooner."""
    open_ones = running(conn, row.chat)
    for name in targets.NAMES:
        timer, begun = targets.timer(name), instant(now)
        dues = {
            timer: targets.due(name, row.priority, begun, rules),
            timer + WARN: targets.warn_at(name, row.priority, begun, rules),
        }
        for clock, due in dues.items():
            if due < open_ones.get((SUBJECT, clock), due):
                set_deadline(conn, row.chat, SUBJECT, clock, due)
    if row.agent is None and row.priority == "P0":
        call_lead_after(conn, row, now, rules.desk.escalate_after, rules)


def start(conn: Connection, key: str, name: TargetName, priority: str, since: float, rules: Rules) -> None:
    timer, begun = targets.timer(name), instant(since)
    set_deadline(conn, key, SUBJECT, timer + WARN, targets.warn_at(name, priority, begun, rules))
    set_deadline(conn, key, SUBJECT, timer, targets.due(name, priority, begun, rules))


def stop(conn: Connection, key: str, now: float, *names: str) -> None:
    """Stop these clocks with their warnings; all of the queue where none is named."""
    for name in names:
        for part in (name, name + WARN):
            stop_deadlines(conn, key, SUBJECT, now, part)
    if not names:
        stop_deadlines(conn, key, SUBJECT, now)


def wait_begins(conn: Connection, row: Any, now: float, rules: Rules) -> None:
    """Nobody has the chat: the buyer hears when they move up, and a P0 is not left lying."""
    set_deadline(conn, row.chat, SUBJECT, PLACE, next_place_news(now, rules))
    if row.priority == "P0":
        call_lead_after(conn, row, now, rules.desk.escalate_after, rules)


def wait_ends(conn: Connection, key: str, now: float) -> None:
    for name in (PLACE, UNCLAIMED):
        stop_deadlines(conn, key, SUBJECT, now, name)


def call_lead_after(conn: Connection, row: Any, now: float, span: timedelta, rules: Rules) -> None:
    """Unless somebody takes the chat before."""
    payload = {"span": span.total_seconds()}
    due = targets.after(instant(now), span, row.priority, rules)
    set_deadline(conn, row.chat, SUBJECT, UNCLAIMED, due, payload)


def next_place_news(now: float, rules: Rules) -> datetime:
    """Nobody is told of their place at night: it does not change then."""
    soon = instant(now) + rules.desk.place_every
    return soon if rules.hours.open_at(soon, rules.zone) else rules.hours.next_opening(soon, rules.zone)


def agent_spoke(conn: Connection, row: Any, name: str, now: float, rules: Rules) -> None:
    """An agent's reply: the response is given, and from now on it is the buyer's turn."""
    if row.waiting_since is not None:
        values = {"agent": name, "priority": row.priority, "first": int(row.answered_at is None)}
        put = insert(conn, answer).values(
            chat=row.chat, asked_at=row.waiting_since, answered_at=now, **values
        )
        conn.execute(put.on_conflict_do_nothing())
        given = "next_response" if row.answered_at is not None else "first_response"
        stop(conn, row.chat, now, targets.timer(given))  # type: ignore[arg-type]
    _set(conn, row, waiting_since=None, answered_at=row.answered_at or now)
    if row.priority == "P0":  # where somebody is in danger silence is no answer: a person ends it
        return
    gone_quiet = instant(now) + rules.desk.stale_after
    set_deadline(conn, row.chat, SUBJECT, STALE + WARN, gone_quiet)
    set_deadline(conn, row.chat, SUBJECT, STALE, gone_quiet + rules.desk.stale_grace)


def buyer_spoke(conn: Connection, row: Any, now: float, rules: Rules) -> None:
    """The first open words start the clock; what follows them is the same round."""
    if row.answered_at is None or row.waiting_since is not None:
        return
    stop(conn, row.chat, now, STALE)
    _set(conn, row, waiting_since=now)
    start(conn, row.chat, "next_response", row.priority, now, rules)


def _set(conn: Connection, row: Any, **values: Any) -> None:
    conn.execute(update(queue).where(queue.c.chat == row.chat, queue.c.n == row.n).values(values))


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
