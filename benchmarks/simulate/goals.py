"""What simulated buyers are after, read from `goals.yaml`: the flow, an order that fits, the words, the end."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.cases.case import Case
from bot.messages import Lang

FILE = Path(__file__).with_name("goals.yaml")
_AWAY = re.compile(r"([+-]\d+)h")
Phrases = Mapping[str, list[str]]  # language → ways to say it


@dataclass(frozen=True)
class Tell:
    """What a buyer says about one slot. `late`: only where it is asked for; `slip`: wrong words said first."""

    value: str
    words: Phrases
    slip: Phrases | None = None
    late: bool = False


@dataclass(frozen=True)
class Goal:
    name: str
    flow: str
    order: Mapping[str, Any]
    opens: Phrases
    ends: Mapping[str, Any]
    tells: Mapping[str, Tell] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    confirm: bool = False
    photos: tuple[str, ...] = ()
    then: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    person: bool = False
    goods: tuple[Phrases, ...] = ()

    def reached_by(self, case: Case) -> bool:
        return str(case.type) in self.ends["type"].split("|") and str(case.status) in self.ends[
            "status"
        ].split("|")

    def wrong_in(self, case: Case) -> str:
        """What the case holds otherwise than the buyer said; empty where all is right."""
        for slot, value in (self.ends.get("slots") or {}).items():
            if value not in str(case.slots.get(slot, "")):
                return f"filed with {slot}={case.slots.get(slot)!r} instead of {value!r}"
        return ""


@dataclass(frozen=True)
class World:
    """All goals, and the words that every buyer has."""

    goals: tuple[Goal, ...]
    words: Mapping[str, Any]

    def some(self, name: str, lang: Lang, chance: random.Random) -> str:
        return str(chance.choice(self.words[name][lang]))


def read_world(file: Path = FILE) -> World:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    goals = tuple(_goal(name, row, data["goods"]) for name, row in data.pop("goals").items())
    return World(goals, data)


def _goal(name: str, row: Mapping[str, Any], goods: list[Phrases]) -> Goal:
    tells = {
        slot: Tell(str(t["is"]), {"zh": t["zh"], "en": t["en"]}, t.get("slip"), t.get("late", False))
        for slot, t in (row.get("tells") or {}).items()
    }
    return Goal(
        name,
        row["flow"],
        row["order"],
        row["opens"],
        row["ends"],
        tells,
        tuple(row.get("asks") or ()),
        row.get("confirm", False),
        tuple(row.get("photos") or ()),
        row.get("then") or {},
        row.get("person", False),
        tuple(row.get("goods") or goods),
    )


def order_row(row: Mapping[str, Any], now: datetime, **more: Any) -> dict[str, Any]:
    """An order's row with its times turned into instants: `-30h` is thirty hours before `now`."""

    def read(value: Any) -> Any:
        away = _AWAY.fullmatch(value) if isinstance(value, str) else None
        return (now + timedelta(hours=int(away[1]))).isoformat() if away else value

    return {**{name: read(value) for name, value in row.items()}, **more}
