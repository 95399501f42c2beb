"""Everything held on a person as one document. Read-only; where it lies is told by `holdings.py`.

Instants are written as ISO 8601 in UTC. The bytes of photos are not in it: their names, sizes and hashes are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.cases.policy import Policy
from bot.cases.promises import Promise, promises
from bot.store import audit, cases
from bot.store.holdings import HOLDINGS, STEPS, Holding, columns, is_time, theirs
from bot.store.person import Person

FORMAT = 1  # of the document
_SECRETS = ("token",)  # a signed account link lets anybody be that buyer
_WITHHELD = "withheld"
_OF_A_CHAT = [h for h in HOLDINGS if h.key == "chat" and h.part != "conversations"]
_OF_A_CASE = [h for h in HOLDINGS if h.key == "case" and h.part != "cases"]

Document = dict[str, Any]


def export(
    conn: Connection,
    person: Person,
    policy: Policy,
    now: datetime,
    done: Callable[[int, int], None] = lambda n, of: None,
) -> Document:
    """What is held on `person` at `now` (aware): conversations with all that hangs on them, cases, orders, the rest."""
    parts: dict[str, list[Document]] = {}
    for step, held in enumerate(HOLDINGS, 1):
        parts[held.part] = _rows(conn, held, person)
        done(step, STEPS)
    return {
        "format": FORMAT,
        "made_at": _iso(now.timestamp()),
        "accounts": list(person.buyers),
        "shared_conversations": list(person.shared),
        "conversations": _nested(parts, "conversations", "chat", _OF_A_CHAT, others=person.shared),
        "cases": [
            {**found, "promises": _promises(conn, found["id"], policy, now)}
            for found in _nested(parts, "cases", "id", _OF_A_CASE, column="case_id")
        ],
        **{h.part: parts[h.part] for h in HOLDINGS if h.key not in ("chat", "case")},
    }


def note_export(conn: Connection, person: Person, who: str, now: float) -> None:
    """That it was taken out, by whom; in UTC epoch seconds."""
    audit.note(conn, who, "privacy.export", person.names[0], {"conversations": len(person.chats)}, now)


def _rows(conn: Connection, held: Holding, person: Person) -> list[Document]:
    found = select(*columns(held)).where(theirs(conn, held, person)).order_by(*held.table.primary_key)
    return [_plain(held, r) for r in conn.execute(found).mappings()]


def _plain(held: Holding, row: Mapping[Any, Any]) -> Document:
    return {
        name: _iso(value) if is_time(held, name) else _without_secrets(value) for name, value in row.items()
    }


def _iso(epoch: float | None) -> str | None:
    """0 stands for never."""
    return datetime.fromtimestamp(epoch, UTC).isoformat() if epoch else None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _WITHHELD if k in _SECRETS else _without_secrets(v) for k, v in value.items()}
    return [_without_secrets(v) for v in value] if isinstance(value, list) else value


def _nested(
    parts: Mapping[str, list[Document]],
    whole: str,
    key: str,
    of: list[Holding],
    *,
    column: str = "chat",
    others: Sequence[str] = (),
) -> list[Document]:
    """What hangs on each conversation or case under it. A conversation that is another's now shows only that."""
    hung: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for held in of:
        for row in parts[held.part]:
            hung[held.part, row[column]].append({k: v for k, v in row.items() if k != column})
    rows = [*parts[whole], *({key: where} for where in others)]
    return [{**row, **{h.part: hung[h.part, row[key]] for h in of}} for row in rows]


def _promises(conn: Connection, case_id: str, policy: Policy, now: datetime) -> list[Document]:
    """What the shop owed on it by when, and whether it was kept."""
    found = cases.read_case(conn, case_id)
    made = promises(found, cases.timeline(conn, case_id), policy, now) if found else []
    return [_promise(p) for p in made]


def _promise(p: Promise) -> Document:
    ended = p.ended.isoformat() if p.ended else None
    said: Document = {"timer": p.timer, "made": p.made.isoformat(), "due": p.due.isoformat()}
    return {**said, "outcome": p.outcome.value, "ended": ended}
