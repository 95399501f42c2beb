"""The tables of the queue: places in it, leases, targets, alerts, drafts, tags, and who is there. See `tables.py`."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Double, Index, Integer, Table, Text

from bot.store.metadata import metadata, zero

queue = Table(
    "queue",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),  # the transcript number it began at
    Column("priority", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("lang", Text, nullable=False),
    Column(
        "skill", Text, nullable=False, server_default=""
    ),  # what its agent must know; empty: nothing special
    Column("queued_at", Double, nullable=False),
    Column("waiting_since", Double),  # the buyer's first words that nobody has answered; None: none are open
    Column("agent", Text),
    Column("claimed_at", Double),
    Column("last_agent", Text),  # who let it go last
    zero("lease", Integer),  # rises with each owner: what an earlier one sends is known by it
    Column("lease_until", Double),  # None: it does not end by itself
    Column("acted_at", Double),  # the owner's last act here
    Column("answered_at", Double),  # the first reply of a person
    zero("told_place", Integer),  # the place in the queue the buyer last heard; 0: none
    Column("told_at", Double),
    Column("closed_at", Double),
    Column("outcome", Text),  # resolved, handed_back, stale or called off
)
Index(
    "queue_live",
    queue.c.chat,
    unique=True,
    sqlite_where=queue.c.closed_at.is_(None),
    postgresql_where=queue.c.closed_at.is_(None),
)
Index("queue_closed", queue.c.closed_at)

alert = Table(
    "alert",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", Double, nullable=False),
    Column("text", JSON, nullable=False),  # {"zh": ..., "en": ...}
    Column(
        "audience", Text, nullable=False, server_default=""
    ),  # an agent's account, "lead", or empty: everybody
    zero("ring", Integer),  # 1: with a sound, at once
)

answer = Table(  # a round: the buyer's first open words, and the agent's reply to them
    "answer",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("asked_at", Double, primary_key=True),
    Column("answered_at", Double, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("priority", Text, nullable=False),
    zero("first", Integer),  # 1: the first of its place in the queue
)

breach = Table(  # a target that was missed
    "breach",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # first_response, next_response, resolution
    Column("due_at", Double, primary_key=True),
    Column("priority", Text, nullable=False),
    Column("agent", Text),  # who had the chat then
)

draft = Table(  # what an agent has typed and not sent
    "draft",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Double, nullable=False),
)

tag = Table(
    "tag",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
    Column("by", Text, nullable=False),
    Column("at", Double, nullable=False),
)

mention = Table(  # an agent named in an internal note
    "mention",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # the note's act
    Column("agent", Text, primary_key=True, index=True),
    Column("by", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("seen_at", Double),
)

agent_skill = Table(
    "agent_skill",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # "skill", "lang"
    Column("value", Text, primary_key=True),
)

chat_mark = Table(  # who is typing or looking just now
    "chat_mark",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("who", Text, primary_key=True),  # an agent's account, or empty: the buyer
    Column("kind", Text, primary_key=True),  # "typing", "looking"
    Column("until", Double, nullable=False),
)
Index("chat_mark_until", chat_mark.c.until)

agent_presence = Table(  # no row: never seen, takes chats, no shift of their own
    "agent_presence",
    metadata,
    Column("agent", Text, primary_key=True),
    zero("desk_seen_at", Double),  # the open desk's last heartbeat
    zero("acted_at", Double),  # an act, from wherever
    zero("given_at", Double),  # the last chat they took or were given
    zero("declines", Integer),  # 1: no new chats, please
    Column("shift", Text, nullable=False, server_default=""),  # hours as in `shop.hours`; empty: always
)
