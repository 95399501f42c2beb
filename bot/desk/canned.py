"""The canned replies that an open chat can use, filled with its own data; the composer shows them by `/`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request

from bot.cases.timers import deadline_name
from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.dialogue.canned import ready
from bot.dialogue.state import State
from bot.store import conversations, queries, search
from bot.store.agents import Agent
from bot.store.case_lists import amount_of
from bot.store.queries import ChatView


def add_canned(router: APIRouter, kit: Kit) -> None:
    @router.get("/canned")
    async def canned(request: Request, chat: str = "") -> list[dict[str, str]]:
        agent = await kit.gate.visiting(request)

        def read(conn: Any) -> tuple[ChatView, State] | None:
            view = queries.thread_view(conn, chat, last=1) if search.sees(conn, agent, chat) else None
            return (view, State.from_json(conversations.load(conn, chat)[2])) if view else None

        found = await kit.db.aread(read)
        if found is None:
            raise HTTPException(404)
        view, state = found
        fitting = ready(known_of(view, agent), kit.shop(), state, lang_of(request))
        return [{"key": r.key, "title": r.title, "text": r.text} for r in fitting]


def known_of(view: ChatView, agent: Agent) -> dict[str, Any]:
    """What a reply may name: the open case touched last, its order (else the only one there is), its next deadline."""
    file = next((c for c in view.cases if c.case.is_open), None)
    wanted = file.case.order_id if file else None
    order = next(
        (o for o in view.orders if o.id == wanted), view.orders[0] if len(view.orders) == 1 else None
    )
    name = deadline_name(file.case) if file else None
    return {
        "buyer": view.name,
        "agent": agent.display,
        "order": order.id if order else wanted,
        "item": (file.case.item if file else "") or (order.item if order else ""),
        "case": file.case.id if file else None,
        "deadline": file.timers.get(name) if file and name else None,
        "amount": amount_of(file.case, order) if file else None,
    }
