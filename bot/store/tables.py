"""The schema, once, for SQLite and PostgreSQL. Times are UTC epoch seconds.

Keys lead with the conversation and there are no sequences: numbers are given under the conversation's row lock,
so number order is commit order and the tables can be spread over hosts by conversation.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _zero(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, nullable=False, server_default="0")


# --- the durable core ------------------------------------------------------------------------------------------

chat = Table(
    "chat",
    metadata,
    Column("chat", Text, primary_key=True),  # "telegram:123", "web:<session>", "terminal:<name>"
    Column("buyer", Text, index=True),  # the shop account, once proven
    Column("name", Text, nullable=False, server_default=""),
    Column("state", JSON),
    _zero("in_seq", BigInteger),
    _zero("out_seq", BigInteger),
    _zero("msg_seq", BigInteger),
    _zero("burst_at", Double),  # when the burst that is settling began; 0 = none is
    _zero("not_before", Double),  # nothing of this conversation is handled before
    _zero("updated_at", Double),
)

inbox = Table(
    "inbox",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("received_at", Double, nullable=False),
    _zero("attempts", Integer),
    Column("error", Text),
    Column("done_at", Double),
    UniqueConstraint("chat", "source", "key"),
)
Index(
    "inbox_todo",
    inbox.c.chat,
    inbox.c.n,
    sqlite_where=inbox.c.done_at.is_(None),
    postgresql_where=inbox.c.done_at.is_(None),
)

outbox = Table(
    "outbox",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "send" to a buyer, "fetch" an attachment's bytes
    Column("lane", Text, nullable=False, server_default="send"),  # order is kept within (chat, lane)
    Column("payload", JSON, nullable=False),
    _zero("not_before", Double),
    _zero("attempts", Integer),
    _zero("claimed_until", Double),
    Column("owner", Text),
    Column("error", Text),
    Column("remote_id", Text),
    Column("done_at", Double),
    UniqueConstraint("chat", "key"),
)
Index(
    "outbox_todo",
    outbox.c.chat,
    outbox.c.n,
    sqlite_where=outbox.c.done_at.is_(None),
    postgresql_where=outbox.c.done_at.is_(None),
)

deadline = Table(
    "deadline",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("subject", Text, primary_key=True),  # a case number, or "chat"
    Column("name", Text, primary_key=True),  # a timer of policy.yaml, e.g. "buyer_ship_back"
    Column("due_at", Double, nullable=False),
    Column("payload", JSON, nullable=False),
    _zero("gen", Integer),
    Column("closed_at", Double),
)
Index(
    "deadline_due",
    deadline.c.due_at,
    sqlite_where=deadline.c.closed_at.is_(None),
    postgresql_where=deadline.c.closed_at.is_(None),
)

# --- what people read ------------------------------------------------------------------------------------------

message = Table(
    "message",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("author", Text, nullable=False),  # buyer, bot, agent, system, note (a note is for agents only)
    Column("name", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column(
        "key", Text
    ),  # a buyer's own message id (web: the client's), so that a page finds its own words again
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text),  # of the original bytes; None until they are here
    Column("data", LargeBinary),
    Column("error", Text),
    Column("at", Double, nullable=False),
)

# --- cases -----------------------------------------------------------------------------------------------------

case = Table(
    "case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat", Text, nullable=False, index=True),
    Column("buyer", Text, index=True),
    Column("order_id", Text),
    Column("item", Text),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("slots", JSON, nullable=False),
    Column(
        "judged", JSON, nullable=False
    ),  # the figures it was judged by: a later policy never rewrites a promise
    Column("events", Integer, nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("closed_at", Double),
)
# One open case per order item; a second complaint joins it. A draft has promised nothing yet and does not count.
_open = text("closed_at IS NULL AND status <> 'DRAFT'")
Index("case_one_open", case.c.order_id, case.c.item, unique=True, sqlite_where=_open, postgresql_where=_open)

case_event = Table(
    "case_event",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("who", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("from_status", Text),
    Column("to_status", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("rule", Text, nullable=False, server_default=""),
    Column("policy_version", Text, nullable=False, server_default=""),
    ForeignKeyConstraint(["case_id"], ["case.id"]),
)

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("attachment_id", Text, primary_key=True),
    Column("at", Double, nullable=False),
    ForeignKeyConstraint(["case_id"], ["case.id"]),
)

# --- the desk --------------------------------------------------------------------------------------------------

queue = Table(
    "queue",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),  # the transcript number it began at
    Column("priority", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("lang", Text, nullable=False),
    Column("queued_at", Double, nullable=False),
    Column("agent", Text),
    Column("claimed_at", Double),
    Column("closed_at", Double),
    Column("outcome", Text),  # resolved or handed_back
)
Index(
    "queue_live",
    queue.c.chat,
    unique=True,
    sqlite_where=queue.c.closed_at.is_(None),
    postgresql_where=queue.c.closed_at.is_(None),
)

alert = Table(
    "alert",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", Double, nullable=False),
    Column("text", JSON, nullable=False),  # {"zh": ..., "en": ...}
)

agent = Table(
    "agent",
    metadata,
    Column("name", Text, primary_key=True),
    Column("display", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="agent"),
    Column("created_at", Double, nullable=False),
)

agent_key = Table(
    "agent_key",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of a one-time link's or a session's secret
    Column("kind", Text, nullable=False),  # "link" (works once) or "session"
    Column("agent", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
)

# --- the embedded order source, and small things ---------------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("buyer", Text, index=True),
    Column("data", JSON, nullable=False),
    Column("updated_at", Double, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),  # e.g. "poller:<bot id>": one poller at a time
    Column("owner", Text, nullable=False),
    Column("until", Double, nullable=False),
)
