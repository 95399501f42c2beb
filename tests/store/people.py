"""Two buyers with something in every table that may hold anything of one; each text of theirs carries their name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Double,
    Executable,
    Integer,
    LargeBinary,
    Text,
    insert,
    select,
)

from bot.cases.order import Order, as_json
from bot.store import holdings
from bot.store import tables as t
from bot.store.db import Database

MEI = "telegram-desk:9"  # an agent's own chat in a messenger
AT = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
NOW = AT.timestamp()
# Columns that tell of the shop's doing and never hold a buyer's words.
_PLAIN = {
    "agent": "mei", "by": "mei", "who": "agent:mei", "last_agent": "mei", "owner": None, "type": "return_refund",
    "status": "CLOSED_REFUNDED", "from_status": "PENDING_SELLER", "to_status": "REFUNDING", "event": "approve_refund",
    "rule": "暂行办法 art. 13", "policy_version": "7", "item": "马克杯", "lang": "zh", "priority": "P2",
    "act": "chat.claim", "author": "buyer", "kind": "send", "lane": "send", "source": "web", "skill": "",
    "outcome": "resolved", "remote": "55", "audience": "", "address": "192.0.2.7",
}  # fmt: skip
_NUMBERS = {
    "lease",
    "ring",
    "gen",
    "attempts",
    "declines",
    "first",
    "told_place",
    "claimed_until",
    "not_before",
}


@dataclass(frozen=True)
class Buyer:
    """`mark` is in everything they said or that is said of them."""

    mark: str

    @property
    def account(self) -> str:
        return f"acc-{self.mark}"

    @property
    def chat(self) -> str:
        return f"telegram:{self.mark}"

    @property
    def case(self) -> str:
        return f"A260310-{self.mark.upper()}"

    @property
    def order(self) -> str:
        return f"T-{self.mark.upper()}"

    @property
    def tracking(self) -> str:
        return f"SF{self.mark.upper()}0001"

    @property
    def photo(self) -> str:
        return f"photo-{self.mark}"

    @property
    def photo_bytes(self) -> bytes:
        return f"the bytes of {self.mark}'s photo".encode() * 400

    def says(self, where: str) -> str:
        return f"{self.mark}'s words in {where}"


LIN, BO = Buyer("lin7"), Buyer("bo8")


def fill(conn: Connection, who: Buyer) -> None:
    """One row in every table that may hold something, and the photo hung on their case, all of it closed."""
    for held in reversed(holdings.HOLDINGS):  # what others point at comes first
        conn.execute(insert(held.table).values(_row(held.table, who)))
    n = len(who.mark)
    for key, number in ((f"m{n}", n), (f"e{n}:1", 10 + n)):  # what mei was sent of it, and how it was changed
        copy = {"chat": MEI, "n": number, "key": key, "payload": {"text": f"{who.mark} to an agent"}}
        conn.execute(insert(t.outbox).values({**_row(t.outbox, who), **copy}))


def _row(table: Any, who: Buyer) -> dict[str, Any]:
    keys = {
        "chat": who.chat,
        "buyer": who.account,
        "case_id": who.case,
        "order_id": who.order,
        "attachment_id": who.photo,
    }
    row = {c.name: _value(table.name, c, who) for c in table.c}
    row |= {name: value for name, value in {**_PLAIN, **keys}.items() if name in row}
    special: dict[str, dict[str, Any]] = {
        "attachment": {"id": who.photo, "data": who.photo_bytes},
        "case": {
            "id": who.case,
            "slots": {"refund": "68.00", "tracking": who.tracking, "feedback": who.says("feedback")},
            "judged": {"refund": "68.00", "filed_at": AT.isoformat()},
            "events": 1,
        },
        "chat": {"state": {"lang": "zh", "proved": [], "no_marketing": True, "said": who.says("chat.state")}},
        "orders": {"id": who.order, "data": as_json(_order(who))},
        "proof_try": {"day": "2026-03-10", "number": who.order},
        "parcel_asked": {"number": who.tracking},
        "audit": {"subject": who.chat, "id": f"note-{len(who.mark)}", "who": "mei", "detail": {}},
        "agent_line": {"address": MEI, "n": len(who.mark)},
        "merged_chat": {"into": who.chat},
        "agent_watch": {"address": MEI},
        "inbox": {"payload": {"text": who.says("inbox"), "data": {"token": f"a-signed-link-of-{who.mark}"}}},
    }
    return row | special.get(table.name, {})


def _value(table: str, column: Column[Any], who: Buyer) -> Any:
    where = f"{table}.{column.name}"
    match column.type:
        case Double():
            return 0 if column.name in _NUMBERS else NOW
        case Text():
            return who.says(where)
        case Integer():
            return 1 if column.primary_key or column.name.endswith("_seq") else 0
        case JSON():
            return [] if column.name in ("buttons", "attachments") else {"said": who.says(where)}
        case LargeBinary():
            return who.photo_bytes
        case other:
            raise AssertionError(f"{where}: how is a {other} filled?")


def _order(who: Buyer) -> Order:
    return Order(
        who.order,
        "signed",
        buyer=who.account,
        paid_at=AT,
        signed_by=who.says("signed_by"),
        item="马克杯",
        paid=Decimal("68.00"),
        phone="13812345566",
        address=who.says("address"),
        tracking=who.tracking,
    )


def do(db: Database, statement: Executable, rows: list[dict[str, Any]] | None = None) -> None:
    """One statement in a transaction of its own."""

    def write(conn: Connection) -> None:
        conn.execute(statement, rows)

    db.write(write)


def whole(db: Database) -> dict[str, list[str]]:
    """Every row of every table as one text each, bytes too."""

    def read(conn: Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(
                json.dumps(dict(r), ensure_ascii=False, default=str)
                for r in conn.execute(select(table)).mappings()
            )
            for table in t.metadata.sorted_tables
        }

    return db.read(read)
