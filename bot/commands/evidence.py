"""`evidence`: a case's pack written to a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.errors import UsageError
from bot.insight.pack import write_pack
from bot.insight.sections import Setting
from bot.messages import Lang
from bot.store.conversations import read_bytes
from bot.store.db import Database
from bot.store.evidence import record_of


def export(db: Database, settings: Settings, case: str, out: Path, lang: Lang, now: float) -> int:
    """Returns how many files hang on the case. A file of that name is replaced, and only once the new one is whole.

    `now` is UTC epoch seconds. Raises UsageError where there is no such case, or no place to write to.
    """
    record = db.read(lambda conn: record_of(conn, case))
    if record is None:
        raise UsageError(
            f"there is no case {case}; give its number as the buyer was told it, e.g. A260310-7KQ2M"
        )
    name = settings.shop.name.zh if lang == "zh" else settings.shop.name.en
    setting = Setting(lang, settings.shop.zone, name, datetime.fromtimestamp(now, UTC))
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            write_pack(file, record, lambda one: db.read(lambda conn: read_bytes(conn, one)), setting)
        os.replace(part, out)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"{out}: cannot be written ({fault.strerror}); name a file in a folder of yours"
        ) from None
    return len(record.exhibits)
