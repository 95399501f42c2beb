"""What is kept of a buyer beyond one chat: who is blocked, which chats are shown as one. Times: UTC epoch seconds."""

from __future__ import annotations

from sqlalchemy import Column, Double, Table, Text

from bot.store.metadata import metadata

block = Table(
    "block",
    metadata,
    Column("chat", Text, primary_key=True),  # where it was done
    Column("buyer", Text, index=True),  # the account that was proved there: all its chats are blocked
    Column("reason", Text, nullable=False),  # a code of `handoff.blocking`
    Column("words", Text, nullable=False, server_default=""),  # for colleagues
    Column("by", Text, nullable=False),
    Column("at", Double, nullable=False),
)

merged_chat = Table(  # shown as one with the chat `into`, which is itself in no other
    "merged_chat",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("into", Text, nullable=False, index=True),
    Column("why", Text, nullable=False, server_default=""),  # how the agent knows that a guest is this buyer
    Column("by", Text, nullable=False),
    Column("at", Double, nullable=False),
)
