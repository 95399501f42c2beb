"""Codes from a phone (TOTP, RFC 6238) and for who has lost it. Where they are kept: `store/proofs.py`, sealed."""

from __future__ import annotations

import hmac
import logging
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from sqlalchemy import Connection

from bot.desk.seal import SEALED, Seal
from bot.store import proofs
from bot.store.proofs import Proofs

log = logging.getLogger(__name__)

STEP = 30  # seconds a code is shown
SLACK = 1  # steps a phone's clock may be off, either way
RECOVERY = 10  # codes to write down
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without those that are read for one another


def plan(conn: Connection, name: str, seal: Seal) -> None:
    """A new secret to show to the phone."""
    proofs.plan_totp(conn, name, seal.close(pyotp.random_base32(), name))


def planned(kept: Proofs, name: str, seal: Seal) -> str | None:
    """The secret that is being set up; None where none is, or the code is on already."""
    return None if kept.totp is None or kept.totp_on else _opened(kept, name, seal)


def seal_old(conn: Connection, seal: Seal) -> int:
    """What an older version stored unsealed is sealed; how many there were."""
    plain = {
        n: p.totp for n, p in proofs.all_proofs(conn).items() if p.totp and not p.totp.startswith(SEALED)
    }
    return sum(proofs.reseal_totp(conn, name, old, seal.close(old, name)) for name, old in plain.items())


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


def right(conn: Connection, name: str, typed: str, now: float, seal: Seal) -> str | None:
    """ "totp" or "recovery": what the code was; None where it is wrong or was used before. Books its use."""
    kept, code = proofs.proofs(conn, name), bare(typed)
    if not kept.totp_on:
        return None
    if _right_totp(conn, name, _opened(kept, name, seal), code, now):
        return "totp"
    return "recovery" if proofs.use_code(conn, name, code, now) else None


def right_first(conn: Connection, name: str, typed: str, now: float, seal: Seal) -> bool:
    """Whether the phone has the secret that is being set up."""
    secret = planned(proofs.proofs(conn, name), name, seal)
    return _right_totp(conn, name, secret, bare(typed), now)


def _opened(kept: Proofs, name: str, seal: Seal) -> str | None:
    secret = seal.open(kept.totp, name) if kept.totp is not None else None
    if kept.totp is not None and secret is None:
        log.error(
            "the code from this agent's phone was set up under another BOT_SECRET_KEY; set that one again, or use "
            "`agents link NAME --no-code`",
            extra={"agent": name},
        )
    return secret


def _right_totp(conn: Connection, name: str, secret: str | None, code: str, now: float) -> bool:
    if secret is None:
        return False
    totp, here = pyotp.TOTP(secret, interval=STEP), int(now) // STEP
    for step in range(here - SLACK, here + SLACK + 1):
        shown = totp.at(datetime.fromtimestamp(step * STEP, UTC))
        if hmac.compare_digest(shown, code.encode("ascii", "replace").decode("ascii")):
            return proofs.use_step(conn, name, step)
    return False


def bare(typed: str) -> str:
    """What is kept of a code, and compared: people type the spaces and dashes they see, and small letters."""
    return "".join(typed.split()).replace("-", "").upper()
