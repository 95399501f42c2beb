"""What happens to a place in the queue when one of its clocks rings; what the buyer is told of it is decided elsewhere.

The engine has the conversation locked, and has seen that the clock was neither stopped nor moved meanwhile.
Times are UTC epoch seconds.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from bot.handoff import targets
from bot.handoff.priority import WEIGHT
from bot.handoff.rules import Rules
from bot.handoff.targets import SUBJECT, WARN
from bot.handoff.waiting import tells_place
from bot.handoff.words import ALERTS, both
from bot.store import clocks, handoff, owners
from bot.store.alerts import add_alert
from bot.store.db import insert
from bot.store.deadlines import set_deadline
from bot.store.tables import breach, queue


def ring(conn: Connection, key: str, data: dict[str, Any], now: float, rules: Rules) -> None:
    """`data` is the timer's own: its name, when it was due, and what it was set with."""
    row, name = handoff.live_row(conn, key), str(data["name"])
    if row is None:
        return
    target = next((t for t in targets.NAMES if name.removesuffix(WARN) == targets.timer(t)), None)
    if target and name.endswith(WARN):
        _warn(conn, row, target, float(data["due"]), now)
    elif target:
        _missed(conn, row, target, float(data["due"]), now, rules)
    elif name == clocks.LEASE:
        owners.lapse(conn, key, now, rules)
    elif name == clocks.UNCLAIMED:
        _call_lead(conn, row, float(data.get("span", 0)), now, rules)
    elif name == clocks.PLACE:
        _place(conn, row, now, rules)
    elif name == clocks.STALE:
        handoff.close(conn, key, "stale", now)


def _warn(conn: Connection, row: Any, target: targets.TargetName, due: float, now: float) -> None:
    """To who has the chat, or to everybody while nobody does."""
    alert_key = f"{target}{WARN}:{row.n}:{due:.3f}"
    add_alert(conn, row.chat, alert_key, both(ALERTS[target + WARN]), now, row.agent or "")


def _missed(
    conn: Connection, row: Any, target: targets.TargetName, due: float, now: float, rules: Rules
) -> None:
    """On record, told to the leads, and more urgent from now on."""
    values = {"chat": row.chat, "name": target, "due_at": due, "priority": row.priority, "agent": row.agent}
    conn.execute(insert(conn, breach).values(values).on_conflict_do_nothing())
    alert_key = f"{target}:{row.n}:{due:.3f}"
    add_alert(conn, row.chat, alert_key, both(ALERTS[target]), now, "lead", ring=True)
    up = targets.raised(row.priority)
    score = row.score + WEIGHT[up] - WEIGHT[row.priority]
    raised = update(queue).where(queue.c.chat == row.chat, queue.c.n == row.n)
    conn.execute(raised.values(priority=up, score=score))
    # The leads are called for a P0 already, long before.
    if target == "first_response" and row.agent is None and row.priority != "P0":
        clocks.call_lead_after(conn, row, now, rules.desk.escalate_after, rules)


def _call_lead(conn: Connection, row: Any, span: float, now: float, rules: Rules) -> None:
    """Again until somebody takes it, each time after twice as long."""
    if row.agent is not None:
        return
    alert_key = f"unclaimed:{row.n}:{now:.3f}"
    add_alert(conn, row.chat, alert_key, both(ALERTS["unclaimed"]), now, "lead", ring=True)
    again = max(span * 2, rules.desk.escalate_after.total_seconds())
    clocks.call_lead_after(conn, row, now, clocks.seconds(again), rules)


def _place(conn: Connection, row: Any, now: float, rules: Rules) -> None:
    place = handoff.position(conn, row.chat, now)
    if place is None:
        return
    told_at = clocks.instant(row.told_at) if row.told_at else None
    if tells_place(row.told_place or None, told_at, place, clocks.instant(now), rules.desk.place_every):
        handoff.told_place(conn, row.chat, place, now)
    set_deadline(conn, row.chat, SUBJECT, clocks.PLACE, clocks.next_place_news(now, rules))
