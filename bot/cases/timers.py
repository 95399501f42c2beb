"""Which clocks a status starts, and what happens when one runs out. Lengths are policy, the table is here.

The shop's silence is consent, the buyer's silence closes, an offer's silence is not consent; where safety is at stake
nothing closes by itself. A timer without an event is an alarm: it moves nothing and tells somebody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.cases.case import Case, CaseType, Status
from bot.cases.movers import agreed_status, wanted
from bot.cases.policy import Policy
from bot.cases.rules.platform import SETTLING

DRAFT_SILENCE = timedelta(hours=24)
OPEN_END = "open"  # of a suspension: a court's judgment is waited for
_DAY = timedelta(days=1)
Told = Literal["buyer", "agents"]


@dataclass(frozen=True)
class Timer:
    """`figure` is its length in policy.yaml; `warn` are the spans before the end at which `told` hears of it."""

    name: str
    figure: str
    event: str = ""
    to: Callable[[Case], Status] | None = None
    warn: tuple[timedelta, ...] = ()
    told: Told = "buyer"
    holds: Callable[[Case], bool] = lambda case: True

    @property
    def alarm(self) -> bool:
        return not self.event


def _always(status: Status) -> Callable[[Case], Status]:
    return lambda case: status


def _answered(case: Case) -> bool:
    return bool(case.slots.get("carrier_answer"))


def _no_evidence(case: Case) -> Status:
    return Status.HUMAN_REVIEW if case.slots.get("safety") else Status.CLOSED_TIMEOUT


# To-dos of the shop's people: promised in 72 hours, and never agreed to by anybody's silence.
TASKS = (CaseType.INVOICE, CaseType.ADDRESS_CHANGE, CaseType.DELAY_COMPLAINT, CaseType.PLATFORM_INTERVENTION)


# Nor is a fake ever admitted so, nor a price that only the buyer has named: people decide (a choice of this product).
NEVER_BY_SILENCE = (*TASKS, CaseType.COUNTERFEIT_CLAIM, CaseType.PRICE_PROTECTION)


def _shop_decides(case: Case) -> str:
    """Which of the shop's four clocks runs: by what agreeing would mean, and whether the parcel has left."""
    if case.type in NEVER_BY_SILENCE or case.slots.get("safety"):
        return ""
    if case.type is CaseType.CANCEL_ORDER:
        return "unshipped"
    wish = wanted(case)
    if wish == "exchange":
        return "exchange"
    if wish in ("return", "repair"):
        return "return"
    return "refund_only_virtual" if case.judged.get("virtual") else "refund_only_shipped"


def _decide(what: str) -> Timer:
    name = f"seller_decide_{what}"
    return Timer(
        name,
        f"timers.{name}",
        "timeout",
        agreed_status,
        warn=(_DAY,),
        told="agents",
        holds=lambda c: _shop_decides(c) == what,
    )


# A word on what is chased, by the next day; kept, or apologised for and passed on (a choice of this product).
_NEWS = Timer("next_news", "", holds=lambda c: c.type is CaseType.DELAY_COMPLAINT)
_SLA = Timer("service_sla_decide", "timers.service_sla_decide", warn=(timedelta(hours=12),), told="agents")

TIMERS: dict[Status, tuple[Timer, ...]] = {
    Status.DRAFT: (Timer("silent_24h", "", "silent_24h", _always(Status.CLOSED_WITHDRAWN)),),
    Status.PENDING_EVIDENCE: (
        Timer("buyer_evidence", "timers.buyer_evidence", "timeout", _no_evidence, (_DAY,)),
    ),
    Status.PENDING_SELLER: (
        _NEWS,
        *(
            _decide(what)
            for what in ("return", "exchange", "refund_only_shipped", "refund_only_virtual", "unshipped")
        ),
        _SLA,
    ),
    Status.HUMAN_REVIEW: (_SLA,),
    Status.OFFERED: (
        Timer(
            "offer_valid",
            "timers.offer_valid",
            "timeout",
            _always(Status.PENDING_SELLER),
            (timedelta(hours=12),),
        ),
    ),
    Status.AWAIT_RETURN: (
        Timer(
            "buyer_ship_back",
            "timers.buyer_ship_back",
            "timeout",
            _always(Status.CLOSED_TIMEOUT),
            (2 * _DAY, _DAY),
        ),
    ),
    Status.RETURN_IN_TRANSIT: (
        Timer(
            "seller_confirm_return_express",
            "timers.seller_confirm_return_express",
            "timeout",
            _always(Status.REFUNDING),
            (2 * _DAY,),
            "agents",
            holds=lambda c: not c.slots.get("surface_mail"),
        ),
        Timer(
            "seller_confirm_return_surface_mail",
            "timers.seller_confirm_return_surface_mail",
            "timeout",
            _always(Status.REFUNDING),
            (2 * _DAY,),
            "agents",
            holds=lambda c: bool(c.slots.get("surface_mail")),
        ),
    ),
    Status.CARRIER_CHECK: (
        Timer(
            "carrier_check_signed_not_received",
            "timers.carrier_check_signed_not_received",
            holds=lambda c: c.type is CaseType.DELIVERED_NOT_RECEIVED and not _answered(c),
        ),
        Timer(
            "carrier_complaint_answer",
            "timers.carrier_complaint_answer",
            holds=lambda c: c.type is not CaseType.DELIVERED_NOT_RECEIVED and not _answered(c),
        ),
        # The carrier found nothing: refund or resend is the buyer's choice, and silence chooses neither.
        Timer("offer_valid", "timers.offer_valid", holds=lambda c: _answered(c)),
    ),
    Status.SELLER_RESHIP: (
        Timer(
            "exchange_reship_after_goods_back",
            "timers.exchange_reship_after_goods_back",
            "timeout",
            _always(Status.OFFERED),
            (_DAY,),
            "agents",
        ),
    ),
    Status.IN_REPAIR: (
        Timer(
            "repair_max",
            "timers.repair_max",
            "timeout",
            _always(Status.OFFERED),
            (5 * _DAY,),
            "agents",
            holds=lambda c: not c.slots.get("no_parts"),
        ),
        Timer(
            "repair_max_no_parts",
            "timers.repair_max_no_parts",
            "timeout",
            _always(Status.OFFERED),
            (5 * _DAY,),
            "agents",
            holds=lambda c: bool(c.slots.get("no_parts")),
        ),
    ),
    Status.AWAIT_BUYER_RECEIPT: (
        Timer(
            "auto_confirm_receipt",
            "timers.auto_confirm_receipt",
            "timeout",
            _always(Status.CLOSED_RESOLVED),
            (2 * _DAY,),
        ),
    ),
    # A refund agreed has to leave within the law's ceiling; the alarm comes two days before it. Past the second one
    # the law speaks of a deliberate delay (侵害消费者权益行为处罚办法 arts. 8-9).
    Status.REFUNDING: (
        Timer(
            "legal_refund_after_goods_back",
            "timers.legal_refund_after_goods_back",
            warn=(2 * _DAY,),
            told="agents",
        ),
        Timer("legal_deliberate_delay", "timers.legal_deliberate_delay", warn=(2 * _DAY,), told="agents"),
    ),
    Status.REFUND_FAILED: (_SLA,),
    Status.REJECTED: (
        Timer(
            "apply_platform_after_reject",
            "timers.apply_platform_after_reject",
            "timeout",
            _always(Status.CLOSED_REJECTED),
            (_DAY,),
        ),
    ),
    Status.PLATFORM_EVIDENCE: (
        Timer(
            "platform_evidence",
            "timers.platform_evidence",
            "timeout",
            _always(Status.PLATFORM_REVIEW),
            (_DAY,),
            "agents",
        ),
    ),
    Status.PLATFORM_REVIEW: (Timer("platform_decide", "timers.platform_decide", told="agents"),),
    Status.SUSPENDED: (
        Timer(
            "suspension",
            "",
            "resume",
            _always(Status.PLATFORM_REVIEW),
            (2 * _DAY,),
            "agents",
            holds=lambda c: c.slots.get("suspended_until") != OPEN_END,
        ),
    ),
}
_LENGTHS = {"silent_24h": DRAFT_SILENCE, "suspension": SETTLING, "next_news": timedelta(hours=24)}


def timers_of(case: Case, policy: Policy, now: datetime) -> list[tuple[str, datetime]]:
    """(name, due) of every clock that this status starts; a warning is named `<timer>:warn<hours>`."""
    started = []
    for timer in running_in(case):
        due = _due(timer, case, policy, now)
        length = due - now
        if due <= now:  # the promise of 72 hours counts from the request, whatever came between
            continue
        started.append((timer.name, due))
        started += [
            (f"{timer.name}:warn{int(w.total_seconds() // 3600)}", due - w)
            for w in timer.warn
            if w < length and due - w > now
        ]
    return started


def _due(timer: Timer, case: Case, policy: Policy, now: datetime) -> datetime:
    if until := case.slots.get("suspended_until") if case.status is Status.SUSPENDED else None:
        return datetime.fromisoformat(str(until))
    return (filed_at(case) if timer is _SLA else now) + length_of(timer, policy)


def filed_at(case: Case) -> datetime:
    """When the buyer had asked for it: from then on the shop's promise counts."""
    filed = case.judged.get("filed_at")
    return datetime.fromisoformat(str(filed)) if filed else case.opened_at


def length_of(timer: Timer, policy: Policy) -> timedelta:
    length: timedelta = policy.lookup(timer.figure) if timer.figure else _LENGTHS[timer.name]
    return length


def timer_of(case: Case, name: str) -> Timer | None:
    """The timer `name` of this status; None where the case has moved on and the ring means nothing any more."""
    return next((t for t in running_in(case) if t.name == name), None)


def running_in(case: Case) -> list[Timer]:
    """The timers of its status that hold for this very case, the one that moves it first."""
    return [t for t in TIMERS.get(case.status, ()) if t.holds(case)]


def deadline_name(case: Case) -> str | None:
    """The clock that a buyer is told: the one that moves the case, else the alarm it has."""
    running = running_in(case)
    return next((t.name for t in running if not t.alarm), running[0].name if running else None)
