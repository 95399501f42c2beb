"""What an agent does to a chat: claim, reply, note, hand back, resolve.

Each act carries an id of its own, so a double click or a request sent again is one act.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.messages import Attachment
from bot.store import desk, handoff, queries
from bot.store.agents import Agent

TEXT_MOST = 4000  # characters; Telegram takes 4,096
PHOTOS_MOST = 10  # what fits one album
ACTS = ("claim", "reply", "note", "release", "resolve")


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
            lambda conn: _do(conn, agent, do, asked, words, kit.now())
        )
        if no:
            raise HTTPException(no.status, words(no.key, **no.data))
        kit.changed(asked.chat)
        return {"done": True}


def _unfit(do: str, asked: Asked) -> No | None:
    """What is wrong with the request, whoever has the chat."""
    if not re.fullmatch(r"[\w-]{8,64}", asked.id) or len(asked.attachments) > PHOTOS_MOST:
        return No(400, "bad_request")
    if len(asked.text) > TEXT_MOST:
        return No(400, "too_long", {"most": TEXT_MOST, "n": len(asked.text)})
    says_nothing = not asked.text.strip() and not (do == "reply" and asked.attachments)
    return No(400, "empty") if do in ("reply", "note") and says_nothing else None


def _do(conn: Connection, agent: Agent, do: str, asked: Asked, words: Chrome, now: float) -> No | None:
    if do == "claim":
        return _claim(conn, agent, asked.chat, now)
    photos = _photos(conn, asked.chat, asked.attachments)
    if photos is None:
        return No(400, "wrong_photo")
    if handoff.act(conn, asked.chat, agent.name, asked.id, _data(do, asked.text, photos), now):
        return None
    if desk.acted(conn, asked.chat, agent.name, asked.id):
        return None  # it was done; only the answer was lost on the way
    return No(409, "not_yours", {"who": _who(conn, asked.chat, words)})


def _claim(conn: Connection, agent: Agent, chat: str, now: float) -> No | None:
    if handoff.claim(conn, chat, agent.name, now):
        return None
    entry = handoff.live(conn, chat)
    if entry is None:
        return No(409, "left_queue")
    if entry.agent == agent.name:
        return None  # the second half of a double click
    return No(409, "taken", {"name": queries.display_name(conn, entry.agent or "")})


def _data(do: str, text: str, photos: Sequence[Attachment]) -> dict[str, Any]:
    data: dict[str, Any] = {"do": do}
    if do in ("reply", "note"):
        data["text"] = text.strip()
    if do == "reply" and photos:
        data["attachments"] = [asdict(photo) for photo in photos]
    return data


def _photos(conn: Connection, chat: str, ids: Sequence[str]) -> list[Attachment] | None:
    """The photos to send, or None. Only this chat's own: an id of another's must not carry it over."""
    states = desk.photo_states(conn, chat) if ids else {}
    if any(i not in states or not states[i].here for i in ids):
        return None
    return [states[i].attachment for i in ids]


def _who(conn: Connection, chat: str, words: Chrome) -> str:
    entry = handoff.live(conn, chat)
    if entry is None:
        return words("state_bot")
    if entry.agent is None:
        return words("state_queued")
    return words("state_other", name=queries.display_name(conn, entry.agent))
