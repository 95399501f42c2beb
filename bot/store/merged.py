"""Which chats an agent found to be one buyer's: read here, made and taken apart in `merging.py`.

Each keeps its channel, its lines and its place in the queue. The desk shows them as one, and they have one owner:
`handoff` sees to it that what is done with one of them is done with all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, or_, select

from bot.store.tables import chat, merged_chat, message


def members(conn: Connection, key: str) -> tuple[str, ...]:
    """The chats that are shown as one with this one, itself among them.

    Sorted: who locks several does so in one order.
    """
    m = merged_chat.c
    rows = conn.execute(select(m.chat, m.into).where(or_(m.chat == key, m.into == key))).all()
    if not rows:
        return (key,)
    top = next((r.into for r in rows if r.chat == key), key)
    parts = conn.execute(select(m.chat).where(m.into == top)).scalars()
    return tuple(sorted({key, top, *parts}))


def others(conn: Connection, key: str) -> tuple[str, ...]:
    return tuple(other for other in members(conn, key) if other != key)


def thread_of(conn: Connection, key: str) -> str:
    """The chat under whose name they are shown: this one's own, where it is in no other."""
    return conn.execute(select(merged_chat.c.into).where(merged_chat.c.chat == key)).scalar() or key


def threads_of(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """The same of many; a chat that is in no other is left out."""
    m = merged_chat.c
    return {r.chat: r.into for r in conn.execute(select(m.chat, m.into).where(m.chat.in_(keys)))}


def accounts(conn: Connection, keys: Collection[str]) -> dict[str, str | None]:
    """Chat → the account that was proved there; chats that are not there are left out."""
    return {
        r.chat: r.buyer for r in conn.execute(select(chat.c.chat, chat.c.buyer).where(chat.c.chat.in_(keys)))
    }


def last_written(conn: Connection, keys: Sequence[str]) -> str | None:
    """In which of these chats the buyer wrote last; None where they wrote in none."""
    m, found = message.c, []
    for key in keys:
        theirs = select(m.at).where(m.chat == key, m.author == "buyer").order_by(m.n.desc()).limit(1)
        at = conn.execute(theirs).scalar()
        found += [(at, key)] if at is not None else []
    return max(found)[1] if found else None
