"""The platform's stepping in: when a buyer may ask for it, and its clocks. It decides; the shop's bot never does."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from bot.cases.case import Case, Status
from bot.cases.policy import Policy
from bot.cases.rules.days import months_end, over, working_day
from bot.cases.rules.refusal import Refusal

RULE = "淘宝平台争议处理规则"
MOST_APPLICATIONS = 5  # for one item (another platform's after-sales rule)
Suspension = Literal["both_agree", "court", "court_shown", "police", "police_shown"]
SUSPENSIONS: tuple[Suspension, ...] = get_args(Suspension)
SETTLING = timedelta(days=30)  # 争议处理规则 art. 83
_PROOF_WORKING_DAYS = 7
_INVESTIGATION_MONTHS = 6


def platform_not_open(
    case: Case,
    policy: Policy,
    asked_at: datetime,
    seller_deadline: datetime | None = None,
    rejected_at: datetime | None = None,
) -> Refusal | None:
    """Open once the shop refused, for 7 days, or let its own deadline pass (source of the figure in the policy).

    `seller_deadline`: until when the shop had to decide, where the case still waits for it. `rejected_at`: when it
    refused, else the case's last change.
    """
    if case.status in (Status.PENDING_SELLER, Status.HUMAN_REVIEW) and over(seller_deadline, asked_at):
        return None
    data = {"case": case.id, "item": case.item, "status": case.status, "deadline": seller_deadline}
    if case.status in (Status.REJECTED, Status.CLOSED_REJECTED):
        # A case that closed after its refusal did so because this very term ran out.
        until = platform_until(rejected_at or case.updated_at, policy) if case.is_open else case.updated_at
        late = over(until, asked_at)
        return (
            Refusal("platform_too_late", "apply_platform_after_reject", {**data, "end": until}, False)
            if late
            else None
        )
    if case.status in (Status.PLATFORM_EVIDENCE, Status.PLATFORM_REVIEW, Status.SUSPENDED):
        return Refusal("platform_already", f"{RULE} art. 2", data, False)
    if not case.is_open:
        return Refusal("platform_case_closed", f"{RULE} art. 6", data, False)
    return Refusal("platform_not_yet", f"{RULE} art. 4", data, False)


def platform_until(rejected_at: datetime, policy: Policy) -> datetime:
    """The first instant (UTC) too late to call the platform in after a refusal."""
    return rejected_at.astimezone(UTC) + policy.timers.apply_platform_after_reject


def applied_too_often(item: str, applications: int) -> Refusal | None:
    """A sixth application for one item goes to a person: five are heard (another platform's rule)."""
    if applications < MOST_APPLICATIONS:
        return None
    data = {"item": item, "applications": applications, "most": MOST_APPLICATIONS}
    return Refusal("applied_too_often", "at most five applications for one item", data, False)


def suspension_ends(suspended_at: datetime, why: Suspension, zone: ZoneInfo) -> datetime | None:
    """The instant from which a suspended dispute goes on (aware; 争议处理规则 art. 83).

    Settling among themselves: 30 days. Court or police: 7 working days in which to show the paper that they took it
    up; once it is shown a court's judgment is waited for (None), the police for six months.
    """
    match why:
        case "both_agree":
            return suspended_at.astimezone(UTC) + SETTLING
        case "court" | "police":
            last = working_day(suspended_at.astimezone(zone).date(), _PROOF_WORKING_DAYS)
            return datetime.combine(last + timedelta(days=1), time(), zone)
        case "police_shown":
            return months_end(suspended_at, _INVESTIGATION_MONTHS, zone)
    return None
