"""Codes from a phone (TOTP, RFC 6238) and for who has lost it. Where they are kept: `store/proofs.py`."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from sqlalchemy import Connection

from bot.store import proofs

STEP = 30  # seconds a code is shown
SLACK = 1  # steps a phone's clock may be off, either way
RECOVERY = 10  # codes to write down
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without those that are read for one another


def new_secret() -> str:
    return pyotp.random_base32()


def qr(secret: str, name: str, shop: str) -> str:
    """For the phone's authenticator."""
    return picture(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=shop or "Agent desk"))


def picture(address: str) -> str:
    """An inline SVG for the phone's camera, without styles of its own: the page's content policy refuses them."""
    made = segno.make(address, error="m", micro=False)
    return made.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)


def new_recovery() -> list[str]:
    """Ten codes of 16 letters (78 bits each), in groups that a person can copy."""
    words = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(RECOVERY)]
    return [in_groups(word, "-") for word in words]


def in_groups(word: str, between: str = " ") -> str:
    """Fours, which a person copies without losing the place."""
    return between.join(word[i : i + 4] for i in range(0, len(word), 4))


def right(conn: Connection, name: str, typed: str, now: float) -> str | None:
    """ "totp" or "recovery": what the code was; None where it is wrong or was used before. Books its use."""
    kept = proofs.proofs(conn, name)
    if kept.totp is None or not kept.totp_on:
        return None
    return _right(conn, name, kept.totp, typed, now)


def right_first(conn: Connection, name: str, typed: str, now: float) -> bool:
    """Whether the phone has the secret that is being set up."""
    kept = proofs.proofs(conn, name)
    if kept.totp is None or kept.totp_on:
        return False
    return _right_totp(conn, name, kept.totp, bare(typed), now)


def _right(conn: Connection, name: str, secret: str, typed: str, now: float) -> str | None:
    code = bare(typed)
    if _right_totp(conn, name, secret, code, now):
        return "totp"
    return "recovery" if proofs.use_code(conn, name, code, now) else None


def _right_totp(conn: Connection, name: str, secret: str, code: str, now: float) -> bool:
    totp, here = pyotp.TOTP(secret, interval=STEP), int(now) // STEP
    for step in range(here - SLACK, here + SLACK + 1):
        shown = totp.at(datetime.fromtimestamp(step * STEP, UTC))
        if hmac.compare_digest(shown, code.encode("ascii", "replace").decode("ascii")):
            return proofs.use_step(conn, name, step)
    return False


def bare(typed: str) -> str:
    """What is kept of a code, and compared: people type the spaces and dashes they see, and small letters."""
    return "".join(typed.split()).replace("-", "").upper()
