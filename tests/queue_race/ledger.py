"""What the inbox says happened to a chat, and whether that can be: one owner at a time, nobody else heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.store.tables import inbox, queue

GIVES = ("claim", "transfer", "assign", "take_over")


@dataclass
class Ledger:
    """Of one conversation. `owners`: (place in the queue, lease) → who had it."""

    owners: dict[tuple[int, int], str] = field(default_factory=dict)
    replies: list[tuple[str, str]] = field(default_factory=list)  # who, text, in the order of commits
    faults: list[str] = field(default_factory=list)


def read_ledgers(conn: Connection) -> dict[str, Ledger]:
    """Replays every act in the order of the inbox. A reply is a fault unless its lease was its author's."""
    ledgers: defaultdict[str, Ledger] = defaultdict(Ledger)
    rows = conn.execute(select(inbox).where(inbox.c.source == "agent").order_by(inbox.c.chat, inbox.c.n))
    for row in rows:
        _enter(ledgers[row.chat], row.payload)
    lives = conn.execute(select(queue.c.chat).where(queue.c.closed_at.is_(None))).scalars().all()
    for chat in {c for c in lives if lives.count(c) > 1}:
        ledgers[chat].faults.append("two places in the queue")
    return ledgers


def _enter(ledger: Ledger, payload: dict[str, Any]) -> None:
    data, name = payload["data"], payload["name"]
    place, lease = data["n"], data["lease"]
    gives = data["do"] in GIVES and "skill" not in data
    if gives:
        owner = str(data.get("to", name))
        if (place, lease) in ledger.owners:
            ledger.faults.append(f"lease {lease} has two owners: {ledger.owners[place, lease]} and {owner}")
        if [old for p, old in ledger.owners if p == place and old >= lease]:
            ledger.faults.append(f"lease {lease} came after a later one")
        ledger.owners[place, lease] = owner
    elif ledger.owners.get((place, lease)) != name:
        ledger.faults.append(f"{name} did {data['do']} under lease {lease}, which is not theirs")
    elif lease != max(old for p, old in ledger.owners if p == place):
        ledger.faults.append(f"{name} did {data['do']} when lease {lease} was over")
    if data["do"] == "reply":
        ledger.replies.append((name, data["text"]))
