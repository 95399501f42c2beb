"""Medusa's JSON of an order → our orders, one a line. Pure; numbers with a point have to come as `Decimal`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.order import CENT, Order, from_data
from bot.errors import BotError, SourceRefusedError
from bot.orders.base import line_id, shipped_in

log = logging.getLogger(__name__)
Row = Mapping[str, Any]
# What `read` needs of an order. Totals are only worked out by Medusa where `total` is asked for.
FIELDS = ",".join(
    (
        "id,display_id,custom_display_id,status,is_draft_order,currency_code,customer_id,created_at,updated_at",
        "payment_status,fulfillment_status,total,*items,*shipping_address,*shipping_methods",
        "*fulfillments,*fulfillments.items,*fulfillments.labels,*returns,*returns.items",
        "*payment_collections.payments,*payment_collections.payments.captures",
        "*payment_collections.payments.refunds",
    )
)
# What only the shop knows about a line: its storefront writes these into the line's metadata at order time.
FACTS = ("badges", "category", "custom", "insurance", "waiver_confirmed_at")
# Authorised counts as paid: the buyer's part is done, and most shops capture when they send.
PAID = ("authorized", "partially_authorized", "captured", "partially_captured", "partially_refunded")
_UTC = ZoneInfo("UTC")


def number_of(row: Row) -> str:
    """What the buyer reads as the order's number: the shop's own where it gives one, else Medusa's count."""
    return str(row.get("custom_display_id") or row["display_id"])


def items_of(row: Row) -> dict[str, Row]:
    """The order's lines by our id, counted as they were put in. A line edited away keeps its place."""
    lines = sorted(row["items"], key=lambda item: (item["created_at"], item["id"]))
    return {line_id(number_of(row), n): item for n, item in enumerate(lines, 1)}


def read(row: Row, pay: Mapping[str, str]) -> list[Order]:
    """`pay`: Medusa's payment provider → our pay channel. `SourceRefusedError` where the JSON is not as we know it."""
    try:
        lines = items_of(row).items()
        return [_line(row, order_id, item, pay) for order_id, item in lines if item["detail"]["quantity"] > 0]
    except (BotError, KeyError, TypeError) as fault:
        what = f"{type(fault).__name__}: {fault}"
        raise SourceRefusedError(f"Medusa's order {row.get('display_id')} cannot be read: {what}") from None


def payments_of(row: Row) -> list[Row]:
    return [payment for part in row.get("payment_collections") or () for payment in part["payments"]]


def key_of(refund: Row) -> str:
    """A refund of ours begins its note with our key and the line's id; anybody else's note may say anything."""
    return str(refund["note"] or "").partition(" ")[0]


def _line(row: Row, order_id: str, item: Row, pay: Mapping[str, str]) -> Order:
    sent = [f for f in row["fulfillments"] or () if f["shipped_at"] and not f["canceled_at"] and _of(f, item)]
    address = row.get("shipping_address") or {}
    payments = payments_of(row)
    first = next(iter(items_of(row))) == order_id
    paid = _money(item[name] for name in ("total", "return_received_total", "return_dismissed_total"))
    freight = _money(m["total"] for m in row["shipping_methods"] or () if _to_buyer(m))
    refund = _refund(row, order_id, paid + (freight if first else 0))
    data = {
        "id": order_id,
        "status": _status(row, item, refund is not None and Decimal(refund["amount"]) >= paid),
        "buyer": row["customer_id"],
        "created_at": row["created_at"],
        "paid_at": _paid_at(row, payments),
        "first_scan": min((f["shipped_at"] for f in sent), default=None),
        "last_scan": max((f["delivered_at"] for f in sent if f["delivered_at"]), default=None),
        "signed_at": _delivered_at(item, sent),
        "returned_at": _returned_at(row, item),
        "item": _title(item),
        "sku": item["variant_sku"],
        "category": item["product_type"],
        "qty": int(item["detail"]["quantity"]),
        "paid": paid,
        "freight_paid": freight if first else 0,
        "free_shipping": not freight and item["requires_shipping"],
        "pay": next((pay[p["provider_id"]] for p in payments if p["provider_id"] in pay), ""),
        "phone": address.get("phone"),
        "address": _address(address),
        "refund": refund,
        "parcels": [_parcel(f, item) for f in sent],
    }
    facts = {name: value for name, value in (item["metadata"] or {}).items() if name in FACTS}
    try:
        return _shipped(from_data(data | facts, _UTC))
    except BotError:  # what a storefront wrote there must not take the order away from its buyer
        log.warning(
            "the metadata of an order's line cannot be read and is left out", extra={"order": order_id}
        )
        return _shipped(from_data(data, _UTC))


def _shipped(order: Order) -> Order:
    """A single parcel's number stands on the order itself: `parcels` are those of a split shipment."""
    return shipped_in(order, order.parcels)


def _status(row: Row, item: Row, refunded: bool) -> str:
    """The first that holds, from the end of an order's life to its beginning (docs/medusa.md has the table)."""
    detail = item["detail"]
    rules = (
        ("refunded", refunded or row["payment_status"] == "refunded"),
        ("closed", row["status"] == "canceled"),
        ("success", row["status"] == "completed"),
        ("delivered", detail["delivered_quantity"] >= detail["quantity"]),
        ("shipped", detail["shipped_quantity"] > 0),
        ("paid", row["payment_status"] in PAID),
    )
    return next((status for status, holds in rules if holds), "unpaid")


def _refund(row: Row, order_id: str, everything: Decimal) -> dict[str, Any] | None:
    """What went back for this line. Medusa knows refunds of orders only: one without our note stands on the first."""
    lines = items_of(row)
    mine: list[Row] = []
    for refund in (refund for payment in payments_of(row) for refund in payment["refunds"]):
        of = str(refund["note"] or "").split(" ")[1:2]
        line = of[0] if of and of[0] in lines else next(iter(lines))
        if line == order_id or row["payment_status"] == "refunded":
            mine.append(refund)
    if not mine:
        return None
    last = max(mine, key=lambda refund: str(refund["created_at"]))
    amount = everything if row["payment_status"] == "refunded" else _money(r["amount"] for r in mine)
    return {"ref": last["id"], "at": last["created_at"], "amount": str(amount)}


def _paid_at(row: Row, payments: Iterable[Row]) -> str | None:
    captured = [payment["captured_at"] for payment in payments if payment["captured_at"]]
    authorised = [payment["created_at"] for payment in payments] if row["payment_status"] in PAID else []
    return min(captured or authorised, default=None)


def _delivered_at(item: Row, sent: list[Row]) -> str | None:
    """When the last piece arrived, by the shop's word; None while one is on its way."""
    arrived = [f["delivered_at"] for f in sent if f["delivered_at"]]
    whole = item["detail"]["delivered_quantity"] >= item["detail"]["quantity"]
    return max(arrived, default=None) if whole else None


def _returned_at(row: Row, item: Row) -> str | None:
    back = [
        one["received_at"]
        for one in row["returns"] or ()
        if one["received_at"] and any(part["item_id"] == item["id"] for part in one["items"])
    ]
    return max(back, default=None)


def _parcel(fulfilment: Row, item: Row) -> dict[str, Any]:
    """Several labels are several boxes of one sending, and nobody knows what is in which: the first stands for all."""
    numbers = [label["tracking_number"] for label in fulfilment["labels"] or () if label["tracking_number"]]
    return {
        "parcel": numbers[0] if numbers else fulfilment["id"],
        "qty": int(sum(part["quantity"] for part in _of(fulfilment, item))),
        "status": "delivered" if fulfilment["delivered_at"] else "shipped",
        "first_scan": fulfilment["shipped_at"],
        "signed_at": fulfilment["delivered_at"],
    }


def _of(fulfilment: Row, item: Row) -> list[Row]:
    return [part for part in fulfilment["items"] if part["line_item_id"] == item["id"]]


def _to_buyer(method: Row) -> bool:
    """Ways back and ways of an exchange are in the same list."""
    detail = method["detail"]
    return not (detail["return_id"] or detail["exchange_id"] or detail["claim_id"])


def _title(item: Row) -> str:
    product, variant = item["product_title"] or item["title"], item["variant_title"] or ""
    # What Medusa's Admin and its importers call the one variant of a product without choices.
    return (
        product
        if variant.casefold() in ("", "default", "default variant", "default title")
        else f"{product} {variant}"
    )


def _address(address: Row) -> str:
    parts = ("province", "city", "address_1", "address_2", "postal_code")
    return " ".join(str(address[part]) for part in parts if address.get(part))


def _money(amounts: Iterable[Any]) -> Decimal:
    """The sum, rounded once; shares of a discount may have more places than a cent."""
    return sum(map(Decimal, amounts), Decimal()).quantize(CENT, ROUND_HALF_UP)
