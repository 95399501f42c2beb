"""What many open cases cost: `python -m benchmarks.cases [--cases 100000] [--seconds 20]`.

A shop with so many open cases, each in a conversation of its own with an answered message behind it, one clock running
and one warning before it. The real engine runs on the real clock. First nothing is due: the CPU time of this process,
and of PostgreSQL's, as a share of one core (at most 5 % is what we want). Then clocks fall due one after another: how
late each case had moved, commit included (at most 2 seconds). Texts are the shop's own; nothing is sent.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, Table, update

from bot.cases.case import CaseType, Status
from bot.clock import system_clock
from bot.engine import Engine
from bot.store.db import Database
from bot.store.tables import case, chat, deadline, inbox
from tests.support.core import kit
from tests.support.postgres import PostgresServer, find_binaries

DAY = 86_400.0
TIMER = "buyer_ship_back"
DUE = 20  # clocks that run out while we watch
EVERY = 0.5  # seconds between them
ROWS = 10_000  # in one statement


@dataclass(frozen=True)
class Seen:
    idle: float  # share of one core
    late: Sequence[float]  # seconds, of each clock


def fill(conn: Connection, count: int, now: float) -> None:
    for first in range(0, count, ROWS):
        many = range(first, min(first + ROWS, count))
        for table, rows in _rows(many, now):
            conn.execute(table.insert(), rows)


def _rows(many: range, now: float) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Clocks end between two and seven days from now, so that no warning rings while we watch."""
    yield chat, [{"chat": _key(i), "in_seq": 1, "not_before": now - DAY, "updated_at": now} for i in many]
    row: dict[str, Any] = {"source": "channel", "key": "1", "payload": {}, "received_at": now - DAY}
    yield inbox, [{"chat": _key(i), "n": 1, "done_at": now - DAY, **row} for i in many]
    yield case, [_case(i, now) for i in many]
    dues = [(i, now + 2 * DAY + i % 1000 * 432) for i in many]
    clocks = [_clock(i, TIMER, due) for i, due in dues]
    yield deadline, clocks + [_clock(i, f"{TIMER}:warn24", due - DAY) for i, due in dues]


def _case(i: int, now: float) -> dict[str, Any]:
    return {
        "id": f"A{i}",
        "chat": _key(i),
        "order_id": f"T{i}",
        "item": "coat",
        "type": CaseType.RETURN_REFUND.value,
        "status": Status.AWAIT_RETURN.value,
        "slots": {},
        "judged": {},
        "events": 1,
        "opened_at": now - DAY,
        "updated_at": now - DAY,
    }


def _clock(i: int, name: str, due: float) -> dict[str, Any]:
    return {"chat": _key(i), "subject": f"A{i}", "name": name, "due_at": due, "payload": {}, "gen": 1}


def _key(i: int) -> str:
    return f"web:{i}"


async def watch(db: Database, count: int, seconds: float, server: PostgresServer | None) -> Seen:
    moved: dict[str, float] = {}
    all_of_them = asyncio.Event()

    def note(chats: Sequence[str]) -> None:
        moved.update((c, time.time()) for c in chats if c not in moved)
        if len(moved) >= DUE:
            all_of_them.set()

    engine = Engine(db, system_clock, kit, note)
    running = asyncio.create_task(engine.run())
    await asyncio.sleep(2)  # the first rounds compile their statements
    began, cpu = time.perf_counter(), _cpu(server)
    await asyncio.sleep(seconds)
    idle = (_cpu(server) - cpu) / (time.perf_counter() - began)
    dues = {_key(n * (count // DUE)): time.time() + 1 + n * EVERY for n in range(DUE)}
    await db.awrite(lambda conn: _move(conn, dues))
    await all_of_them.wait()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return Seen(idle, sorted(moved[c] - due for c, due in dues.items()))


def _move(conn: Connection, dues: dict[str, float]) -> None:
    """As another process would: nobody rings the engine's bell."""
    for key, due in dues.items():
        which = (deadline.c.chat == key, deadline.c.name == TIMER)
        conn.execute(update(deadline).where(*which).values(due_at=due))


def _cpu(server: PostgresServer | None) -> float:
    """Seconds of processor that this process has used, and the server's processes with it."""
    used = time.process_time()
    if server:
        parent = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
        for process in (parent, *parent.children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system
    return used


def measure(name: str, url: str, count: int, seconds: float, server: PostgresServer | None = None) -> None:
    db = Database(url)
    db.migrate()
    db.write(lambda conn: fill(conn, count, time.time()))
    seen = asyncio.run(watch(db, count, seconds, server))
    db.close()
    late = f"median {statistics.median(seen.late):.2f} s, most {seen.late[-1]:.2f} s"
    sys.stdout.write(f"{name}: {count:,} open cases: idle {seen.idle:.1%} of one core; late {late}\n")


@contextmanager
def postgres() -> Iterator[PostgresServer | None]:
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=20.0)
    chosen = options.parse_args()
    kit()  # read before the clock runs
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'cases.db'}", chosen.cases, chosen.seconds)
    with postgres() as server:
        if server:
            measure("PostgreSQL", server.create(), chosen.cases, chosen.seconds, server)


if __name__ == "__main__":
    main()
