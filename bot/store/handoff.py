"""The queue of chats that wait for a person, and who has which. A claim is one conditional statement, and a lease.

Every act of an agent is checked here, at the door: that they have the chat, under its row lock and in the transaction
that writes the act's inbox row. Numbers in the inbox are the order of commits, so what the door let in was allowed
when it was done, and stands whatever happens to the chat before the engine comes to it. Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.handoff.assign import AgentNow, Need, open_to_all, skill_for, suits
from bot.handoff.lease import lapses_at
from bot.handoff.priority import priority, score
from bot.handoff.rules import DEFAULT, Rules
from bot.handoff.targets import SUBJECT
from bot.messages import Incoming
from bot.store import agents, audit, clocks, desk, merged, presence
from bot.store.deadlines import set_deadline, stop_deadlines
from bot.store.inbox import Settle, put
from bot.store.places import Entry as Entry
from bot.store.places import entry_of, held_along, holder
from bot.store.places import live as live
from bot.store.places import live_row as live_row
from bot.store.places import lock as lock
from bot.store.places import outcome_of as outcome_of
from bot.store.tables import case, chat, queue

LEAVES = {
    "release": "handed_back",
    "resolve": "resolved",
}  # an act that ends the talk with a person → its outcome


# --- the queue ---------------------------------------------------------------------------------------------------


def enqueue(
    conn: Connection,
    key: str,
    reasons: Sequence[str],
    base: int,
    lang: str,
    now: float,
    rules: Rules = DEFAULT,
) -> Entry:
    """Put the conversation in the queue; one that is there already keeps its place and gains the new reasons."""
    if old := live(conn, key):
        _join(conn, old, reasons, base, now, rules)
    else:
        values = {
            "priority": priority(reasons),
            "score": base,
            "reasons": list(reasons),
            "lang": lang,
            "skill": skill_for([*reasons, *_open_types(conn, key)], rules.desk.skills),
            "queued_at": (at := _behind_the_others(conn, now)),
            "waiting_since": at,
        }
        conn.execute(queue.insert().values(chat=key, n=_number(conn, key), **values))
        row = live_row(conn, key)
        clocks.start_targets(conn, row, rules)
        clocks.wait_begins(conn, row, now, rules)
        told_place(conn, key, position(conn, key, now) or 0, now)
        if theirs := holder(conn, key):
            _own(conn, key, theirs, {"do": "claim", "by": "merged"}, now, rules)
    entry = live(conn, key)
    assert entry is not None
    return entry


def _join(conn: Connection, old: Entry, reasons: Sequence[str], base: int, now: float, rules: Rules) -> None:
    merged = list(dict.fromkeys([*old.reasons, *reasons]))
    # Never down: a missed target may have raised it.
    values = {
        "reasons": merged,
        "priority": min(old.priority, priority(merged)),
        "score": max(old.score, base),
        "skill": old.skill or skill_for(reasons, rules.desk.skills),
    }
    conn.execute(update(queue).where(queue.c.chat == old.chat, queue.c.n == old.n).values(values))
    if values["priority"] != old.priority:
        clocks.hurry(conn, live_row(conn, old.chat), now, rules)


def _number(conn: Connection, key: str) -> int:
    n: int = conn.execute(select(chat.c.msg_seq).where(chat.c.chat == key)).scalar_one()
    if conn.execute(select(queue.c.n).where(queue.c.chat == key, queue.c.n == n)).first() is None:
        return n
    # Handed back and asked for again with nothing said between: the number must still be new.
    bump = update(chat).where(chat.c.chat == key).values(msg_seq=chat.c.msg_seq + 1).returning(chat.c.msg_seq)
    return int(conn.execute(bump).scalar_one())


def _open_types(conn: Connection, key: str) -> Sequence[str]:
    c = case.c
    mine = (c.chat == key, c.closed_at.is_(None), c.status != "DRAFT")
    return conn.execute(select(c.type).where(*mine).order_by(c.updated_at.desc())).scalars().all()


def _behind_the_others(conn: Connection, now: float) -> float:
    """`now`, or just after the last of those who came in the same instant: ties go to the older."""
    last = conn.execute(select(func.max(queue.c.queued_at)).where(queue.c.closed_at.is_(None))).scalar()
    return max(now, last + 1e-5) if last is not None and last >= now else now


def waiting(
    conn: Connection, now: float, for_agent: AgentNow | None = None, rules: Rules = DEFAULT
) -> list[Entry]:
    """Chats nobody has yet, the most urgent first, then the longest waiting.

    For an agent, those come first that suit them or have waited too long for one they would suit.
    """
    rows = conn.execute(select(queue).where(queue.c.closed_at.is_(None), queue.c.agent.is_(None))).all()
    ranked = [entry_of(r) for r in sorted(rows, key=lambda r: (-_score(r, now), r.queued_at, r.chat))]
    if for_agent is None:
        return ranked
    fitting = [replace(e, fits=fits(e, for_agent, now, rules)) for e in ranked]
    return sorted(fitting, key=lambda e: not e.fits)


def _score(row: Any, now: float) -> float:
    """Waiting counts while the buyer waits for words: a lapsed chat that was answered does not push ahead."""
    return score(row.score, now - row.queued_at if row.waiting_since is not None else 0)


def need_of(entry: Entry, now: float) -> Need:
    waited = timedelta(seconds=now - entry.queued_at.timestamp())
    return Need(entry.skill, entry.lang, waited, urgent=entry.priority == "P0")


def fits(entry: Entry, agent: AgentNow, now: float, rules: Rules) -> bool:
    """Whether it suits them, or has waited too long for one it would suit."""
    need = need_of(entry, now)
    return suits(agent, need) or open_to_all(need, rules.desk.widen_after)


def position(conn: Connection, key: str, now: float) -> int | None:
    """Its place in the queue, from 1; None when it does not wait."""
    order = [e.chat for e in waiting(conn, now)]
    return order.index(key) + 1 if key in order else None


def told_place(conn: Connection, key: str, place: int, now: float) -> None:
    """The buyer was told this place."""
    mine = update(queue).where(queue.c.chat == key, queue.c.closed_at.is_(None))
    conn.execute(mine.values(told_place=place, told_at=now))


def held_by(conn: Connection, agent_name: str) -> list[Entry]:
    rows = conn.execute(
        select(queue)
        .where(queue.c.agent == agent_name, queue.c.closed_at.is_(None))
        .order_by(queue.c.claimed_at)
    )
    return [entry_of(r) for r in rows]


def held(conn: Connection) -> list[Entry]:
    """The chats that anybody has, the longest held first."""
    theirs = select(queue).where(queue.c.agent.is_not(None), queue.c.closed_at.is_(None))
    return [entry_of(r) for r in conn.execute(theirs.order_by(queue.c.claimed_at))]


def close(conn: Connection, key: str, outcome: str, now: float) -> None:
    """Leave the queue, with every clock that ran; what the agent had typed and not sent stays as a note.

    Where somebody had it, the chats that are shown as one with it are over with it.
    """
    row = live_row(conn, key)
    if row is None:
        return
    if row.agent:
        desk.draft_to_note(conn, key, row.agent, row.lang, now)
    clocks.stop(conn, key, now)
    ended = {"closed_at": now, "outcome": outcome, "waiting_since": None, "lease_until": None}
    conn.execute(update(queue).where(queue.c.chat == key, queue.c.n == row.n).values(ended))
    for other in held_along(conn, key, row.agent):
        close(conn, other.chat, "merged", now)


# --- who has a chat ----------------------------------------------------------------------------------------------


def claim(conn: Connection, key: str, agent_name: str, now: float, rules: Rules = DEFAULT) -> bool:
    """Take the chat. Of any number of agents on any number of hosts exactly one gets True."""
    lock(conn, key)
    if not own(conn, key, agent_name, {"do": "claim"}, now, rules):
        return False
    presence.note(conn, agent_name, acted_at=now)
    return True


def own(
    conn: Connection,
    key: str,
    agent_name: str,
    data: dict[str, Any],
    now: float,
    rules: Rules,
    *,
    by: str = "",
    of: str | None = None,
) -> bool:
    """Make `agent_name` the owner of a chat that `of` has (None: nobody), with a lease of its own; `by` did it.

    What is shown as one with it comes along.
    """
    if not _own(conn, key, agent_name, data, now, rules, by=by, of=of):
        return False
    bring_along(conn, key, agent_name, data, now, rules, by=by)
    return True


def bring_along(
    conn: Connection,
    key: str,
    agent_name: str,
    data: dict[str, Any],
    now: float,
    rules: Rules,
    *,
    by: str = "",
) -> None:
    """Chats that are shown as one have one owner, who has the one in which the buyer wrote last in any case."""
    together = merged.members(conn, key)
    here = merged.last_written(conn, together) if len(together) > 1 else None
    for other in together:
        row = live_row(conn, other)
        if row is None and other == here:
            _enter(conn, other, live_row(conn, key), now, rules)  # which gives it to who has the others
        elif row is not None and row.agent is None:
            _own(conn, other, agent_name, {"do": "claim", "by": "merged"}, now, rules, by=by)
        elif row is not None and row.agent != agent_name:
            desk.draft_to_note(conn, other, row.agent, row.lang, now)
            _own(conn, other, agent_name, data, now, rules, by=by, of=row.agent)


def _enter(conn: Connection, key: str, row: Any, now: float, rules: Rules) -> None:
    """Into the queue for the reasons that another chat of this buyer is there."""
    enqueue(conn, key, row.reasons, row.score, row.lang, now, rules)


def _own(
    conn: Connection,
    key: str,
    agent_name: str,
    data: dict[str, Any],
    now: float,
    rules: Rules,
    *,
    by: str = "",
    of: str | None = None,
) -> bool:
    """The one statement through which anybody comes to have a chat."""
    held = queue.c.agent.is_(None) if of is None else queue.c.agent == of
    take = update(queue).where(queue.c.chat == key, queue.c.closed_at.is_(None), held)
    values = {"agent": agent_name, "claimed_at": now, "acted_at": now, "lease": queue.c.lease + 1}
    if not conn.execute(take.values(values)).rowcount:
        return False
    row = live_row(conn, key)
    clocks.wait_ends(conn, key, now)
    presence.note(conn, agent_name, given_at=now)
    hold(conn, key, now, rules)
    write_act(conn, row, by or agent_name, f"{data['do']}:{row.n}.{row.lease}", data, now)
    return True


def act(
    conn: Connection,
    key: str,
    agent_name: str,
    act_key: str,
    data: dict[str, Any],
    now: float,
    rules: Rules = DEFAULT,
    lease: int | None = None,
) -> bool:
    """An agent's act on a chat they hold ({"do": "reply" | "note" | "release" | "resolve" | …}); False if they do not.

    `act_key` makes a double click or a resent form one act. With `lease`, the act of a page that was drawn before the
    chat went to others and came back is refused, too. Every act renews the lease.
    """
    lock(conn, key)
    row = live_row(conn, key)
    if row is None or row.agent != agent_name or lease not in (None, row.lease):
        return False
    if not write_act(conn, row, agent_name, act_key, data, now):
        return True
    presence.note(conn, agent_name, acted_at=now)
    if data["do"] == "note":
        desk.mention(conn, key, act_key, str(data.get("text", "")), agent_name, now)
    along = held_along(conn, key, agent_name)
    if data["do"] == "reply":
        for other in (*along, row):
            desk.save_draft(conn, other.chat, agent_name, "", now)
            clocks.agent_spoke(conn, other, agent_name, now, rules)
        for other in along:  # whether the buyer falls silent is seen where they were answered
            clocks.stop(conn, other.chat, now, clocks.STALE)
    if data["do"] in LEAVES:
        close(conn, key, LEAVES[data["do"]], now)
        return True
    for place in (row, *along):
        conn.execute(
            update(queue).where(queue.c.chat == place.chat, queue.c.n == place.n).values(acted_at=now)
        )
        hold(conn, place.chat, now, rules)
    return True


def buyer_wrote(conn: Connection, key: str, now: float, rules: Rules = DEFAULT) -> None:
    """The buyer said something: whoever has the chat, or one that is shown as one with it, owes an answer now."""
    row = live_row(conn, key)
    if row is None:
        theirs = (live_row(conn, other) for other in merged.others(conn, key))
        if held := next((r for r in theirs if r is not None and r.agent), None):
            _enter(conn, key, held, now, rules)
        return
    clocks.buyer_spoke(conn, row, now, rules)
    for other in held_along(conn, key, row.agent):
        clocks.stop(conn, other.chat, now, clocks.STALE)
    if row.agent and row.waiting_since is None:
        hold(conn, key, now, rules)


def hold(conn: Connection, key: str, now: float, rules: Rules) -> None:
    """Reckon anew when the owner's lease ends by itself, and let a clock of that name ring then."""
    row = live_row(conn, key)
    waits = clocks.instant(row.waiting_since) if row.waiting_since is not None else None
    seen = presence.desk_seen(conn, row.agent)
    until = lapses_at(clocks.instant(row.acted_at), waits, seen, rules.desk.lease)
    ends = until.timestamp() if until else None
    conn.execute(update(queue).where(queue.c.chat == key, queue.c.n == row.n).values(lease_until=ends))
    if until:
        set_deadline(conn, key, SUBJECT, clocks.LEASE, until)
    else:
        stop_deadlines(conn, key, SUBJECT, now, clocks.LEASE)


def write_act(
    conn: Connection, row: Any, agent_name: str, act_key: str, data: dict[str, Any], now: float
) -> bool:
    """The act's inbox row, with its place in the queue and its lease. False where it stands there already."""
    stamped = {**data, "n": row.n, "lease": row.lease, "shown": shown(conn, agent_name)}
    key = f"{agent_name}:{act_key}"
    event = Incoming(row.chat, key=key, kind="agent", name=agent_name, data=stamped)
    if not put(conn, [event], now, Settle()):
        return False
    told = {name: data[name] for name in data if name in ("by", "to", "skill")}  # never what was said
    audit.note(conn, agent_name, f"chat.{data['do']}", row.chat, told, now)
    return True


def shown(conn: Connection, agent_name: str) -> str:
    """How buyers see this agent."""
    who = agents.find(conn, agent_name)
    return who.display if who else agent_name
