"""How a chat of the queue changes hands: passed on, given out by a lead, assigned by load, or lapsed; and heartbeats.

Everybody who comes to have a chat does so through `handoff.own`. Times are UTC epoch seconds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import JSON, Connection, and_, case, literal, select, update

from bot.handoff.assign import choose
from bot.handoff.lease import Not
from bot.handoff.priority import TAKEN_UP, base_score
from bot.handoff.rights import may
from bot.handoff.rules import DEFAULT, Rules
from bot.handoff.targets import SUBJECT
from bot.handoff.words import ALERTS, both
from bot.store import agents, clocks, conversations, desk, handoff, merged, presence
from bot.store.alerts import add_alert
from bot.store.db import insert
from bot.store.places import held_along
from bot.store.tables import chat, deadline, queue


def transfer(
    conn: Connection,
    key: str,
    frm: str,
    now: float,
    *,
    agent: str = "",
    skill: str = "",
    rules: Rules = DEFAULT,
    lease: int | None = None,
) -> Not | None:
    """`frm` passes the chat on to a colleague, who has it at once, or back to the queue for whoever has the skill."""
    handoff.lock(conn, key)
    row = handoff.live_row(conn, key)
    if row is None:
        return Not("not_queued")
    if row.agent != frm:
        return Not("not_yours", row.agent or "")
    if lease not in (None, row.lease):
        return Not("stale_lease", frm)
    if agent:
        return _pass_on(conn, row, agent, {"do": "transfer"}, now, rules, by=frm)
    if not presence.has_skill(conn, skill):
        return Not("no_such_skill", frm)
    handoff.write_act(
        conn, row, frm, f"transfer:{row.n}.{row.lease}", {"do": "transfer", "skill": skill}, now
    )
    _let_go(conn, row, now, rules, skill=skill)
    return None


def assign(conn: Connection, key: str, to: str, by: str, now: float, rules: Rules = DEFAULT) -> Not | None:
    """A lead gives the chat to `to`, whoever has it or nobody."""
    if not _may(conn, by, "reassign"):
        return Not("not_a_lead")
    return _given(conn, key, to, {"do": "assign"}, by, now, rules)


def take_over(conn: Connection, key: str, by: str, now: float, rules: Rules = DEFAULT) -> Not | None:
    """A lead takes the chat, whoever has it."""
    if not _may(conn, by, "take_over_from_others"):
        return Not("not_a_lead")
    return _given(conn, key, by, {"do": "take_over"}, by, now, rules)


def take(conn: Connection, key: str, by: str, now: float, rules: Rules = DEFAULT) -> Not | None:
    """An agent takes a chat that is with the bot: into the queue and out of it, in one transaction.

    One that waits by now is claimed; from a colleague nothing is taken. A chat in which no buyer wrote is none.
    """
    if not handoff.lock(conn, key) or merged.last_written(conn, [key]) is None:
        return Not("not_queued")
    if handoff.live_row(conn, key) is None:
        lang = (conversations.load(conn, key)[2] or {}).get("lang", "zh")
        handoff.enqueue(conn, key, [TAKEN_UP], base_score([TAKEN_UP]), lang, now, rules)
    if handoff.claim(conn, key, by, now, rules):
        return None
    owner = handoff.live_row(conn, key).agent
    return Not("taken", owner) if owner != by else None


def assign_waiting(conn: Connection, now: float, rules: Rules) -> list[str]:
    """Where chats are assigned by load: give what waits to whom it suits. Returns the chats that were given."""
    if rules.desk.assign != "least_loaded":
        return []
    waiting, given = handoff.waiting(conn, now), []
    people = {a.name: a for a in presence.agents_now(conn, now, rules)} if waiting else {}
    for entry in waiting:
        # Not to whom it just lapsed from: they sit before an open desk and do not look at it.
        able = [a for a in people.values() if a.name != entry.last_agent]
        name = choose(able, handoff.need_of(entry, now), rules.desk.most_chats, rules.desk.widen_after)
        if name and handoff.lock(conn, entry.chat, skip=True):
            data = {"do": "claim", "by": "load"}
            if handoff.own(conn, entry.chat, name, data, now, rules):
                given.append(entry.chat)
                had = people[name]
                people[name] = replace(had, held=had.held + 1, last_given=clocks.instant(now))
    return given


def lapse(conn: Connection, key: str, now: float, rules: Rules = DEFAULT) -> str | None:
    """The lease ran out: the chat waits again at its old place. Returns who had it; None where the lease holds.

    Call with the conversation locked, as the engine has it when the clock "lease" rings.
    """
    row = handoff.live_row(conn, key)
    if row is None or row.agent is None or row.lease_until is None or row.lease_until > now:
        return None
    _let_go(conn, row, now, rules)
    add_alert(conn, key, f"lapsed:{row.n}.{row.lease}", both(ALERTS["lapsed"]), now, row.agent)
    return str(row.agent)


def leave(conn: Connection, name: str, now: float, rules: Rules = DEFAULT) -> list[str]:
    """Who was shut out has no chats: theirs wait again at their old places. Returns these chats."""
    left = sorted(entry.chat for entry in handoff.held_by(conn, name))
    for key in left:
        handoff.lock(conn, key)
        row = handoff.live_row(conn, key)
        if row is not None and row.agent == name:
            _let_go(conn, row, now, rules)
    return left


def renew(conn: Connection, name: str, now: float, rules: Rules = DEFAULT) -> None:
    """A heartbeat of the agent's open desk: all their leases go on, but for chats whose buyer waits for them too long.

    A chat somebody is just busy with is left to the next heartbeat rather than waited for.
    """
    presence.note(conn, name, desk_seen_at=now)
    q = queue.c
    theirs = select(q.chat).where(q.agent == name, q.closed_at.is_(None))
    mine = select(chat.c.chat).where(chat.c.chat.in_(theirs)).with_for_update(skip_locked=True)
    held = conn.execute(mine).scalars().all()
    if not held:
        return
    live = (q.chat.in_(held), q.agent == name, q.closed_at.is_(None))
    conn.execute(update(queue).where(*live).values(lease_until=_until(now, rules)))
    due = select(
        q.chat, literal(SUBJECT), literal(clocks.LEASE), q.lease_until, literal({}, JSON), literal(1)
    )
    names = ["chat", "subject", "name", "due_at", "payload", "gen"]
    row = insert(conn, deadline).from_select(names, due.where(*live))
    moved = {"due_at": row.excluded.due_at, "gen": deadline.c.gen + 1, "closed_at": None}
    conn.execute(row.on_conflict_do_update(index_elements=names[:3], set_=moved))


def _until(now: float, rules: Rules) -> Any:
    """`handoff.lease.lapses_at` for a desk seen this very moment, as one expression for many chats."""
    q, lease = queue.c, rules.desk.lease
    away, idle = lease.away_after.total_seconds(), lease.idle_after.total_seconds()
    last = case((q.acted_at > q.waiting_since, q.acted_at), else_=q.waiting_since)
    idle_at = last + idle
    return case((q.waiting_since.is_(None), now + idle), (idle_at < now + away, idle_at), else_=now + away)


def grace(conn: Connection, now: float, rules: Rules = DEFAULT) -> None:
    """At the program's start: that it was down is nobody's absence, so every lease has time for a heartbeat."""
    until = now + rules.desk.lease.away_after.total_seconds()
    q, d = queue.c, deadline.c
    held = and_(q.closed_at.is_(None), q.agent.is_not(None), q.lease_until < until)
    conn.execute(update(queue).where(held).values(lease_until=until))
    running = (d.subject == SUBJECT, d.name == clocks.LEASE, d.closed_at.is_(None), d.due_at < until)
    conn.execute(update(deadline).where(*running).values(due_at=until, gen=d.gen + 1))


def _given(
    conn: Connection, key: str, to: str, data: dict[str, Any], by: str, now: float, rules: Rules
) -> Not | None:
    handoff.lock(conn, key)
    row = handoff.live_row(conn, key)
    return _pass_on(conn, row, to, data, now, rules, by=by) if row else Not("not_queued")


def _pass_on(
    conn: Connection, row: Any, to: str, data: dict[str, Any], now: float, rules: Rules, *, by: str
) -> Not | None:
    if row.agent == to:
        return Not("already_theirs", to)
    colleague = agents.find(conn, to)
    if colleague is None or not colleague.active:
        return Not("no_such_agent", row.agent or "")
    # A lead may overrule it; a colleague asks somebody else.
    if data["do"] == "transfer" and presence.declines(conn, to):
        return Not("declines", row.agent or "")
    if row.agent:
        desk.draft_to_note(conn, row.chat, row.agent, row.lang, now)
    told = {**data, "to": to, "to_shown": colleague.display}
    handoff.own(conn, row.chat, to, told, now, rules, by=by, of=row.agent)
    if row.agent and row.agent != by:
        add_alert(conn, row.chat, f"gone:{row.n}.{row.lease}", both(ALERTS["gone"]), now, row.agent)
    if to != by:
        add_alert(conn, row.chat, f"given:{row.n}.{row.lease}", both(ALERTS["given"]), now, to, True)
    return None


def _let_go(conn: Connection, row: Any, now: float, rules: Rules, skill: str | None = None) -> None:
    """Back to the queue, at the place it had; what was typed and not sent becomes a note."""
    desk.draft_to_note(conn, row.chat, row.agent, row.lang, now)
    free: dict[str, Any] = {
        "agent": None,
        "last_agent": row.agent,
        "claimed_at": None,
        "acted_at": None,
        "lease_until": None,
    }
    free |= {"skill": skill} if skill is not None else {}
    conn.execute(update(queue).where(queue.c.chat == row.chat, queue.c.n == row.n).values(free))
    clocks.stop(conn, row.chat, now, clocks.LEASE)
    clocks.wait_begins(conn, row, now, rules)
    for other in held_along(conn, row.chat, row.agent):
        _let_go(conn, other, now, rules, skill)


def _may(conn: Connection, name: str, right: str) -> bool:
    found = agents.find(conn, name)
    return found is not None and found.active and may(found.role, right)
