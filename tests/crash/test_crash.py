"""The real program under load, killed again and again: nothing lost, nothing twice, order kept, clocks ring once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.outbox import IN_FLIGHT
from bot.store.db import Database
from tests.crash.load import BUYERS, EACH, Feeder, Flaky, set_clocks
from tests.crash.program import TOP, Program
from tests.crash.verdict import Verdict, judge, undone
from tests.fakes.telegram_server import FakeTelegram
from tests.support.postgres import PostgresServer

KILLS = 5
ALIVE = (0.8, 1.6)  # seconds the program lives before it is killed, counted from when it answers
CLOCKS = (2.0, 14.0)  # seconds from the start at which timers ring
PATIENCE = 45.0  # seconds without any progress


@pytest.mark.slow
async def test_a_program_killed_five_times_on_sqlite_loses_and_repeats_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    verdict = await crash("sqlite", sqlite_url, tmp_path, ["program"] * KILLS)
    assert_kept(verdict, KILLS)


@pytest.mark.slow
async def test_a_program_killed_five_times_on_postgresql_loses_and_repeats_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    verdict = await crash("postgresql", postgres_url, tmp_path, ["program"] * KILLS)
    assert_kept(verdict, KILLS)


@pytest.mark.slow
async def test_a_database_server_killed_under_a_running_program_loses_and_repeats_nothing(
    spare_postgres: PostgresServer, tmp_path: Path
) -> None:
    url = spare_postgres.create()
    what = ["server", "program", "server", "program", "server"]
    verdict = await crash("postgresql-server", url, tmp_path, what, spare_postgres)
    assert_kept(verdict, len(what))


def assert_kept(verdict: Verdict, kills: int) -> None:
    assert verdict.lost == []
    assert verdict.twice == []
    assert verdict.out_of_order == []
    assert verdict.failed == []
    assert verdict.timers == 2 * BUYERS
    assert verdict.repeats <= kills * IN_FLIGHT


async def crash(
    name: str, url: str, folder: Path, victims: Sequence[str], server: PostgresServer | None = None
) -> Verdict:
    """Load, kills at seeded moments, a drain; what the tables and the messenger say of it."""
    chance = random.Random(20)
    db = Database(url)
    db.migrate()
    began = time.monotonic()
    async with Flaky() as telegram:
        program = Program(folder, url, telegram.url, telegram.token)
        try:
            await program.start()
            db.write(lambda conn: set_clocks(conn, datetime.now(UTC), CLOCKS))
            feeder = Feeder(program.url, random.Random(6))
            feeding = asyncio.create_task(feeder.run())
            for victim in victims:
                await asyncio.sleep(chance.uniform(*ALIVE))
                await (_kill_server(server) if victim == "server" and server else _kill(program))
            while not feeding.done():
                assert program.runs, f"it ended by itself:\n{program.words()[-3000:]}"
                await asyncio.sleep(0.1)
            await _drained(db, telegram, program)
            assert await program.stop() == 0
        finally:
            await program.kill()
    verdict = db.read(lambda conn: judge(conn, telegram.sent))
    db.close()
    words = program.words()
    verdict.failed += [line for line in words.splitlines() if "turn failed" in line or "Error" in line]
    line = verdict.line(name, BUYERS * EACH, feeder.again, len(victims))
    _report(name, f"{line} seconds={time.monotonic() - began:.0f}", verdict)
    return verdict


async def _kill(program: Program) -> None:
    await program.kill()
    await asyncio.sleep(0.1)
    await program.start()


async def _kill_server(server: PostgresServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server.start)


async def _drained(db: Database, telegram: FakeTelegram, program: Program) -> None:
    """Until no row waits; fails where nothing at all has happened for `PATIENCE`."""
    seen, at = (0, 0), time.monotonic()
    while left := await db.aread(undone):
        now = (left, sum(map(len, telegram.sent.values())))
        if now != seen:
            seen, at = now, time.monotonic()
        assert program.runs, f"it ended by itself:\n{program.words()[-3000:]}"
        assert time.monotonic() - at < PATIENCE, (
            f"{left} rows wait and nothing moves:\n{program.words()[-3000:]}"
        )
        await asyncio.sleep(0.2)
    await asyncio.sleep(1.0)  # whatever would still come twice


def _report(name: str, line: str, verdict: Verdict) -> None:
    print(line)
    wrong = [*verdict.lost, *verdict.twice, *verdict.out_of_order, *verdict.failed]
    folder = TOP / "test-results"
    folder.mkdir(exist_ok=True)
    (folder / f"crash-{name}.txt").write_text("\n".join([line, *wrong, ""]), encoding="utf-8")
