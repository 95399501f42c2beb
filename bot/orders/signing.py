"""How requests of the signed HTTP source are signed and checked: HMAC-SHA256 over time, nonce, method, path and body.

Pure: no network, no clock. The wire form for other languages is in `docs/orders.md`.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

KEY = "X-Aftersales-Key"  # which of the shared secrets, so that one can be changed without a pause
TIME = "X-Aftersales-Time"  # whole seconds since 1970, UTC
NONCE = "X-Aftersales-Nonce"  # 16 to 64 letters, digits, - and _; never used twice
SIGNATURE = "X-Aftersales-Signature"  # v1= and 64 hexadecimal digits
SKEW = timedelta(seconds=300)  # how far the two clocks may be apart


def signature(secret: str, seconds: int, nonce: str, method: str, target: str, body: bytes) -> str:
    """`target` is path and query exactly as they stand in the request line. No part but the body holds a line break."""
    head = f"{seconds}\n{nonce}\n{method.upper()}\n{target}\n".encode()
    return "v1=" + hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Signer:
    """`key` names the secret to the far side."""

    key: str
    secret: str = field(repr=False)

    def headers(self, now: datetime, nonce: str, method: str, target: str, body: bytes) -> dict[str, str]:
        seconds = int(now.timestamp())
        signed = signature(self.secret, seconds, nonce, method, target, body)
        return {KEY: self.key, TIME: str(seconds), NONCE: nonce, SIGNATURE: signed}


@dataclass(frozen=True)
class Fault:
    """Why a request is refused: `code` for programs, `why` for whoever builds the other side."""

    code: str
    why: str


@dataclass
class Checker:
    """Checks requests against the shared secrets and remembers nonces for as long as their time would pass."""

    secrets: Mapping[str, str] = field(repr=False)
    _seen: dict[str, datetime] = field(default_factory=dict, repr=False)

    def fault(
        self, headers: Mapping[str, str], now: datetime, method: str, target: str, body: bytes
    ) -> Fault | None:
        """None where the request is good; its nonce is then used up. `headers` must not mind upper and lower case."""
        key, time, nonce, given = (headers.get(name, "") for name in (KEY, TIME, NONCE, SIGNATURE))
        shaped = re.fullmatch(r"\d{1,12}", time, re.ASCII) and re.fullmatch(r"[\w-]{16,64}", nonce, re.ASCII)
        if not (key and shaped and given):
            return Fault("headers", f"send {KEY}, {TIME}, {NONCE} and {SIGNATURE} as described")
        if abs(now.timestamp() - int(time)) > SKEW.total_seconds():
            return Fault("time", f"{TIME} is more than {SKEW.seconds} s from this clock; set both clocks")
        expected = signature(self.secrets.get(key, ""), int(time), nonce, method, target, body)
        if key not in self.secrets or not hmac.compare_digest(expected.encode(), given.encode()):
            return Fault(
                "signature", "the signature does not fit; check secret, path with query, and body bytes"
            )
        return self._used(f"{key}/{nonce}", now)

    def _used(self, nonce: str, now: datetime) -> Fault | None:
        """Only nonces of well signed requests are kept, so that nobody else can fill the memory."""
        for old in [n for n, _ in itertools.takewhile(lambda kept: kept[1] < now, self._seen.items())]:
            del self._seen[old]  # they were put in oldest first
        if nonce in self._seen:
            return Fault("replay", f"this {NONCE} was used already; make a new one for every request")
        self._seen[nonce] = now + 2 * SKEW
        return None
