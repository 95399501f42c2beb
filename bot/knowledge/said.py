"""Which replies the program itself says, and with what values: read from its own source, so the list cannot go stale.

Without it a reply that a shop deletes or misspells would only be missed when a buyer needs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bot.cases.case import Status
from bot.cases.order import STATUSES
from bot.cases.rules.evidence import Item
from bot.photos import REASONS

BOT = Path(__file__).resolve().parent.parent
PARTS = ("dialogue", "cases", "handoff")
# Keys put together at run time: how they begin, and what can follow.
FAMILIES = {
    "status_": tuple(str(status) for status in Status),
    "order_": STATUSES,
    "photo_": (*REASONS, "failed", *get_args(Item)),
}
# Who says a reply, and which argument is its key.
_SPEAKERS = {"say": 0, "Say": 0, "Refusal": 0, "reply_button": 1}


@dataclass(frozen=True)
class Said:
    """`values`: the names its placeholders may use; None where they are only known at run time."""

    key: str
    values: frozenset[str] | None


def said() -> list[Said]:
    """Every reply key that stands in the source of the parts that talk."""
    return [found for part in PARTS for path in sorted((BOT / part).rglob("*.py")) for found in _in(path)]


def _in(path: Path) -> Iterator[Said]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "replies"
        ):
            yield from (Said(key, None) for key in _keys(node.slice))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = _SPEAKERS.get(name)
            if place is not None and len(node.args) > place:
                yield from (Said(key, _values(name, node)) for key in _keys(node.args[place]))


def _keys(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        start = str(node.values[0].value)
        yield from (start + rest for rest in FAMILIES.get(start, ()))


def _values(name: str, call: ast.Call) -> frozenset[str] | None:
    if name != "say" or any(keyword.arg is None for keyword in call.keywords):
        return None
    return frozenset(str(keyword.arg) for keyword in call.keywords)
