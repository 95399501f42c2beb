"""leases, targets, tags and notes of the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _queue()
    op.add_column("alert", sa.Column("audience", sa.Text(), server_default="", nullable=False))
    op.add_column("alert", sa.Column("ring", sa.Integer(), server_default="0", nullable=False))
    _targets()
    _notes()
    _people()


def _queue() -> None:
    for name in ("waiting_since", "lease_until", "acted_at", "answered_at", "told_at"):
        op.add_column("queue", sa.Column(name, sa.Double(), nullable=True))
    for name in ("lease", "told_place"):
        op.add_column("queue", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("queue", sa.Column("skill", sa.Text(), server_default="", nullable=False))
    op.add_column("queue", sa.Column("last_agent", sa.Text(), nullable=True))
    op.create_index("queue_closed", "queue", ["closed_at"])
    # Who waits now has waited since they asked; who has a chat now owns its first lease, and no clock ends it
    # before their next act: an upgrade takes nobody's chat away.
    op.execute("UPDATE queue SET waiting_since = queued_at WHERE closed_at IS NULL AND agent IS NULL")
    op.execute("UPDATE queue SET lease = 1, acted_at = claimed_at WHERE agent IS NOT NULL")


def _targets() -> None:
    op.create_table(
        "answer",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("chat", "asked_at", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_answered_at"), "answer", ["answered_at"])
    op.create_table(
        "breach",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("chat", "name", "due_at", name=op.f("pk_breach")),
    )


def _notes() -> None:
    op.create_table(
        "draft",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "agent", name=op.f("pk_draft")),
    )
    op.create_table(
        "tag",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "tag", name=op.f("pk_tag")),
    )
    op.create_index(op.f("ix_tag_tag"), "tag", ["tag"])
    op.create_table(
        "mention",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("chat", "key", "agent", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_agent"), "mention", ["agent"])


def _people() -> None:
    op.create_table(
        "agent_skill",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "kind", "value", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "agent_presence",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("desk_seen_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("acted_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("given_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("declines", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shift", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_presence")),
    )
