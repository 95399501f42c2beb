"""Who is blocked: by the chat it was done in, and by the account that was proved there. Times: UTC epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from bot.handoff.blocking import OTHER, REASONS
from bot.handoff.words import ALERTS, both, label
from bot.messages import Lang
from bot.store import audit, handoff, merged
from bot.store.alerts import add_alert
from bot.store.places import held_along
from bot.store.tables import block, chat, queue


@dataclass(frozen=True)
class Block:
    """`reason` is a code of `handoff.blocking`, `words` are for colleagues; `at` is aware UTC."""

    chat: str
    buyer: str | None
    reason: str
    words: str
    by: str
    at: datetime
    name: str = ""  # what the messenger calls them

    def why(self, lang: Lang) -> str:
        return label(REASONS, self.reason, lang)


def block_of(conn: Connection, key: str, buyer: str | None) -> Block | None:
    """The block this conversation is under, which `buyer` uses now: its own, or of one it is shown as one with.

    Where somebody else has proved to be here since, it is not theirs.
    """
    b = block.c
    here: ColumnElement[bool] = b.chat.in_(merged.members(conn, key))
    if buyer:
        here = or_(and_(here, or_(b.buyer.is_(None), b.buyer == buyer)), b.buyer == buyer)
    row = conn.execute(select(block).where(here).order_by(b.at).limit(1)).first()
    return _block(row) if row else None


def blocked(conn: Connection) -> list[Block]:
    """All of them, the latest first."""
    query = select(block, chat.c.name).join(chat, chat.c.chat == block.c.chat, isouter=True)
    return [_block(r, r.name) for r in conn.execute(query.order_by(block.c.at.desc(), block.c.chat))]


def put_block(conn: Connection, key: str, reason: str, words: str, by: str, now: float) -> str | None:
    """Block who writes in this conversation, in all of their account's. Returns why not, as a word of the desk's.

    What waits of theirs leaves the queue, whoever has it, but for danger: a `P0` stays with people.
    """
    if reason not in REASONS or (reason == OTHER and not words.strip()):
        return "block_why"
    if not handoff.lock(conn, key):
        return "no_chat"
    together = merged.members(conn, key)
    buyer = next(filter(None, merged.accounts(conn, together).values()), None)
    if block_of(conn, key, buyer):
        return "block_already"
    row = {"chat": key, "buyer": buyer, "reason": reason, "words": words.strip(), "by": by, "at": now}
    conn.execute(block.insert().values(row))
    audit.note(conn, by, "chat.block", key, {"reason": reason}, now)
    for theirs in _chats_of(conn, key, buyer):
        _leave_queue(conn, theirs, by, now)
    return None


def lift(conn: Connection, key: str, by: str, now: float) -> bool:
    """False where no block was made in this conversation."""
    if not conn.execute(delete(block).where(block.c.chat == key)).rowcount:
        return False
    audit.note(conn, by, "chat.unblock", key, {}, now)
    return True


def _chats_of(conn: Connection, key: str, buyer: str | None) -> list[str]:
    """Sorted: who locks several conversations does so in one order."""
    here = chat.c.chat.in_(merged.members(conn, key))
    theirs = or_(here, chat.c.buyer == buyer) if buyer else here
    live = select(queue.c.chat).join(chat, chat.c.chat == queue.c.chat)
    return sorted(conn.execute(live.where(theirs, queue.c.closed_at.is_(None))).scalars())


def _leave_queue(conn: Connection, key: str, by: str, now: float) -> None:
    handoff.lock(conn, key)
    live = handoff.live(conn, key)
    if live is None or any(p.priority == "P0" for p in (live, *held_along(conn, key, live.agent))):
        return
    handoff.close(conn, key, "blocked", now)
    if live.agent and live.agent != by:
        add_alert(conn, key, f"blocked:{live.n}", both(ALERTS["blocked"]), now, live.agent)


def _block(r: Any, name: str | None = None) -> Block:
    return Block(r.chat, r.buyer, r.reason, r.words, r.by, datetime.fromtimestamp(r.at, UTC), name or "")
