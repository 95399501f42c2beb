"""Secrets: only from the environment, or from files it names (`…_FILE`). They are never printed or logged."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import BotError

# variable → field, what it must look like, the cure
_SHAPES = {
    "TELEGRAM_BOT_TOKEN": (
        "telegram_token",
        r"\d+:\S+",
        "is no bot token; copy it from @BotFather (digits:letters)",
    ),
    "TELEGRAM_WEBHOOK_SECRET": (
        "telegram_webhook_secret",
        r"[\w-]{1,256}",
        "may hold only 1 to 256 letters, digits, _ and -; choose another",
    ),
    "DATABASE_URL": (
        "database_url",
        r"(sqlite|postgres(ql)?)(\+\w+)?://\S+",
        "is no database address; write postgresql://USER:PASSWORD@HOST/NAME or sqlite:///FILE",
    ),
    "ORDERS_KEY": ("orders_key", r"\S+", "holds a space; copy it as the shop's system shows it"),
    "ORDERS_SECRET": ("orders_secret", r"\S+", "holds a space; copy it as the shop's system shows it"),
    "COURIER_KEY": ("courier_key", r"\S+", "holds a space; copy it as the account shows it"),
    "COURIER_SECRET": ("courier_secret", r"\S+", "holds a space; copy it as the account shows it"),
    "BOT_SECRET_KEY": ("secret_key", r"\S{32,}", "is too short; use 32 characters or more"),
}


@dataclass(frozen=True)
class Secrets:
    telegram_token: str | None = field(default=None, repr=False)
    telegram_webhook_secret: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    orders_key: str | None = field(default=None, repr=False)
    orders_secret: str | None = field(default=None, repr=False)
    courier_key: str | None = field(default=None, repr=False)
    courier_secret: str | None = field(default=None, repr=False)


def read_secrets(env: Mapping[str, str], told: list[str]) -> Secrets:
    """What is set and well formed; each fault is added to `told`, without the secret itself."""
    found: dict[str, str] = {}
    for name, (key, shape, cure) in _SHAPES.items():
        value = _value(name, env, told)
        if value and not re.fullmatch(shape, value):
            told.append(f"environment {name}: {cure}")
        elif value:
            found[key] = value
    return Secrets(**found)


def secret_key(given: str | None, folder: Path) -> str:
    """The key that signs links and sessions: the given one, else one made once and kept in the data folder.

    The file is readable by its owner only (0600). Raises `BotError` where the folder cannot be written.
    """
    if given:
        return given
    path = folder / "secret.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _kept(path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        return _kept(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BotError(f"{path}: {reason}; make the data folder writable or set BOT_SECRET_KEY") from None


def _kept(path: Path) -> str:
    path.chmod(0o600)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise BotError(f"{path}: holds no whole key; remove the file, a new one is made (links in use end)")
    return key


def _value(name: str, env: Mapping[str, str], told: list[str]) -> str:
    direct, file = env.get(name, "").strip(), env.get(f"{name}_FILE", "").strip()
    if direct and file:
        told.append(f"environment {name}: {name}_FILE is set too; unset one of them")
    if direct or not file:
        return direct
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        told.append(
            f"environment {name}_FILE: {file} cannot be read ({reason}); name a file this user can read"
        )
        return ""
    if not value:
        told.append(f"environment {name}_FILE: {file} is empty; put the secret into it")
    return value
