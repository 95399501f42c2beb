"""Who of the agents is there: heartbeats of open desks, acts, shifts, skills and languages.

Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select

from bot.cases.hours import Hours
from bot.handoff.assign import AgentNow, presence
from bot.handoff.rules import Desk, Rules
from bot.store import audit
from bot.store.db import insert
from bot.store.tables import agent, agent_account, agent_presence, agent_skill, queue


@dataclass(frozen=True)
class Work:
    """What an agent knows and when they work. No `skills`: only chats that want none; no `languages`: all of them.

    `hours` are written as `shop.hours`; empty for always.
    """

    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    hours: str = ""


def agents_now(conn: Connection, now: float, rules: Rules) -> list[AgentNow]:
    """Every agent who may sign in, with what they have, know and are doing."""
    p = agent_presence.c
    query = (
        select(agent.c.name, p.desk_seen_at, p.acted_at, p.given_at, p.declines, p.shift)
        .join(agent_presence, p.agent == agent.c.name, isouter=True)
        .join(agent_account, agent_account.c.agent == agent.c.name, isouter=True)
        .where(agent_account.c.deactivated_at.is_(None))
        .order_by(agent.c.name)
    )
    held, known, at = _held(conn), _known(conn), datetime.fromtimestamp(now, UTC)
    return [
        AgentNow(
            r.name,
            _presence(r, at, rules),
            accepting=not r.declines,
            on_shift=not r.shift or Hours.parse(r.shift).open_at(at, rules.zone),
            held=held.get(r.name, 0),
            skills=frozenset(known[r.name, "skill"]),
            languages=frozenset(known[r.name, "lang"]),
            last_given=_instant(r.given_at),
            hours=r.shift or "",
        )
        for r in conn.execute(query).all()
    ]


def online(conn: Connection, now: float, rules: Rules) -> int:
    """How many agents are there, by desk or from elsewhere."""
    p, lease = agent_presence.c, rules.desk.lease
    by_desk = p.desk_seen_at > now - lease.away_after.total_seconds()
    elsewhere = p.acted_at > now - lease.idle_after.total_seconds()
    return conn.execute(select(func.count()).where(or_(by_desk, elsewhere))).scalar_one()


def desk_seen(conn: Connection, name: str) -> datetime | None:
    """The last sign of this agent's open desk; None where they never had one open."""
    p = agent_presence.c
    return _instant(conn.execute(select(p.desk_seen_at).where(p.agent == name)).scalar())


def note(conn: Connection, name: str, **values: Any) -> None:
    """Write columns of the agent's presence; the row is made at the first one."""
    row = insert(conn, agent_presence).values(agent=name, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["agent"], set_=values))


def decline(conn: Connection, name: str, declines: bool, now: float) -> None:
    """ "Do not give me new ones": nothing is assigned or passed to them; they may still claim."""
    note(conn, name, declines=int(declines))
    audit.note(conn, name, "person.paused" if declines else "person.resumed", name, {}, now)


def declines(conn: Connection, name: str) -> bool:
    p = agent_presence.c
    return bool(conn.execute(select(p.declines).where(p.agent == name)).scalar())


def set_shift(conn: Connection, name: str, hours: str) -> None:
    """When they work, as `shop.hours` is written; empty for always. Raises ValueError with the cure."""
    note(conn, name, shift=str(Hours.parse(hours)) if hours.strip() else "")


def set_known(conn: Connection, name: str, skills: Iterable[str], languages: Iterable[str]) -> None:
    """What they know. No language means all of them; no skill, only chats that want none."""
    conn.execute(delete(agent_skill).where(agent_skill.c.agent == name))
    rows = [("skill", v) for v in sorted(set(skills))] + [("lang", v) for v in sorted(set(languages))]
    if rows:
        conn.execute(agent_skill.insert(), [{"agent": name, "kind": k, "value": v} for k, v in rows])


def works(conn: Connection) -> dict[str, Work]:
    """Of every account, the deactivated ones too."""
    known, p = _known(conn), agent_presence.c
    rows = conn.execute(
        select(agent.c.name, p.shift).join(agent_presence, p.agent == agent.c.name, isouter=True)
    )
    return {
        r.name: Work(frozenset(known[r.name, "skill"]), frozenset(known[r.name, "lang"]), r.shift or "")
        for r in rows
    }


def set_work(conn: Connection, name: str, work: Work, by: str, now: float) -> bool:
    """All of it anew; `by` (an account, or the shell) stands in the audit log. False where nothing changed.

    Raises ValueError with the cure where the hours cannot be read.
    """
    before = works(conn)[name]
    set_shift(conn, name, work.hours)
    set_known(conn, name, work.skills, work.languages)
    after = works(conn)[name]
    if after != before:
        told = {
            "skills": after.skills,
            "languages": after.languages,
            "hours": [after.hours] * bool(after.hours),
        }
        detail = {what: ", ".join(sorted(said)) or "-" for what, said in told.items()}
        audit.note(conn, by, "person.work", name, detail, now)
    return after != before


def skills_known(conn: Connection, desk: Desk) -> list[str]:
    """Those somebody has and those the shop's settings ask for."""
    s = agent_skill.c
    had = conn.execute(select(s.value).where(s.kind == "skill").distinct()).scalars()
    return sorted({*had, *desk.skills.values()})


def has_skill(conn: Connection, skill: str) -> bool:
    """Whether any agent has it."""
    s = agent_skill.c
    return (
        conn.execute(select(s.agent).where(s.kind == "skill", s.value == skill).limit(1)).first() is not None
    )


def _presence(r: Any, now: datetime, rules: Rules) -> Any:
    """A desk must go on being seen; an act from elsewhere (a messenger) speaks for as long as an agent may be idle."""
    lease = rules.desk.lease
    desk = presence(_instant(r.desk_seen_at), now, lease.away_after, lease.idle_after)
    elsewhere = presence(_instant(r.acted_at), now, lease.idle_after, lease.idle_after)
    return "online" if elsewhere == "online" else desk


def _instant(at: float | None) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if at else None


def _held(conn: Connection) -> dict[str, int]:
    q = queue.c
    rows = conn.execute(
        select(q.agent, func.count()).where(q.closed_at.is_(None), q.agent.is_not(None)).group_by(q.agent)
    )
    return {r[0]: r[1] for r in rows}


def _known(conn: Connection) -> defaultdict[tuple[str, str], set[str]]:
    known: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for r in conn.execute(select(agent_skill)):
        known[r.agent, r.kind].add(r.value)
    return known
