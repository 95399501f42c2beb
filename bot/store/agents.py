"""Desk accounts, their one-time sign-in links and sessions. Only hashes of secrets are stored.

Passwords and codes are in `proofs.py`, invitations in `invitations.py`. Times are UTC epoch seconds.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, select, update

from bot.errors import UsageError
from bot.handoff.rights import ROLES
from bot.store.db import insert
from bot.store.tables import agent, agent_account, agent_key, agent_messenger, agent_session

LINK_SECONDS = 24 * 3600.0
HALF_SECONDS = 600.0  # from the right password to the code
SESSION_SECONDS = 14 * 24 * 3600.0  # however busy
IDLE_SECONDS = 3 * 24 * 3600.0  # nobody used it; a weekend goes by
SEEN_SECONDS = 60.0  # how exactly "last seen" is kept: a write a minute, not one a click
DEVICE_MOST = 300  # characters of a User-Agent


@dataclass(frozen=True)
class Agent:
    name: str
    display: str
    role: str
    active: bool = True


@dataclass(frozen=True)
class Session:
    """`id` names it without letting anybody in."""

    id: str
    agent: str
    created_at: float
    seen_at: float
    expires_at: float
    address: str
    device: str


# --- accounts ----------------------------------------------------------------------------------------------------


def add(conn: Connection, name: str, display: str, role: str, now: float) -> None:
    """Raises UsageError where the name is taken."""
    row = insert(conn, agent).values(name=name, display=display, role=role, created_at=now)
    if not conn.execute(row.on_conflict_do_nothing()).rowcount:
        raise UsageError(
            f"agent {name!r} exists already; choose another name, or `agents link {name}` for a new sign-in link"
        )


def everyone(conn: Connection) -> list[Agent]:
    """Those who were deactivated, too."""
    return [_agent(r) for r in conn.execute(_agents().order_by(agent.c.name))]


def find(conn: Connection, name: str) -> Agent | None:
    row = conn.execute(_agents().where(agent.c.name == name)).first()
    return _agent(row) if row else None


def known(conn: Connection, name: str) -> Agent:
    """Raises UsageError where there is no such agent."""
    found = find(conn, name)
    if found is None:
        raise UsageError(
            f"there is no agent {name!r}; `agents list` shows who there is, `agents add NAME` makes one"
        )
    return found


def set_display(conn: Connection, name: str, display: str) -> None:
    conn.execute(update(agent).where(agent.c.name == name).values(display=display))


def set_role(conn: Connection, name: str, role: str) -> bool:
    """Ends the agent's sessions: what they may has changed. False where the last admin would go."""
    if role not in ROLES:
        raise UsageError(f"{role!r} is no role; choose {', '.join(ROLES)}")
    if role != "admin" and _is_last_admin(conn, name):
        return False
    conn.execute(update(agent).where(agent.c.name == name).values(role=role))
    end_sessions(conn, name)
    return True


def deactivate(conn: Connection, name: str, now: float) -> bool:
    """Shuts the agent out at once: sessions, links, their chat in a messenger. False where the last admin would go."""
    if _is_last_admin(conn, name):
        return False
    set_account(conn, name, deactivated_at=now)
    end_sessions(conn, name)
    drop_links(conn, name)
    mine = (agent_messenger.c.agent == name, agent_messenger.c.ended_at.is_(None))
    conn.execute(update(agent_messenger).where(*mine).values(ended_at=now))
    return True


def reactivate(conn: Connection, name: str) -> None:
    set_account(conn, name, deactivated_at=None)


def set_account(conn: Connection, name: str, **values: object) -> None:
    """Write columns of `agent_account`, whose row is made at the first one."""
    row = insert(conn, agent_account).values(agent=name, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["agent"], set_=values))


def _agent(row: Any) -> Agent:
    return Agent(row.name, row.display, row.role, active=row.deactivated_at is None)


def _agents() -> Select[Any]:
    a = agent.c
    return select(a.name, a.display, a.role, agent_account.c.deactivated_at).outerjoin(
        agent_account, agent_account.c.agent == a.name
    )


def _is_last_admin(conn: Connection, name: str) -> bool:
    """The admins' rows are locked first: two who remove each other at once must not both succeed."""
    admins = select(agent.c.name).where(agent.c.role == "admin").order_by(agent.c.name).with_for_update()
    names = conn.execute(admins).scalars().all()
    gone = select(agent_account.c.agent).where(agent_account.c.deactivated_at.is_not(None))
    away = set(conn.execute(gone).scalars())
    return [n for n in names if n not in away] == [name]


# --- one-time links ----------------------------------------------------------------------------------------------


def has_signed_in(conn: Connection) -> bool:
    """Whether any agent ever has."""
    return (
        conn.execute(
            select(agent_key.c.hash).where(agent_key.c.kind == "link", agent_key.c.used_at.is_not(None))
        ).first()
        is not None
    )


def make_key(conn: Connection, name: str, kind: str, now: float) -> str:
    """A fresh secret that works once; only its hash is kept. UsageError: no such agent.

    "link" signs in; "half" stands for a right password (or link) while the code from the phone is asked for;
    "messenger" makes a private chat with the bot their desk, see `messengers.py`.
    """
    known(conn, name)
    secret = secrets.token_urlsafe(24)
    expires = now + (LINK_SECONDS if kind == "link" else HALF_SECONDS)
    conn.execute(agent_key.insert().values(hash=sealed(secret), kind=kind, agent=name, expires_at=expires))
    return secret


def key_of(conn: Connection, secret: str, kind: str, now: float) -> Agent | None:
    """Whose live key this is; it is not spent."""
    row = conn.execute(
        _agents().join(agent_key, agent_key.c.agent == agent.c.name).where(*_live(secret, kind, now))
    ).first()
    return _agent(row) if row and row.deactivated_at is None else None


def spend(conn: Connection, secret: str, kind: str, now: float) -> str | None:
    """The agent's name, or None where the key is unknown, used or too old. Works exactly once."""
    use = update(agent_key).where(*_live(secret, kind, now)).values(used_at=now).returning(agent_key.c.agent)
    return conn.execute(use).scalar()


def spend_link(conn: Connection, secret: str, now: float) -> str | None:
    return spend(conn, secret, "link", now)


def open_links(conn: Connection, now: float) -> dict[str, float]:
    """Agent → when their newest unused link ends."""
    k = agent_key.c
    rows = conn.execute(
        select(k.agent, k.expires_at)
        .where(k.kind == "link", k.used_at.is_(None), k.expires_at > now)
        .order_by(k.expires_at)
    )
    return {r.agent: r.expires_at for r in rows}


def drop_links(conn: Connection, name: str) -> int:
    """Unused links and half-done sign-ins of the agent stop working; how many there were."""
    k = agent_key.c
    return conn.execute(delete(agent_key).where(k.agent == name, k.used_at.is_(None))).rowcount


def drop_keys(conn: Connection, name: str, kind: str) -> None:
    """The agent's unused secrets of one kind stop working."""
    k = agent_key.c
    conn.execute(delete(agent_key).where(k.agent == name, k.kind == kind, k.used_at.is_(None)))


def _live(secret: str, kind: str, now: float) -> tuple[ColumnElement[bool], ...]:
    k = agent_key.c
    return (k.hash == sealed(secret), k.kind == kind, k.used_at.is_(None), k.expires_at > now)


# --- sessions ----------------------------------------------------------------------------------------------------


def open_session(conn: Connection, name: str, now: float, address: str = "", device: str = "") -> str:
    """The secret of a new session; the sessions that are over are swept away."""
    s = agent_session.c
    conn.execute(delete(agent_session).where((s.expires_at <= now) | (s.seen_at <= now - IDLE_SECONDS)))
    secret = secrets.token_urlsafe(24)
    conn.execute(
        agent_session.insert().values(
            hash=sealed(secret), agent=name, created_at=now, seen_at=now,
            expires_at=now + SESSION_SECONDS, address=address, device=device[:DEVICE_MOST],
        )
    )  # fmt: skip
    return secret


def signed_in(conn: Connection, secret: str, now: float) -> Agent | None:
    """Whose session this is, or None."""
    where = (agent_session.c.hash == sealed(secret), *_lasting(now))
    row = conn.execute(
        _agents().join(agent_session, agent_session.c.agent == agent.c.name).where(*where)
    ).first()
    return _agent(row) if row and row.deactivated_at is None else None


def everyone_in(conn: Connection, now: float) -> dict[str, Agent]:
    """Whose each session is, by the hash of its secret."""
    query = _agents().join(agent_session, agent_session.c.agent == agent.c.name).where(*_lasting(now))
    rows = conn.execute(query.add_columns(agent_session.c.hash))
    return {r.hash: _agent(r) for r in rows if r.deactivated_at is None}


def seen(conn: Connection, secret: str, now: float, address: str, device: str) -> None:
    """Somebody used the session, from there."""
    use = update(agent_session).where(agent_session.c.hash == sealed(secret))
    conn.execute(use.values(seen_at=now, address=address, device=device[:DEVICE_MOST]))


def last_seen(conn: Connection, secret: str) -> float:
    found = select(agent_session.c.seen_at).where(agent_session.c.hash == sealed(secret))
    return conn.execute(found).scalar() or 0.0


def sessions(conn: Connection, name: str | None, now: float) -> list[Session]:
    """The live ones of this agent (None: of all), the last used first."""
    query = select(agent_session).where(*_lasting(now)).order_by(agent_session.c.seen_at.desc())
    if name is not None:
        query = query.where(agent_session.c.agent == name)
    return [Session(*row) for row in conn.execute(query)]


def end_session(conn: Connection, name: str, session_id: str) -> bool:
    s = agent_session.c
    return conn.execute(delete(agent_session).where(s.agent == name, s.hash == session_id)).rowcount > 0


def end_sessions(conn: Connection, name: str, but: str = "") -> int:
    """All of the agent's sessions end, `but` the one of this secret; how many did."""
    s = agent_session.c
    return conn.execute(delete(agent_session).where(s.agent == name, s.hash != sealed(but))).rowcount


def sign_out(conn: Connection, secret: str) -> None:
    conn.execute(delete(agent_session).where(agent_session.c.hash == sealed(secret)))


def sealed(secret: str) -> str:
    """What is stored of a random secret; a password is another matter, see `proofs.py`."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _lasting(now: float) -> tuple[ColumnElement[bool], ...]:
    return (agent_session.c.expires_at > now, agent_session.c.seen_at > now - IDLE_SECONDS)
