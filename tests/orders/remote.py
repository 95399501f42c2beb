"""A shop's own system on a real wire with our database beside it, and conversations to tell its news to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.order import Order
from bot.orders.door import Patience
from bot.orders.http import SignedHttpOrders
from bot.orders.mirror import refresh
from bot.orders.reference_server import reference_app
from bot.orders.reference_shop import ReferenceShop
from bot.orders.signing import Signer
from bot.store import cases, conversations, inbox
from bot.store.db import Database
from bot.store.orders import read_order
from tests.orders.goods import SHANGHAI, orders
from tests.support.http_server import serving

NOW = datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SECRET = "a secret that both sides keep: 32+"


class Remote:
    """A shop's own system on a real wire, and our database beside it."""

    def __init__(self, db: Database, shop: ReferenceShop, source: SignedHttpOrders) -> None:
        self.db, self.shop, self.source = db, shop, source
        self.now = NOW

    def clock(self) -> datetime:
        return self.now

    def refresh(self) -> int:
        return refresh(self.source, self.db, self.clock)

    def order(self, order_id: str) -> Order | None:
        return self.db.read(lambda conn: read_order(conn, order_id))

    def heard(self, chat: str) -> list[dict[str, Any]]:
        """What the conversation's inbox holds, oldest first."""
        rows = self.db.read(lambda conn: inbox.pending(conn, chat, 100))
        assert all(row.kind == "order" for row in rows)
        return [row.event.data for row in rows]


@contextmanager
def remote_shop(database: Database) -> Iterator[Remote]:
    shop = ReferenceShop({order.id: order for order in orders()})
    with serving(reference_app(shop, {"1": SECRET}, lambda: NOW)) as url:
        source = SignedHttpOrders(
            url, Signer("1", SECRET), SHANGHAI, clock=lambda: NOW, patience=Patience(pause=0.001)
        )
        yield Remote(database, shop, source)
        source.close()


def link(db: Database, chat: str, buyer: str, at: datetime = NOW) -> None:
    def write(conn: Any) -> None:
        conversations.identify(conn, chat, buyer)
        conversations.save_state(conn, chat, {}, at.timestamp())

    db.write(write)


def open_case(db: Database, chat: str, order_id: str, number: str = "R-1", closed: bool = False) -> None:
    status = Status.PENDING_SELLER
    case = Case(number, chat, CaseType("return_refund"), status, NOW, NOW, None, order_id, number, events=1)
    if closed:
        case = Case(**{**vars(case), "closed_at": NOW})

    def write(conn: Any) -> None:
        conversations.identify(conn, chat)
        cases.save_case(conn, case, [Entry(number, 1, NOW, "bot", "opened", None, status)])

    db.write(write)
