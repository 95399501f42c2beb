"""Brings a database to the schema of this version. Safe to call by several processes at once, and again."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import BotError

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_203_114  # any number, the same on every host


def upgrade(conn: Connection) -> None:
    """Run what is missing, in the caller's transaction: a failed upgrade leaves the database as it was."""
    if conn.dialect.name == "postgresql":
        # Two hosts that start together must not both create the tables.
        conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    newer = _current(conn)
    config = alembic_config(conn)
    known = {r.revision for r in ScriptDirectory.from_config(config).walk_revisions()}
    if newer and newer not in known:
        raise BotError(
            f"the database is at schema {newer}, which is newer than this program; upgrade the program"
        )
    command.upgrade(config, "head")


def alembic_config(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = conn
    return config


def _current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()
