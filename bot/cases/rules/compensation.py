"""Late dispatch: what was promised, how late it is, and what the shop pays for it where it pays at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.cases.order import CENT, Order
from bot.cases.policy import Policy
from bot.cases.rules.cancelling import shipped_at
from bot.cases.rules.refusal import Refusal


@dataclass(frozen=True)
class Delay:
    """Dispatch against its promise; instants are aware UTC. `shipped`: the first scan, None before it."""

    promised: datetime
    shipped: datetime | None
    late_by: timedelta  # zero while the promise is kept


def dispatch(order: Order, policy: Policy, now: datetime, promised: datetime | None = None) -> Delay | None:
    """How the first scan stands to the promise; None where nothing was paid yet, so nothing is due.

    `promised`: the time that the order itself was promised (a presale); without it the shop's usual time counts
    from payment. Sent is what a carrier scanned (淘宝平台争议处理规则 art. 25).
    """
    if promised is None and order.paid_at is None:
        return None
    due = promised or (order.paid_at or now) + policy.ship.default_ship_within
    shipped = shipped_at(order)
    late = (shipped or now).astimezone(UTC) - due.astimezone(UTC)
    return Delay(due.astimezone(UTC), shipped, max(late, timedelta(0)))


def delay_compensation(
    order: Order, policy: Policy, now: datetime, promised: datetime | None = None
) -> Decimal:
    """A share of what was paid, at least and at most as the shop set it; nothing where it is switched off or not late.

    Texts on it disagree, so a shop has to switch it on (`ship.delay_compensation.enabled`). Rounded to the cent.
    """
    figures, delay = policy.ship.delay_compensation, dispatch(order, policy, now, promised)
    if not figures.enabled or delay is None or not delay.late_by:
        return Decimal("0.00")
    share = (order.paid * figures.pct / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(max(share, figures.min_yuan), figures.cap_yuan).quantize(CENT)


def no_delay_compensation(
    order: Order, policy: Policy, now: datetime, promised: datetime | None = None
) -> Refusal | None:
    """Why none is paid: the shop has promised none, or the promise was kept. Waiting or cancelling stay open."""
    delay = dispatch(order, policy, now, promised)
    data = {
        "item": order.item,
        "order": order.id,
        "promised": delay.promised if delay else None,
        "scan": delay.shipped if delay else None,
    }
    if delay is None or not delay.late_by:
        return Refusal("delay_none", "淘宝平台争议处理规则 art. 25", data, False)
    if not policy.ship.delay_compensation.enabled:
        return Refusal("delay_compensation_none", "the shop's own promise", data, False)
    return None
