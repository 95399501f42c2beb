"""money, promises, evidence and cards of cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cards_and_refunds()
    _evidence()
    _case_lists()
    _clocks()


def _cards_and_refunds() -> None:
    """Messages that change in place, and the one of each case that does so whenever the case moves."""
    op.add_column("chat", sa.Column("rev_seq", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("rev", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("edited_at", sa.Double(), nullable=True))
    op.add_column("message", sa.Column("withdrawn_at", sa.Double(), nullable=True))
    op.create_table(
        "card",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("head_buttons", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_card_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_card")),
    )
    op.create_index("card_message", "card", ["chat", "n"])


def _evidence() -> None:
    """Which files were sent together, in which order and with what words; what each of them is to show."""
    op.add_column("attachment", sa.Column("album", sa.Text(), nullable=True))
    op.add_column("attachment", sa.Column("place", sa.Integer(), server_default="0", nullable=False))
    op.add_column("attachment", sa.Column("caption", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence", sa.Column("kind", sa.Text(), nullable=True))


def _case_lists() -> None:
    """The open cases of a status: what waits for the shop's people is read every few seconds."""
    open_ones = sa.text("closed_at IS NULL")
    op.create_index("case_open", "case", ["status"], sqlite_where=open_ones, postgresql_where=open_ones)


def _clocks() -> None:
    """What a turn reads of the orders it is about, however many cases there are."""
    op.create_index("case_order", "case", ["order_id"])
