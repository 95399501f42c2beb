"""Small read-only views that only the desk needs: which photos are here, and whether an act is on record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.messages import Attachment
from bot.store.tables import attachment, inbox


@dataclass(frozen=True)
class PhotoState:
    """`here`: the bytes are stored; else they are still fetched, or `error` says why they never will be."""

    attachment: Attachment
    here: bool
    error: str | None


def photo_states(conn: Connection, chat: str) -> dict[str, PhotoState]:
    """Attachment id → its state, for one conversation; the bytes themselves are not read."""
    a = attachment.c
    rows = conn.execute(select(a.id, a.name, a.mime, a.size, a.sha256, a.error).where(a.chat == chat))
    return {
        r.id: PhotoState(Attachment(r.id, r.name, r.mime, r.size), r.sha256 is not None, r.error)
        for r in rows
    }


def acted(conn: Connection, chat: str, agent_name: str, act_key: str) -> bool:
    """True where this very act is on record: a request sent again after its answer was lost."""
    where = (inbox.c.chat == chat, inbox.c.source == "agent", inbox.c.key == f"{agent_name}:{act_key}")
    return conn.execute(select(inbox.c.n).where(*where)).first() is not None
