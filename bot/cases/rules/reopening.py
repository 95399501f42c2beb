"""May a closed case be opened again? Silence and a withdrawal end nothing for good within the time limits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.case import Case, CaseType, Status
from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.after_sale import Ground, after_sale_closed
from bot.cases.rules.refusal import Refusal
from bot.cases.rules.returns import may_return

REOPENABLE = (Status.CLOSED_TIMEOUT, Status.CLOSED_WITHDRAWN, Status.CLOSED_REJECTED)


def may_not_reopen(
    case: Case, order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, ground: Ground | None = None
) -> Refusal | None:
    """A buyer opens it again as long as the same complaint would be heard; an agent may at any time.

    A no-reason return by its window, anything else by the after-sales period and what outlives that (争议处理规则
    arts. 4-5). What was settled or refunded is not reopened but begun anew.
    """
    if case.status not in REOPENABLE:
        data = {"case": case.id, "item": case.item, "status": case.status}
        return Refusal("reopen_not_closed", "table of case moves", data, False)
    if case.type is CaseType.RETURN_REFUND and case.slots.get("reason") == "no_reason":
        return may_return(order, policy, asked_at, zone)
    return after_sale_closed(order, policy, asked_at, zone, ground)
