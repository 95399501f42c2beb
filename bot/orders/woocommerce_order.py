"""What WooCommerce's REST interface (v3) says of an order, as our orders. No network.

An order of several line items is several orders; freight stands on the first. Amounts are what was paid, tax included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from bot.cases.order import CENT, Order, Parcel, Refund
from bot.errors import SourceRefusedError
from bot.orders.base import line_id, shipped_in

# "completed" is a shop's word for sent: WooCommerce knows neither scans nor delivery.
STATUSES = {
    "pending": "unpaid",
    "on-hold": "unpaid",
    "processing": "paid",
    "completed": "shipped",
    "refunded": "refunded",
    "cancelled": "closed",
    "failed": "closed",
}
TRACKING = "_wc_shipment_tracking_items"  # of the extensions Shipment Tracking and Advanced Shipment Tracking
PAY = {  # gateway → a way of paying that policy.yaml knows
    "alipay": "alipay_balance",
    "wechat_pay": "wechat_balance",
    "woocommerce_payments": "credit_card",
    "stripe": "credit_card",
}


def read_lines(
    row: Mapping[str, Any], pay: Mapping[str, str] | None = None, currency: str = "CNY"
) -> tuple[Order, ...]:
    """The order's lines; none of a draft, an unknown state, or another currency, whose amounts would be said wrong.

    Raises `SourceRefusedError` for a row that cannot be read.
    """
    status = STATUSES.get(str(row.get("status")))
    if status is None or row.get("currency") != currency:
        return ()
    try:
        return tuple(
            _line(row, item, n, status, {**PAY, **(pay or {})}) for n, item in enumerate(row["line_items"], 1)
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as fault:
        raise SourceRefusedError(
            f"WooCommerce sent an order that cannot be read ({type(fault).__name__})"
        ) from None


def changed_at(row: Mapping[str, Any]) -> datetime:
    return _gmt(row.get("date_modified_gmt")) or datetime(1970, 1, 1, tzinfo=UTC)


def buyer_of(row: Mapping[str, Any]) -> str:
    """The shop account's number; a guest has none."""
    return str(row.get("customer_id") or "")


def _line(
    row: Mapping[str, Any], item: Mapping[str, Any], n: int, status: str, pay: Mapping[str, str]
) -> Order:
    freight = _money(row["shipping_total"]) + _money(row["shipping_tax"]) if n == 1 else Decimal("0.00")
    order = Order(
        id=line_id(str(row["number"]), n),
        status=status,
        buyer=buyer_of(row),
        created_at=_gmt(row["date_created_gmt"]),
        paid_at=_gmt(row.get("date_paid_gmt")),
        item=str(item["name"]),
        sku=str(item.get("sku") or ""),
        qty=int(item["quantity"]),
        paid=_money(item["total"]) + _money(item["total_tax"]),
        freight_paid=freight,
        free_shipping=n == 1 and freight == 0,
        pay=pay.get(str(row.get("payment_method")), ""),
        phone=str(row["billing"].get("phone") or row["shipping"].get("phone") or ""),
        address=_address(row["shipping"]),
        refund=_refund(row.get("refunds") or ()) if n == 1 else None,
    )
    return shipped_in(order, _parcels(row.get("meta_data") or (), item))


def _refund(rows: Sequence[Mapping[str, Any]]) -> Refund | None:
    """All that went back so far, under the number of the latest; an order's answer does not say when."""
    if not rows:
        return None
    back = sum((abs(_money(row["total"])) for row in rows), Decimal("0.00"))
    return Refund(ref=str(max(int(row["id"]) for row in rows)), amount=back)


def _parcels(meta: Sequence[Mapping[str, Any]], item: Mapping[str, Any]) -> tuple[Parcel, ...]:
    """Of this line where the extension says which goods are in which parcel, else every parcel of the order."""
    told = next((m["value"] for m in meta if m.get("key") == TRACKING), None)
    rows = [row for row in told if row.get("tracking_number")] if isinstance(told, list) else []
    found = []
    for row in rows:
        goods = row.get("products_list") or ()
        mine = [part for part in goods if _is_of(part, item)]
        if mine or not goods:
            all_in_one = not goods and len(rows) == 1
            pieces = int(item["quantity"]) if all_in_one else sum(int(part["qty"]) for part in mine) or 1
            found.append(Parcel(parcel=str(row["tracking_number"]), qty=pieces))
    return tuple(found)


def _is_of(part: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    if part.get("item_id"):
        return str(part["item_id"]) == str(item["id"])
    return str(part.get("product")) in (str(item["product_id"]), str(item.get("variation_id")))


def _address(shipping: Mapping[str, Any]) -> str:
    parts = ("address_1", "address_2", "city", "state", "postcode", "country")
    return ", ".join(str(shipping[part]).strip() for part in parts if str(shipping.get(part) or "").strip())


def _money(raw: Any) -> Decimal:
    return Decimal(str(raw or "0")).quantize(CENT, ROUND_HALF_UP)


def _gmt(raw: Any) -> datetime | None:
    """Their times carry no zone; those named gmt are in UTC."""
    return datetime.fromisoformat(str(raw)).replace(tzinfo=UTC) if raw else None
