"""Invoices: due on request once the goods are there, and cancelled by a red one where they went back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Policy
from bot.cases.rules.refusal import Refusal


def may_invoice(order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Issued after receipt; asked for earlier it is noted and issued then (消费者权益保护法 art. 22)."""
    data = {"item": order.item, "order": order.id}
    if order.status in ("refunded", "closed"):
        return Refusal("invoice_nothing_paid", "消费者权益保护法 art. 22", data, False)
    if order.signed_at is None and order.confirmed_at is None and order.status not in ("signed", "success"):
        return Refusal("invoice_after_receipt", "消费者权益保护法 art. 22", data, False)
    return None


def red_invoice_due(order: Order, invoiced: bool) -> bool:
    """Whether an invoice was issued for goods whose money went back: a red one cancels it (发票管理办法实施细则)."""
    return invoiced and (order.status == "refunded" or order.refund is not None)
