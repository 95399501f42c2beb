"""Desk accounts, their one-time sign-in links and sessions. Only hashes of secrets are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from bot.errors import UsageError
from bot.store.db import insert
from bot.store.tables import agent, agent_key

LINK_SECONDS = 24 * 3600.0
SESSION_SECONDS = 14 * 24 * 3600.0


@dataclass(frozen=True)
class Agent:
    name: str
    display: str
    role: str


def add(conn: Connection, name: str, display: str, role: str, now: float) -> None:
    """Raises UsageError where the name is taken."""
    row = insert(conn, agent).values(name=name, display=display, role=role, created_at=now)
    if not conn.execute(row.on_conflict_do_nothing()).rowcount:
        raise UsageError(
            f"agent {name!r} exists already; choose another name, or `agents link {name}` for a new sign-in link"
        )


def everyone(conn: Connection) -> list[Agent]:
    return [Agent(r.name, r.display, r.role) for r in conn.execute(select(agent).order_by(agent.c.name))]


def has_signed_in(conn: Connection) -> bool:
    """Whether any agent ever has."""
    return (
        conn.execute(
            select(agent_key.c.hash).where(agent_key.c.kind == "link", agent_key.c.used_at.is_not(None))
        ).first()
        is not None
    )


def make_key(conn: Connection, name: str, kind: str, now: float) -> str:
    """A fresh secret for a one-time "link" or a "session"; only its hash is kept. UsageError: no such agent."""
    if not conn.execute(select(agent.c.name).where(agent.c.name == name)).first():
        raise UsageError(
            f"there is no agent {name!r}; `agents list` shows who there is, `agents add NAME` makes one"
        )
    secret = secrets.token_urlsafe(24)
    expires = now + (LINK_SECONDS if kind == "link" else SESSION_SECONDS)
    conn.execute(agent_key.insert().values(hash=_hash(secret), kind=kind, agent=name, expires_at=expires))
    return secret


def spend_link(conn: Connection, secret: str, now: float) -> str | None:
    """The agent's new session secret, or None where the link is unknown, used or too old. Works exactly once."""
    k = agent_key.c
    use = (
        update(agent_key)
        .where(k.hash == _hash(secret), k.kind == "link", k.used_at.is_(None), k.expires_at > now)
        .values(used_at=now)
        .returning(k.agent)
    )
    name = conn.execute(use).scalar()
    return make_key(conn, name, "session", now) if name else None


def signed_in(conn: Connection, secret: str, now: float) -> Agent | None:
    """Whose session this is, or None."""
    k = agent_key.c
    query = (
        select(agent.c.name, agent.c.display, agent.c.role)
        .join(agent_key, k.agent == agent.c.name)
        .where(k.hash == _hash(secret), k.kind == "session", k.expires_at > now, k.used_at.is_(None))
    )
    row = conn.execute(query).first()
    return Agent(*row) if row else None


def sign_out(conn: Connection, secret: str) -> None:
    conn.execute(delete(agent_key).where(agent_key.c.hash == _hash(secret), agent_key.c.kind == "session"))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
