"""A person's data erased, in one transaction. What the shop's books need stays under an alias that nobody can resolve.

What stays, and why: `docs/privacy.md`. A message of the same person after it begins anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, null, or_, select, update

from bot.cases.case import Status
from bot.cases.machine import move
from bot.cases.movers import PAYING
from bot.cases.order import as_json, from_json
from bot.errors import NotDoneError
from bot.store import audit, cases
from bot.store import tables as t
from bot.store.holdings import HOLDINGS, STEPS, counts, theirs
from bot.store.orders import ERASED
from bot.store.person import Person

# Of a case's own papers: sums, dates and the payment's number. Words, photos and addresses are not among them.
KEPT_SLOTS = ("refund", "attempt", "refund_ref", "by_rule", "rating", "rating_asked", "rated_at")
KEPT_JUDGED = (
    "refund", "freight", "policy", "asked_at", "filed_at", "pay", "arrival", "compensation", "virtual", "gifts_off",
)  # fmt: skip
# Of an order: what was sold, for how much and when.
DROPPED_OF_AN_ORDER = ("buyer", "phone", "address", "signed_by", "tracking", "parcels")


@dataclass(frozen=True)
class Erased:
    """`alias` is what stands for them in what stays; rows by part of the export."""

    alias: str
    removed: Mapping[str, int]
    kept: Mapping[str, int]


def erase(
    conn: Connection,
    person: Person,
    now: float,
    *,
    who: str,
    even_open: bool = False,
    done: Callable[[int, int], None] = lambda n, of: None,
) -> Erased | None:
    """None where nothing was held any more. `now` is UTC epoch seconds, `who` the account that did it.

    Raises NotDoneError, with nothing changed, while money is under way or a photo is being fetched; while a case is
    open or somebody talks with them unless `even_open`, which closes open cases as withdrawn.
    """
    _lock(conn, person)
    if not _anything(conn, person):
        return None
    _refuse(conn, person, now, even_open)
    _close_open_ones(conn, person, now)
    alias = ERASED + secrets.token_hex(6)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA secure_delete=ON")  # what is deleted is overwritten in the file, too
    before = counts(conn, person)
    conditions = [(held, theirs(conn, held, person)) for held in HOLDINGS]  # some lie in rows that go first
    for step, (held, mine) in enumerate(conditions, 1):
        if held.fate == "erased":
            conn.execute(delete(held.table).where(mine))
        else:
            _STRIP[held.table.name](conn, mine, _As(alias, person, now))
        done(step, STEPS)
    kept = {h.part: n for h, mine in conditions if h.fate == "kept" and (n := before.get(h.part, 0))}
    gone = {part: n for part, n in before.items() if part not in kept}
    audit.note(conn, who, "privacy.erase", alias, {"conversations": len(person.chats)}, now)
    return Erased(alias, gone, kept)


# --- may it be done ------------------------------------------------------------------------------------------------


def _lock(conn: Connection, person: Person) -> None:
    """Every conversation concerned, in order: nobody writes there until this is done."""
    where = t.chat.c.chat.in_([*person.chats, *person.shared])
    conn.execute(select(t.chat.c.chat).where(where).order_by(t.chat.c.chat).with_for_update()).all()


def _anything(conn: Connection, person: Person) -> bool:
    """Of who was erased an empty conversation may be left, with what was said of it in the audit log."""
    c = t.chat.c
    known = or_(c.buyer.is_not(None), c.name != "", c.state.is_not(None))
    talks = conn.execute(select(c.chat).where(c.chat.in_(person.chats), known).limit(1)).first()
    return talks is not None or bool(set(counts(conn, person)) - {"conversations", "audit"})


def _refuse(conn: Connection, person: Person, now: float, even_open: bool) -> None:
    c, o, q = t.case.c, t.outbox.c, t.queue.c
    mine = (c.id.in_(person.cases), c.closed_at.is_(None), c.status != Status.DRAFT)
    still = {r.id: r.status for r in conn.execute(select(c.id, c.status).where(*mine).order_by(c.id))}
    if money := [number for number, status in still.items() if status in PAYING]:
        raise NotDoneError(
            "privacy_money",
            f"money is under way for {', '.join(money)}; let it be paid, or book it in the desk, then erase",
            cases=", ".join(money),
        )
    fetched = (o.chat.in_(person.chats), o.kind == "fetch", o.done_at.is_(None), o.claimed_until > now)
    if conn.execute(select(o.n).where(*fetched).limit(1)).first():
        raise NotDoneError(
            "privacy_photo", "a photo of theirs is just being fetched; erase again in half a minute"
        )
    if even_open:
        return
    if still:
        raise NotDoneError(
            "privacy_open",
            f"still open: {', '.join(still)}; bring them to an end, or write --even-open, which withdraws them",
            cases=", ".join(still),
        )
    live = select(q.chat).where(q.chat.in_(person.chats), q.closed_at.is_(None)).order_by(q.chat)
    if waiting := conn.execute(live).scalars().all():
        raise NotDoneError(
            "privacy_agent",
            f"{', '.join(waiting)} waits for an agent or talks with one; resolve it in the desk, or write --even-open",
            chats=", ".join(waiting),
        )


def _close_open_ones(conn: Connection, person: Person, now: float) -> None:
    at = datetime.fromtimestamp(now, UTC)
    for case_id in person.cases:
        found = cases.read_case(conn, case_id)
        if found and found.is_open and found.status is not Status.DRAFT:
            moved, entry = move(found, "withdraw", "buyer", at, why="erased")
            cases.save_case(conn, moved, [entry])


# --- what stays, without who it was --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _As:
    """What stands for whom from when on."""

    alias: str
    person: Person
    now: float


def _strip_timeline(conn: Connection, mine: ColumnElement[bool], by: _As) -> None:
    """Who moved it, when and by which rule; what was said of it goes."""
    conn.execute(update(t.case_event).where(mine).values(why=""))


def _strip_cases(conn: Connection, mine: ColumnElement[bool], by: _As) -> None:
    """A case that was filed keeps number, order, goods, sums and dates; a draft promised nothing and goes."""
    e = t.case_event.c
    filed = exists().where(
        e.case_id == t.case.c.id, e.to_status != Status.DRAFT, e.to_status.not_like("CLOSED%")
    )
    drafts = conn.execute(select(t.case.c.id).where(mine, ~filed)).scalars().all()
    conn.execute(delete(t.case_event).where(e.case_id.in_(drafts)))
    conn.execute(delete(t.case).where(t.case.c.id.in_(drafts)))
    for row in conn.execute(select(t.case.c.id, t.case.c.slots, t.case.c.judged).where(mine)).all():
        stays = {
            "chat": by.alias,
            "buyer": None,
            "slots": {k: v for k, v in row.slots.items() if k in KEPT_SLOTS},
            "judged": {k: v for k, v in row.judged.items() if k in KEPT_JUDGED},
        }
        conn.execute(update(t.case).where(t.case.c.id == row.id).values(stays))


def _strip_orders(conn: Connection, mine: ColumnElement[bool], by: _As) -> None:
    for row in conn.execute(select(t.orders.c.id, t.orders.c.data).where(mine)).all():
        whole = as_json(from_json(row.data))
        data = {k: v for k, v in whole.items() if k not in DROPPED_OF_AN_ORDER}
        stays = {"buyer": by.alias, "data": {**data, "buyer": by.alias}}
        conn.execute(update(t.orders).where(t.orders.c.id == row.id).values(stays))


def _strip_conversations(conn: Connection, mine: ColumnElement[bool], by: _As) -> None:
    """An empty shell with its numbers: a page that is still open goes on, and no case number comes twice."""
    empty = {"buyer": None, "name": "", "state": null(), "burst_at": 0, "not_before": 0}
    conn.execute(update(t.chat).where(mine).values(**empty, updated_at=by.now))


def _strip_audit(conn: Connection, mine: ColumnElement[bool], by: _As) -> None:
    """What the shop's people did stays on record; on whom, only as the alias. Cases and orders keep their numbers."""
    names = t.audit.c.subject.in_(by.person.names)
    conn.execute(update(t.audit).where(mine, names).values(subject=by.alias))


_STRIP: Mapping[str, Callable[[Connection, ColumnElement[bool], _As], None]] = {
    "case_event": _strip_timeline,
    "case": _strip_cases,
    "orders": _strip_orders,
    "chat": _strip_conversations,
    "audit": _strip_audit,
}
