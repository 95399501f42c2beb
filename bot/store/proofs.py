"""What an agent proves who they are with: a password's hash, the phone's secret, recovery codes.

How they are made and checked is the desk's matter (`desk/passwords.py`, `desk/codes.py`); here they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from bot.store.agents import drop_links, end_sessions, sealed, set_account
from bot.store.tables import agent, agent_account, agent_recovery


@dataclass(frozen=True)
class Proofs:
    """`totp` (sealed by `desk/seal.py`) counts only once `totp_on`: until a first code was right, none is asked for."""

    password: str | None = None
    totp: str | None = None
    totp_on: bool = False
    codes_left: int = 0


def proofs(conn: Connection, name: str) -> Proofs:
    """What is set for this agent; nothing for a name nobody has."""
    a = agent_account.c
    row = conn.execute(select(a.password, a.totp, a.totp_at).where(a.agent == name)).first()
    unused = select(func.count()).where(agent_recovery.c.agent == name, agent_recovery.c.used_at.is_(None))
    left = conn.execute(unused).scalar_one()
    return Proofs(row.password, row.totp, row.totp_at is not None, left) if row else Proofs()


def all_proofs(conn: Connection) -> dict[str, Proofs]:
    """Agent → what is set, without counting codes; for the list of people."""
    a = agent_account.c
    rows = conn.execute(
        select(agent.c.name, a.password, a.totp, a.totp_at).outerjoin(agent_account, a.agent == agent.c.name)
    )
    return {r.name: Proofs(r.password, r.totp, r.totp_at is not None) for r in rows}


def set_password(conn: Connection, name: str, hashed: str, keep: str = "") -> None:
    """Ends the agent's sessions but the one of the secret `keep`, and what links there are."""
    set_account(conn, name, password=hashed)
    end_sessions(conn, name, but=keep)
    drop_links(conn, name)


def rehash(conn: Connection, name: str, old: str, hashed: str) -> None:
    """The same password under newer parameters; nothing where it was changed meanwhile."""
    a = agent_account.c
    conn.execute(update(agent_account).where(a.agent == name, a.password == old).values(password=hashed))


def plan_totp(conn: Connection, name: str, secret: str) -> None:
    """A secret (sealed) that is shown to the phone; it counts from `start_totp` on."""
    set_account(conn, name, totp=secret, totp_at=None, totp_step=0)


def reseal_totp(conn: Connection, name: str, old: str, sealed_anew: str) -> int:
    """The same secret, kept another way; 0 where it was changed meanwhile."""
    a = agent_account.c
    mine = update(agent_account).where(a.agent == name, a.totp == old)
    return conn.execute(mine.values(totp=sealed_anew)).rowcount


def start_totp(conn: Connection, name: str, codes: Iterable[str], now: float) -> None:
    set_account(conn, name, totp_at=now)
    set_codes(conn, name, codes)


def stop_totp(conn: Connection, name: str) -> None:
    set_account(conn, name, totp=None, totp_at=None, totp_step=0)
    set_codes(conn, name, ())


def use_step(conn: Connection, name: str, step: int) -> bool:
    """Book the 30-second step a right code is of; False where it, or a later one, was used: a replay."""
    a = agent_account.c
    use = update(agent_account).where(a.agent == name, a.totp_step < step).values(totp_step=step)
    return conn.execute(use).rowcount == 1


def set_codes(conn: Connection, name: str, codes: Iterable[str]) -> None:
    """New recovery codes in place of the old; they are random enough for a plain hash."""
    conn.execute(delete(agent_recovery).where(agent_recovery.c.agent == name))
    for code in codes:
        conn.execute(agent_recovery.insert().values(agent=name, hash=sealed(code)))


def use_code(conn: Connection, name: str, code: str, now: float) -> bool:
    """Works once a code."""
    r = agent_recovery.c
    use = update(agent_recovery).where(r.agent == name, r.hash == sealed(code), r.used_at.is_(None))
    return conn.execute(use.values(used_at=now)).rowcount == 1
