"""Tables of the agents' desk inside a messenger: whose private chat is linked, what was shown there, what is followed.

Times are UTC epoch seconds. What is sent there are outbox rows like any other, under the chat's own address.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Double, Index, Integer, Table, Text

from bot.store.metadata import metadata, zero

agent_messenger = Table(
    "agent_messenger",
    metadata,
    Column("address", Text, primary_key=True),  # "telegram-desk:<the agent's own number there>"
    Column("agent", Text, nullable=False),
    Column("name", Text, nullable=False),  # what the messenger calls this person
    Column("lang", Text, nullable=False),  # until the agent has chosen one at the desk
    Column("linked_at", Double, nullable=False),
    Column("alerted_at", Double, nullable=False),  # alerts up to here were told
    Column("note_chat", Text),  # the next plain words are an internal note on this chat
    Column("menu", Text, nullable=False, server_default=""),  # the language its menu of commands is in
    Column("ended_at", Double),  # unlinked; the row goes once that was said there
)
_live = agent_messenger.c.ended_at.is_(None)
Index(
    "agent_messenger_live",
    agent_messenger.c.agent,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)

agent_line = (
    Table(  # a message in an agent's private chat, theirs or ours, and which buyer's chat it is about
        "agent_line",
        metadata,
        Column("address", Text, primary_key=True),
        Column(
            "n", BigInteger, primary_key=True, autoincrement=False
        ),  # of the outbox key "m<n>", where it is ours
        Column("chat", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("data", JSON, nullable=False),
        Column("at", Double, nullable=False),
        zero("open", Integer),  # 1: something is still to become of it
        Column("remote", Text),  # the messenger's id, where it is the agent's own
    )
)
Index("agent_line_chat", agent_line.c.chat)
Index(
    "agent_line_open",
    agent_line.c.address,
    sqlite_where=agent_line.c.open == 1,
    postgresql_where=agent_line.c.open == 1,
)

agent_watch = Table(  # a buyer's chat that is followed in an agent's private chat
    "agent_watch",
    metadata,
    Column("address", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("lease", Integer, nullable=False),  # the agent's own, as it was when the chat was shown
    Column("place", BigInteger, nullable=False),  # its number in the queue
    Column("seen", BigInteger, nullable=False),  # messages numbered up to here were shown
)
