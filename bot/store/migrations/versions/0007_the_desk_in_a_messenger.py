"""the agents' desk inside a messenger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent_account", sa.Column("lang", sa.Text(), nullable=True))
    _links()
    _lines()


def _links() -> None:
    op.create_table(
        "agent_messenger",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.Double(), nullable=False),
        sa.Column("alerted_at", sa.Double(), nullable=False),
        sa.Column("note_chat", sa.Text(), nullable=True),
        sa.Column("menu", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_agent_messenger")),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "agent_messenger_live",
        "agent_messenger",
        ["agent"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _lines() -> None:
    op.create_table(
        "agent_line",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("open", sa.Integer(), server_default="0", nullable=False),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("address", "n", name=op.f("pk_agent_line")),
    )
    op.create_index("agent_line_chat", "agent_line", ["chat"])
    unfinished = sa.text("open = 1")
    op.create_index(
        "agent_line_open",
        "agent_line",
        ["address"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "agent_watch",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", "chat", name=op.f("pk_agent_watch")),
    )
