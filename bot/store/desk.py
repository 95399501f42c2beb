"""What only the desk keeps or asks: drafts, tags, mentions, which photos are here, whether an act is on record.

Times are UTC epoch seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from bot.handoff.mentions import mentioned
from bot.handoff.words import DRAFT, MENTIONED, both
from bot.messages import Attachment, Lang
from bot.store import agents, conversations
from bot.store.alerts import add_alert
from bot.store.db import insert
from bot.store.tables import attachment, draft, inbox
from bot.store.tables import mention as mention_table
from bot.store.tables import tag as tag_table


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


# --- drafts ------------------------------------------------------------------------------------------------------


def save_draft(conn: Connection, chat: str, agent_name: str, text: str, now: float) -> None:
    """What the agent has typed and not sent, as it stands; an empty text forgets it."""
    if not text.strip():
        conn.execute(delete(draft).where(draft.c.chat == chat, draft.c.agent == agent_name))
        return
    values = {"text": text, "at": now}
    row = insert(conn, draft).values(chat=chat, agent=agent_name, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["chat", "agent"], set_=values))


def draft_of(conn: Connection, chat: str, agent_name: str) -> str:
    mine = (draft.c.chat == chat, draft.c.agent == agent_name)
    return conn.execute(select(draft.c.text).where(*mine)).scalar() or ""


def draft_to_note(conn: Connection, chat: str, agent_name: str, lang: Lang | str, now: float) -> None:
    """The chat goes to others: what was typed stays in it, for their eyes."""
    text = draft_of(conn, chat, agent_name)
    if text:
        who = agents.find(conn, agent_name)
        said = DRAFT.text("en" if lang == "en" else "zh").format(text=text)
        conversations.add_message(conn, chat, "note", said, now, name=who.display if who else agent_name)
        save_draft(conn, chat, agent_name, "", now)


# --- tags --------------------------------------------------------------------------------------------------------


def tag(conn: Connection, chat: str, name: str, by: str, now: float) -> bool:
    """False where it has the tag already."""
    row = insert(conn, tag_table).values(chat=chat, tag=name.strip(), by=by, at=now)
    return conn.execute(row.on_conflict_do_nothing()).rowcount > 0


def untag(conn: Connection, chat: str, name: str) -> bool:
    """False where it did not have the tag."""
    t = tag_table.c
    return conn.execute(delete(tag_table).where(t.chat == chat, t.tag == name.strip())).rowcount > 0


def tags_of(conn: Connection, chat: str) -> list[str]:
    t = tag_table.c
    return list(conn.execute(select(t.tag).where(t.chat == chat).order_by(t.at, t.tag)).scalars())


def tags_in_use(conn: Connection) -> list[str]:
    """To choose from."""
    return list(conn.execute(select(tag_table.c.tag).distinct().order_by(tag_table.c.tag)).scalars())


# --- mentions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mention:
    """`key` names the note's act; `at` is UTC epoch seconds."""

    chat: str
    key: str
    by: str
    at: float
    agent: str


def mention(conn: Connection, chat: str, key: str, text: str, by: str, now: float) -> list[str]:
    """Alert the colleagues a note names by `@account` or `@display name`; returns their accounts."""
    if "@" not in text:
        return []
    known = {name: a.name for a in agents.everyone(conn) if a.active for name in (a.name, a.display)}
    called = [name for name in mentioned(text, known) if name != by]
    for name in called:
        row = {"chat": chat, "key": key, "agent": name, "by": by, "at": now}
        conn.execute(insert(conn, mention_table).values(row).on_conflict_do_nothing())
        add_alert(conn, chat, f"mention:{key}:{name}", both(MENTIONED), now, name)
    return called


def unseen_mentions(conn: Connection, agent_name: str | None = None) -> list[Mention]:
    """Oldest first; of everybody where nobody is named."""
    m = mention_table.c
    query = select(mention_table).where(m.seen_at.is_(None)).order_by(m.at)
    rows = conn.execute(query.where(m.agent == agent_name) if agent_name is not None else query)
    return [Mention(r.chat, r.key, r.by, r.at, r.agent) for r in rows]


def saw_mentions(conn: Connection, chat: str, agent_name: str, now: float) -> None:
    """The agent opened the chat."""
    m = mention_table.c
    mine = (m.chat == chat, m.agent == agent_name, m.seen_at.is_(None))
    conn.execute(update(mention_table).where(*mine).values(seen_at=now))
