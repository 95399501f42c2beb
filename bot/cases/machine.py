"""The one table of case moves: status × event → where it may lead and who may do it. Illegal moves raise.

`graph` draws it, the engine runs it, the tests walk it. Timers that a status starts are in `timers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cases.case import Case, Entry, Status
from bot.errors import IllegalMoveError

S = Status


@dataclass(frozen=True)
class Move:
    to: tuple[Status, ...]  # the first is the usual one; more than one means the caller says which
    by: frozenset[str]


def _move(by: str, *to: Status) -> Move:
    return Move(to, frozenset(by.split()))


TRANSITIONS: Mapping[Status, Mapping[str, Move]] = {
    S.DRAFT: {
        "slots_complete": _move("bot", S.PENDING_SELLER),
        "evidence_needed": _move("bot", S.PENDING_EVIDENCE),
        "logistics_case": _move("bot", S.CARRIER_CHECK),
        "must_human": _move("bot", S.HUMAN_REVIEW),
        "silent_24h": _move("system", S.CLOSED_WITHDRAWN),
        # A date or exclusion rule said no before anything was filed; a person may still reopen it.
        "refused": _move("bot", S.CLOSED_REJECTED),
    },
    S.PENDING_EVIDENCE: {
        "evidence_ok": _move("bot agent", S.PENDING_SELLER, S.HUMAN_REVIEW),
        # Where safety is at stake silence closes nothing: a person looks at it instead.
        "timeout": _move("system", S.CLOSED_TIMEOUT, S.HUMAN_REVIEW),
        "escalate": _move("bot agent", S.HUMAN_REVIEW),
    },
    S.PENDING_SELLER: {
        "approve_return": _move("agent rule", S.AWAIT_RETURN),
        "approve_refund": _move("agent rule", S.REFUNDING),
        "approve_resend": _move("agent rule", S.SELLER_RESHIP),
        "offer": _move("agent rule", S.OFFERED),
        "reject": _move("agent bot", S.REJECTED),
        "carrier_query": _move("agent rule", S.CARRIER_CHECK),
        "evidence_needed": _move("agent", S.PENDING_EVIDENCE),
        # An invoice written, an address changed, a chase answered: done, with no goods or money moved.
        "done": _move("agent rule", S.CLOSED_RESOLVED),
        "escalate": _move("bot agent", S.HUMAN_REVIEW),
        "timeout": _move("system", S.AWAIT_RETURN, S.REFUNDING, S.SELLER_RESHIP),
    },
    S.HUMAN_REVIEW: {
        "decide": _move(
            "agent lead",
            S.OFFERED,
            S.AWAIT_RETURN,
            S.REFUNDING,
            S.SELLER_RESHIP,
            S.REJECTED,
            S.PENDING_EVIDENCE,
            S.CLOSED_RESOLVED,
        ),
    },
    S.OFFERED: {
        "accept": _move("buyer", S.REFUNDING, S.SELLER_RESHIP, S.AWAIT_RETURN),
        "decline": _move("buyer", S.PENDING_SELLER),
        "offer": _move("agent", S.OFFERED),  # a better one takes its place
        "timeout": _move("system", S.PENDING_SELLER),
    },
    S.AWAIT_RETURN: {
        "tracking_entered": _move("buyer agent", S.RETURN_IN_TRANSIT),
        "timeout": _move("system", S.CLOSED_TIMEOUT),
    },
    S.RETURN_IN_TRANSIT: {
        "tracking_corrected": _move("buyer agent", S.RETURN_IN_TRANSIT),
        "inspected_ok": _move("agent", S.REFUNDING, S.SELLER_RESHIP, S.IN_REPAIR),
        "inspected_bad": _move("agent", S.OFFERED, S.REJECTED),
        "timeout": _move("system", S.REFUNDING),
    },
    S.CARRIER_CHECK: {
        "found": _move("carrier agent buyer", S.CLOSED_RESOLVED),
        "no_proof": _move("buyer agent system", S.REFUNDING, S.SELLER_RESHIP),
        "carrier_answered": _move("carrier agent system", S.CARRIER_CHECK),  # now the buyer chooses
        # The carrier shows a signature and the buyer denies it: people look at both.
        "disputed": _move("buyer agent", S.PENDING_SELLER),
    },
    S.SELLER_RESHIP: {
        "first_scan": _move("system agent", S.AWAIT_BUYER_RECEIPT),
        "timeout": _move("system", S.OFFERED),
    },
    S.IN_REPAIR: {
        "repaired": _move("agent", S.SELLER_RESHIP),
        "parts_awaited": _move("agent", S.IN_REPAIR),  # while a part is missing the law gives 90 days
        "timeout": _move("system", S.OFFERED),
    },
    S.AWAIT_BUYER_RECEIPT: {
        "buyer_ok": _move("buyer", S.CLOSED_RESOLVED),
        "timeout": _move("system", S.CLOSED_RESOLVED),
        "still_bad": _move("buyer", S.PENDING_SELLER),
    },
    S.REFUNDING: {
        "channel_ok": _move("system agent", S.CLOSED_REFUNDED),
        "channel_fail": _move("system agent", S.REFUND_FAILED),
    },
    S.REFUND_FAILED: {"retry": _move("agent", S.REFUNDING)},
    S.REJECTED: {
        "amend": _move("buyer", S.PENDING_SELLER),
        "reconsider": _move("agent lead", S.PENDING_SELLER),
        "apply_platform": _move("buyer", S.PLATFORM_EVIDENCE),
        "timeout": _move("system", S.CLOSED_REJECTED),
    },
    S.PLATFORM_EVIDENCE: {
        "settled": _move("agent buyer", S.REFUNDING, S.CLOSED_RESOLVED),
        "both_done": _move("system agent", S.PLATFORM_REVIEW),
        "timeout": _move("system", S.PLATFORM_REVIEW),
        "suspend": _move("agent", S.SUSPENDED),
    },
    S.PLATFORM_REVIEW: {
        "ruled": _move("platform agent", S.REFUNDING, S.AWAIT_RETURN, S.CLOSED_REJECTED),
        "suspend": _move("agent", S.SUSPENDED),
    },
    S.SUSPENDED: {"resume": _move("system agent", S.PLATFORM_REVIEW)},
    S.CLOSED_REFUNDED: {},
    S.CLOSED_RESOLVED: {},
    S.CLOSED_WITHDRAWN: {"reopen": _move("buyer agent", S.PENDING_SELLER)},
    S.CLOSED_TIMEOUT: {"reopen": _move("buyer agent", S.PENDING_SELLER)},
    S.CLOSED_REJECTED: {"reopen": _move("buyer agent", S.PENDING_SELLER)},
}

WITHDRAW = _move("buyer", S.CLOSED_WITHDRAWN)  # possible in every open status


def moves(status: Status) -> Mapping[str, Move]:
    """Every event that `status` allows, `withdraw` included."""
    return TRANSITIONS[status] if status.closed else {**TRANSITIONS[status], "withdraw": WITHDRAW}


def move(
    case: Case,
    event: str,
    who: str,
    now: datetime,
    *,
    to: Status | None = None,
    why: str = "",
    rule: str = "",
    policy_version: str = "",
    slots: Mapping[str, Any] | None = None,
) -> tuple[Case, Entry]:
    """The case after `event`, and its timeline entry. `who` may carry a name: "agent:mei".

    Raises IllegalMoveError, naming case, event and status, where the table has no such move, where `who` may not
    make it, or where `to` is not one of its ends; the case given is never changed.
    """
    allowed = moves(case.status).get(event)
    role = who.split(":")[0]
    if allowed is None:
        raise IllegalMoveError(f"case {case.id}: {event!r} is not possible while {case.status}")
    if role not in allowed.by:
        raise IllegalMoveError(
            f"case {case.id}: {role} may not {event!r}; that is for {', '.join(sorted(allowed.by))}"
        )
    if to is not None and to not in allowed.to:
        raise IllegalMoveError(f"case {case.id}: {event!r} leads to {' or '.join(allowed.to)}, not to {to}")
    target = to or allowed.to[0]
    entry = Entry(case.id, case.events + 1, now, who, event, case.status, target, why, rule, policy_version)
    moved = replace(
        case,
        status=target,
        updated_at=now,
        slots={**case.slots, **(slots or {})},
        events=case.events + 1,
        closed_at=now if target.closed else None,
    )
    return moved, entry
