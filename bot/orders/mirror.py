"""Keeps our own table as the mirror of a remote source, so that a turn reads orders without the network.

Blocking: calls the source outside any transaction, then writes what it said in one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.cases.order import FIELDS, Order
from bot.clock import Clock
from bot.errors import BotError
from bot.orders.base import Changes, OrderSource, whole
from bot.store.db import Database
from bot.store.order_news import News, move_cursor, read_cursor, take_news
from bot.store.orders import read_at

log = logging.getLogger(__name__)
MOST_PAGES = 1000  # in one go; a source that never ends its news must not hold its caller for ever


def refresh(source: OrderSource, db: Database, clock: Clock, name: str = "orders") -> int:
    """Read all news since the last time and tell the conversations concerned; returns how many changes came.

    `name` keeps the cursors of different sources apart. A page and its cursor are one transaction: after a crash
    the page comes again and changes nothing twice. Raises `StoreAwayError` or `RetryLaterError` when out of reach.
    """
    count = 0
    for _ in range(MOST_PAGES):
        news = _next_page(source, db, clock, name)
        count += news
        if not news:
            break
    return count


def _next_page(source: OrderSource, db: Database, clock: Clock, name: str) -> int:
    """How many changes it had; 0 also where another process took it meanwhile."""
    before = db.read(lambda conn: read_cursor(conn, name))
    page = source.changes(before)
    news, now = _complete(source, db, page), clock().timestamp()

    def keep(conn: Connection) -> bool:
        mine = move_cursor(conn, name, before, page.cursor)
        for item in news if mine else ():
            _take(conn, item, now)
        return mine

    return len(page.news) if db.write(keep) else 0


def lookup(source: OrderSource, db: Database, clock: Clock, number: str, proof: str) -> list[Order]:
    """The lines of a remote order that number and phone prove, now in the mirror; an empty list on any mismatch."""
    return _kept(db, clock, source.find(number, proof))


def read_all_of(source: OrderSource, db: Database, clock: Clock, buyer: str) -> list[Order]:
    """All orders of a shop account whose link was verified, now in the mirror."""
    return _kept(db, clock, source.of(buyer))


def _kept(db: Database, clock: Clock, orders: Sequence[Order]) -> list[Order]:
    """Also who else has a case on it hears what changed: the next refresh would find nothing new any more."""
    now = clock().timestamp()
    news = [(order.id, whole(order)) for order in orders]
    if news:
        db.write(lambda conn: take_news(conn, news, now))
    return list(orders)


def _complete(source: OrderSource, db: Database, page: Changes) -> list[News]:
    """News of an order that is not here yet names only what changed; then the whole order is read."""
    known = db.read(lambda conn: read_at(conn, [order_id for order_id, _ in page.news]))
    done: list[News] = []
    for order_id, fields in page.news:
        if order_id in known or fields.keys() >= set(FIELDS):
            done.append((order_id, fields))
        elif order := source.get(order_id):
            done.append((order_id, whole(order)))
    return done


def _take(conn: Connection, item: News, now: float) -> None:
    """One order that cannot be read must not hold up the others for ever."""
    try:
        take_news(conn, [item], now)
    except BotError:
        log.warning("news of an order cannot be read and is left out", extra={"order": item[0]})
