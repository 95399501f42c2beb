"""Who pays the ways. Unsaid before the buyer agrees, the shop pays (淘宝平台争议处理规则 art. 49)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Payer, Policy
from bot.cases.rules.refusal import Refusal

Leg = Literal["out", "back", "again"]  # to the buyer, back to the shop, and the exchanged goods to the buyer


def return_freight(
    order: Order, policy: Policy, shop_at_fault: bool = False, threshold_broken: bool = False
) -> Payer:
    """The payer of a return's freight, as the policy names it; a refusal at the door goes by it, too.

    The shop's fault: the shop, both ways (消费者权益保护法 art. 24). No reason and shipped free: the buyer, only
    the way back. No reason and freight was charged, or what stays no longer reaches the amount for free shipping:
    the buyer, both ways (淘宝平台争议处理规则 art. 53, 暂行办法 art. 18).
    """
    if shop_at_fault:
        return policy.freight.fault_of_seller
    if not threshold_broken and (order.free_shipping or not order.freight_paid):
        return policy.freight.no_reason_free_shipping_item
    return policy.freight.no_reason_paid_shipping_or_threshold_broken


def exchange_freight(policy: Policy, shop_at_fault: bool = False) -> Payer:
    """The shop's fault: the shop. No reason: the buyer, every way (淘宝平台争议处理规则 art. 54)."""
    return policy.freight.fault_of_seller if shop_at_fault else policy.freight.no_reason_exchange


def agreed_freight(spoken: Payer | None, policy: Policy) -> Payer:
    """Who pays after the yes: whoever was named before it; where nobody was, the shop (争议处理规则 art. 49)."""
    return spoken or policy.freight.agreed_but_freight_unspoken


def paid_by_buyer(payer: Payer) -> tuple[Leg, ...]:
    """The ways that the buyer pays."""
    legs: dict[Payer, tuple[Leg, ...]] = {
        "buyer_pays_return_only": ("back",),
        "buyer_pays_all": ("out", "back", "again"),
    }
    return legs.get(payer, ())


def collect_on_delivery_refused(policy: Policy, consent: bool = False) -> Refusal | None:
    """A return sent cash on delivery is not taken in unless the shop agreed before (争议处理规则 art. 46)."""
    setting = policy.freight.collect_on_delivery_return
    if setting == "accepted" or (setting == "only_with_prior_consent" and consent):
        return None
    return Refusal("collect_on_delivery_refused", "淘宝平台争议处理规则 art. 46", {"setting": setting}, False)


def collect_on_delivery_payer(payer: Payer) -> Literal["buyer", "seller"]:
    """Taken in all the same, it is paid by whoever pays the way back anyhow (争议处理规则 art. 51)."""
    return "buyer" if "back" in paid_by_buyer(payer) else "seller"


@dataclass(frozen=True)
class FreightInsurance:
    """What may be said of 运费险: the insurer sets the sum by distance, so no sum is promised, only its limit.

    `arrives` is the instant (UTC) by which it should be there; None while no refund went through.
    """

    basis: Literal["fixed_by_distance"]
    cap: Decimal
    arrives: datetime | None


def freight_insurance(policy: Policy, refunded_at: datetime | None = None) -> FreightInsurance:
    """The facts of the insurance: paid apart from the refund, so long after it succeeded (insurers' terms)."""
    figures = policy.freight.insurance
    arrives = refunded_at.astimezone(UTC) + figures.arrives if refunded_at else None
    return FreightInsurance(figures.pays, figures.cap_yuan, arrives)


def insurance_refused(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, exchange: bool = False
) -> Refusal | None:
    """Why the insurance would not pay the way back: none was taken out, or it covers no exchange (insurers' terms).

    After 确认收货 it depends on the insurer's terms: said as it is, and neither promised nor denied.
    """
    figures = policy.freight.insurance
    data = {"item": order.item, "order": order.id}
    rule = "terms of the freight insurance"
    if not order.insurance:
        return Refusal("insurance_none", rule, data, False)
    if exchange and not figures.covers_exchange:
        return Refusal("insurance_not_for_exchange", rule, data, False)
    confirmed = order.confirmed_at is not None and order.confirmed_at <= asked_at
    if confirmed and figures.covers_after_success != "covered":
        return Refusal(f"insurance_after_success_{figures.covers_after_success}", rule, data, False)
    return None
