"""Whom a chat suits by skill and language, and who gets it where chats are assigned by load. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Presence = Literal["online", "away", "offline"]
SKILLS_MOST, SKILL_LONG = 20, 40  # of one agent; characters


@dataclass(frozen=True)
class AgentNow:
    """An agent at one instant. No `languages` means all of them; no `skills`, only chats that want none."""

    name: str
    presence: Presence = "online"
    accepting: bool = True
    on_shift: bool = True
    held: int = 0  # chats they have
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    last_given: datetime | None = None  # when they last took or were given a chat
    hours: str = ""  # when they work, as `shop.hours` is written; empty: always

    @property
    def works(self) -> bool:
        return self.presence == "online" and self.on_shift

    def is_to_hear(self, fits: bool, urgent: bool) -> bool:
        """Whether a waiting chat is to be told to them. Who takes no new ones still hears of a P0."""
        return fits and self.on_shift and (self.accepting or urgent)


@dataclass(frozen=True)
class Need:
    """What a waiting chat asks of its agent; `skill` is empty where anyone will do."""

    skill: str = ""
    lang: str = ""
    waited: timedelta = timedelta()
    urgent: bool = False  # P0: whoever is there


def presence(
    seen: datetime | None, now: datetime, away_after: timedelta, offline_after: timedelta
) -> Presence:
    """From the last sign of an agent, a desk's heartbeat or an act."""
    if seen is None or now - seen >= offline_after:
        return "offline"
    return "away" if now - seen >= away_after else "online"


def skill_for(reasons: Iterable[str], table: Mapping[str, str]) -> str:
    """The skill the first reason or case type with one in `table` asks for."""
    return next((table[r] for r in reasons if r in table), "")


def skills_of(typed: str, known: Iterable[str]) -> list[str]:
    """The skills in a line such as `refunds, 纠纷`; one that is known already is spelled as it is there.

    Raises ValueError with the cure.
    """
    spelled = {k.casefold(): k for k in known}
    named = [" ".join(part.split()) for part in re.split(r"[,，、;；\n]", typed)]
    found = {spelled.get(name.casefold(), name) for name in named if name}
    if len(found) > SKILLS_MOST or any(len(name) > SKILL_LONG for name in found):
        raise ValueError(
            f"write up to {SKILLS_MOST} skills of up to {SKILL_LONG} characters, with commas between"
        )
    return sorted(found)


def suits(agent: AgentNow, need: Need) -> bool:
    speaks = not agent.languages or not need.lang or need.lang in agent.languages
    return speaks and (not need.skill or need.skill in agent.skills)


def open_to_all(need: Need, widen_after: timedelta) -> bool:
    """A chat that waited so long without anybody who fits is better served by anyone than by nobody."""
    return need.urgent or need.waited >= widen_after


def choose(agents: Iterable[AgentNow], need: Need, most: int, widen_after: timedelta) -> str | None:
    """Who gets the chat: of those who work, suit it and have fewer than `most`, the one with the least to do.

    Ties go to whom nothing was given for longest. None where nobody can take it: it waits.
    """
    free = [a for a in agents if a.works and a.accepting and a.held < most]
    fit = [a for a in free if suits(a, need)] or (free if open_to_all(need, widen_after) else [])
    best = min(
        fit, key=lambda a: (a.held, a.last_given.timestamp() if a.last_given else 0.0, a.name), default=None
    )
    return best.name if best else None
