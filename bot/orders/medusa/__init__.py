"""A Medusa 2 shop: its orders, returns and refunds over the Admin API (docs: `docs/medusa.md`)."""

from bot.orders.medusa.source import MedusaOrders

__all__ = ["MedusaOrders"]
