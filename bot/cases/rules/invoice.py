"""Invoices: due on request once the goods are there, and cancelled by a red one where their money went back."""

from __future__ import annotations

from decimal import Decimal

from bot.cases.order import Order
from bot.cases.rules.refunds import ZERO, refundable
from bot.cases.rules.refusal import Refusal

LAW = "消费者权益保护法 art. 22"


def may_invoice(order: Order, refunded: Decimal = ZERO) -> Refusal | None:
    """Only over money that the shop has and keeps. `refunded`: everything sent back so far."""
    if order.status not in ("unpaid", "refunded", "closed") and refundable(order, refunded) > 0:
        return None
    return Refusal("invoice_nothing_paid", LAW, {"item": order.item, "order": order.id}, False)


def invoice_waits(order: Order) -> bool:
    """Issued after receipt; asked for earlier it is noted, and issued then (消费者权益保护法 art. 22)."""
    received = order.signed_at or order.confirmed_at
    return received is None and order.status not in ("signed", "success")


def red_invoice_due(invoiced: bool, refunded: Decimal) -> bool:
    """Whether an invoice was issued for goods whose money went back: a red one cancels it (发票管理办法实施细则)."""
    return invoiced and refunded > 0
