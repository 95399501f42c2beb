"""The search box: what it found, as a fragment of links that open a chat, at its line or case."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.store import search
from bot.store.search import MOST, patterns

AROUND = 36  # characters shown before the words that were found
SHOWN = 160  # of a line, altogether


def add_search(router: APIRouter, kit: Kit) -> None:
    @router.get("/find")
    async def find(request: Request, q: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        found = await kit.db.aread(lambda conn: search.find(conn, q, agent))
        body = kit.pages.render(
            "find.html", lang_of(request), found=found, q=q.strip(), most=MOST,
            cut=lambda text: excerpt(text, patterns(q)),
        )  # fmt: skip
        return HTMLResponse(body, headers={"cache-control": "no-store"})


def excerpt(text: str, words: list[str]) -> tuple[str, str, str]:
    """The line around the first of `words` in it: before, the words as they stand there, after."""
    flat = " ".join(text.split())
    low = flat.lower()
    at, length = min(((low.find(w.lower()), len(w)) for w in words if w.lower() in low), default=(0, 0))
    start = max(at - AROUND, 0)
    end = min(start + SHOWN, len(flat))
    before = ("…" if start else "") + flat[start:at]
    return before, flat[at : at + length], flat[at + length : end] + ("…" if end < len(flat) else "")
