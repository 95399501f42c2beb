"""How much comes back, by which way, and by when. Exact to the cent, never more than was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from bot.cases.order import CENT, Gift, Order
from bot.cases.policy import Payer, Policy
from bot.cases.reading import Arrival
from bot.cases.rules.days import working_day
from bot.cases.rules.refusal import Refusal

_FREIGHT_COMES_BACK = ("seller_pays_both_ways", "seller_pays")
ZERO = Decimal("0.00")


def refund_amount(
    order: Order,
    qty: int,
    payer: Payer,
    *,
    before: int = 0,
    refunded: Decimal = ZERO,
    kept_at_item_prices: Decimal | None = None,
    deduct: Decimal = ZERO,
) -> Decimal:
    """What the buyer gets for `qty` pieces: what was really paid for them (暂行办法 art. 17), the whole for all pieces.

    `before`: pieces returned earlier; parts are cut from the whole so that together they are exactly what was paid.
    `kept_at_item_prices`: in a bundle, what the pieces that stay cost one by one; the rest comes back (the same
    article). The way out comes back only where the shop pays both ways. `deduct`: a gift that stays, freight that
    free shipping no longer covers. Never below nothing, nor above what is left of the money (`refunded` so far).
    """
    whole = before + qty >= order.qty
    if kept_at_item_prices is not None:
        goods = order.paid - kept_at_item_prices
    else:
        goods = paid_for(order, before + qty) - paid_for(order, before)
    freight = order.freight_paid if whole and payer in _FREIGHT_COMES_BACK else ZERO
    return max(ZERO, min(goods + freight - deduct, refundable(order, refunded))).quantize(CENT)


def paid_for(order: Order, pieces: int) -> Decimal:
    """What was paid for the first `pieces`, rounded down; all of them are the whole."""
    if pieces >= order.qty:
        return order.paid
    return (order.paid * pieces / order.qty).quantize(CENT, rounding=ROUND_DOWN)


def refundable(order: Order, refunded: Decimal = ZERO) -> Decimal:
    """The most that can still come back: what was paid, less what went back already (all refunds ≤ amount paid).

    `refunded`: everything sent back so far; a refund that the order itself tells of counts at least.
    """
    known = order.refund.amount if order.refund else ZERO
    return max(ZERO, order.paid + order.freight_paid - max(refunded, known))


def refund_above_paid(order: Order, amount: Decimal, refunded: Decimal = ZERO) -> Refusal | None:
    """No sum is offered or asked back above what is left of the payment, a partial one neither."""
    most = refundable(order, refunded)
    if amount <= most:
        return None
    data = {"order": order.id, "item": order.item, "amount": amount, "most": most}
    return Refusal("refund_above_paid", "消费者权益保护法实施条例 art. 18", data, False)


def gift_deduction(policy: Policy, kept: Sequence[Gift], shop_at_fault: bool = False) -> Decimal:
    """What gifts that the buyer keeps take off a no-reason refund: their marked price (暂行办法 art. 12).

    A missing gift is never a reason to refuse the return; nothing is taken off where the shop is at fault. One that
    is missing and not by the buyer's doing is none of `kept` (淘宝平台争议处理规则 arts. 61-62).
    """
    if shop_at_fault or policy.no_reason_return.gifts != "return_too_else_deduct_marked_price":
        return ZERO
    return sum((gift.price for gift in kept), ZERO)


def channel_closed(order: Order, policy: Policy, asked_at: datetime) -> Refusal | None:
    """A payment too old for its channel cannot go back by it; another way is then needed (pay channels' rule)."""
    if order.paid_at is None or asked_at <= order.paid_at + policy.refund.channel_refund_limit:
        return None
    data = {"order": order.id, "paid": order.paid_at, "days": policy.refund.channel_refund_limit}
    return Refusal("refund_channel_closed", "pay channel's refund limit", data, False)


def other_way_refused(order: Order, policy: Policy, asked_at: datetime) -> Refusal:
    """Money goes back by the way it came; another only with the buyer's express consent (暂行办法 art. 14).

    The channel's own limit gives no leave to choose for the buyer: then, too, consent comes first.
    """
    data = {"order": order.id, "pay": order.pay}
    return channel_closed(order, policy, asked_at) or Refusal(
        "refund_route", "网络购买商品七日无理由退货暂行办法 art. 14", data, False
    )


def refund_at_once(policy: Policy, creditworthy: bool) -> bool:
    """极速退款, once the return is posted: the platform may advance the money to creditworthy buyers of shops in it."""
    return policy.refund.fast_refund and creditworthy


def arrival(order: Order, policy: Policy) -> Arrival:
    """How long the money takes by the way it was paid; the general figure where that way is not known."""
    known: Arrival | None = getattr(policy.refund.eta_by_channel, order.pay, None) if order.pay else None
    return known or policy.refund.eta_generic


def latest_arrival(sent_at: datetime, span: Arrival, zone: ZoneInfo) -> date:
    """The last day the money should be there, in the shop's zone; working days leave out weekends and holidays."""
    if span.unit == "wd":
        return working_day(sent_at.astimezone(zone).date(), span.most)
    lengths = {
        "min": timedelta(minutes=span.most),
        "h": timedelta(hours=span.most),
        "d": timedelta(days=span.most),
    }
    return (sent_at.astimezone(UTC) + lengths[span.unit]).astimezone(zone).date()
