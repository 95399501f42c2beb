"""The desk's figures: what waits, how fast people answer, what was missed, how long a chat takes. Read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from bot.store.tables import answer, breach, queue

QUICK = 180.0  # seconds: 3 分钟响应率, the share of rounds answered within three minutes
LAST = 20  # chats that tell how long one takes


@dataclass(frozen=True)
class AgentFigures:
    """`replies` are rounds answered; times are medians in seconds, None where there is nothing to tell them from.

    `quick` is the share (0 to 1) of their rounds answered within three minutes, `breaches` the targets they missed.
    """

    held: int
    replies: int
    response: float | None
    resolved: int
    first_response: float | None = None
    quick: float | None = None
    breaches: int = 0


@dataclass(frozen=True)
class Figures:
    """Seconds throughout. `quick` is the share (0 to 1) of rounds answered within three minutes."""

    waiting: int
    oldest: float | None
    held: int
    first_response: float | None
    response: float | None
    quick: float | None
    breaches: Mapping[str, int]
    agents: Mapping[str, AgentFigures]


def figures(conn: Connection, since: float, now: float) -> Figures:
    """The live state, and what happened after `since` (UTC epoch seconds)."""
    q = queue.c
    live = conn.execute(select(q.agent, q.queued_at).where(q.closed_at.is_(None))).all()
    a = answer.c
    rounds = conn.execute(select(answer).where(a.answered_at > since)).all()
    took = [r.answered_at - r.asked_at for r in rounds]
    b = breach.c
    missed = select(b.name, func.count()).where(b.due_at > since).group_by(b.name)
    theirs = select(b.agent, func.count()).where(b.due_at > since, b.agent.is_not(None)).group_by(b.agent)
    ended = (
        select(q.agent, func.count()).where(q.closed_at > since, q.outcome == "resolved").group_by(q.agent)
    )
    queued = [r.queued_at for r in live if r.agent is None]
    return Figures(
        waiting=len(queued),
        oldest=now - min(queued) if queued else None,
        held=len(live) - len(queued),
        first_response=_median([r.answered_at - r.asked_at for r in rounds if r.first]),
        response=_median(took),
        quick=_quick(took),
        breaches={r[0]: r[1] for r in conn.execute(missed)},
        agents=_agents(
            live,
            rounds,
            {r[0]: r[1] for r in conn.execute(ended) if r[0]},
            {r[0]: r[1] for r in conn.execute(theirs)},
        ),
    )


def handling_times(conn: Connection) -> list[timedelta]:
    """How long an agent had each of the last chats, the newest first: what a waiting time is told from."""
    q = queue.c
    rows = conn.execute(
        select(q.claimed_at, q.closed_at)
        .where(q.closed_at.is_not(None), q.claimed_at.is_not(None), q.outcome != "stale")
        .order_by(q.closed_at.desc())
        .limit(LAST)
    )
    return [timedelta(seconds=r.closed_at - r.claimed_at) for r in rows]


def _agents(
    live: Any, rounds: Any, resolved: Mapping[str, int], missed: Mapping[str, int]
) -> dict[str, AgentFigures]:
    names = {r.agent for r in live if r.agent} | {r.agent for r in rounds} | set(resolved) | set(missed)
    found = {}
    for name in sorted(names):
        theirs = [r for r in rounds if r.agent == name]
        took = [r.answered_at - r.asked_at for r in theirs]
        found[name] = AgentFigures(
            held=sum(r.agent == name for r in live),
            replies=len(took),
            response=_median(took),
            resolved=resolved.get(name, 0),
            first_response=_median([r.answered_at - r.asked_at for r in theirs if r.first]),
            quick=_quick(took),
            breaches=missed.get(name, 0),
        )
    return found


def _quick(took: list[float]) -> float | None:
    return sum(t <= QUICK for t in took) / len(took) if took else None


def _median(values: list[float]) -> float | None:
    return median(values) if values else None
