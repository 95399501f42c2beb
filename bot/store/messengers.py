"""Whose private chat with the bot is an agent's desk: linking by a one-time secret, unlinking, and what is known of it.

An agent has one such chat at most, and a chat one agent. A link counts only while its agent may sign in.
Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from bot.messages import Incoming, Lang
from bot.store import agents
from bot.store.agents import Agent
from bot.store.db import insert
from bot.store.inbox import Settle, put
from bot.store.tables import agent, agent_account, agent_line, agent_messenger, agent_watch, inbox

KEY = "messenger"  # the kind of one-time secret that links


@dataclass(frozen=True)
class Link:
    """`address` is the chat's own key; `live` is whether its agent may act there now."""

    address: str
    agent: Agent
    name: str
    lang: Lang
    live: bool
    linked_at: float
    alerted_at: float
    note_chat: str | None
    menu: str

    @property
    def own_chat(self) -> str:
        """Where the same person writes to the shop as a buyer while nothing is linked."""
        return self.address.replace("-desk:", ":", 1)


def invite(conn: Connection, agent_name: str, lang: Lang, now: float) -> str:
    """A fresh secret of 32 characters [A-Za-z0-9_-] that links once, for ten minutes; older ones stop working.

    `lang` is what the agent reads, there too.
    """
    agents.drop_keys(conn, agent_name, KEY)
    set_lang(conn, agent_name, lang)
    return agents.make_key(conn, agent_name, KEY, now)


def set_lang(conn: Connection, agent_name: str, lang: Lang) -> None:
    """The language in which the desk speaks to this agent, wherever they read it."""
    agents.set_account(conn, agent_name, lang=lang)


def link(conn: Connection, secret: str, address: str, name: str, lang: Lang, now: float) -> Link | None:
    """Spends the secret: this chat is its agent's from now on, and no other is. None where it does not work (any more).

    `name` and `lang` are what the messenger says of the person.
    """
    whose = agents.key_of(conn, secret, KEY, now)
    if whose is None or agents.spend(conn, secret, KEY, now) is None:
        return None
    _end(conn, now, agent_messenger.c.agent == whose.name, agent_messenger.c.address != address)
    conn.execute(delete(agent_watch).where(agent_watch.c.address == address))
    values = {
        "agent": whose.name, "name": name, "lang": lang, "linked_at": now, "alerted_at": now,
        "note_chat": None, "menu": "", "ended_at": None,
    }  # fmt: skip
    row = insert(conn, agent_messenger).values(address=address, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["address"], set_=values))
    return at(conn, address)


def unlink(conn: Connection, agent_name: str, now: float) -> bool:
    """False where nothing was linked. It counts at once; that it is so is said in the chat afterwards."""
    return _end(conn, now, agent_messenger.c.agent == agent_name)


def _end(conn: Connection, now: float, *which: Any) -> bool:
    live = agent_messenger.c.ended_at.is_(None)
    return conn.execute(update(agent_messenger).where(*which, live).values(ended_at=now)).rowcount > 0


def at(conn: Connection, address: str) -> Link | None:
    """The link of this chat, ended or not."""
    row = conn.execute(_links().where(agent_messenger.c.address == address)).first()
    return _link(row) if row else None


def live(conn: Connection, addresses: Sequence[str]) -> dict[str, Link]:
    """Those of the chats that are an agent's desk now."""
    rows = conn.execute(_links().where(agent_messenger.c.address.in_(addresses)))
    return {found.address: found for found in map(_link, rows) if found.live}


def known(conn: Connection, addresses: Collection[str]) -> set[str]:
    """Those of the chats that are, or ever were, an agent's desk."""
    m, said = agent_messenger.c.address, agent_line.c.address
    linked = select(m).where(m.in_(addresses))
    return set(conn.execute(linked.union(select(said).where(said.in_(addresses)))).scalars())


def of_agent(conn: Connection, agent_name: str) -> Link | None:
    mine = _links().where(agent_messenger.c.agent == agent_name, agent_messenger.c.ended_at.is_(None))
    row = conn.execute(mine).first()
    return _link(row) if row else None


def every(conn: Connection) -> list[Link]:
    """Ended ones too, until `forget`."""
    return [_link(r) for r in conn.execute(_links().order_by(agent_messenger.c.address))]


def lock(conn: Connection, address: str) -> Link | None:
    """One at a time writes into an agent's chat, on any host."""
    conn.execute(
        select(agent_messenger.c.address).where(agent_messenger.c.address == address).with_for_update()
    )
    return at(conn, address)


def note(conn: Connection, address: str, **values: object) -> None:
    """Write columns of the link."""
    conn.execute(update(agent_messenger).where(agent_messenger.c.address == address).values(values))


def forget(conn: Connection, address: str) -> None:
    """Its end was told: nothing of the link is kept but what was said."""
    conn.execute(delete(agent_messenger).where(agent_messenger.c.address == address))
    conn.execute(delete(agent_watch).where(agent_watch.c.address == address))


def first_time(conn: Connection, event: Incoming, address: str, now: float) -> bool:
    """Books what an agent did there; False where the messenger delivers it again. Its words are not kept here."""
    row = replace(event, chat=address, text="", button=None, attachments=(), data={})
    if not put(conn, [row], now, Settle()):
        return False
    mine = (inbox.c.chat == address, inbox.c.done_at.is_(None))
    conn.execute(update(inbox).where(*mine).values(done_at=now))
    return True


def _links() -> Select[Any]:
    m, a = agent_messenger.c, agent.c
    columns = (
        m.address, m.name.label("called"), m.lang, m.linked_at, m.alerted_at, m.note_chat, m.menu, m.ended_at,
        a.name, a.display, a.role, agent_account.c.deactivated_at, agent_account.c.lang.label("chosen"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(agent, a.name == m.agent)
        .outerjoin(agent_account, agent_account.c.agent == m.agent)
    )


def _link(r: Any) -> Link:
    who = Agent(r.name, r.display, r.role, active=r.deactivated_at is None)
    lang: Lang = "en" if (r.chosen or r.lang) == "en" else "zh"
    live = who.active and r.ended_at is None
    return Link(r.address, who, r.called, lang, live, r.linked_at, r.alerted_at, r.note_chat, r.menu)
