"""How long a claim holds: by the agent's open desk, and by their acts while the buyer waits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.handoff.rules import Lease

Why = Literal[
    "not_queued",  # the chat waits for nobody and nobody has it
    "not_yours",  # another agent has it, or none
    "taken",  # another agent was faster
    "stale_lease",  # the chat went to somebody else and came back since the page was drawn
    "no_such_agent",
    "no_such_skill",  # no agent has it
    "declines",  # they take no new chats at the moment
    "already_theirs",
    "not_a_lead",
    "cannot_mend",  # these are no words of an agent, or they are withdrawn
]


@dataclass(frozen=True)
class Not:
    """Why an act on the queue was not done; `agent` is who has the chat, where somebody has."""

    why: Why
    agent: str = ""


def lapses_at(
    acted: datetime, waits_since: datetime | None, desk_seen: datetime | None, rules: Lease
) -> datetime | None:
    """When the lease ends by itself unless something happens; None: not while the buyer is silent.

    `acted` is the owner's last act on the chat, `desk_seen` the last sign of their open desk. A desk that was silent
    long before the last act says nothing: that act came from elsewhere, such as a messenger.
    A buyer who waits is given to others as soon as the desk is away; one who does not is kept a little longer.
    """
    ends = [max(acted, waits_since) + rules.idle_after] if waits_since else []
    if desk_seen and desk_seen + rules.away_after > acted:
        ends.append(desk_seen + (rules.away_after if waits_since else rules.idle_after))
    return min(ends, default=None)
