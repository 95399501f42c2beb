"""Who moves next in each status, and what a case comes to: the wish it serves, the money it moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from bot.cases.case import Case, CaseType, Status

Mover = Literal["buyer", "shop", "carrier", "platform", "nobody"]

_MOVERS: Mapping[Status, Mover] = {
    Status.DRAFT: "buyer",
    Status.PENDING_EVIDENCE: "buyer",
    Status.PENDING_SELLER: "shop",
    Status.HUMAN_REVIEW: "shop",
    Status.OFFERED: "buyer",
    Status.AWAIT_RETURN: "buyer",
    Status.RETURN_IN_TRANSIT: "shop",
    Status.IN_REPAIR: "shop",
    Status.CARRIER_CHECK: "carrier",
    Status.SELLER_RESHIP: "shop",
    Status.AWAIT_BUYER_RECEIPT: "buyer",
    Status.REFUNDING: "shop",
    Status.REFUND_FAILED: "shop",
    Status.REJECTED: "buyer",
    Status.PLATFORM_EVIDENCE: "shop",
    Status.PLATFORM_REVIEW: "platform",
    Status.SUSPENDED: "platform",
}

# What a case is for where neither the buyer nor an agent said.
_WANTED: Mapping[CaseType, str] = {
    CaseType.CANCEL_ORDER: "refund",
    CaseType.REFUND_ONLY: "refund",
    CaseType.RETURN_REFUND: "return",
    CaseType.EXCHANGE: "exchange",
    CaseType.REPAIR_RESEND: "repair",
    CaseType.COUNTERFEIT_CLAIM: "return",
    CaseType.QUALITY_CLAIM: "return",
    CaseType.WRONG_MISSING: "resend",
    CaseType.DELIVERED_NOT_RECEIVED: "refund",
    CaseType.LOST_PARCEL: "refund",
    CaseType.DAMAGED_PARCEL: "refund",
    CaseType.DELAY_COMPLAINT: "news",
    CaseType.PLATFORM_INTERVENTION: "refund",
    CaseType.ADDRESS_CHANGE: "task",
    CaseType.INVOICE: "task",
    CaseType.PRICE_PROTECTION: "refund",
}
GOODS_COME_BACK = ("return", "exchange", "repair")
WISHES = (*GOODS_COME_BACK, "refund", "resend", "wait")
# The money of such a case is gone, on its way, or agreed and to be tried again.
PAYING = (Status.REFUNDING, Status.REFUND_FAILED, Status.CLOSED_REFUNDED)


def next_mover(case: Case) -> Mover:
    """Whose turn it is; nobody's once it is closed. A carrier check that found nothing waits for the buyer's choice."""
    if case.status is Status.CARRIER_CHECK and case.slots.get("carrier_answer"):
        return "buyer"
    return _MOVERS.get(case.status, "nobody")


def moved_by(mover: Mover) -> tuple[Status, ...]:
    """The statuses in which it is usually this one's turn."""
    return tuple(status for status, who in _MOVERS.items() if who == mover)


def wanted(case: Case) -> str:
    """What it is to come to: refund, return, exchange, repair, resend, news or task."""
    said = str(case.slots.get("wanted") or "")
    return said if said in WISHES and said != "wait" else _WANTED[case.type]


def agreed_status(case: Case) -> Status:
    """Where agreeing to the wish leads: goods that come back first, a parcel, money, or simply done.

    Goods that are with the shop already are not sent in once more.
    """
    wish = wanted(case)
    if wish in GOODS_COME_BACK and case.slots.get("goods_here"):
        return Status.REFUNDING if wish == "return" else Status.SELLER_RESHIP
    if wish in GOODS_COME_BACK:
        return Status.AWAIT_RETURN
    if wish == "resend":
        return Status.SELLER_RESHIP
    return Status.REFUNDING if wish == "refund" else Status.CLOSED_RESOLVED


def after_inspection(case: Case) -> Status:
    """Where goods that came back in order lead."""
    return {"exchange": Status.SELLER_RESHIP, "repair": Status.IN_REPAIR}.get(wanted(case), Status.REFUNDING)


def money(case: Case) -> Decimal | None:
    """What is to be paid back: what was agreed since, else what it was judged to; None where no sum is known."""
    said = case.slots.get("refund") or case.judged.get("refund")
    return Decimal(str(said)) if said is not None else None


def attempt(case: Case) -> int:
    """Which try at paying this is, from 1: a failed payment is tried again under a number of its own."""
    return int(case.slots.get("attempt", 1))


def refund_number(case: Case) -> str:
    """The number the buyer, the shop and the payment share: the case's own, with the attempt."""
    return f"R{case.id.removeprefix('A')}-{attempt(case)}"
