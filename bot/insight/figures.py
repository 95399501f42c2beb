"""The shop's figures over a period, as the trade defines them; `docs/figures.md` tells each. Pure but for `read`.

What our data cannot tell is named in `UNTOLD` and never made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from itertools import pairwise

from sqlalchemy import Connection

from bot.cases.policy import Policy
from bot.insight.case_figures import case_figures
from bot.insight.contacts import PAUSE, Contact, contacts
from bot.insight.period import Period
from bot.insight.value import Value, average, count, share
from bot.store import figures_read, promises
from bot.store.figures_read import Answered

QUICK, AT_ONCE = 180.0, 30.0  # seconds: 3 分钟响应率, 30 秒响应率
CAP = 600.0  # seconds: Taobao counts no human round as longer
MEASURED_FROM = time(8)  # to midnight in the shop's zone: when platforms measure the rates
AGAIN = 24 * 3600.0  # seconds within which the same question must not come back: 自助解决率
FIRST_CONTACT = 7 * 24 * 3600.0  # seconds likewise: FCR
STEPS = 4  # of `read`, for a progress bar

UNTOLD = ("refund_rate", "dispute_rate", "dsr", "wrong_rule", "retention")
"""Figures of the trade that need what we do not have: all paid sub-orders, the platform's ratings, a review by hand."""


def read(
    conn: Connection, policy: Policy, period: Period, done: Callable[[int, int], None] = lambda n, of: None
) -> list[Value]:
    """Every figure of the period, in the order of the report."""
    since, until, now = period.since.timestamp(), period.until.timestamp(), period.now.timestamp()
    talk = list(contacts(figures_read.lines(conn, since - PAUSE, min(until + FIRST_CONTACT, now + 1))))
    done(1, STEPS)
    asked = figures_read.asked_for_a_person(conn, since - PAUSE, until + FIRST_CONTACT)
    people = figures_read.peoples_rounds(conn, since, until)
    done(2, STEPS)
    histories = list(promises.histories(conn, since))
    ledger = promises.ledger_of(histories, policy, since, period.now)
    done(3, STEPS)
    return [
        *answering(talk, period),
        *by_people(people, period),
        *by_the_bot(talk, asked, period),
        *case_figures(histories, ledger, period),
    ]


def answering(talk: Sequence[Contact], period: Period) -> list[Value]:
    """How fast buyers are answered, by whomever."""
    ours = [c for c in talk if period.has(c.start)]
    rounds = [r for c in talk for r in c.rounds if period.has(r.asked)]
    firsts = [c.rounds[0].took for c in ours]
    asked = [(r.asked, r.took) for r in rounds]
    return [
        count("contacts", len(ours)),
        count("rounds", len(rounds)),
        average("first_response", [t for t in firsts if t is not None]),
        average("response", [t for _, t in asked if t is not None]),
        _within("within_3min", asked, QUICK, period),
        _within("within_30s", asked, AT_ONCE, period),
    ]


def by_people(rounds: Sequence[Answered], period: Period) -> list[Value]:
    """The same where a person was asked for; the bot's lines do not count."""
    took = [(r.asked, None if r.answered is None else r.answered - r.asked) for r in rounds]
    firsts = [r.answered - r.asked for r in rounds if r.first and r.answered is not None]
    return [
        average("person_first_response", firsts),
        average("person_response", [min(t, CAP) for _, t in took if t is not None]),
        _within("person_within_3min", took, QUICK, period),
    ]


def by_the_bot(talk: Sequence[Contact], asked: Mapping[str, list[float]], period: Period) -> list[Value]:
    """What the bot did alone, and whether that was enough."""
    after = _next_start(talk)
    received = [c for c in talk if c.bot and period.has(c.start)]
    passed = [c for c in received if _asked_in(c, asked)]
    alone = [c for c in received if not c.person and not _asked_in(c, asked)]
    now = period.now.timestamp()

    def quiet(found: Iterable[Contact], span: float) -> list[bool]:
        return [after.get(id(c), now) - c.end >= span for c in found if now - c.end >= span]

    return [
        count("bot_received", len(received)),
        share("bot_alone", len(alone), len(received)),
        _of("self_solved", quiet(alone, AGAIN)),
        share("to_person", len(passed), len(received)),
        _of("first_contact", quiet([c for c in talk if period.has(c.start)], FIRST_CONTACT)),
    ]


def _within(key: str, rounds: Iterable[tuple[float, float | None]], limit: float, period: Period) -> Value:
    """Of the rounds asked while platforms measure; one that is still open counts once its time is over."""
    now = period.now.timestamp()
    counted = [
        took is not None and took <= limit
        for asked, took in rounds
        if (took is not None or now - asked > limit) and period.clock(asked) >= MEASURED_FROM
    ]
    return _of(key, counted)


def _of(key: str, hits: Sequence[bool]) -> Value:
    return share(key, sum(hits), len(hits))


def _asked_in(contact: Contact, asked: Mapping[str, list[float]]) -> bool:
    return any(contact.start <= at < contact.end + PAUSE for at in asked.get(contact.chat, ()))


def _next_start(talk: Sequence[Contact]) -> dict[int, float]:
    """When the chat's next contact began, by the identity of the one before it."""
    return {id(a): b.start for a, b in pairwise(talk) if a.chat == b.chat}
