"""Keeps orders up to date with what their couriers say. Blocking: asks outside any transaction, then writes."""

from __future__ import annotations

import logging

from bot.cases.order import Order, phone_tail
from bot.clock import Clock
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.tracker import Shipment, Tracker, carrier_of, order_news
from bot.store.db import Database
from bot.store.order_news import take_news
from bot.store.orders import read_order
from bot.store.parcels import may_ask, not_asked, orders_with_open_cases

log = logging.getLogger(__name__)
MOST_AT_ONCE = 50  # orders


class Couriers:
    """`usual`: the carrier of numbers that tell none. No number is asked about more often than the tracker allows."""

    def __init__(self, tracker: Tracker, db: Database, clock: Clock, usual: str = "") -> None:
        self._tracker, self._db, self._clock, self._usual = tracker, db, clock, usual

    def follow(self) -> int:
        """Ask about the parcels of orders with an open case; returns how many answered.

        Raises `RetryLaterError` when the courier's interface is out of reach; what was read by then is kept.
        """
        orders = self._db.read(lambda conn: orders_with_open_cases(conn, MOST_AT_ONCE))
        return sum(self._ask_about(order) for order in orders)

    def ask(self, order_id: str) -> int:
        """The same for one order a buyer asks about; 0 also where it was asked about a moment ago."""
        order = self._db.read(lambda conn: read_order(conn, order_id))
        return self._ask_about(order) if order else 0

    def _ask_about(self, order: Order) -> int:
        numbers = [parcel.parcel for parcel in order.parcels] or [order.tracking]
        found = [self._track(number, order) for number in numbers if number]
        for shipment in filter(None, found):
            self._keep(order.id, shipment)
        return len([shipment for shipment in found if shipment])

    def _track(self, number: str, order: Order) -> Shipment | None:
        carrier = carrier_of(number) or self._usual
        now = self._clock().timestamp()
        every = self._tracker.every.total_seconds()
        if not carrier or not self._db.write(lambda conn: may_ask(conn, number, now, every)):
            return None
        try:
            return self._tracker.track(carrier, number, phone_tail(order))
        except SourceRefusedError as no:
            log.warning("%s", no, extra={"order": order.id})
            return None
        except RetryLaterError:
            self._db.write(lambda conn: not_asked(conn, number))
            raise

    def _keep(self, order_id: str, shipment: Shipment) -> None:
        """Compared with the order as it is now: an earlier parcel, or the shop, may have changed it meanwhile."""
        now = self._clock().timestamp()
        order = self._db.read(lambda conn: read_order(conn, order_id))
        if order and (news := order_news(order, shipment)):
            self._db.write(lambda conn: take_news(conn, [(order_id, news)], now))
