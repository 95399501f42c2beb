"""What Shopify's Admin GraphQL interface says of an order, as our orders, and what is asked for. No network.

An order of several line items is several orders; freight stands on the first. Amounts are in the shop's currency,
after all discounts, tax included.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from bot.cases.order import CENT, Order, Parcel, Refund
from bot.errors import SourceRefusedError
from bot.orders.base import line_id, shipped_in

_MONEY = "shopMoney { amount }"
BRIEF = "id name updatedAt customer { id }"
# One question may cost 1,000 points, one for each object it could bring: about 700 for an order of 40 lines.
FIELDS = f"""
{BRIEF} currencyCode createdAt processedAt cancelledAt displayFinancialStatus
phone taxesIncluded paymentGatewayNames
billingAddress {{ phone }}
shippingAddress {{ phone formatted(withName: false) }}
shippingLines(first: 3) {{ nodes {{ discountedPriceSet {{ {_MONEY} }} taxLines {{ priceSet {{ {_MONEY} }} }} }} }}
lineItems(first: 40) {{ nodes {{
  id name sku quantity
  originalTotalSet {{ {_MONEY} }}
  discountAllocations {{ allocatedAmountSet {{ {_MONEY} }} }}
  taxLines {{ priceSet {{ {_MONEY} }} }}
}} }}
fulfillments(first: 10) {{
  id status inTransitAt deliveredAt estimatedDeliveryAt
  trackingInfo {{ number company }}
  fulfillmentLineItems(first: 10) {{ nodes {{ quantity lineItem {{ id }} }} }}
}}
refunds(first: 20) {{ id createdAt note totalRefundedSet {{ {_MONEY} }} }}
"""
PAY = {"shopify_payments": "credit_card", "alipay": "alipay_balance", "wechat_pay": "wechat_balance"}
_MONEY_STATES = {
    "PENDING": "unpaid",
    "AUTHORIZED": "unpaid",
    "EXPIRED": "unpaid",
    "PARTIALLY_PAID": "unpaid",
    "PAID": "paid",
    "PARTIALLY_REFUNDED": "paid",
    "REFUNDED": "refunded",
    "VOIDED": "closed",
}


def number_of(row: Mapping[str, Any]) -> str:
    """Buyers read "#1001" and type it with or without the sign."""
    return str(row["name"]).lstrip("#").strip()


def changed_at(row: Mapping[str, Any]) -> datetime:
    return _when(row["updatedAt"]) or datetime(1970, 1, 1, tzinfo=UTC)


def buyer_of(row: Mapping[str, Any]) -> str:
    """The customer's number; a guest has none."""
    return str((row.get("customer") or {}).get("id") or "").rpartition("/")[2]


def read_lines(
    row: Mapping[str, Any], pay: Mapping[str, str] | None = None, currency: str = "CNY"
) -> tuple[Order, ...]:
    """The order's lines; none of a shop in another currency, whose amounts would be said wrong.

    Raises `SourceRefusedError` for one that cannot be read.
    """
    if row.get("currencyCode") != currency:
        return ()
    try:
        return tuple(
            _line(row, item, n, {**PAY, **(pay or {})}) for n, item in enumerate(row["lineItems"]["nodes"], 1)
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as fault:
        raise SourceRefusedError(
            f"Shopify sent an order that cannot be read ({type(fault).__name__})"
        ) from None


def _line(row: Mapping[str, Any], item: Mapping[str, Any], n: int, pay: Mapping[str, str]) -> Order:
    freight = _freight(row) if n == 1 else Decimal("0.00")
    parcels = _parcels(row, item)
    status = _status(row, item, parcels)
    order = Order(
        id=line_id(number_of(row), n),
        status=status,
        buyer=buyer_of(row),
        created_at=_when(row["createdAt"]),
        paid_at=_when(row.get("processedAt")) if status != "unpaid" else None,
        first_scan=min((p.first_scan for p in parcels if p.first_scan), default=None),
        eta=max((p.eta for p in parcels if p.eta), default=None),
        item=str(item["name"]),
        sku=str(item.get("sku") or ""),
        qty=int(item["quantity"]),
        paid=_paid(row, item),
        freight_paid=freight,
        free_shipping=n == 1 and freight == 0,
        pay=next((pay[g] for g in row.get("paymentGatewayNames") or () if g in pay), ""),
        phone=_phone(row),
        address=", ".join((row.get("shippingAddress") or {}).get("formatted") or ()),
        refund=_refund(row) if n == 1 else None,
    )
    return shipped_in(order, parcels)


def _status(row: Mapping[str, Any], item: Mapping[str, Any], parcels: tuple[Parcel, ...]) -> str:
    """A carrier's report of delivery is no signature: that the buyer has it, Shopify does not know."""
    if row.get("cancelledAt"):
        return "closed"
    status = _MONEY_STATES[str(row["displayFinancialStatus"])]
    if status != "paid" or sum(parcel.qty for parcel in parcels) < int(item["quantity"]):
        return status
    return "delivered" if all(parcel.status == "delivered" for parcel in parcels) else "shipped"


def _parcels(row: Mapping[str, Any], item: Mapping[str, Any]) -> tuple[Parcel, ...]:
    found = []
    for sent in row.get("fulfillments") or ():
        goods = sent["fulfillmentLineItems"]["nodes"]
        pieces = sum(int(part["quantity"]) for part in goods if part["lineItem"]["id"] == item["id"])
        if pieces and sent.get("status") not in ("CANCELLED", "ERROR", "FAILURE"):
            found.append(_parcel(sent, pieces))
    return tuple(found)


def _parcel(sent: Mapping[str, Any], pieces: int) -> Parcel:
    numbers = [track["number"] for track in sent.get("trackingInfo") or () if track.get("number")]
    return Parcel(
        parcel=str(numbers[0]) if numbers else str(sent["id"]).rpartition("/")[2],
        qty=pieces,
        status="delivered" if sent.get("deliveredAt") else "shipped",
        first_scan=_when(sent.get("inTransitAt")),
        signed_at=_when(sent.get("deliveredAt")),  # of a part: it is not on its way any more
        eta=_when(sent.get("estimatedDeliveryAt")),
    )


def _paid(row: Mapping[str, Any], item: Mapping[str, Any]) -> Decimal:
    total = _money(item["originalTotalSet"])
    total -= sum((_money(d["allocatedAmountSet"]) for d in item["discountAllocations"]), Decimal(0))
    return (total + _tax(row, item)).quantize(CENT, ROUND_HALF_UP)


def _freight(row: Mapping[str, Any]) -> Decimal:
    lines = (row.get("shippingLines") or {}).get("nodes") or ()
    total = sum((_money(line["discountedPriceSet"]) + _tax(row, line) for line in lines), Decimal(0))
    return total.quantize(CENT, ROUND_HALF_UP)


def _tax(row: Mapping[str, Any], part: Mapping[str, Any]) -> Decimal:
    """On top of the price, unless the shop's prices hold it already."""
    if row["taxesIncluded"]:
        return Decimal(0)
    return sum((_money(tax["priceSet"]) for tax in part["taxLines"]), Decimal(0))


def _refund(row: Mapping[str, Any]) -> Refund | None:
    """All that went back so far, under the latest refund's number and time."""
    rows = row.get("refunds") or ()
    if not rows:
        return None
    back = sum((_money(r["totalRefundedSet"]) for r in rows), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    latest = max(rows, key=lambda r: str(r["createdAt"]))
    return Refund(str(latest["id"]).rpartition("/")[2], _when(latest["createdAt"]), back)


def _phone(row: Mapping[str, Any]) -> str:
    """The one the parcel is sent with, since that is the one a buyer remembers."""
    places = (row.get("shippingAddress"), row.get("billingAddress"), row)
    return next((str(place["phone"]) for place in places if place and place.get("phone")), "")


def _money(bag: Mapping[str, Any]) -> Decimal:
    return Decimal(str(bag["shopMoney"]["amount"]))


def _when(raw: Any) -> datetime | None:
    return datetime.fromisoformat(str(raw)).astimezone(UTC) if raw else None
