"""What an agent does to a chat: claim, reply, note, hand back, resolve; as the page asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.handoff.lease import Not
from bot.handoff.rules import Rules
from bot.messages import Attachment
from bot.store import chat_acts, conversations, desk, handoff, marks, merged, owners, queries
from bot.store.agents import Agent

TEXT_MOST = 4000  # characters; Telegram takes 4,096
PHOTOS_MOST = 10  # what fits one album
ACTS = ("claim", "take", "reply", "note", "release", "resolve")


class Asked(BaseModel):
    """The body of an act. `id` is made by the page, once for each thing the agent does."""

    chat: str
    id: str
    text: str = ""
    attachments: list[str] = []


@dataclass(frozen=True)
class No:
    """Why an act was not done: the HTTP status, and the words for the agent."""

    status: int
    key: str
    data: Mapping[str, object] = field(default_factory=dict)


def add_acts(router: APIRouter, kit: Kit) -> None:
    @router.post("/act/{do}")
    async def act(request: Request, do: str, asked: Asked) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        words = Chrome(lang_of(request))
        if do not in ACTS:
            raise HTTPException(404)
        no = _unfit(do, asked) or await kit.db.awrite(
            lambda conn: _do(conn, agent, do, asked, words, kit.now(), kit.rules())
        )
        if no:
            raise HTTPException(no.status, words(no.key, **no.data))
        if do in ("reply", "note"):
            kit.wake()  # nothing shows before the engine has written it, and that is told then
        else:
            kit.changed(asked.chat)
        return {"done": True}


def _unfit(do: str, asked: Asked) -> No | None:
    """What is wrong with the request, whoever has the chat."""
    if not sound_id(asked.id) or len(asked.attachments) > PHOTOS_MOST:
        return No(400, "bad_request")
    if len(asked.text) > TEXT_MOST:
        return No(400, "too_long", {"most": TEXT_MOST, "n": len(asked.text)})
    says_nothing = not asked.text.strip() and not (do == "reply" and asked.attachments)
    return No(400, "empty") if do in ("reply", "note") and says_nothing else None


def _do(
    conn: Connection, agent: Agent, do: str, asked: Asked, words: Chrome, now: float, rules: Rules
) -> No | None:
    if do == "claim":
        no = chat_acts.claim(conn, asked.chat, agent.name, now, rules)
        return _not_claimed(conn, no) if no else None
    if do == "take":
        no = owners.take(conn, asked.chat, agent.name, now, rules)
        return _not_taken(conn, no) if no else None
    photos = _photos(conn, asked.chat, asked.attachments)
    if photos is None:
        return No(400, "wrong_photo")
    marks.drop(conn, asked.chat, agent.name, "typing")
    no = chat_acts.act(conn, asked.chat, agent.name, asked.id, do, now, rules, text=asked.text, photos=photos)
    return No(409, "not_yours", {"who": who_has(conn, asked.chat, words)}) if no else None


def _not_claimed(conn: Connection, no: Not) -> No:
    if no.why == "not_queued":
        return No(409, "left_queue")
    return No(409, "taken", {"name": queries.display_name(conn, no.agent)})


def _not_taken(conn: Connection, no: Not) -> No:
    return No(409, "no_chat") if no.why == "not_queued" else _not_claimed(conn, no)


def _photos(conn: Connection, chat: str, ids: Sequence[str]) -> list[Attachment] | None:
    """The photos to send, or None. Only this chat's own: an id of another's must not carry it over.

    One that was put in for a chat that is shown as one with it goes where the words go.
    """
    keys = merged.members(conn, chat) if ids else ()
    homes = {name: (key, state) for key in keys for name, state in desk.photo_states(conn, key).items()}
    if any(i not in homes or not homes[i][1].here for i in ids):
        return None
    for i in ids:
        if homes[i][0] != chat:
            conversations.give_attachment(conn, i, chat)
    return [homes[i][1].attachment for i in ids]


def sound_id(act_id: str) -> bool:
    """Whether a page may have made it: it becomes part of a key."""
    return re.fullmatch(r"[\w-]{8,64}", act_id) is not None


def who_has(conn: Connection, chat: str, words: Chrome) -> str:
    """In the agent's words, for why an act was not done."""
    entry = handoff.live(conn, chat)
    if entry is None:
        return words("state_bot")
    if entry.agent is None:
        return words("state_queued")
    return words("state_other", name=queries.display_name(conn, entry.agent))
