"""Figures of the cases: promises, refunds, refusals, satisfaction, what the shop can learn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.movers import wanted
from bot.cases.promises import Outcome, Promise, kept_rate
from bot.insight.period import Period
from bot.insight.value import Value, average, count, share

RATED_WITHIN = timedelta(hours=24)  # a card answered later does not count
SETTLED = (Status.CLOSED_REFUNDED, Status.CLOSED_RESOLVED)
REFUSED = (Status.REJECTED, Status.CLOSED_REJECTED)
OURS_TO_REFUSE = (Status.DRAFT, Status.PENDING_SELLER, Status.HUMAN_REVIEW, Status.RETURN_IN_TRANSIT)
PACKAGING = (CaseType.DAMAGED_PARCEL,)
DEFECT = (CaseType.QUALITY_CLAIM, CaseType.COUNTERFEIT_CLAIM)
PACKING = (CaseType.WRONG_MISSING,)
History = tuple[Case, Sequence[Entry]]


def case_figures(histories: Iterable[History], ledger: Sequence[Promise], period: Period) -> list[Value]:
    told = list(histories)
    filed = [case for case, _ in told if (at := filed_at(case)) and period.has(at)]
    return [
        count("cases", len(filed)),
        average("refund_time", [_took(case) for case, _ in told if _money_over(case, period)]),
        *promise_figures(ledger, period),
        *_refusals(told, period),
        count("platform", sum(_to_platform(lines, period) for _, lines in told)),
        count("packaging", sum(c.type in PACKAGING for c in filed)),
        count("defects", sum(c.type in DEFECT for c in filed)),
        count("wrong_sent", sum(c.type in PACKING for c in filed)),
        count("feedback", sum(bool(c.slots.get("feedback")) and _settled(c, period) for c, _ in told)),
        *satisfaction([case for case, _ in told], period),
    ]


def promise_figures(ledger: Sequence[Promise], period: Period) -> list[Value]:
    """By when they ended: kept, or due and not kept."""
    ours = [p for p in ledger if p.ended and period.has(p.ended)]
    settled = [p for p in ours if p.outcome in (Outcome.KEPT, Outcome.BROKEN)]
    return [
        Value("promises_kept", "share", kept_rate(settled), len(settled)),
        count("promises_broken", sum(p.outcome is Outcome.BROKEN for p in settled)),
        count("promises_extended", sum(p.extended for p in ours)),
        count("timeout_losses", sum(p.by_clock for p in ours)),
    ]


def satisfaction(cases: Sequence[Case], period: Period) -> list[Value]:
    """邀评率, 评价率, 满意度: the last rating of a buyer and day, given within 24 hours of the end of the case."""
    ended = [c for c in cases if _settled(c, period)]
    asked = [c for c in ended if c.slots.get("rating_asked")]
    rated = sorted((c for c in asked if _in_time(c)), key=_rated_at)
    last = {(c.buyer or c.chat, period.day(_rated_at(c))): str(c.slots["rating"]) for c in rated}
    return [
        share("rating_asked", len(asked), len(ended)),
        share("rating_given", len(rated), len(asked)),
        share("satisfaction", sum(score == "good" for score in last.values()), len(last)),
    ]


def filed_at(case: Case) -> datetime | None:
    """When the buyer's request was complete (aware); None for a draft that never became one."""
    said = case.judged.get("filed_at")
    return datetime.fromisoformat(str(said)) if said else None


def _settled(case: Case, period: Period) -> bool:
    return case.status in SETTLED and case.closed_at is not None and period.has(case.closed_at)


def _money_over(case: Case, period: Period) -> bool:
    over = case.closed_at is not None and period.has(case.closed_at)
    return over and filed_at(case) is not None and wanted(case) in ("refund", "return")


def _took(case: Case) -> float:
    filed = filed_at(case)
    return (case.closed_at - filed).total_seconds() if case.closed_at and filed else 0.0


def _refusals(told: Sequence[History], period: Period) -> list[Value]:
    """How many refusals of ours a person or the platform reversed afterwards: what is known of wrong rules."""
    said = reversed_ = 0
    for _, lines in told:
        for place, line in enumerate(lines):
            if _refuses(line) and period.has(line.at):
                said += 1
                reversed_ += _reverses(lines[place + 1 :])
    return [count("refusals", said), share("refusals_reversed", reversed_, said)]


def _refuses(line: Entry) -> bool:
    return line.to_status in REFUSED and line.from_status in OURS_TO_REFUSE


def _reverses(later: Sequence[Entry]) -> bool:
    return any(
        line.event == "reconsider"
        or (line.event == "reopen" and line.who.startswith("agent:"))
        or (line.event == "ruled" and line.to_status in (Status.REFUNDING, Status.AWAIT_RETURN))
        for line in later
    )


def _to_platform(lines: Sequence[Entry], period: Period) -> bool:
    return any(e.event == "apply_platform" and period.has(e.at) for e in lines)


def _rated_at(case: Case) -> datetime:
    return datetime.fromisoformat(str(case.slots["rated_at"]))


def _in_time(case: Case) -> bool:
    if not case.slots.get("rated_at") or case.closed_at is None:
        return False
    return _rated_at(case) - case.closed_at <= RATED_WITHIN
