"""What an agent may do with a case as it stands, read from the one table of moves; for the desk's buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cases.case import Case, Status
from bot.cases.machine import moves
from bot.cases.movers import after_inspection, agreed_status, next_mover
from bot.cases.timers import deadline_name

PEOPLE = frozenset({"agent", "lead"})

# An act → the events it may come down to: it is open where one of them is, and is a person's to make.
_EVENTS: Mapping[str, tuple[str, ...]] = {
    "inspect": ("inspected_ok",),
    "approve": (
        "approve_return", "approve_refund", "approve_resend", "decide", "no_proof", "settled", "ruled", "retry",
    ),
    "offer": ("offer", "decide", "evidence_ok"),
    "reject": ("reject", "decide", "evidence_ok"),
    "refunded": ("channel_ok",),
    "refund_failed": ("channel_fail",),
    "sent_again": ("first_scan",),
    "repaired": ("repaired",),
    "parts_awaited": ("parts_awaited",),
    "carrier_found": ("found",),
    "carrier_nothing": ("carrier_answered",),
    "carrier_query": ("carrier_query",),
    "done": ("done",),
    "platform_done": ("both_done",),
    "platform_refused": ("ruled",),
    "suspend": ("suspend",),
    "resume": ("resume",),
    "reconsider": ("reconsider",),
    "reopen": ("reopen",),
    "escalate": ("escalate",),
}  # fmt: skip


_PAYS = (Status.REFUND_FAILED, Status.PLATFORM_EVIDENCE, Status.PLATFORM_REVIEW)


def agreed(case: Case) -> Status:
    """Where agreeing leads from where it stands: to what the buyer wants, or to the money once that is all there is."""
    if case.status in _PAYS:
        return Status.REFUNDING
    return after_inspection(case) if case.status is Status.RETURN_IN_TRANSIT else agreed_status(case)


def acts_of(case: Case) -> tuple[str, ...]:
    """The acts that are open to an agent now, the one that settles it first. More time only where a clock runs."""
    open_now = {name: move for name, move in moves(case.status).items() if move.by & PEOPLE}
    found = [act for act, needs in _EVENTS.items() if open_now.keys() & needs]
    leads = {end for name in _EVENTS["approve"] if name in open_now for end in open_now[name].to}
    done = (
        "done" in found and agreed(case) is Status.CLOSED_RESOLVED
    )  # to agree to a to-do is to have done it
    if "approve" in found and (done or agreed(case) not in leads):
        found.remove("approve")
    if next_mover(case) == "buyer" and case.status is Status.CARRIER_CHECK:
        found.remove("carrier_nothing")  # said already: the buyer chooses
    return (*found, "extend") if deadline_name(case) and case.is_open else tuple(found)
