"""Two chats of one buyer are shown as one from now on, or apart again. What follows for their owner: `handoff`.

Accounts decide whose a chat is: two of them are never merged, and a merge ends where a chat turns out to be another's.
Where no account was proved, the agent confirms who it is. Times are UTC epoch seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from bot.handoff.rights import may
from bot.handoff.rules import DEFAULT, Rules
from bot.handoff.words import ALERTS, CHANNELS, MERGED, Both, both, label
from bot.messages import Lang
from bot.store import audit, conversations, handoff, merged, search
from bot.store.agents import Agent
from bot.store.alerts import add_alert
from bot.store.tables import chat, merged_chat, message

MOST = 12  # chats to choose from
BOT = "bot"  # in the audit log: nobody did it


@dataclass(frozen=True)
class Candidate:
    """A chat that may be this buyer's. `sure`: the same account was proved in both; `last` is aware UTC."""

    chat: str
    name: str
    buyer: str | None
    sure: bool
    last: datetime


def candidates(conn: Connection, key: str, asked: str, reader: Agent) -> list[Candidate]:
    """What could be merged into this chat, the surest first: of the account or of the name, or what `asked` finds.

    Only what `reader` may see, and never another account's.
    """
    together = merged.members(conn, key)
    here = _account(conn, together)
    c = chat.c
    names = select(c.name).where(c.chat.in_(together), c.name != "")
    fits: ColumnElement[bool] = or_(c.buyer == here, c.name.in_(names))
    if asked.strip():
        fits = or_(search.people(asked), c.chat == asked.strip())
    nobody_elses = (
        or_(c.buyer.is_(None), c.buyer == here) if here else or_(c.buyer.is_(None), c.buyer.is_not(None))
    )
    free = and_(
        c.chat.not_in(together),
        c.chat.not_in(select(merged_chat.c.chat)),
        c.chat.not_in(select(merged_chat.c.into)),
    )
    spoken = c.chat.in_(select(message.c.chat).where(message.c.author == "buyer"))
    query = select(c.chat, c.name, c.buyer, c.updated_at).where(
        fits, nobody_elses, free, spoken, search.seen_by(reader, c.chat)
    )
    rows = conn.execute(query.order_by(c.updated_at.desc(), c.chat).limit(4 * MOST)).all()
    found = [
        Candidate(
            r.chat, r.name, r.buyer, bool(here) and r.buyer == here, datetime.fromtimestamp(r.updated_at, UTC)
        )
        for r in rows
    ]
    return sorted(found, key=lambda f: not f.sure)[:MOST]


def merge(
    conn: Connection,
    key: str,
    other: str,
    by: Agent,
    sure: bool,
    why: str,
    now: float,
    rules: Rules = DEFAULT,
) -> str | None:
    """Show `other` in `key` from now on. Returns why not, as a word of the desk's.

    By who has the chat, or a lead; `sure`: they know that whoever has proved no account is this buyer. Who has the
    chat has the other from now on, too.
    """
    for chats in sorted({key, other}):
        if not handoff.lock(conn, chats):
            return "no_chat"
    together = merged.members(conn, key)
    if other in together:
        return "merge_already"
    if len(merged.members(conn, other)) > 1:
        return "merge_other_thread"
    if no := _may_not(conn, key, other, by):
        return no
    proved = merged.accounts(conn, [*together, other]).values()
    if len({account for account in proved if account}) > 1:
        return "merge_two_accounts"
    if None in proved and not sure:
        return "merge_unsure"
    top = merged.thread_of(conn, key)
    had = {place.chat: place.agent for place in _places(conn, [*together, other])}
    row = {"chat": other, "into": top, "why": why.strip(), "by": by.name, "at": now}
    conn.execute(merged_chat.insert().values(row))
    audit.note(conn, by.name, "chat.merge", other, {"into": top}, now)
    _note(conn, other, "merged_into", top, by.display, now)
    _note(conn, top, "merged_here", other, by.display, now)
    _one_owner(conn, top, other, had, by, now, rules)
    return None


def take_apart(conn: Connection, key: str, by: Agent, now: float) -> str | None:
    """This chat stands for itself again; who has it keeps it. Returns why not, as a word of the desk's."""
    if not handoff.lock(conn, key):
        return "no_chat"
    top = merged.thread_of(conn, key)
    if top == key:
        return "merge_gone"
    if no := _may_not(conn, top, key, by):
        return no
    _part(conn, key, top, by.name, by.display, now)
    return None


def identify(conn: Connection, key: str, buyer: str | None, name: str | None, now: float) -> None:
    """Note who writes here. Who proves to be another than the chats say it is shown as one with stands apart again."""
    before = merged.accounts(conn, [key]).get(key) if buyer else None
    conversations.identify(conn, key, buyer, name)
    if buyer is None or buyer == before:
        return
    together = merged.members(conn, key)
    proved = {account for account in merged.accounts(conn, together).values() if account}
    if len(together) == 1 or (before is None and len(proved) == 1):
        return
    top = merged.thread_of(conn, key)
    for part in merged.others(conn, key) if key == top else [key]:
        _part(conn, part, top, BOT, "", now)


# --- within ------------------------------------------------------------------------------------------------------


def _account(conn: Connection, together: tuple[str, ...]) -> str | None:
    return next((account for account in merged.accounts(conn, together).values() if account), None)


def _may_not(conn: Connection, key: str, other: str, by: Agent) -> str | None:
    """Not theirs, or a colleague's."""
    if may(by.role, "reassign"):
        return None
    places = {place.chat: place.agent for place in _places(conn, (*merged.members(conn, key), other))}
    if by.name not in places.values():
        return "merge_not_yours"
    return "merge_colleagues" if places.get(other) not in (None, by.name) else None


def _places(conn: Connection, keys: tuple[str, ...] | list[str]) -> list[handoff.Entry]:
    return [place for key in keys if (place := handoff.live(conn, key))]


def _one_owner(
    conn: Connection, top: str, other: str, had: dict[str, str | None], by: Agent, now: float, rules: Rules
) -> None:
    """Who has the chat has what was merged into it; where nobody has, who has that."""
    here = next((agent for held, agent in had.items() if agent and held != other), None)
    owner, there = here or had.get(other), had.get(other)
    if owner is None:
        return
    base = next(held for held, agent in had.items() if agent == owner)
    data = {"do": "assign", "to": owner, "to_shown": handoff.shown(conn, owner), "by": "merged"}
    handoff.bring_along(conn, base, owner, data, now, rules, by=by.name)
    if there and there not in (owner, by.name):
        add_alert(conn, other, f"merged:{now:.3f}", both(ALERTS["gone"]), now, there)
    if owner != by.name:
        add_alert(conn, top, f"merged:{now:.3f}", both(ALERTS["merged"]), now, owner)


def _part(conn: Connection, key: str, top: str, by: str, shown: str, now: float) -> None:
    conn.execute(delete(merged_chat).where(merged_chat.c.chat == key))
    audit.note(conn, by, "chat.unmerge", key, {"from": top}, now)
    word = "apart" if shown else "apart_by_account"
    for here, there in ((key, top), (top, key)):
        _note(conn, here, word, there, shown, now)


def _note(conn: Connection, key: str, word: str, other: str, shown: str, now: float) -> None:
    """For colleagues, in the chat's own language."""
    name, state = conversations.load(conn, other)[1], conversations.load(conn, key)[2]
    lang: Lang = "en" if (state or {}).get("lang") == "en" else "zh"
    words: Both = MERGED[word]
    called = f"{name or other.split(':')[-1][:8]} · {label(CHANNELS, other.split(':')[0], lang)}"
    conversations.add_message(conn, key, "note", words.text(lang).format(other=called), now, name=shown)
