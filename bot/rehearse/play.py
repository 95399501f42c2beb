"""Plays a script on its stage and holds every expectation against what happened."""

from __future__ import annotations

import operator
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cases.case import Case
from bot.config import Settings
from bot.dialogue.turn import Kit
from bot.errors import BotError
from bot.kit import with_overrides
from bot.rehearse.script import Script, ahead, bound, instant
from bot.rehearse.stage import Stage
from bot.understanding.language import detect

_COMPARE = {"<=": operator.le, ">=": operator.ge, "==": operator.eq, "<": operator.lt, ">": operator.gt}


@dataclass
class Outcome:
    """`failures` name the turn's line and the expectation that did not hold; empty means it passed."""

    title: str
    place: str
    failures: list[str] = field(default_factory=list)
    transcript: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures


def play(script: Script, kit: Kit, settings: Settings, channel: str | None = None) -> Outcome:
    """Play one conversation; a fault of the program is a failure of its turn, and ends the conversation.

    `channel` is as a stage has it.
    """
    outcome = Outcome(script.title, script.place)
    overrides = dict(script.data.get("config") or {})
    if "hours" in script.data:
        overrides["shop.hours"] = script.data["hours"]
    try:
        kit, settings = with_overrides(kit, settings, overrides)
    except BotError as fault:
        outcome.failures.append(f"{script.lines.at(('config',))}: {fault}")
        return outcome
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), kit, settings, instant(script.data["now"], kit.zone), channel)
        try:
            stage.add_orders(script.data.get("orders") or [])
            for row in script.data.get("cases") or []:
                stage.add_case(row, instant(row["opened"], kit.zone))
            _Player(stage, outcome, script).turns(script.turns, ("turns",))
        except BotError as fault:
            outcome.failures.append(f"{script.place}: {fault}")
        finally:
            outcome.transcript = stage.log
            stage.close()
    return outcome


class _Player:
    def __init__(self, stage: Stage, outcome: Outcome, script: Script) -> None:
        self.stage, self.outcome, self.script = stage, outcome, script
        self.touched: dict[str, str] = {}  # buyer → the case touched last
        self.seen: dict[str, Case] = {}
        self.forks = 0

    def turns(self, turns: Any, place: tuple[str, ...]) -> None:
        for n, turn in enumerate(turns):
            here = (*place, str(n))
            whose = self._whose(turn)
            self.stage.sent.clear()
            began = self.stage.now.timestamp() - 0.001
            alerts_before = len(self.stage.alerts(0))
            try:
                self._act(turn, whose, here)
            except BotError as fault:
                self.outcome.failures.append(f"{self.script.lines.at(here)}: {fault}")
                return
            self._note_touched(whose)
            alerts = self.stage.alerts(0)[alerts_before:]
            for failure in self._unmet(turn.get("expect") or {}, whose, alerts, began):
                self.outcome.failures.append(f"{self.script.lines.at((*here, 'expect'))}: {failure}")

    def _whose(self, turn: Mapping[str, Any]) -> str:
        """Whose chat a turn is looked at in: `from`, else the buyer whose order it names, else B1."""
        if "from" in turn:
            return str(turn["from"])
        order = turn.get("order") or {}
        return str(order.get("buyer") or self.stage.order_owner(str(order.get("id", ""))) or "B1")

    def _act(self, turn: Mapping[str, Any], whose: str, here: tuple[str, ...]) -> None:
        if "clock" in turn:
            length = ahead(turn["clock"])
            self.stage.turn_clock(
                self.stage.now + length if length else instant(turn["clock"], self.stage.kit.zone)
            )
        if "buyer" in turn:
            texts = turn["buyer"] if isinstance(turn["buyer"], list) else [turn["buyer"]]
            self.stage.buyer_says(whose, [str(t) for t in texts], [str(p) for p in turn.get("photos") or []])
        if "press" in turn:
            self._press(str(turn["press"]), whose)
        if "agent" in turn:
            self.stage.agent_acts(whose, str(turn["agent"].get("name", "mei")), turn["agent"])
        if "order" in turn:
            self.stage.order_news(whose, turn["order"])
        if turn.get("restart"):
            self.stage.restart()
        if "fork" in turn:
            self._fork(turn["fork"], (*here, "fork"))

    def _press(self, pattern: str, whose: str) -> None:
        offered = self.stage.offered(whose)
        fitting = [b for b in offered if re.search(pattern, b.label, re.IGNORECASE)]
        if len(fitting) != 1:
            labels = ", ".join(b.label for b in offered) or "none"
            raise BotError(f"press: {len(fitting)} buttons fit {pattern!r}; offered are: {labels}")
        self.stage.buyer_presses(whose, fitting[0])

    def _fork(self, turns: Any, place: tuple[str, ...]) -> None:
        self.forks += 1
        copy = self.stage.fork(self.stage.folder / f"fork{self.forks}")
        player = _Player(copy, self.outcome, self.script)
        player.touched, player.seen = dict(self.touched), dict(self.seen)
        try:
            player.turns(turns, place)
        finally:
            self.stage.log += [(f"{chat} (fork)", who, what) for chat, who, what in copy.log]
            copy.close()

    def _note_touched(self, whose: str) -> None:
        now = {c.id: c for c in self.stage.cases(whose)}
        changed = [c for i, c in now.items() if self.seen.get(i) != c]
        if changed:
            # Of those touched in one instant, the one that is new in this turn.
            newest = max(changed, key=lambda c: (c.updated_at, c.is_open, c.opened_at, c.id not in self.seen))
            self.touched[whose] = newest.id
        self.seen |= now

    # --- expectations ----------------------------------------------------------------------------------------------

    def _unmet(self, expect: Mapping[str, Any], whose: str, alerts: list[str], began: float) -> list[str]:
        sent = [m for m in self.stage.sent if m.chat == self.stage.chat_of(whose)]
        said = "\n".join(part for m in sent for part in (m.text, *(b.label for b in m.buttons)))
        told = "\n".join(alerts)
        unmet = _patterns("says", expect.get("says"), said) + _forbidden(expect.get("never"), said)
        if "messages" in expect:
            sign, n = bound(expect["messages"])
            if not _COMPARE[sign](len(sent), n):
                unmet.append(f"messages: {len(sent)} were sent, expected {sign}{n}")
        if "lang" in expect and sent and detect(sent[-1].text) != expect["lang"]:
            unmet.append(f"lang: the reply is {detect(sent[-1].text)}, expected {expect['lang']}")
        if "lang" in expect and not sent:
            unmet.append("lang: nothing was said")
        if "agent_sees" in expect:
            unmet += _patterns("agent_sees", expect["agent_sees"], self.stage.packet(whose))
        if expect.get("alerts") == [] and told:
            unmet.append(f"alerts: expected none, got {told}")
        unmet += _patterns("alerts", expect.get("alerts"), told)
        return unmet + self._case_unmet(expect, whose) + self._desk_unmet(expect, whose)

    def _case_unmet(self, expect: Mapping[str, Any], whose: str) -> list[str]:
        cases = {c.id: c for c in self.stage.cases(whose)}
        opened = [c for c in cases.values() if c.is_open]
        unmet = []
        if "cases" in expect and len(opened) != expect["cases"]:
            unmet.append(f"cases: {len(opened)} are open, expected {expect['cases']}")
        if "case" not in expect:
            return unmet
        wanted, case = expect["case"], cases.get(self.touched.get(whose, ""))
        if wanted is None:
            return unmet + [f"case: {c.type} {c.status} is open, expected none" for c in opened]
        if case is None:
            return [*unmet, "case: there is none"]
        if "type" in wanted and case.type != wanted["type"]:
            unmet.append(f"case.type: {case.type}, expected {wanted['type']}")
        if "status" in wanted and case.status not in [s.strip() for s in str(wanted["status"]).split("|")]:
            unmet.append(f"case.status: {case.status}, expected {wanted['status']}")
        slots = {"order": case.order_id, "item": case.item, **case.slots}
        for name, value in (wanted.get("slots") or {}).items():
            if str(slots.get(name)) != str(value):
                unmet.append(f"case.slots.{name}: {slots.get(name)!r}, expected {value!r}")
        return unmet

    def _desk_unmet(self, expect: Mapping[str, Any], whose: str) -> list[str]:
        unmet = []
        live = self.stage.live(whose)
        handler = "bot" if live is None else "agent" if live.agent else "queued"
        if expect.get("handler", handler) != handler:
            unmet.append(f"handler: {handler}, expected {expect['handler']}")
        if "priority" in expect and (live is None or live.priority != expect["priority"]):
            unmet.append(
                f"priority: {live.priority if live else 'not queued'}, expected {expect['priority']}"
            )
        flags = {*self.stage.state(whose).flags, *(live.reasons if live else ())}
        unmet += [
            f"flags: {flag} is not set (set are: {', '.join(sorted(flags)) or 'none'})"
            for flag in expect.get("flags") or []
            if flag not in flags
        ]
        timers = self.stage.timers(whose)
        for name, due in (expect.get("timers") or {}).items():
            length = ahead(due)
            wanted = self.stage.now + length if length else instant(due, self.stage.kit.zone)
            if timers.get(name) != wanted:
                unmet.append(
                    f"timers.{name}: {_shown(timers.get(name), self.stage)}, expected {_shown(wanted, self.stage)}"
                )
        return unmet


def _patterns(name: str, patterns: Any, text: str) -> list[str]:
    patterns = patterns if isinstance(patterns, list) else [patterns] if patterns else []
    return [
        f"{name}: nothing matches {p!r}"
        for p in patterns
        if not re.search(str(p), text, re.IGNORECASE | re.DOTALL)
    ]


def _forbidden(patterns: Any, text: str) -> list[str]:
    patterns = patterns if isinstance(patterns, list) else [patterns] if patterns else []
    hits = [(p, re.search(str(p), text, re.IGNORECASE | re.DOTALL)) for p in patterns]
    return [f"never: {p!r} matches {hit[0]!r}" for p, hit in hits if hit]


def _shown(moment: datetime | None, stage: Stage) -> str:
    return f"{moment.astimezone(stage.kit.zone):%Y-%m-%d %H:%M}" if moment else "not running"
