"""The shop's own systems as the settings name them: where its orders are, who carries its parcels, how it pays back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.config import Settings
from bot.errors import ConfigError
from bot.jobs import Jobs
from bot.orders.base import OrderSource
from bot.orders.http_refunds import HttpRefunds
from bot.orders.keeping import Keeper
from bot.orders.medusa import MedusaOrders
from bot.orders.mirror import lookup, read_all_of
from bot.orders.parcels import Couriers
from bot.orders.refunds import ManualRefunds, RefundGateway
from bot.orders.registry import Access, source_from, tracker_from
from bot.orders.signing import Signer
from bot.orders.source_refunds import SourceRefunds
from bot.orders.tracker import Tracker
from bot.store.db import Database


@dataclass(frozen=True)
class Systems:
    """`source` is None where the orders are in our own tables, `tracker` where no courier is asked."""

    source: OrderSource | None
    tracker: Tracker | None
    refunds: RefundGateway

    def jobs(self, db: Database, clock: Clock) -> Jobs:
        """What the outbox has done in them."""
        source = self.source
        if source is None:
            return Jobs(self.refunds)
        return Jobs(
            self.refunds,
            lambda n, p: [o.id for o in lookup(source, db, clock, n, p)],
            lambda buyer: [o.id for o in read_all_of(source, db, clock, buyer)],
        )

    def keeper(
        self, settings: Settings, db: Database, clock: Clock, ring: Callable[[], None]
    ) -> Keeper | None:
        """The task that keeps the mirror and the parcels up to date; None where there is nothing to keep."""
        if self.source is None and self.tracker is None:
            return None
        orders = settings.orders
        couriers = Couriers(self.tracker, db, clock, orders.usual_carrier or "") if self.tracker else None
        return Keeper(db, clock, orders.every, self.source, couriers, orders.source, ring)

    def close(self) -> None:
        if self.source is not None:
            self.source.close()


def systems_of(settings: Settings, db: Database) -> Systems:
    """Raises ConfigError with everything that is missing or wrong."""
    orders, secrets = settings.orders, settings.secrets
    access = Access(
        database=db,
        zone=settings.shop.zone,
        currency=settings.shop.currency,
        url=orders.url or "",
        pay=orders.pay,
        key=secrets.orders_key or "",
        secret=secrets.orders_secret or "",
    )
    source = source_from(orders.source, access) if orders.source != "embedded" else None
    tracker_url = {"url": orders.courier_url} if orders.courier_url else {}
    tracker = tracker_from(
        orders.courier, secrets.courier_key or "", secrets.courier_secret or "", **tracker_url
    )
    return Systems(source, tracker, _refunds(settings, source))


def _refunds(settings: Settings, source: OrderSource | None) -> RefundGateway:
    orders, secrets = settings.orders, settings.secrets
    if orders.refunds == "manual":
        return ManualRefunds()
    if orders.refunds == "source":
        if source is None:
            raise ConfigError(["orders.refunds: the embedded orders pay nothing back; write manual or http"])
        # Medusa's own gateway knows which payments it only books: these stay a person's work.
        return source.gateway() if isinstance(source, MedusaOrders) else SourceRefunds(source)
    if not (orders.refunds_url and secrets.orders_secret):
        raise ConfigError(
            [
                "orders.refunds_url: missing, or ORDERS_SECRET is; refunds by http need the address and the secret"
            ]
        )
    return HttpRefunds(orders.refunds_url, Signer(secrets.orders_key or "1", secrets.orders_secret))
