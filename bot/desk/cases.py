"""What an agent does to a case: look at what the buyer would read, do it in ten seconds, take it back before."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.cases.rules.platform import Suspension
from bot.desk.acts import No, sound_id, who_has
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.dialogue.agent_case import CASE_ACTS
from bot.store import desk, handoff, held, search
from bot.store.agents import Agent
from bot.store.preview import Preview, preview

WORDS_MOST = 1000  # characters of an agent's own words on an act
OPTIONS_MOST = 3


class CaseAct(BaseModel):
    """The body of an act on a case; what an act has no use for is left out. `id` is made by the page."""

    chat: str
    case: str
    do: str
    id: str = ""
    text: str = Field("", max_length=WORDS_MOST)
    outcome: dict[str, str | int | bool] | None = None
    options: list[dict[str, str | int | bool]] = Field([], max_length=OPTIONS_MOST)
    code: str = Field("", max_length=64)
    ok: bool = True
    ref: str = Field("", max_length=100)
    by: Literal["1d", "2d", "7d"] | None = None
    hold: Suspension | None = None

    def data(self) -> dict[str, Any]:
        """As the dialogue reads it."""
        given = self.model_dump(exclude={"chat", "id"}, exclude_defaults=True)
        return {**given, "text": self.text.strip(), **({"ok": self.ok} if self.do == "inspect" else {})}


class Meant(BaseModel):
    """An act that was held: which chat's, and its id."""

    chat: str
    id: str


def add_cases(router: APIRouter, kit: Kit) -> None:
    @router.post("/case/preview")
    async def look(request: Request, asked: CaseAct) -> dict[str, Any]:
        agent = await kit.gate.acting(request)
        _known(asked)
        seen = await kit.db.aread(lambda conn: _seen(conn, agent, asked, kit))
        if seen is None:
            raise HTTPException(404)
        return {"text": seen.text, "buttons": [b.label for b in seen.buttons], "no": seen.no}

    @router.post("/case/act")
    async def act(request: Request, asked: CaseAct) -> dict[str, Any]:
        agent = await kit.gate.acting(request)
        words = Chrome(lang_of(request))
        _known(asked)
        if not sound_id(asked.id):
            raise HTTPException(400, words("bad_request"))
        no = await kit.db.awrite(lambda conn: _hold(conn, agent, asked, words, kit))
        if no:
            raise HTTPException(
                no.status, str(no.data.get("why")) if no.key == "no" else words(no.key, **no.data)
            )
        kit.changed(asked.chat)
        return {"done": True, "seconds": held.SECONDS}

    @router.post("/case/undo")
    async def undo(request: Request, asked: Meant) -> dict[str, bool]:
        agent = await kit.gate.acting(request)
        now = kit.now()
        if not await kit.db.awrite(lambda conn: held.take_back(conn, asked.chat, agent.name, asked.id, now)):
            raise HTTPException(409, Chrome(lang_of(request))("undo_late"))
        kit.changed(asked.chat)
        return {"done": True}


def _known(asked: CaseAct) -> None:
    if asked.do not in CASE_ACTS:
        raise HTTPException(404)


def _seen(conn: Connection, agent: Agent, asked: CaseAct, kit: Kit) -> Preview | None:
    """None where there is no such chat, or a colleague has it and this agent may not look."""
    if not search.sees(conn, agent, asked.chat):
        return None
    return preview(conn, asked.chat, agent.name, asked.data(), kit.shop(), kit.clock())


def _hold(conn: Connection, agent: Agent, asked: CaseAct, words: Chrome, kit: Kit) -> No | None:
    """Refused here is what would be refused in ten seconds, so that it is told while the form is still open."""
    if desk.acted(conn, asked.chat, agent.name, asked.id):
        return None  # it was done; only the answer was lost on the way
    live = handoff.live(conn, asked.chat)
    if live is not None and live.agent not in (None, agent.name):
        return No(409, "case_not_yours", {"who": who_has(conn, asked.chat, words)})
    seen = _seen(conn, agent, asked, kit)
    if seen is None:
        return No(404, "no_chat")
    if any(h.case == asked.case and h.id != asked.id for h in held.held_in(conn, asked.chat)):
        return No(409, "case_busy")  # it was previewed on a case that is about to change
    if seen.no:
        return No(409, "no", {"why": seen.no})
    held.hold_act(conn, asked.chat, agent.name, asked.id, asked.data(), kit.now(), kit.rules(), seen.text)
    return None
