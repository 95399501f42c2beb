"""What the desk's search box finds: chats by words and tags, buyers, cases and orders. Read-only.

Substrings, so that Chinese needs no word boundaries; every table is read through, newest hits first, and a group holds
no more than `MOST`. A chat that a colleague has is found by who may see all, and by whom a note in it calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, true, tuple_

from bot.cases.case import Case
from bot.cases.order import Order, from_json, masked_phone
from bot.handoff.rights import may
from bot.store.agents import Agent
from bot.store.cases import as_case
from bot.store.tables import case, chat, mention, merged_chat, message, orders, queue, tag
from bot.understanding.language import to_simplified, to_traditional

MOST = 20  # of a group
SHORTEST, LONGEST = 2, 80  # characters that are looked for
WORDS_MOST = 5  # parted by spaces: all of them must be there
LOOKED_AT = 10 * MOST  # newest chats that fit, of which one person may have several
_TAIL = re.compile(r"\d{4,15}")
_MASKED = re.compile(r"\+?(\d{0,3})\*+(\d{4})")

T = TypeVar("T")


@dataclass(frozen=True)
class Group(Generic[T]):
    """The newest first; `more`: there are others that are not shown."""

    rows: tuple[T, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class FoundChat:
    """`n` is the newest line that has the words, `text` its own; a chat found by its tag alone has none."""

    chat: str
    name: str
    at: datetime
    n: int = 0
    author: str = ""
    text: str = ""
    tag: str = ""


@dataclass(frozen=True)
class FoundBuyer:
    """One person: `chat` is where they were last, `channels` all they came by, `phones` masked."""

    chat: str
    name: str
    buyer: str | None
    channels: tuple[str, ...]
    phones: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class FoundCase:
    case: Case
    name: str


@dataclass(frozen=True)
class FoundOrder:
    """`chat` is where it was talked about, or its buyer's last one; empty where there is none to be seen."""

    order: Order
    phone: str
    chat: str = ""
    case: str = ""


@dataclass(frozen=True)
class Found:
    chats: Group[FoundChat] = Group()
    buyers: Group[FoundBuyer] = Group()
    cases: Group[FoundCase] = Group()
    orders: Group[FoundOrder] = Group()

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in (self.chats, self.buyers, self.cases, self.orders))


def find(conn: Connection, asked: str, reader: Agent) -> Found:
    """What `reader` may see of what was `asked` for; nothing where that is too short to look for."""
    words = _words(asked)
    if len("".join(words)) < SHORTEST:
        return Found()
    phone = _phone(words)
    return Found(
        _chats(conn, words, reader),
        _buyers(conn, words, phone, reader),
        _cases(conn, words, reader),
        _orders(conn, words, phone, reader),
    )


def patterns(asked: str) -> list[str]:
    """What is looked for in texts, for a page that shows where it stands."""
    return [script for word in _words(asked) for script in _scripts(word)]


def seen_by(reader: Agent, key: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether `reader` may see the chat `key`: not a colleague's, unless they may see all or are called."""
    if may(reader.role, "see_all"):
        return true()
    q, m, pair = queue.c, mention.c, merged_chat.c
    held = select(q.chat).where(q.closed_at.is_(None), q.agent.is_not(None), q.agent != reader.name)
    tops = select(pair.into).where(pair.chat.in_(held))
    along = select(pair.chat).where(or_(pair.into.in_(held), pair.into.in_(tops)))
    called = select(m.chat).where(m.agent == reader.name)
    return or_(and_(key.not_in(held), key.not_in(tops), key.not_in(along)), key.in_(called))


def people(asked: str) -> ColumnElement[bool]:
    """Which chats are of somebody of that name, account or phone; of nobody where that is too short."""
    words = _words(asked)
    return _called(words, _phone(words)) if len("".join(words)) >= SHORTEST else false()


def sees(conn: Connection, reader: Agent, key: str) -> bool:
    """The same of one chat that is there."""
    c = chat.c.chat
    return conn.execute(select(c).where(c == key, seen_by(reader, c))).first() is not None


# --- groups ------------------------------------------------------------------------------------------------------


def _chats(conn: Connection, words: Sequence[str], reader: Agent) -> Group[FoundChat]:
    found = {hit.chat: hit for hit in _tagged(conn, words, reader)}
    for hit in _said(conn, words, reader):
        found[hit.chat] = hit
    ranked = sorted(found.values(), key=lambda hit: hit.at, reverse=True)
    return Group(tuple(ranked[:MOST]), len(ranked) > MOST)


def _said(conn: Connection, words: Sequence[str], reader: Agent) -> list[FoundChat]:
    m = message.c
    newest = (
        select(m.chat, func.max(m.n).label("n"))
        .where(_has(m.text, words), seen_by(reader, m.chat))
        .group_by(m.chat)
        .order_by(func.max(m.at).desc(), m.chat)
        .limit(MOST + 1)
    )
    hits = [(r.chat, r.n) for r in conn.execute(newest)]
    lines = select(m.chat, m.n, m.at, m.author, m.text, chat.c.name).join(chat, chat.c.chat == m.chat)
    rows = conn.execute(lines.where(tuple_(m.chat, m.n).in_(hits))) if hits else ()
    return [FoundChat(r.chat, r.name, _when(r.at), r.n, r.author, r.text) for r in rows]


def _tagged(conn: Connection, words: Sequence[str], reader: Agent) -> list[FoundChat]:
    t = tag.c
    query = (
        select(t.chat, t.tag, t.at, chat.c.name)
        .join(chat, chat.c.chat == t.chat)
        .where(_has(t.tag, words), seen_by(reader, t.chat))
        .order_by(t.at.desc(), t.chat)
        .limit(MOST + 1)
    )
    return [FoundChat(r.chat, r.name, _when(r.at), tag=r.tag) for r in conn.execute(query)]


def _buyers(
    conn: Connection, words: Sequence[str], phone: ColumnElement[bool] | None, reader: Agent
) -> Group[FoundBuyer]:
    """By name, account or phone. Who has proved no account is one person a chat."""
    c = chat.c
    newest = (
        select(c.chat, c.name, c.buyer, c.updated_at)
        .where(_called(words, phone), seen_by(reader, c.chat))
        .order_by(c.updated_at.desc(), c.chat)
        .limit(LOOKED_AT)
    )
    people: dict[str, list[Any]] = {}
    for row in conn.execute(newest):
        people.setdefault(row.buyer or row.chat, []).append(row)
    shown = list(people.values())[:MOST]
    phones = _phones(conn, [chats[0].buyer for chats in shown if chats[0].buyer])
    return Group(tuple(_buyer(chats, phones) for chats in shown), len(people) > MOST)


def _called(words: Sequence[str], phone: ColumnElement[bool] | None) -> ColumnElement[bool]:
    fits = or_(_has(chat.c.name, words), _has(chat.c.buyer, words))
    return fits if phone is None else or_(fits, chat.c.buyer.in_(select(orders.c.buyer).where(phone)))


def _buyer(chats: Sequence[Any], phones: dict[str, tuple[str, ...]]) -> FoundBuyer:
    last = chats[0]
    name = next((r.name for r in chats if r.name), "")
    channels = tuple(dict.fromkeys(r.chat.split(":")[0] for r in chats))
    return FoundBuyer(
        last.chat, name, last.buyer, channels, phones.get(last.buyer, ()), _when(last.updated_at)
    )


def _phones(conn: Connection, buyers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row in conn.execute(select(orders.c.buyer, orders.c.data).where(orders.c.buyer.in_(buyers))):
        if masked := masked_phone(from_json(row.data)):
            found.setdefault(row.buyer, {})[masked] = None
    return {buyer: tuple(phones) for buyer, phones in found.items()}


def _cases(conn: Connection, words: Sequence[str], reader: Agent) -> Group[FoundCase]:
    """By their own number or their order's."""
    c = case.c
    fits = or_(_has(c.id, words), _has(c.order_id, [w.lstrip("#") for w in words]))
    query = (
        select(case, chat.c.name)
        .join(chat, chat.c.chat == c.chat)
        .where(fits, seen_by(reader, c.chat))
        .order_by(c.updated_at.desc(), c.id)
        .limit(MOST + 1)
    )
    rows = [FoundCase(as_case(r), r.name) for r in conn.execute(query)]
    return Group(tuple(rows[:MOST]), len(rows) > MOST)


def _orders(
    conn: Connection, words: Sequence[str], phone: ColumnElement[bool] | None, reader: Agent
) -> Group[FoundOrder]:
    """By number or phone, the last read first."""
    o = orders.c
    fits = _has(o.id, [w.lstrip("#") for w in words])
    fits = fits if phone is None else or_(fits, phone)
    query = select(o.data).where(fits).order_by(o.updated_at.desc(), o.id).limit(MOST + 1)
    found = [from_json(r.data) for r in conn.execute(query)]
    return Group(tuple(_with_chat(conn, order, reader) for order in found[:MOST]), len(found) > MOST)


def _with_chat(conn: Connection, order: Order, reader: Agent) -> FoundOrder:
    c, phone = case.c, masked_phone(order)
    about = select(c.chat, c.id).where(c.order_id == order.id, seen_by(reader, c.chat))
    if row := conn.execute(about.order_by(c.updated_at.desc()).limit(1)).first():
        return FoundOrder(order, phone, row.chat, row.id)
    theirs = select(chat.c.chat).where(chat.c.buyer == order.buyer, seen_by(reader, chat.c.chat))
    last = conn.execute(theirs.order_by(chat.c.updated_at.desc()).limit(1)).scalar()
    return FoundOrder(order, phone, last or "")


# --- what fits ---------------------------------------------------------------------------------------------------


def _words(asked: str) -> list[str]:
    return asked.replace("\0", "").strip()[:LONGEST].split()[:WORDS_MOST]


def _has(column: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """All the words, in either script and case."""
    return and_(*(or_(*(column.icontains(w, autoescape=True) for w in _scripts(word))) for word in words))


def _scripts(word: str) -> list[str]:
    return list(dict.fromkeys((word, to_simplified(word), to_traditional(word))))


def _phone(words: Sequence[str]) -> ColumnElement[bool] | None:
    """What was asked for as the end of a phone number, four digits at least, or as one that is shown masked."""
    typed = "".join(words).replace("-", "")
    masked = _MASKED.fullmatch(typed)
    if not masked and not _TAIL.fullmatch(typed.lstrip("+")):
        return None
    phone = orders.c.data["phone"].as_string()
    plain = func.replace(func.replace(phone, "-", ""), " ", "")
    return plain.like(f"{masked[1]}%{masked[2]}" if masked else f"%{typed.lstrip('+')}")


def _when(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
