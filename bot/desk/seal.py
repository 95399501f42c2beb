"""Secrets of the desk's people that must be read again are kept sealed (AES-256-GCM); whose they are is sealed in.

The key is drawn from the one that signs links (`bot/keys.py`) and never stands in the database: a copy of the database
alone gives no codes. Under another key they cannot be read any more; `agents link NAME --no-code` lets people in again.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED = "v1:"  # what was stored before there was a seal has no such beginning
_NONCE = 12  # bytes, as GCM has them
_PURPOSE = b"aftersales: codes from a phone"


@dataclass(frozen=True)
class Seal:
    """`key`: the program's own, at least 32 bytes."""

    key: bytes = field(repr=False)

    def close(self, secret: str, whose: str) -> str:
        nonce = os.urandom(_NONCE)
        return (
            SEALED
            + urlsafe_b64encode(nonce + self._box().encrypt(nonce, secret.encode(), _of(whose))).decode()
        )

    def open(self, kept: str, whose: str) -> str | None:
        """None where it was sealed with another key, or for somebody else."""
        if not kept.startswith(SEALED):
            return kept
        try:
            raw = urlsafe_b64decode(kept.removeprefix(SEALED))
            return self._box().decrypt(raw[:_NONCE], raw[_NONCE:], _of(whose)).decode()
        except (InvalidTag, ValueError):
            return None

    def _box(self) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, None, _PURPOSE).derive(self.key))


def _of(whose: str) -> bytes:
    return b"totp\0" + whose.encode()
