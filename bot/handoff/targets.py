"""Which clocks run on a chat of the queue, and when each is due: first response, next response, resolution. Pure.

They start and stop by who spoke: asking for a person starts the first two that count, an agent's reply stops the
response, the buyer's next words start it again, and leaving the queue stops all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bot.handoff.priority import Priority
from bot.handoff.rules import Rules, Target

SUBJECT = "queue"  # of every deadline that hangs on a place in the queue
WARN = ":warn"

TargetName = Literal["first_response", "next_response", "resolution"]
NAMES: tuple[TargetName, ...] = ("first_response", "next_response", "resolution")
_UP: dict[str, Priority] = {"P3": "P2", "P2": "P1", "P1": "P1", "P0": "P0"}


def timer(name: TargetName) -> str:
    """The deadline's name: `sla_first_response`; its warning has `:warn` behind it."""
    return f"sla_{name}"


def due(name: TargetName, priority: str, start: datetime, rules: Rules) -> datetime:
    """When the target is missed (UTC)."""
    return after(start, _span(rules.desk.targets.of(priority), name), priority, rules)


def warn_at(name: TargetName, priority: str, start: datetime, rules: Rules) -> datetime:
    """When the agents are warned, at `warn_at_percent` of the target's time (UTC)."""
    part = _span(rules.desk.targets.of(priority), name) * rules.desk.warn_at_percent / 100
    return after(start, part, priority, rules)


def raised(priority: str) -> Priority:
    """One class up after a target was missed; never to P0, which means danger and not lateness."""
    return _UP[priority]


def _span(target: Target, name: TargetName) -> timedelta:
    found: timedelta = getattr(target, name)
    return found


def after(start: datetime, span: timedelta, priority: str, rules: Rules) -> datetime:
    """Danger does not keep opening hours (P0 pages whoever is on call); everything else does."""
    if priority == "P0":
        return start + span
    return rules.hours.after_business(start, span, rules.zone)
