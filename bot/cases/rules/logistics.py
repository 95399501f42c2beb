"""Parcels under way: standing still, lost, chased. Chasing is the shop's business, not the buyer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.cases.order import Order, Parcel
from bot.cases.policy import Policy
from bot.cases.rules.days import over
from bot.cases.rules.refusal import Refusal

STANDARD = "快递服务 GB/T 27917"
STALL_HOURS = Decimal(48)  # where neither the order nor the shop names another
# Whoever waits hears from us at least this often, a choice of this product.
NEWS_WITHIN = timedelta(hours=24)


def last_seen(parcel: Order | Parcel) -> datetime | None:
    """The last instant at which a carrier is known to have had it in hand."""
    if isinstance(parcel, Parcel):
        return parcel.first_scan
    parts = (part.first_scan for part in parcel.parcels if part.first_scan)
    return parcel.last_scan or parcel.first_scan or max(parts, default=None)


@dataclass(frozen=True)
class Stall:
    """A parcel that nobody has scanned for too long; instants are aware UTC."""

    last_scan: datetime
    since: datetime  # when it began to count as standing still
    hours: Decimal


def stalled(order: Order, now: datetime, shop_hours: Decimal = STALL_HOURS) -> Stall | None:
    """Under way and not scanned for so many hours: chased by us, the buyer need not (a choice of this product)."""
    seen = last_seen(order)
    if seen is None or arrived(order):
        return None
    hours = shop_hours if order.stall_hours is None else order.stall_hours
    since = seen.astimezone(UTC) + timedelta(minutes=int(hours * 60))
    return Stall(seen, since, hours) if over(since, now) else None


def presumed_lost_at(parcel: Order | Parcel, policy: Policy, same_city: bool = False) -> datetime | None:
    """The instant (UTC) from which it counts as lost: 3 days past the promised delivery within a city, 7 elsewhere.

    The standard of 2011 counts from the promised time (快递服务 GB/T 27917); a parcel without one is counted from
    its last scan, the last that anybody knows of it. None for what was never sent.
    """
    seen = last_seen(parcel)
    if seen is None:
        return None
    spans = policy.timers.presumed_lost
    return (parcel.eta or seen).astimezone(UTC) + (spans.same_city if same_city else spans.other_domestic)


def presumed_lost(parcel: Order | Parcel, policy: Policy, now: datetime, same_city: bool = False) -> bool:
    """Lost for all that counts: money back or sent again, at the buyer's choice, nothing to return."""
    return not arrived(parcel) and over(presumed_lost_at(parcel, policy, same_city), now)


def not_lost_yet(order: Order, policy: Policy, now: datetime, same_city: bool = False) -> Refusal | None:
    """Before that day the carrier is chased and the day is named; what was signed for, or never sent, is not lost."""
    data = {
        "item": order.item,
        "order": order.id,
        "scan": last_seen(order),
        "eta": order.eta,
        "lost_at": presumed_lost_at(order, policy, same_city),
    }
    if arrived(order):
        signed = {"signed": order.signed_at or order.confirmed_at, "signed_by": order.signed_by}
        return Refusal("lost_but_signed", STANDARD, {**data, **signed}, False)
    if last_seen(order) is None:
        return Refusal("lost_but_not_sent", STANDARD, data, False)
    if presumed_lost(order, policy, now, same_city):
        return None
    return Refusal("not_lost_yet", STANDARD, data, False)


def arrived(parcel: Order | Parcel) -> bool:
    """Whether a carrier reports it delivered or anybody signed for it."""
    confirmed = isinstance(parcel, Order) and parcel.confirmed_at is not None
    return confirmed or parcel.signed_at is not None or parcel.status in ("delivered", "signed", "success")
