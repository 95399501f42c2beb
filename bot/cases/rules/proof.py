"""Who must prove what, and in which order: nobody is asked for a proof that the other side owes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.rules.days import months_end, over
from bot.cases.rules.goods import is_durable

# Steps in their order; each is asked for only when the one before it was met.
Step = Literal[
    "buyer_photos",
    "buyer_statement",
    "shop_explains",
    "shop_documents",
    "shop_delivery_proof",
    "shop_packing_proof",
    "shop_test",
    "buyer_test",
]
Proof = tuple[Step, ...]
_SIX_MONTHS = 6  # 消费者权益保护法 art. 23


def proof_of_fault(order: Order, visible: bool, now: datetime, zone: ZoneInfo) -> Proof:
    """Visible: the buyer's photos, the shop's explanation, then a test (争议处理规则 art. 65). Not to be seen: the
    shop's documents first (art. 66). Durable goods in the first six months: the shop proves (消费者权益保护法 art. 23).
    """
    if shop_proves_by_age(order, now, zone):
        return ("buyer_photos", "shop_test") if visible else ("shop_documents", "shop_test")
    if visible:
        return ("buyer_photos", "shop_explains", "buyer_test")
    return ("shop_documents", "buyer_test")


def proof_of_fake() -> Proof:
    """The shop's purchase papers first; the buyer's report only where these are in order (争议处理规则 art. 66)."""
    return ("shop_documents", "buyer_test")


def proof_of_shortage(order: Order, merged_parcel: bool = False) -> Proof:
    """Wrong, missing or broken on arrival: before 确认收货 the shop proves, after it the buyer (arts. 75-76).

    Orders merged into one parcel without the buyer's consent leave it with the shop (art. 26).
    """
    if order.confirmed_at is not None and not merged_parcel:
        return ("buyer_photos",)
    return ("shop_delivery_proof", "shop_packing_proof", "buyer_photos")


def proof_of_receipt() -> Proof:
    """Not received: the buyer says so, the shop shows who signed (争议处理规则 art. 38)."""
    return ("buyer_statement", "shop_delivery_proof")


def shop_proves_by_age(order: Order, now: datetime, zone: ZoneInfo) -> bool:
    """Whether durable goods are in the first six months since receipt (消费者权益保护法 art. 23); wear is no fault."""
    received = order.signed_at or order.confirmed_at
    if received is None or not is_durable(order):
        return False
    return not over(months_end(received, _SIX_MONTHS, zone), now)
