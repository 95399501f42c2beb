"""A case and one entry of its timeline. Which moves exist is in `machine.py`; what is allowed in `rules/`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo


class Status(StrEnum):
    DRAFT = "DRAFT"
    PENDING_EVIDENCE = "PENDING_EVIDENCE"
    PENDING_SELLER = "PENDING_SELLER"
    HUMAN_REVIEW = "HUMAN_REVIEW"
    OFFERED = "OFFERED"
    AWAIT_RETURN = "AWAIT_RETURN"
    RETURN_IN_TRANSIT = "RETURN_IN_TRANSIT"
    IN_REPAIR = "IN_REPAIR"
    CARRIER_CHECK = "CARRIER_CHECK"
    SELLER_RESHIP = "SELLER_RESHIP"
    AWAIT_BUYER_RECEIPT = "AWAIT_BUYER_RECEIPT"
    REFUNDING = "REFUNDING"
    REFUND_FAILED = "REFUND_FAILED"
    REJECTED = "REJECTED"
    PLATFORM_EVIDENCE = "PLATFORM_EVIDENCE"
    PLATFORM_REVIEW = "PLATFORM_REVIEW"
    SUSPENDED = "SUSPENDED"
    CLOSED_REFUNDED = "CLOSED_REFUNDED"
    CLOSED_RESOLVED = "CLOSED_RESOLVED"
    CLOSED_WITHDRAWN = "CLOSED_WITHDRAWN"
    CLOSED_TIMEOUT = "CLOSED_TIMEOUT"
    CLOSED_REJECTED = "CLOSED_REJECTED"

    @property
    def closed(self) -> bool:
        return self.name.startswith("CLOSED_")


class CaseType(StrEnum):
    CANCEL_ORDER = "cancel_order"
    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    REPAIR_RESEND = "repair_resend"
    COUNTERFEIT_CLAIM = "counterfeit_claim"
    QUALITY_CLAIM = "quality_claim"
    WRONG_MISSING = "wrong_missing"
    DELIVERED_NOT_RECEIVED = "delivered_not_received"
    LOST_PARCEL = "lost_parcel"
    DAMAGED_PARCEL = "damaged_parcel"
    DELAY_COMPLAINT = "delay_complaint"
    PLATFORM_INTERVENTION = "platform_intervention"
    ADDRESS_CHANGE = "address_change"
    INVOICE = "invoice"
    PRICE_PROTECTION = "price_protection"


@dataclass(frozen=True)
class Case:
    """`judged` keeps the figures it was judged by, so that a change of policy never rewrites a promise."""

    id: str
    chat: str
    type: CaseType
    status: Status
    opened_at: datetime  # aware UTC, like every instant here
    updated_at: datetime
    buyer: str | None = None
    order_id: str | None = None
    item: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)
    events: int = 0  # entries in its timeline so far
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return not self.status.closed


@dataclass(frozen=True)
class Entry:
    """One line of a case's append-only timeline. `who` is buyer, bot, rule, system, carrier or "agent:<name>"."""

    case_id: str
    n: int
    at: datetime
    who: str
    event: str
    from_status: Status | None
    to_status: Status
    why: str = ""
    rule: str = ""
    policy_version: str = ""


_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O and 1/I, which people mix up on the phone


def case_number(chat: str, ordinal: int, now: datetime, zone: ZoneInfo) -> str:
    """A number to read out, such as `A260310-7KQ2M`: the day in the shop's zone, then 25 bits of its own.

    No counter is shared between hosts; `ordinal` is the conversation's inbox number, so a repeat gives the same one.
    """
    digest = int.from_bytes(hashlib.sha256(f"{chat}\n{ordinal}".encode()).digest()[:8])
    tail = "".join(_ALPHABET[(digest >> (5 * i)) & 31] for i in range(5))
    return f"A{now.astimezone(zone):%y%m%d}-{tail}"
