"""What the earlier cases of an order tell of a fault that is complained of now: exchanged since, repaired in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cases.case import Case
from bot.cases.movers import wanted
from bot.cases.order import Order
from bot.cases.rules.quality import Fault, guarantee_restarts
from bot.dialogue.answer import Answer


def known_fault(a: Answer, order: Order, unreturnable: bool = False) -> Fault:
    """Repairs count for the goods that the buyer has now, so those before an exchange do not.

    `unreturnable`: broken on the way, so that nothing goes back.
    """
    cases = [c for c in a.cases.values() if c.order_id == order.id]
    again = max((at for c in cases if (at := _exchanged(c))), default=None)
    failed = sum(_failed(c) for c in cases if again is None or c.opened_at >= again)
    fault = guarantee_restarts(again, failed) if again else Fault(failed_repairs=failed)
    return replace(fault, unreturnable=unreturnable)


def _exchanged(case: Case) -> datetime | None:
    """When the buyer had the goods that were exchanged for these."""
    at = case.slots.get("received_at")
    return datetime.fromisoformat(str(at)) if at and wanted(case) == "exchange" else None


def _failed(case: Case) -> int:
    """A repair that came back and did not help begins another round of its case."""
    return int(case.slots.get("rounds") or 1) - 1 if wanted(case) == "repair" else 0
