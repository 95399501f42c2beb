"""Sign-in tries, counted in a table, so that a restart or another host is no way round: storage for `limits`.

By account, since one may be tried from many places, and by address, since one place may try many accounts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, case, delete, select

from bot.store.db import insert
from bot.store.tables import attempt

BY_ACCOUNT = RateLimitItemPerMinute(8, 15)
BY_ADDRESS = RateLimitItemPerMinute(40, 15)  # a whole office comes from one


@dataclass(frozen=True)
class Wait:
    """Too many tries: none is looked at for so many seconds. `first`: it has only just come to that."""

    seconds: float
    first: bool


def try_once(conn: Connection, account: str, address: str, now: float) -> Wait | None:
    """Count a try before it is looked at, so that of many at once none slips through."""
    kept = Attempts(conn, now)
    kept.sweep()
    limiter, waits = FixedWindowRateLimiter(kept), []
    for item, key in ((BY_ACCOUNT, _account(account)), (BY_ADDRESS, address)):
        if not limiter.hit(item, key):
            stands = limiter.get_window_stats(item, key)
            first = kept.get(item.key_for(key)) == item.amount + 1
            waits.append(Wait(stands.reset_time - now, first))
    return max(waits, key=lambda wait: wait.seconds) if waits else None


def succeeded(conn: Connection, account: str, address: str, now: float) -> None:
    """It was the right one: the account starts afresh; the address only has this try back."""
    kept = Attempts(conn, now)
    kept.clear(BY_ACCOUNT.key_for(_account(account)))
    if kept.get(BY_ADDRESS.key_for(address)) > 0:
        kept.incr(BY_ADDRESS.key_for(address), BY_ADDRESS.get_expiry(), -1)


def _account(name: str) -> str:
    """Whatever was typed as a name, a password by mistake too, is not to be read in the table."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


class Attempts(Storage):
    """One transaction's view at one instant (UTC epoch seconds)."""

    STORAGE_SCHEME = None

    def __init__(self, conn: Connection, now: float) -> None:
        super().__init__()
        self._conn = conn
        self._now = now

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """One statement, so that of many tries at once each is counted. Old windows are swept away."""
        a, now = attempt.c, self._now
        row = insert(self._conn, attempt).values(key=key, n=amount, expires_at=now + expiry)
        over = a.expires_at <= now
        counted = row.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "n": case((over, amount), else_=a.n + amount),
                "expires_at": case((over, now + expiry), else_=a.expires_at),
            },
        ).returning(a.n)
        n: int = self._conn.execute(counted).scalar_one()
        return n

    def get(self, key: str) -> int:
        row = self._row(key)
        return row[0] if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return row[1] if row else self._now

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return self._conn.execute(delete(attempt)).rowcount

    def clear(self, key: str) -> None:
        self._conn.execute(delete(attempt).where(attempt.c.key == key))

    def sweep(self) -> None:
        """Forget the windows that are over."""
        self._conn.execute(delete(attempt).where(attempt.c.expires_at <= self._now))

    def _row(self, key: str) -> tuple[int, float] | None:
        a = attempt.c
        row = self._conn.execute(
            select(a.n, a.expires_at).where(a.key == key, a.expires_at > self._now)
        ).first()
        return (row.n, row.expires_at) if row else None
