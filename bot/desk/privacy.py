"""A buyer's data, for admins: what is held, as a file, and erased, by the rules of the shell's commands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from bot.desk.gate import form_of, lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page, refused
from bot.desk.words import Chrome
from bot.errors import NotDoneError
from bot.handoff.rights import may
from bot.store import erase as erasing
from bot.store import holdings, privacy
from bot.store.agents import Agent
from bot.store.person import Person, find

RIGHT = "erase"
NAME_MOST = 200  # characters
TOLD = ("conversations", "messages", "files", "cases", "orders")  # the parts that are told one by one


def add_privacy(router: APIRouter, kit: Kit) -> None:
    @router.get("/privacy")
    async def start(request: Request) -> Response:
        agent = await kit.gate.visiting(request)
        if not may(agent.role, RIGHT):
            return refused(request, kit, agent)
        return _page(request, kit, agent)

    @router.post("/privacy/look")
    async def look(request: Request) -> Response:
        agent = await kit.gate.acting(request, RIGHT)
        return await _shown(request, kit, agent, _who(await form_of(request)))

    @router.post("/privacy/export")
    async def export(request: Request) -> Response:
        agent = await kit.gate.acting(request, RIGHT)
        who, at = _who(await form_of(request)), datetime.fromtimestamp(kit.now(), UTC)

        def take_out(conn: Connection) -> str:
            person = find(conn, who)
            document = privacy.export(conn, person, kit.shop().policy, at)
            return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

        try:
            body = await kit.db.aread(take_out)
        except NotDoneError as no:
            return await _shown(request, kit, agent, who, no)
        # Only what came out is noted.
        await kit.db.awrite(
            lambda conn: privacy.note_export(conn, find(conn, who), agent.name, at.timestamp())
        )
        headers = {"content-disposition": f"attachment; filename=buyer-{at:%Y%m%d-%H%M%S}.json"}
        return Response(body, media_type="application/json; charset=utf-8", headers=headers)

    @router.post("/privacy/erase")
    async def erase(request: Request) -> Response:
        agent, form = await kit.gate.acting(request, RIGHT), await form_of(request)
        who, words = _who(form), Chrome(lang_of(request))
        if form.get("again", "").strip() != who:
            return await _shown(
                request, kit, agent, who, NotDoneError("privacy_differs", "typed differently")
            )
        even_open, chats = form.get("even_open") == "yes", list[str]()

        def work(conn: Connection) -> erasing.Erased | None:
            person = find(conn, who)
            chats[:] = [*person.chats, *person.shared]
            return erasing.erase(conn, person, kit.now(), who=agent.name, even_open=even_open)

        try:
            done = await kit.db.awrite(work)
        except NotDoneError as no:
            return await _shown(request, kit, agent, who, no)
        await asyncio.to_thread(kit.db.wipe_log)
        kit.hub.changed(chats)
        if done is None:
            return await _shown(request, kit, agent, who, NotDoneError("privacy_nobody", "nothing was held"))
        return _page(request, kit, agent, done=words("privacy_done", alias=done.alias))


def _who(form: Mapping[str, str]) -> str:
    return form.get("who", "").replace("\0", "").strip()[:NAME_MOST]


async def _shown(
    request: Request, kit: Kit, agent: Agent, who: str, no: NotDoneError | None = None
) -> Response:
    """What is held on them; `no` is why the last press did nothing."""

    def look(conn: Connection) -> tuple[Person, dict[str, int]]:
        person = find(conn, who)
        return person, holdings.counts(conn, person)

    try:
        person, held = await kit.db.aread(look)
    except NotDoneError as nobody:
        return _page(request, kit, agent, no=no or nobody, who=who)
    return _page(request, kit, agent, no=no, who=who, person=person, held=_counted(held))


def _page(
    request: Request,
    kit: Kit,
    agent: Agent,
    *,
    no: NotDoneError | None = None,
    done: str = "",
    who: str = "",
    person: Person | None = None,
    held: Sequence[tuple[str, int]] = (),
) -> Response:
    fault = Chrome(lang_of(request))(no.key, **no.data) if no else ""
    return page(
        request, kit, "privacy.html", agent, done=done, fault=fault, status=400 if no else 200,
        who=who, person=person, held=held,
    )  # fmt: skip


def _counted(held: Mapping[str, int]) -> list[tuple[str, int]]:
    """The parts that mean something to people, the rest as one number."""
    told = [(part, held[part]) for part in TOLD if held.get(part)]
    others = sum(n for part, n in held.items() if part not in TOLD)
    return [*told, *([("others", others)] if others else [])]
