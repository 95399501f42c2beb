"""Money goes back by the order source itself, where it can: signed HTTP, WooCommerce, Shopify."""

from __future__ import annotations

from bot.errors import SourceRefusedError
from bot.orders.base import OrderSource
from bot.orders.refunds import RefundRequest, RefundResult


class SourceRefunds:
    """A refund gateway. What the source cannot do, a person does."""

    def __init__(self, source: OrderSource) -> None:
        self._source = source

    def refund(self, request: RefundRequest) -> RefundResult:
        fields = {"amount": request.amount, "currency": request.currency, "reason": request.reason}
        try:
            ref = self._source.act(request.key, request.order_id, "refund", fields)
        except SourceRefusedError as no:
            return RefundResult("failed", told=str(no))
        return RefundResult("done", ref) if ref else RefundResult("manual")
