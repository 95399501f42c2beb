"""A conversation's row and its transcript: state in and out, messages in order, attachments as original bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.messages import Attachment, Author, Button
from bot.store.db import insert
from bot.store.tables import attachment, chat, message

Stamp = tuple[float, ...]


@dataclass(frozen=True)
class Message:
    """One line of a transcript; times are aware UTC. A "note" is for agents only and never leaves the desk.

    `rev` is the number of its latest change within the conversation, 0 where it reads as it was written. A
    withdrawn one keeps its text here, for agents; buyers are shown that it is gone.
    """

    n: int
    at: datetime
    author: str
    name: str
    text: str
    buttons: tuple[Button, ...]
    attachments: tuple[Attachment, ...]
    key: str | None
    rev: int = 0
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None


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


def exists(conn: Connection, key: str) -> bool:
    return conn.execute(select(chat.c.chat).where(chat.c.chat == key)).first() is not None


def author_of(conn: Connection, key: str, n: int) -> str | None:
    """Who wrote message `n` (buyer, bot, agent, …); None where there is no such message."""
    return conn.execute(select(message.c.author).where(message.c.chat == key, message.c.n == n)).scalar()


def latest_of(conn: Connection, key: str, author: str, text: str, but: int = 0) -> int | None:
    """The number of the newest message of this author that reads so, and was not withdrawn; `but` passes some over."""
    m = message.c
    where = (m.chat == key, m.author == author, m.text == text, m.withdrawn_at.is_(None))
    return conn.execute(select(m.n).where(*where).order_by(m.n.desc()).offset(but).limit(1)).scalar()


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


def change_message(
    conn: Connection, key: str, n: int, text: str, now: float, buttons: Sequence[Button] | None = None
) -> Message | None:
    """The message reads so from now on; None where it is withdrawn or was never written. No buttons: as they were."""
    values: dict[str, Any] = {"text": text, "edited_at": now}
    if buttons is not None:
        values["buttons"] = [{"label": b.label, "value": b.value} for b in buttons]
    return _change(conn, key, n, values)


def take_back(conn: Connection, key: str, n: int, now: float) -> Message | None:
    """Buyers are not shown this message any more; None where that is so already."""
    return _change(conn, key, n, {"withdrawn_at": now})


def _change(conn: Connection, key: str, n: int, values: dict[str, Any]) -> Message | None:
    """Numbered under the conversation's row lock, so that a page that knows the highest number has all below it."""
    bump = update(chat).where(chat.c.chat == key).values(rev_seq=chat.c.rev_seq + 1).returning(chat.c.rev_seq)
    rev = conn.execute(bump).scalar_one_or_none()
    where = (message.c.chat == key, message.c.n == n, message.c.withdrawn_at.is_(None))
    row = conn.execute(update(message).where(*where).values(rev=rev, **values).returning(message)).first()
    return as_message(row) if row else None


def changed_since(conn: Connection, key: str, rev: int, upto: int) -> list[Message]:
    """Messages numbered `upto` and below that changed after `rev`, in the order of their changes. No notes."""
    m = message.c
    # Pages ask this at every look, and most conversations never change: one row tells.
    if (conn.execute(select(chat.c.rev_seq).where(chat.c.chat == key)).scalar() or 0) <= rev:
        return []
    where = (m.chat == key, m.rev > rev, m.n <= upto, m.author != "note")
    return [as_message(r) for r in conn.execute(select(message).where(*where).order_by(m.rev))]


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


def stamps(conn: Connection, keys: Collection[str]) -> dict[str, Stamp]:
    """What of each chat differs after everything that happened in it, but for acts of the desk's own."""
    c = chat.c
    query = select(c.chat, c.in_seq, c.out_seq, c.msg_seq, c.rev_seq, c.updated_at).where(c.chat.in_(keys))
    return {r.chat: tuple(r)[1:] for r in conn.execute(query)} if keys else {}


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
        r.rev,
        datetime.fromtimestamp(r.edited_at, UTC) if r.edited_at else None,
        datetime.fromtimestamp(r.withdrawn_at, UTC) if r.withdrawn_at else None,
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


def give_attachment(conn: Connection, attachment_id: str, key: str) -> None:
    """The file is this conversation's from now on."""
    conn.execute(update(attachment).where(attachment.c.id == attachment_id).values(chat=key))


def fail_attachment(conn: Connection, attachment_id: str, error: str) -> None:
    conn.execute(update(attachment).where(attachment.c.id == attachment_id).values(error=error[:300]))


def read_attachment(conn: Connection, attachment_id: str) -> Stored | None:
    a = attachment.c
    row = conn.execute(
        select(a.id, a.chat, a.name, a.mime, a.size, a.sha256, a.data, a.error).where(a.id == attachment_id)
    ).first()
    return Stored(*row) if row else None


def read_bytes(conn: Connection, attachment_id: str) -> bytes | None:
    """The original bytes; None where they are not here."""
    return conn.execute(select(attachment.c.data).where(attachment.c.id == attachment_id)).scalar()


def held_attachments(conn: Connection, key: str, ids: Sequence[str]) -> list[Attachment]:
    """Those of `ids` whose bytes this conversation has, in the order given; another's are not among them."""
    a = attachment.c
    where = (a.id.in_(ids), a.chat == key, a.data.is_not(None))
    rows = {
        r.id: Attachment(r.id, r.name, r.mime, r.size)
        for r in conn.execute(select(a.id, a.name, a.mime, a.size).where(*where))
    }
    return [rows[i] for i in ids if i in rows]
