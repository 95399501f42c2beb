"""How much comes back, by which way, and by when. Exact to the cent, never more than was paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.cases.order import Order
from bot.cases.policy import Payer, Policy
from bot.cases.reading import Arrival

CENT = Decimal("0.01")
_FREIGHT_COMES_BACK = ("seller_pays_both_ways", "seller_pays")


def refund_amount(order: Order, qty: int, payer: Payer) -> Decimal:
    """What the buyer gets for `qty` pieces: what was really paid for them (暂行办法 art. 17), the whole for all pieces.

    The way out is refunded only where the shop pays both ways. Rounded down, so that parts never exceed the whole.
    """
    whole = qty >= order.qty
    goods = order.paid if whole else (order.paid * qty / order.qty).quantize(CENT, rounding=ROUND_DOWN)
    freight = order.freight_paid if whole and payer in _FREIGHT_COMES_BACK else Decimal(0)
    return min(goods + freight, order.paid + order.freight_paid).quantize(CENT)


def arrival(order: Order, policy: Policy) -> Arrival:
    """How long the money takes by the way it was paid; the general figure where that way is not known."""
    known: Arrival | None = getattr(policy.refund.eta_by_channel, order.pay, None) if order.pay else None
    return known or policy.refund.eta_generic


def latest_arrival(sent_at: datetime, span: Arrival, zone: ZoneInfo) -> date:
    """The last day the money should be there, in the shop's zone; working days leave out weekends and holidays."""
    day = sent_at.astimezone(zone).date()
    if span.unit == "wd":
        return _calendar().get_nth_working_day(day, span.most)
    lengths = {
        "min": timedelta(minutes=span.most),
        "h": timedelta(hours=span.most),
        "d": timedelta(days=span.most),
    }
    return (sent_at + lengths[span.unit]).astimezone(zone).date()


@lru_cache(maxsize=1)
def _calendar() -> holidays.HolidayBase:
    """Mainland China's: it knows the working Saturdays before long holidays, too."""
    return holidays.country_holidays("CN")
