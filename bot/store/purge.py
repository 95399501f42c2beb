"""What is older than the shop's retention time, removed in small transactions; safe to run daily, and to break off.

Old is what happened before the cutoff, in no case that is kept: an open one, or one that was closed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from bot.store import audit, marks, tries
from bot.store import tables as t
from bot.store.db import Database
from bot.store.evidence import BEFORE
from bot.store.inbox import cursor_of, set_cursor

AT_ONCE = 500  # rows of a transaction: what buyers write does not wait long behind it
SHELL_DAYS = 30  # an erased conversation's empty row: until then a page may still be open on it
DAY = 86_400.0
LAST = "purge"  # the cursor that tells when it was last done


@dataclass(frozen=True)
class Step:
    """Rows of `table` that are to go; what makes them old does not hang on what the other steps removed."""

    table: Table
    old: ColumnElement[bool]


def steps(cutoff: float, now: float) -> list[Step]:
    """In the order in which they may go. Both in UTC epoch seconds."""
    c, q, i, o, d, a = t.case.c, t.queue.c, t.inbox.c, t.outbox.c, t.deadline.c, t.attachment.c
    over = c.closed_at < cutoff
    cases = select(c.id).where(over)
    spared = (
        select(t.evidence.c.attachment_id).join(t.case, c.id == t.evidence.c.case_id).where(~_over(cutoff))
    )

    silent = select(t.chat.c.chat).where(_silent(cutoff))

    def aged(at: Column[float], chat: Column[str]) -> ColumnElement[bool]:
        return and_(at < cutoff, ~_of_a_kept_case(chat, at, cutoff))

    return [
        Step(t.card, t.card.c.case_id.in_(cases)),
        Step(t.evidence, t.evidence.c.case_id.in_(cases)),
        Step(t.case_event, t.case_event.c.case_id.in_(cases)),
        Step(t.case, over),
        Step(t.orders, and_(t.orders.c.updated_at < cutoff, ~_has_a_kept_case(cutoff))),
        Step(t.parcel_asked, t.parcel_asked.c.asked_at < cutoff),
        Step(t.message, aged(t.message.c.at, t.message.c.chat)),
        Step(t.attachment, and_(aged(a.at, a.chat), a.id.not_in(spared))),
        Step(t.queue, and_(q.closed_at.is_not(None), aged(q.closed_at, q.chat))),
        Step(t.answer, aged(t.answer.c.answered_at, t.answer.c.chat)),
        Step(t.breach, aged(t.breach.c.due_at, t.breach.c.chat)),
        Step(t.draft, aged(t.draft.c.at, t.draft.c.chat)),
        Step(t.mention, aged(t.mention.c.at, t.mention.c.chat)),
        Step(t.alert, aged(t.alert.c.at, t.alert.c.chat)),
        Step(t.deadline, and_(d.closed_at.is_not(None), aged(d.closed_at, d.chat))),
        Step(t.inbox, and_(i.done_at.is_not(None), aged(i.done_at, i.chat))),
        Step(t.outbox, and_(o.done_at.is_not(None), aged(o.done_at, o.chat))),
        Step(t.agent_line, aged(t.agent_line.c.at, t.agent_line.c.chat)),
        Step(t.agent_watch, t.agent_watch.c.chat.in_(silent)),
        Step(t.tag, t.tag.c.chat.in_(silent)),
        Step(t.block, t.block.c.chat.in_(silent)),
        Step(t.merged_chat, or_(t.merged_chat.c.chat.in_(silent), t.merged_chat.c.into.in_(silent))),
        Step(t.chat, or_(_silent(cutoff), _shell(now))),
        Step(t.audit, t.audit.c.at < cutoff),
    ]


def counted(conn: Connection, cutoff: float, now: float) -> dict[str, int]:
    """How many rows would go, by table; those without any are left out."""
    found = {
        s.table.name: conn.execute(select(func.count()).select_from(s.table).where(s.old)).scalar_one()
        for s in steps(cutoff, now)
    }
    return {name: n for name, n in found.items() if n}


def purge(
    db: Database,
    cutoff: float,
    now: float,
    zone: ZoneInfo,
    who: str = audit.SYSTEM,
    done: Callable[[int, int], None] = lambda n, of: None,
) -> dict[str, int]:
    """Remove it; returns rows by table. Failed proofs of past days and old marks count for nothing and go, too."""
    removed: dict[str, int] = {}
    todo = steps(cutoff, now)
    for n, step in enumerate(todo, 1):
        while gone := db.write(lambda conn, s=step: _some(conn, s)):  # type: ignore[misc]
            removed[step.table.name] = removed.get(step.table.name, 0) + gone
        done(n, len(todo))
    yesterday = datetime.fromtimestamp(now - DAY, UTC).astimezone(zone).date()
    db.write(lambda conn: tries.forget_before(conn, yesterday))
    db.write(lambda conn: marks.forget_before(conn, now))
    db.write(lambda conn: _note(conn, removed, who, now))
    return removed


def due(conn: Connection, now: float) -> bool:
    """True once a day over all processes, for the one that asks first: it is theirs to do then."""
    if cursor_of(conn, LAST) > now - DAY:
        return False
    set_cursor(conn, LAST, int(now))
    return True


def _some(conn: Connection, step: Step) -> int:
    keys = tuple(step.table.primary_key)
    some = select(*keys).where(step.old).limit(AT_ONCE)
    rows: Sequence[tuple[object, ...]] = [tuple(r) for r in conn.execute(some)]
    if not rows:
        return 0
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA secure_delete=ON")
    conn.execute(delete(step.table).where(tuple_(*keys).in_(rows)))
    return len(rows)


def _note(conn: Connection, removed: Mapping[str, int], who: str, now: float) -> None:
    if removed:
        audit.note(conn, who, "privacy.purge", "", removed, now)


# --- what is old ---------------------------------------------------------------------------------------------------


def _over(cutoff: float) -> ColumnElement[bool]:
    return and_(t.case.c.closed_at.is_not(None), t.case.c.closed_at < cutoff)


def _of_a_kept_case(chat: Column[str], at: Column[float], cutoff: float) -> ColumnElement[bool]:
    """What was said from a day before a case was opened belongs to it, as in its evidence pack."""
    c = t.case.c
    return exists().where(c.chat == chat, ~_over(cutoff), c.opened_at - BEFORE.total_seconds() <= at)


def _has_a_kept_case(cutoff: float) -> ColumnElement[bool]:
    return exists().where(t.case.c.order_id == t.orders.c.id, ~_over(cutoff))


def _silent(cutoff: float) -> ColumnElement[bool]:
    """Nothing was said in this conversation since, and nothing is to come of it."""
    return and_(t.chat.c.updated_at < cutoff, *_nothing_open(cutoff))


def _shell(now: float) -> ColumnElement[bool]:
    """What is left of a conversation that was erased."""
    c = t.chat.c
    blank = (c.buyer.is_(None), c.name == "", c.state.is_(None), c.updated_at < now - SHELL_DAYS * DAY)
    said = exists().where(t.message.c.chat == c.chat)
    return and_(*blank, ~said, *_nothing_open(now))


def _nothing_open(cutoff: float) -> list[ColumnElement[bool]]:
    key = t.chat.c.chat
    return [
        ~exists().where(t.case.c.chat == key, ~_over(cutoff)),
        ~exists().where(t.queue.c.chat == key, t.queue.c.closed_at.is_(None)),
        ~exists().where(t.deadline.c.chat == key, t.deadline.c.closed_at.is_(None)),
        ~exists().where(t.inbox.c.chat == key, t.inbox.c.done_at.is_(None)),
        ~exists().where(t.outbox.c.chat == key, t.outbox.c.done_at.is_(None)),
        # An agent's own chat in a messenger counts its lines here.
        ~exists().where(t.agent_messenger.c.address == key),
        ~exists().where(t.agent_line.c.address == key),
    ]
