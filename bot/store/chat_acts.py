"""What an agent does to a chat from wherever they work, the desk or a messenger; why not, where it was not done.

Each act carries a key of its own, so a double click or a request sent again is one act. Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from bot.handoff.lease import Not
from bot.handoff.rules import Rules
from bot.messages import Attachment
from bot.store import audit, conversations, desk, handoff, owners
from bot.store.say import edit_message, withdraw_message


def claim(conn: Connection, chat: str, agent: str, now: float, rules: Rules) -> Not | None:
    """Of any number of agents one has it; who has it already may ask again."""
    if handoff.claim(conn, chat, agent, now, rules):
        return None
    entry = handoff.live(conn, chat)
    if entry is None:
        return Not("not_queued")
    if entry.agent == agent:
        return None  # the second half of a double click
    return Not("taken", entry.agent or "")


def act(
    conn: Connection,
    chat: str,
    agent: str,
    key: str,
    do: str,
    now: float,
    rules: Rules,
    *,
    text: str = "",
    photos: Sequence[Attachment] = (),
) -> Not | None:
    """Reply, note, release or resolve, by who has the chat alone."""
    if handoff.act(conn, chat, agent, key, _data(do, text, photos), now, rules):
        return None
    if desk.acted(conn, chat, agent, key):
        return None  # it was done; only the answer was lost on the way
    return not_theirs(conn, chat, agent)


def not_theirs(conn: Connection, chat: str, agent: str) -> Not | None:
    """None where the agent has the chat."""
    entry = handoff.live(conn, chat)
    if entry is None:
        return Not("not_queued")
    return Not("not_yours", entry.agent or "") if entry.agent != agent else None


def reword(conn: Connection, chat: str, n: int, agent: str, text: str, now: float) -> Not | None:
    """Words to the buyer read so from now on, where the channel can change them."""
    return _mend(conn, chat, n, agent, "edit", lambda: edit_message(conn, chat, n, text, now), now)


def withdraw(conn: Connection, chat: str, n: int, agent: str, now: float) -> Not | None:
    """Words that went out in error are taken back, where the channel can."""
    return _mend(conn, chat, n, agent, "withdraw", lambda: withdraw_message(conn, chat, n, now), now)


def _mend(
    conn: Connection, chat: str, n: int, agent: str, do: str, change: Callable[[], bool], now: float
) -> Not | None:
    """Only people's words: what the bot said is a record of what was promised."""
    handoff.lock(conn, chat)
    if no := not_theirs(conn, chat, agent):
        return no
    if conversations.author_of(conn, chat, n) != "agent" or not change():
        return Not("cannot_mend", agent)
    audit.note(conn, agent, f"chat.{do}", chat, {}, now)
    return None


def pass_on(
    conn: Connection, chat: str, agent: str, now: float, rules: Rules, *, to: str = "", skill: str = ""
) -> Not | None:
    """One's own chat, to a colleague or to whoever has the skill; a lead gives away anybody's."""
    live = handoff.live(conn, chat)
    if to and (live is None or live.agent != agent):
        return owners.assign(conn, chat, to, agent, now, rules)
    return owners.transfer(conn, chat, agent, now, agent=to, skill=skill, rules=rules)


def _data(do: str, text: str, photos: Sequence[Attachment]) -> dict[str, Any]:
    data: dict[str, Any] = {"do": do}
    if do in ("reply", "note"):
        data["text"] = text.strip()
    if do == "reply" and photos:
        data["attachments"] = [asdict(photo) for photo in photos]
    return data
