"""Rehearsal files → checked scripts. An unknown key, slot or timer is an error with its line, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.case import CaseType, Status
from bot.cases.nearest import did_you_mean
from bot.cases.order import FIELDS
from bot.cases.policy import Timers
from bot.cases.timers import TIMERS
from bot.dialogue.agent_case import CASE_ACTS
from bot.errors import ConfigError
from bot.knowledge.yaml_lines import Document, Place, read_text

TOP = ("title", "now", "config", "hours", "orders", "cases", "turns")
CASE = ("type", "status", "order", "opened")
TURN = ("buyer", "from", "photos", "press", "agent", "order", "clock", "restart", "fork", "expect")
ACTIONS = ("buyer", "press", "agent", "order", "restart", "fork")
EXPECT = (
    "case",
    "cases",
    "says",
    "never",
    "messages",
    "handler",
    "lang",
    "timers",
    "flags",
    "priority",
    "agent_sees",
    "alerts",
)
SLOTS = (
    "order",
    "item",
    "qty",
    "reason",
    "wanted",
    "tracking",
    "contact_tail",
    "missing",
    "broken",
    "safety",
    "report_issuer",
)
TIMER_NAMES = tuple(
    dict.fromkeys([t.name for many in TIMERS.values() for t in many] + [f.name for f in fields(Timers)])
)
FLAGS = ("safety", "legal_threat", "scam", "extortion", "high_value", "vulnerable", "repeat", "anger")
ACTS = ("claim", "reply", "note", "resolve", "release", "transfer", *CASE_ACTS)
AGENT = ("name", "do", "text", "options", "code", "ok", "to", "outcome", "ref", "by")
_AHEAD = re.compile(r"\+(\d+)(min|m|h|d)")
_BOUND = re.compile(r"(<=|>=|==|<|>)\s*(\d+)")


@dataclass(frozen=True)
class Script:
    """One conversation. Times in it are in the shop's zone unless they carry one."""

    title: str
    place: str  # file:line
    data: Mapping[str, Any]
    lines: Document

    @property
    def turns(self) -> Sequence[Mapping[str, Any]]:
        return self.data["turns"]  # type: ignore[no-any-return]


def read_scripts(path: Path) -> list[Script]:
    """Every conversation of the file; raises ConfigError with all faults of the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise ConfigError([f"{path}: cannot be read ({fault.strerror}); name a rehearsal file"]) from None
    documents = [d for d in read_text(text, str(path)) if d.data is not None]
    faults = [d.fault(place, what) for d in documents for place, what in _faults(d.data)]
    if not documents:
        faults = [f"{path}: holds no conversation; write one with title, now and turns"]
    if faults:
        raise ConfigError(faults)
    return [Script(d.data.get("title", path.stem), d.at(()), d.data, d) for d in documents]


Fault = tuple[Place, str]


def _faults(data: Any) -> Iterator[Fault]:
    if not isinstance(data, dict):
        yield (), "is no conversation; write title, now and turns"
        return
    yield from _keys(data, TOP, ())
    for needed in ("now", "turns"):
        if needed not in data:
            yield (), f"key '{needed}' is missing"
    yield from _check(data.get("now"), ("now",), instant)
    for n, row in enumerate(_list(data.get("orders"))):
        yield from _keys(row, FIELDS, ("orders", str(n)))
    for n, row in enumerate(_list(data.get("cases"))):
        yield from _case(row, ("cases", str(n)))
    yield from _turns(data.get("turns"), ("turns",))


def _case(row: Any, here: Place) -> Iterator[Fault]:
    yield from _keys(row, CASE, here)
    if not isinstance(row, dict):
        return
    for needed in CASE:
        if needed not in row:
            yield here, f"key '{needed}' is missing"
    yield from _one_of(row.get("type", CaseType.EXCHANGE), list(CaseType), (*here, "type"))
    yield from _one_of(row.get("status", Status.DRAFT), list(Status), (*here, "status"))
    yield from _check(row.get("opened", "2026-01-01"), (*here, "opened"), instant)


def _turns(turns: Any, place: Place) -> Iterator[Fault]:
    if not isinstance(turns, list) or not turns:
        yield place, "is no list of turns; write `- buyer: …` below it"
        return
    for n, turn in enumerate(turns):
        here = (*place, str(n))
        if not isinstance(turn, dict):
            yield here, "is no turn; write `buyer: …`, `agent: …`, `order: …` or `clock: …`"
            continue
        yield from _turn(turn, here)


def _turn(turn: dict[str, Any], here: Place) -> Iterator[Fault]:
    yield from _keys(turn, TURN, here)
    named = [k for k in ACTIONS if k in turn]
    if len(named) > 1 and set(named) != {"buyer", "press"}:
        yield here, f"does {' and '.join(named)} at once; make them turns of their own"
    if not named and "clock" not in turn:
        yield here, f"does nothing; give it one of {', '.join((*ACTIONS, 'clock'))}"
    if "clock" in turn:
        yield from _check(turn["clock"], (*here, "clock"), _clock)
    if isinstance(agent := turn.get("agent"), dict):
        yield from _keys(agent, AGENT, (*here, "agent"))
        yield from _one_of(agent.get("do"), ACTS, (*here, "agent", "do"))
    elif "agent" in turn:
        yield (*here, "agent"), "is no act; write {name: mei, do: claim}"
    if isinstance(order := turn.get("order"), dict):
        yield from _keys(order, FIELDS, (*here, "order"))
    if "fork" in turn:
        yield from _turns(turn["fork"], (*here, "fork"))
    if isinstance(expect := turn.get("expect"), dict):
        yield from _expect(expect, (*here, "expect"))
    elif "expect" in turn:
        yield (*here, "expect"), "is no block; write e.g. {says: ['…']}"


def _expect(expect: dict[str, Any], here: Place) -> Iterator[Fault]:
    yield from _keys(expect, EXPECT, here)
    for key in ("says", "never", "agent_sees", "alerts"):
        for n, pattern in enumerate(_list(expect.get(key))):
            yield from _check(pattern, (*here, key, str(n)), re.compile)
    case = expect.get("case")
    if isinstance(case, dict):
        yield from _keys(case, ("type", "status", "slots"), (*here, "case"))
        yield from _keys(case.get("slots") or {}, SLOTS, (*here, "case", "slots"))
        if "type" in case:
            yield from _one_of(case["type"], list(CaseType), (*here, "case", "type"))
        for status in str(case.get("status", "DRAFT")).split("|"):
            yield from _one_of(status.strip(), list(Status), (*here, "case", "status"))
    if "messages" in expect:
        yield from _check(expect["messages"], (*here, "messages"), bound)
    yield from _keys(expect.get("timers") or {}, TIMER_NAMES, (*here, "timers"))
    for name, due in (expect.get("timers") or {}).items():
        yield from _check(due, (*here, "timers", str(name)), _clock)
    yield from _one_of(expect.get("handler", "bot"), ("bot", "queued", "agent"), (*here, "handler"))
    yield from _one_of(expect.get("lang", "zh"), ("zh", "en"), (*here, "lang"))
    yield from _one_of(expect.get("priority", "P0"), ("P0", "P1", "P2", "P3"), (*here, "priority"))
    for flag in _list(expect.get("flags")):
        yield from _one_of(flag, FLAGS, (*here, "flags"))


def instant(raw: Any, zone: ZoneInfo | None = None) -> datetime:
    """A time of the script as an aware datetime; raises ValueError."""
    moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone or ZoneInfo("UTC"))


def ahead(raw: Any) -> timedelta | None:
    """`+73h`, `+2d`, `+30min` as a length; None for anything else."""
    found = _AHEAD.fullmatch(str(raw).strip())
    return found and timedelta(**{{"h": "hours", "d": "days"}.get(found[2], "minutes"): int(found[1])})


def bound(raw: Any) -> tuple[str, int]:
    """A comparison such as '<=1'; raises ValueError."""
    found = _BOUND.fullmatch(str(raw).strip())
    if not found:
        raise ValueError(f"{raw!r} is no comparison; write e.g. '<=1' in quotes")
    return found[1], int(found[2])


def _clock(raw: Any) -> object:
    return ahead(raw) or instant(raw)


def _check(raw: Any, place: Place, read: Callable[[Any], object]) -> Iterator[Fault]:
    try:
        read(raw)
    except (ValueError, TypeError, re.error) as fault:
        yield place, f"{raw!r} cannot be read: {fault}"


def _keys(row: Any, known: Sequence[str], place: Place) -> Iterator[Fault]:
    if not isinstance(row, dict):
        yield place, f"{row!r} is no block of `key: value`"
        return
    for key in row:
        if str(key) not in known:
            yield (
                (*place, str(key)),
                f"unknown key '{key}'{did_you_mean(str(key), known)}; one of {', '.join(known)}",
            )


def _one_of(value: Any, known: Sequence[str], place: Place) -> Iterator[Fault]:
    if str(value) not in [str(k) for k in known]:
        yield (
            place,
            (
                f"'{value}' is unknown{did_you_mean(str(value), [str(k) for k in known])}; "
                f"one of {', '.join(map(str, known))}"
            ),
        )


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [] if raw is None else [raw]
