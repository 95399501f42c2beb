"""The parcel sentinel: it writes first when a parcel stands still or "delivered" is doubtful, once a parcel and day.

Its clock is set whenever a buyer with a parcel on its way is heard of: only those we talk with can be told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cases.order import Order
from bot.cases.rules.delivery import signer
from bot.cases.rules.logistics import STALL_HOURS, last_seen, stalled
from bot.dialogue import at_hand
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Remind

CLOCK = "parcel"
_DAY = timedelta(days=1)


def watch(a: Answer) -> None:
    """Set the clock of every parcel of this buyer that is on its way and has none yet."""
    running = {subject for subject, name, _ in a.facts.timers if name == CLOCK}
    for order in a.facts.orders:
        seen = last_seen(order)
        if seen and at_hand.stage_of(order) == "on_way" and subject_of(order.id) not in running:
            a.do(Remind(subject_of(order.id), CLOCK, _next(a, order, seen)))


def _next(a: Answer, order: Order, seen: datetime) -> datetime:
    """When it will have stood still too long; never before tomorrow for what stands still already, never at night."""
    hours = order.stall_hours if order.stall_hours is not None else STALL_HOURS
    due = seen + timedelta(hours=float(hours))
    if due <= a.now:
        due = a.now + _DAY
    return due if a.kit.hours.open_at(due, a.kit.zone) else a.kit.hours.next_opening(due, a.kit.zone)


def ring(a: Answer, order_id: str) -> None:
    """The clock of this order's parcel rang: told where it still stands, watched again where it moves."""
    order = next((o for o in a.facts.orders if o.id == order_id), None)
    if order is None or at_hand.stage_of(order) != "on_way":
        return
    busy = any(c.order_id == order.id for c in a.open_cases())
    by_day = a.kit.hours.open_at(a.now, a.kit.zone)  # after an outage it may ring late
    since = str(last_seen(order))
    told = a.state.watched.get(order.id) == since  # the same silence is not told twice
    if by_day and not busy and not told and stalled(order, a.now) and a.facts.handler == "bot":
        a.remember(order=order.id, watched={**a.state.watched, order.id: since})
        a.say("sentinel_stalled", item=order.item, order=order.id, scan=last_seen(order))
        a.reply_button("topic:delivery.lost", "button_chase")
        a.reply_button("human", "button_human")
    seen = last_seen(order)
    if seen:
        a.do(Remind(subject_of(order.id), CLOCK, _next(a, order, seen)))


def delivered(a: Answer, order: Order, changed: set[str]) -> None:
    """The carrier says it was handed to somebody else: asked at once, so that nobody finds out a week later."""
    doubtful = order.status == "delivered" and signer(order) in ("somebody_else", "pickup_point")
    if not doubtful or not {"status", "signed_by"} & changed or a.facts.handler != "bot":
        return
    a.remember(order=order.id)
    a.say("sentinel_delivered", item=order.item, order=order.id, signer=order.signed_by)
    a.reply_button("topic:delivery.not_received", "button_not_received")


def subject_of(order_id: str) -> str:
    return f"order:{order_id}"
