"""Why an act was not done, in the agent's words: who has the chat now."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.channels.telegram_desk import look
from bot.channels.telegram_desk.words import Say
from bot.handoff.lease import Not
from bot.store import conversations, handoff, queries


def called(conn: Connection, chat: str, say: Say) -> str:
    """How the chat is named to an agent."""
    return look.who(conversations.load(conn, chat)[1], chat, say)


def why_not(conn: Connection, no: Not, chat: str, say: Say, key: str) -> str:
    """`key` is the sentence where somebody else, or nobody, has the chat: "not_yours" or "not_done"."""
    who = called(conn, chat, say)
    if no.why == "taken":
        return say("taken", who=who, name=queries.display_name(conn, no.agent))
    if no.why in ("not_yours", "not_queued"):
        return say(key, who=who, state=_state(conn, chat, say))
    return say(no.why)


def _state(conn: Connection, chat: str, say: Say) -> str:
    entry = handoff.live(conn, chat)
    if entry is None:
        return say("state_bot")
    if entry.agent is None:
        return say("state_queued")
    return say("state_other", name=queries.display_name(conn, entry.agent))
