"""The ledger of promises: every "you hear by …" that a case's timeline made, and what became of it. Pure.

No table of its own: the timeline says when a status was entered and left, the policy how long the shop had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.cases.case import Case, Entry
from bot.cases.machine import moves
from bot.cases.movers import next_mover
from bot.cases.policy import Policy
from bot.cases.reading import Span
from bot.cases.rules.logistics import NEWS_WITHIN
from bot.cases.timers import deadline_name, timers_of

RING = timedelta(
    minutes=1
)  # what is done as the clock rings was done in time, and a clock rings a moment late


class Outcome(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    VOID = "void"  # the buyer moved first: withdrawn, found, corrected


@dataclass(frozen=True)
class Promise:
    """Instants are aware UTC. `timer` is the clock that the buyer was told of; `by_clock`: it ran out and moved the
    case by itself. `ended` is when the promise was kept, became void, or was broken (its due instant); None while open.
    """

    case: Case
    timer: str
    made: datetime
    due: datetime
    outcome: Outcome = Outcome.OPEN
    ended: datetime | None = None
    extended: bool = False
    by_clock: bool = False
    moved: bool = False  # a move or a new promise came after it; False: it is what the buyer still waits for


def promises(case: Case, entries: Sequence[Entry], policy: Policy, now: datetime) -> list[Promise]:
    """What the shop or the carrier owed the buyer on `case`, oldest first; lengths are today's policy's.

    A status that was left at the instant it was entered promised nothing: nobody heard of it. A date that an agent
    moved is one promise with the later date; a word that was broken and given anew is two.
    """
    made: list[Promise] = []
    running: Promise | None = None
    for entry in entries:
        here = _as_of(case, entry, entries)
        if entry.event == "extended" and running:
            running = _extended(running, entry)
        elif entry.event == "promise_broken" and running:
            made.append(replace(running, outcome=Outcome.BROKEN, ended=running.due, moved=True))
            running = Promise(here, running.timer, entry.at, entry.at + NEWS_WITHIN)
        elif _moves(entry):
            made += [_ended(running, entry)] if running and running.made < entry.at else []
            running = _made(here, entry, policy)
    return made + ([_still(running, now)] if running else [])


def kept_rate(ledger: Iterable[Promise]) -> float | None:
    """Kept of those that were kept or broken (0 to 1); None where there is none. Open and void ones do not count."""
    settled = [p.outcome for p in ledger if p.outcome in (Outcome.KEPT, Outcome.BROKEN)]
    return settled.count(Outcome.KEPT) / len(settled) if settled else None


def _moves(entry: Entry) -> bool:
    return entry.from_status is not None and entry.event in moves(entry.from_status)


def _as_of(case: Case, entry: Entry, entries: Sequence[Entry]) -> Case:
    """The case as it stood after `entry`, as far as its promise depends on it: had the carrier answered yet?"""
    answered = any(e.event == "carrier_answered" for e in entries if e.n <= entry.n)
    slots = case.slots if answered else {k: v for k, v in case.slots.items() if k != "carrier_answer"}
    return replace(case, status=entry.to_status, slots=slots)


def _made(case: Case, entry: Entry, policy: Policy) -> Promise | None:
    name = deadline_name(case) if next_mover(case) in ("shop", "carrier") else None
    due = dict(timers_of(case, policy, entry.at)).get(name or "")
    return Promise(case, name, entry.at, due) if name and due else None


def _extended(promise: Promise, entry: Entry) -> Promise:
    """`why` is "<timer> +<span>", as the act writes it."""
    name, _, more = entry.why.partition(" +")
    with suppress(ValueError):
        if name == promise.timer:
            return replace(promise, due=promise.due + Span.parse(more), extended=True)
    return promise


def _ended(promise: Promise, entry: Entry) -> Promise:
    ran_out = entry.who == "system" and entry.why == promise.timer
    if ran_out or entry.at > promise.due + RING:
        return replace(promise, outcome=Outcome.BROKEN, ended=promise.due, by_clock=ran_out, moved=True)
    outcome = Outcome.VOID if entry.who == "buyer" else Outcome.KEPT
    return replace(promise, outcome=outcome, ended=entry.at, moved=True)


def _still(promise: Promise, now: datetime) -> Promise:
    over = now > promise.due + RING
    return replace(promise, outcome=Outcome.BROKEN, ended=promise.due) if over else promise
