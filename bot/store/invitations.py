"""Invitations: a one-time link that makes an account of a given role. Times are UTC epoch seconds."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.errors import UsageError
from bot.store import agents
from bot.store.agents import sealed
from bot.store.tables import invitation

INVITE_SECONDS = 72 * 3600.0


@dataclass(frozen=True)
class Invitation:
    """`id` names it without letting anybody in."""

    id: str
    name: str
    display: str
    role: str
    made_by: str
    expires_at: float


def invite(conn: Connection, name: str, display: str, role: str, by: str, now: float) -> str | None:
    """The secret of a link that works once, for 72 hours; None where the name is taken or invited already."""
    if agents.find(conn, name) or any(i.name == name for i in pending(conn, now)):
        return None
    secret = secrets.token_urlsafe(24)
    conn.execute(
        invitation.insert().values(
            hash=sealed(secret), name=name, display=display, role=role, made_by=by, made_at=now,
            expires_at=now + INVITE_SECONDS,
        )
    )  # fmt: skip
    return secret


def pending(conn: Connection, now: float) -> list[Invitation]:
    """Those nobody has used yet, the newest first."""
    i = invitation.c
    rows = conn.execute(select(invitation).where(*_live(now)).order_by(i.made_at.desc()))
    return [_invitation(r) for r in rows]


def invited(conn: Connection, secret: str, now: float) -> Invitation | None:
    """Who this link invites; it is not spent."""
    return next((i for i in pending(conn, now) if i.id == sealed(secret)), None)


def accept(conn: Connection, secret: str, now: float) -> Invitation | None:
    """Makes the account, exactly once; None where the link is unknown, used, taken back or too old."""
    use = update(invitation).where(invitation.c.hash == sealed(secret), *_live(now)).values(used_at=now)
    row = conn.execute(use.returning(invitation)).first()
    if row is None:
        return None
    found = _invitation(row)
    try:
        agents.add(conn, found.name, found.display, found.role, now)
    except UsageError:  # made in the shell meanwhile: that account is not this link's to enter
        return None
    return found


def take_back(conn: Connection, invitation_id: str) -> str | None:
    """The name it was for; None where it was used or is gone."""
    i = invitation.c
    drop = delete(invitation).where(i.hash == invitation_id, i.used_at.is_(None)).returning(i.name)
    return conn.execute(drop).scalar()


def _invitation(r: Any) -> Invitation:
    return Invitation(r.hash, r.name, r.display, r.role, r.made_by, r.expires_at)


def _live(now: float) -> tuple[ColumnElement[bool], ...]:
    return (invitation.c.used_at.is_(None), invitation.c.expires_at > now)
