"""Agents in processes of their own on one queue: of any number exactly one has a chat, and only that one is heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.store import agents, conversations, handoff
from bot.store.db import Database
from tests.queue_race.agent import COLLEAGUES, RULES
from tests.queue_race.ledger import Ledger, read_ledgers

TOP = Path(__file__).resolve().parents[2]
CHATS = [f"web:{n}" for n in range(12)]


def fill(conn: Connection) -> None:
    for name in COLLEAGUES:
        agents.add(conn, name, name.upper(), "lead" if name == "lead" else "agent", 1.0)
    for chat in CHATS:
        conversations.identify(conn, chat)
        handoff.enqueue(conn, chat, ["human"], 100, "zh", 1.0, RULES)


def let_loose(url: str, workers: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Start each (name, rounds) as a process, let all go at once; what they say they were allowed to do."""
    command = [sys.executable, "-m", "tests.queue_race.agent", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": TOP, "env": os.environ}
    started = [
        subprocess.Popen([*command, name, str(seed), str(rounds), *CHATS], **pipes)  # type: ignore[call-overload]
        for seed, (name, rounds) in enumerate(workers)
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=240)[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(started)
    return [json.loads(line) for out in said for line in out.splitlines()]


def check(db: Database, told: list[dict[str, Any]]) -> dict[str, Ledger]:
    """Every reply that was let in stands in its chat exactly once, by who sent it; and nobody else is heard."""
    ledgers = db.read(read_ledgers)
    assert {chat: ledger.faults for chat, ledger in ledgers.items() if ledger.faults} == {}
    let_in = Counter((t["chat"], t["name"], t["text"]) for t in told if t["do"] == "reply")
    stored = Counter((chat, who, text) for chat, ledger in ledgers.items() for who, text in ledger.replies)
    assert stored == let_in
    return ledgers


def test_of_three_who_claim_and_write_at_once_one_has_each_chat_and_only_that_one_is_heard(
    database: Database, migrated_url: str
) -> None:
    database.write(fill)
    told = let_loose(migrated_url, [(name, 0) for name in COLLEAGUES[:3]])
    claims = Counter(t["chat"] for t in told if t["do"] == "claim")
    assert claims == Counter(CHATS)
    owner = {t["chat"]: t["name"] for t in told if t["do"] == "claim"}
    assert {(t["chat"], t["name"]) for t in told if t["do"] == "reply"} == set(owner.items())
    check(database, told)


@pytest.mark.slow
def test_whatever_four_agents_do_at_once_while_leases_run_out_no_chat_has_two_owners_and_no_reply_is_lost(
    database: Database, migrated_url: str
) -> None:
    database.write(fill)
    told = let_loose(migrated_url, [*((name, 150) for name in COLLEAGUES), ("clock", 400)])
    ledgers = check(database, told)
    assert len([owner for ledger in ledgers.values() for owner in ledger.owners]) > 2 * len(CHATS)
    assert sum(len(ledger.replies) for ledger in ledgers.values()) > len(CHATS)
