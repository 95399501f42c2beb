"""Who tries to prove who they are, from where; and the brake on trying again and again."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Connection

from bot.desk.gate import address_of, device_of, network_of
from bot.desk.kit import Kit
from bot.desk.words import Chrome
from bot.store import agents, attempts, audit
from bot.store.attempts import Wait


@dataclass(frozen=True)
class From:
    """From where and when (UTC epoch seconds): what a session and the audit log keep."""

    address: str
    network: str  # what tries are counted by
    device: str
    now: float


def from_of(request: Request, kit: Kit) -> From:
    return From(address_of(request), network_of(request), device_of(request), kit.now())


def try_once(conn: Connection, name: str, at: From) -> Wait | None:
    """Count a try of this account's password or code; how long to wait where there were too many."""
    wait = attempts.try_once(conn, name, at.network, at.now)
    if wait and wait.first:  # noted once a window: a flood of tries must not become a flood of rows
        known = name if agents.find(conn, name) else ""
        audit.note(conn, known, "sign_in.throttled", known, {}, at.now)
    return wait


def wait_words(wait: Wait, words: Chrome) -> str:
    return words("wait", minutes=math.ceil(wait.seconds / 60))
