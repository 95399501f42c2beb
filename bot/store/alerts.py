"""What the agents are told by the desk itself: once per key, to everybody, the leads or one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.handoff.rights import may
from bot.store import agents
from bot.store.db import insert
from bot.store.tables import alert


class Alarm(NamedTuple):
    """`audience` is an agent's account, "lead", or empty for everybody; `ring`: with a sound, at once.

    `key` names it within the chat."""

    chat: str
    at: datetime
    text: dict[str, str]
    audience: str
    ring: bool
    key: str = ""


def add_alert(
    conn: Connection,
    key: str,
    alert_key: str,
    text: dict[str, str],
    now: float,
    audience: str = "",
    ring: bool = False,
) -> None:
    """Tell the agents something, once per key. `text` is {"zh": …, "en": …}."""
    row = {"at": now, "text": text, "audience": audience, "ring": int(ring)}
    conn.execute(insert(conn, alert).values(chat=key, key=alert_key, **row).on_conflict_do_nothing())


def alerts(conn: Connection, after: float, reader: agents.Agent | None = None) -> list[Alarm]:
    """The alerts after `after` (UTC epoch seconds), oldest first; with a reader, those meant for them."""
    query = select(alert).where(alert.c.at > after)
    if reader:
        leads = ["lead"] if may(reader.role, "see_all") else []
        query = query.where(alert.c.audience.in_(["", reader.name, *leads]))
    rows = conn.execute(query.order_by(alert.c.at))
    return [
        Alarm(r.chat, datetime.fromtimestamp(r.at, UTC), r.text, r.audience, bool(r.ring), r.key)
        for r in rows
    ]


def is_for(alarm: Alarm, reader: agents.Agent) -> bool:
    """Whether the reader is among those whom it is meant for, as `alerts` chooses them."""
    leads = ["lead"] if may(reader.role, "see_all") else []
    return alarm.audience in ("", reader.name, *leads)


def was_told(conn: Connection, key: str, alert_key: str) -> bool:
    """Whether the agents were told this of the conversation `key`."""
    where = (alert.c.chat == key, alert.c.key == alert_key)
    return conn.execute(select(alert.c.key).where(*where)).first() is not None
