"""Passwords: what is good enough, and argon2id hashes of them. Where the hashes are kept: `store/proofs.py`."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 10, 128  # characters
WEAK = 2  # of zxcvbn's marks 0 to 4: what a list of leaked passwords or a keyboard walk finds in a million guesses
SEEN = 72  # characters that zxcvbn looks at; it refuses longer ones
# OWASP's first choice for argon2id: 19 MiB and two passes, so that a few sign-ins at once fit a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = 2


class Passwords:
    """Hashes off the event loop, two at a time: a flood of sign-ins must not take all memory."""

    def __init__(self, hasher: PasswordHasher = _HASHER) -> None:
        self._hasher = hasher
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._nobodys = hasher.hash(secrets.token_urlsafe(24))

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, _plain(password))

    async def right(self, hashed: str | None, password: str) -> bool:
        """None (nobody of that name, no password set) costs the same time as a wrong one."""
        async with self._room:
            return await asyncio.to_thread(self._right, hashed or self._nobodys, password)

    def old(self, hashed: str) -> bool:
        """Made under other parameters than today's: to be hashed anew while the password is at hand."""
        return self._hasher.check_needs_rehash(hashed)

    def _right(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _plain(password))
        except (VerificationError, InvalidHashError):
            return False


def hash_now(password: str) -> str:
    """For a command in the shell, which has no event loop."""
    return _HASHER.hash(_plain(password))


def _plain(password: str) -> str:
    """An input method may be at full width on one keyboard and not on the next; it is the same password."""
    return unicodedata.normalize("NFKC", password)


def unfit(password: str, names: Sequence[str]) -> str | None:
    """Why it is refused, as a key of the desk's words; None where it is good. `names` make it easy to guess."""
    if len(password) < LEAST:
        return "password_short"
    if len(password) > MOST:
        return "password_long"
    # Its word lists are 14 MB: in memory only once somebody sets a password.
    from zxcvbn import zxcvbn

    return "password_common" if zxcvbn(password[:SEEN], user_inputs=list(names))["score"] < WEAK else None
