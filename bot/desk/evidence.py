"""A case's evidence pack as a download for signed-in agents; each one is noted in the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from bot.desk.gate import lang_of
from bot.desk.kit import Kit
from bot.insight.pack import write_pack
from bot.insight.sections import Setting
from bot.messages import Lang
from bot.store import audit, search
from bot.store.agents import Agent
from bot.store.conversations import read_bytes
from bot.store.evidence import Record, record_of

IN_MEMORY = 4 * 1024 * 1024  # bytes of a pack; the rest waits on disk
AT_ONCE = 2  # packs being made: each keeps a processor busy for about a second
CHUNK = 256 * 1024


def add_evidence(router: APIRouter, kit: Kit) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    @router.get("/cases/{case_id}/evidence.zip")
    async def evidence_pack(request: Request, case_id: str, lang: str = "") -> StreamingResponse:
        agent = await kit.gate.visiting(request)
        read: Lang = "en" if (lang or lang_of(request)) == "en" else "zh"
        record = await kit.db.awrite(lambda conn: _open(conn, case_id, agent, read, kit.now()))
        if record is None:
            raise HTTPException(404)
        async with room:
            out = await asyncio.to_thread(_pack, record, kit, read)
        headers = {
            "content-length": str(out.tell()),
            "content-disposition": f'attachment; filename="{case_id}-evidence.zip"',
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return StreamingResponse(_chunks(out), media_type="application/zip", headers=headers)


def _open(conn: Connection, case_id: str, agent: Agent, lang: Lang, now: float) -> Record | None:
    """The record, and that this agent took it out; none of a chat that a colleague has."""
    record = record_of(conn, case_id)
    if record and not search.sees(conn, agent, record.case.chat):
        return None
    if record:
        audit.note(conn, agent.name, "case.evidence", case_id, {"lang": lang}, now)
    return record


def _pack(record: Record, kit: Kit, lang: Lang) -> IO[bytes]:
    look = kit.pages.look
    setting = Setting(lang, look.zone, look.shop.get(lang, ""), kit.clock())
    out: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    write_pack(out, record, lambda file: kit.db.read(lambda conn: read_bytes(conn, file)), setting)
    return out


def _chunks(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while chunk := out.read(CHUNK):
            yield chunk
