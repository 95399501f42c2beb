"""Leases: who alone may do a thing for the next while, such as polling a messenger; by compare-and-set."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_

from bot.store.db import insert
from bot.store.tables import lease


def take(conn: Connection, name: str, owner: str, now: float, seconds: float) -> bool:
    """Take the lease or renew our own; False while another's runs. `now` is UTC epoch seconds."""
    row = insert(conn, lease).values(name=name, owner=owner, until=now + seconds)
    upsert = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "until": now + seconds},
        where=or_(lease.c.owner == owner, lease.c.until < now),
    )
    # Not `rowcount`: PostgreSQL's driver says -1 after an INSERT.
    return conn.execute(upsert.returning(lease.c.owner)).first() is not None


def give_back(conn: Connection, name: str, owner: str) -> None:
    """Let the next one in at once; another owner's lease stays as it is."""
    conn.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))
