"""A conversation's row and its transcript: state in and out, messages in order, attachments as original bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.messages import Attachment, Author, Button
from bot.store.db import insert
from bot.store.tables import attachment, chat, message


@dataclass(frozen=True)
class Message:
    """One line of a transcript; `at` is aware UTC. A "note" is for agents only and never leaves the desk."""

    n: int
    at: datetime
    author: str
    name: str
    text: str
    buttons: tuple[Button, ...]
    attachments: tuple[Attachment, ...]
    key: str | None


@dataclass(frozen=True)
class Stored:
    """An attachment's original bytes; `data` is None until they are here, `error` says why they never will be."""

    id: str
    chat: str
    name: str
    mime: str
    size: int
    sha256: str | None
    data: bytes | None
    error: str | None


def load(conn: Connection, key: str) -> tuple[str | None, str, dict[str, Any] | None]:
    """The conversation's buyer, display name and dialogue state."""
    row = conn.execute(select(chat.c.buyer, chat.c.name, chat.c.state).where(chat.c.chat == key)).one()
    return row.buyer, row.name, row.state


def save_state(conn: Connection, key: str, state: dict[str, Any], now: float) -> None:
    conn.execute(update(chat).where(chat.c.chat == key).values(state=state, updated_at=now))


def identify(conn: Connection, key: str, buyer: str | None = None, name: str | None = None) -> None:
    """Note who writes here: the shop account a channel proved, and what the messenger calls them."""
    conn.execute(insert(conn, chat).values(chat=key).on_conflict_do_nothing())
    known = {k: v for k, v in (("buyer", buyer), ("name", name)) if v}
    if known:
        conn.execute(update(chat).where(chat.c.chat == key).values(known))


def add_message(
    conn: Connection,
    key: str,
    author: Author | str,
    text: str,
    now: float,
    *,
    name: str = "",
    buttons: Sequence[Button] = (),
    attachments: Sequence[Attachment] = (),
    own_key: str | None = None,
) -> int:
    """Append to the transcript; returns the message's number."""
    bump = (
        update(chat)
        .where(chat.c.chat == key)
        .values(msg_seq=chat.c.msg_seq + 1, updated_at=now)
        .returning(chat.c.msg_seq)
    )
    n = int(conn.execute(bump).scalar_one())
    row = {
        "buttons": [{"label": b.label, "value": b.value} for b in buttons],
        "attachments": [{"id": a.id, "name": a.name, "mime": a.mime, "size": a.size} for a in attachments],
    }
    conn.execute(
        message.insert().values(
            chat=key, n=n, at=now, author=author, name=name, text=text, key=own_key, **row
        )
    )
    return n


def transcript(
    conn: Connection, key: str, after: int = 0, notes: bool = False, last: int | None = None
) -> list[Message]:
    """Messages numbered above `after`, oldest first; `notes` only for the desk; `last` keeps just the newest."""
    m = message.c
    query = select(message).where(m.chat == key, m.n > after)
    if not notes:
        query = query.where(m.author != "note")
    rows = conn.execute(query.order_by(m.n.desc()).limit(last) if last else query.order_by(m.n)).all()
    return [as_message(r) for r in (reversed(rows) if last else rows)]


def as_message(r: Any) -> Message:
    return Message(
        r.n,
        datetime.fromtimestamp(r.at, UTC),
        r.author,
        r.name,
        r.text,
        tuple(Button(**b) for b in r.buttons),
        tuple(Attachment(**a) for a in r.attachments),
        r.key,
    )


def expect_attachment(conn: Connection, key: str, a: Attachment, now: float) -> bool:
    """Note an attachment whose bytes are still to be fetched. True when it was not known yet."""
    row = insert(conn, attachment).values(id=a.id, chat=key, name=a.name, mime=a.mime, size=a.size, at=now)
    return conn.execute(row.on_conflict_do_nothing()).rowcount > 0


def store_attachment(conn: Connection, key: str, a: Attachment, data: bytes, now: float) -> None:
    """Keep the original bytes with their hash. The same attachment twice is stored once."""
    values = {
        "data": data,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "mime": a.mime,
        "error": None,
    }
    row = insert(conn, attachment).values(id=a.id, chat=key, name=a.name, at=now, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def fail_attachment(conn: Connection, attachment_id: str, error: str) -> None:
    conn.execute(update(attachment).where(attachment.c.id == attachment_id).values(error=error[:300]))


def read_attachment(conn: Connection, attachment_id: str) -> Stored | None:
    a = attachment.c
    row = conn.execute(
        select(a.id, a.chat, a.name, a.mime, a.size, a.sha256, a.data, a.error).where(a.id == attachment_id)
    ).first()
    return Stored(*row) if row else None


def held_attachments(conn: Connection, key: str, ids: Sequence[str]) -> list[Attachment]:
    """Those of `ids` whose bytes this conversation has, in the order given; another's are not among them."""
    a = attachment.c
    where = (a.id.in_(ids), a.chat == key, a.data.is_not(None))
    rows = {
        r.id: Attachment(r.id, r.name, r.mime, r.size)
        for r in conn.execute(select(a.id, a.name, a.mime, a.size).where(*where))
    }
    return [rows[i] for i in ids if i in rows]
