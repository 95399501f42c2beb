"""The schema, once, for SQLite and PostgreSQL. Times are UTC epoch seconds.

Keys lead with the conversation and there are no sequences: numbers are given under the conversation's row lock,
so number order is commit order and the tables can be spread over hosts by conversation.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.buyer_tables import block as block
from bot.store.buyer_tables import merged_chat as merged_chat
from bot.store.desk_tables import agent_presence as agent_presence
from bot.store.desk_tables import agent_skill as agent_skill
from bot.store.desk_tables import alert as alert
from bot.store.desk_tables import answer as answer
from bot.store.desk_tables import breach as breach
from bot.store.desk_tables import chat_mark as chat_mark
from bot.store.desk_tables import draft as draft
from bot.store.desk_tables import mention as mention
from bot.store.desk_tables import queue as queue
from bot.store.desk_tables import tag as tag
from bot.store.messenger_tables import agent_line as agent_line
from bot.store.messenger_tables import agent_messenger as agent_messenger
from bot.store.messenger_tables import agent_watch as agent_watch
from bot.store.metadata import metadata as metadata
from bot.store.metadata import zero as _zero

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
    _zero("rev_seq", BigInteger),  # of changes to messages that were there already
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
    Column("kind", Text, nullable=False),  # send, edit, withdraw; fetch an attachment's bytes; refund, lookup
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
    _zero(
        "rev", BigInteger
    ),  # the number of its latest change within the conversation; 0 = as it was written
    Column("edited_at", Double),
    Column("withdrawn_at", Double),  # the text stays for the agents' eyes
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
    Column("album", Text),  # files sent as one: Telegram's group, or the message that held them all
    _zero("place", Integer),  # from 1 on within that album; 0 = it came with no message yet
    Column("caption", Text, nullable=False, server_default=""),
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
# Closed ones, too: what was paid back for an order is read in every turn.
Index("case_order", case.c.order_id)
Index("case_one_open", case.c.order_id, case.c.item, unique=True, sqlite_where=_open, postgresql_where=_open)
Index(
    "case_open",
    case.c.status,
    sqlite_where=case.c.closed_at.is_(None),
    postgresql_where=case.c.closed_at.is_(None),
)

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
    Column("kind", Text),  # which item of the case's checklist it fills; None: nobody has said
    ForeignKeyConstraint(["case_id"], ["case.id"]),
)

card = Table(  # the one message that shows the case as it stands
    "card",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("chat", Text, nullable=False),  # where it was shown first; acts elsewhere change it here
    Column("n", BigInteger, nullable=False),
    Column("head", Text, nullable=False),  # what the message says above the card
    Column("head_buttons", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
    Index("card_message", "chat", "n"),
)

# --- the desk: agents and their accounts (the queue is in desk_tables.py) ---------------------------------------

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

agent_account = Table(  # what only the door needs to know of an agent; no row: nothing of it is set
    "agent_account",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("password", Text),  # an argon2id hash, with its parameters
    Column("totp", Text),  # the base32 secret that the phone shares, sealed (`desk/seal.py`)
    Column("totp_at", Double),  # when the first code was shown to be right; before that it is not asked for
    _zero("totp_step", BigInteger),  # the newest 30-second step a code was taken for: none is taken twice
    Column("deactivated_at", Double),
    Column("lang", Text),  # the language the agent reads, once chosen
)

agent_recovery = Table(
    "agent_recovery",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("hash", Text, primary_key=True),  # SHA-256 of a code for who has lost the phone; works once
    Column("used_at", Double),
)

agent_session = Table(
    "agent_session",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("agent", Text, nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),  # the browser's User-Agent
)

invitation = Table(
    "invitation",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of the one-time link's secret
    Column("name", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
)

attempt = Table(  # sign-in tries within a window, by account and by address
    "attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("expires_at", Double, nullable=False),
)

audit = Table(  # only ever added to
    "audit",
    metadata,
    Column("at", Double, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("address", Text, nullable=False),
    Index("audit_who", "who", "at"),
)

# --- the embedded order source, and small things ---------------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("buyer", Text, index=True),
    Column("data", JSON, nullable=False),
    Column("updated_at", Double, nullable=False),  # when it was read from its source
    _zero("version", Integer),  # how often it was written: each piece of news has a number of its own
)

order_cursor = Table(
    "order_cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("value", Text, nullable=False),  # where the mirror reads on; only the source knows what it means
)

parcel_asked = Table(
    "parcel_asked",
    metadata,
    Column("number", Text, primary_key=True),
    Column("asked_at", Double, nullable=False),  # couriers lock numbers that are asked about too often
)

proof_try = Table(
    "proof_try",
    metadata,
    Column("day", Text, primary_key=True),  # in the shop's zone, e.g. 2026-03-10
    Column("number", Text, primary_key=True),  # as typed, whether or not there is such an order
    Column("failed", Integer, nullable=False),
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
