"""Signed account links, by which a shop vouches for who its buyer is. Pure.

`?start=` of a Telegram link and `data-token` of the web chat carry the token. It has no date: it is a name
with a seal, made by the shop for its signed-in buyer's own page.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from bot.errors import UsageError

MAX_BUYER_BYTES = 31  # so that a token keeps to the 64 characters Telegram's start parameter allows
_SEAL_BYTES = 16  # 128 bits
_SEAL_CHARS = 22


def sign(buyer: str, key: bytes) -> str:
    """A token of at most 64 characters [A-Za-z0-9_-]. Raises UsageError for a name it cannot carry."""
    name = buyer.encode()
    if not 0 < len(name) <= MAX_BUYER_BYTES:
        raise UsageError(
            f"buyer id of {len(name)} bytes: a link carries 1 to {MAX_BUYER_BYTES}; use a shorter one"
        )
    return _text(name) + _seal("buyer", name, key)


def verify(token: str, key: bytes) -> str | None:
    """The buyer the shop vouched for; None for anything else, however it is malformed."""
    body, seal = token[:-_SEAL_CHARS], token[-_SEAL_CHARS:]
    try:
        name = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        buyer = name.decode()
    except ValueError:
        return None
    # The text is compared too: base64 reads some spellings alike, and one buyer has one token.
    honest = buyer != "" and _text(name) == body and _same(_seal("buyer", name, key), seal)
    return buyer if honest else None


def capability(purpose: str, value: str, key: bytes) -> str:
    """22 characters nobody can guess without the key; one purpose's never fit another's."""
    return _seal(purpose, value.encode(), key)


def is_capability(given: str, purpose: str, value: str, key: bytes) -> bool:
    return _same(_seal(purpose, value.encode(), key), given)


def _seal(purpose: str, value: bytes, key: bytes) -> str:
    return _text(hmac.digest(key, purpose.encode() + b"\0" + value, hashlib.sha256)[:_SEAL_BYTES])


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode("utf-8", "replace"))
