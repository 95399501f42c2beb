"""How often an order number was given with a proof that failed, over all conversations, per day of the shop.

Numbers that do not exist count alike, so that the limit tells nobody which ones do.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import Connection, delete, select

from bot.store.db import insert
from bot.store.tables import proof_try

LONGEST = 64  # of a number as typed; what follows makes no other order of it


def note_failure(conn: Connection, number: str, day: date) -> int:
    """Count one more failed proof for this number; returns how many failed on `day` (the shop's) in all."""
    row = insert(conn, proof_try).values(day=day.isoformat(), number=plain(number), failed=1)
    once_more = row.on_conflict_do_update(
        index_elements=["day", "number"], set_={"failed": proof_try.c.failed + 1}
    )
    return int(conn.execute(once_more.returning(proof_try.c.failed)).scalar_one())


def failures(conn: Connection, number: str, day: date) -> int:
    """How many proofs failed for this number on `day`; a limit of N lets nobody try once it is N."""
    t = proof_try.c
    where = (t.day == day.isoformat(), t.number == plain(number))
    return conn.execute(select(t.failed).where(*where)).scalar() or 0


def forget_before(conn: Connection, day: date) -> int:
    """Remove what was counted before `day`; returns how many rows."""
    return conn.execute(delete(proof_try).where(proof_try.c.day < day.isoformat())).rowcount


def plain(number: str) -> str:
    """All lines of an order (`T1-2`) count as the order: they have one phone, and one limit."""
    typed = number.strip().lstrip("#").strip().upper()[:LONGEST]
    return re.sub(r"-\d{1,3}$", "", typed)
