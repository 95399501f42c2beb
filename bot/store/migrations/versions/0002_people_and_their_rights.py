"""accounts, sessions and what agents did"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIFE = 14 * 24 * 3600.0  # seconds a session was good for until now


def upgrade() -> None:
    _accounts()
    op.create_table(
        "agent_session",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_agent"), "agent_session", ["agent"])
    _keep_who_is_signed_in()
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_table(
        "audit",
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("at", "id", name=op.f("pk_audit")),
    )
    op.create_index("audit_who", "audit", ["who", "at"])


def _accounts() -> None:
    op.create_table(
        "agent_account",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("totp", sa.Text(), nullable=True),
        sa.Column("totp_at", sa.Double(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deactivated_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_account")),
    )
    op.create_table(
        "agent_recovery",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("agent", "hash", name=op.f("pk_agent_recovery")),
    )
    op.create_table(
        "invitation",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitation")),
    )


def _keep_who_is_signed_in() -> None:
    """Sessions stood among the links: they move, lest the upgrade signs everybody out."""
    op.execute(
        sa.text(
            "INSERT INTO agent_session (hash, agent, created_at, seen_at, expires_at, address, device) "
            "SELECT hash, agent, expires_at - :life, :now, expires_at, '', '' "
            "FROM agent_key WHERE kind = 'session'"
        ).bindparams(life=_LIFE, now=time.time())
    )
    op.execute("DELETE FROM agent_key WHERE kind = 'session'")
