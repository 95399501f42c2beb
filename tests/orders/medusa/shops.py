"""The orders that Medusa's tests are about, made anew in a real Medusa or as they were when answers were recorded."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from bot.orders.base import OrderSource
from bot.orders.door import Patience
from bot.orders.medusa import MedusaOrders
from scripts.medusa_seed import Buyer, Furnished, Shop, capture, deliver, order, ship
from tests.orders.conformance import Known
from tests.orders.medusa.far_side import FarSide
from tests.support.http_server import unused_address

QUICK = Patience(timeout=60.0, tries=2, pause=0.001)
PAY = {"pp_system_default": "alipay_balance"}
Line = tuple[str, int, str]  # item, pieces, paid
DRESS: Line = ("碎花连衣裙 M", 1, "159.00")
SHIRTS: Line = ("Linen shirt L", 2, "399.98")


class SeededShop:
    """Buys, captures and sends in a real Medusa, and does by hand what a shop's staff do there."""

    def __init__(self, at: Furnished) -> None:
        self.at = at
        self.shop = Shop(at.url, {}, at.publishable)
        self.shop.http.auth = (at.key, "")
        self._ids: dict[str, str] = {}
        self._four: dict[str, Any] | None = None
        self._moves = itertools.count(1)

    def close(self) -> None:
        self.shop.http.close()

    def four_orders(self) -> dict[str, Any]:
        """As the conformance suite wants them: three of one buyer, one of another."""
        if self._four is None:
            lin, emma = self.buyer("+86 138 0013 "), self.buyer("+44 7700 90")
            bought = [self.plain(lin), self.split(lin), *self.lines(lin), self.unsent(emma)]
            self._four = dict(zip(("plain", "split", "first", "second", "other"), bought, strict=True))
        return self._four

    def touched(self) -> None:
        """The next test gets other four: buying takes seconds, so tests that only look share theirs."""
        self._four = None

    def plain(self, buyer: Buyer) -> dict[str, Any]:
        made = self._bought({"socks-M": 3}, buyer, way="courier")
        deliver(self.shop, made, ship(self.shop, self.at, made))
        return self._known(made, buyer, ("棉袜 M", 3, "59.97"), "12.00")

    def split(self, buyer: Buyer) -> dict[str, Any]:
        made = self._bought({"nuts-30": 3}, buyer, code="TENOFF")
        deliver(self.shop, made, ship(self.shop, self.at, made, {"nuts-30": 2}))
        ship(self.shop, self.at, made, {"nuts-30": 1})
        return self._known(made, buyer, ("坚果礼盒 30", 3, "238.95")) | {"parcels": [2, 1]}

    def lines(self, buyer: Buyer) -> list[dict[str, Any]]:
        """Medusa stamps all lines of a cart with one moment, so their ids say which is the first."""
        made = self._bought({"shirt-L": 2, "dress-M": 1}, buyer, way="courier")
        ship(self.shop, self.at, made)
        items = self.shop.read(f"/orders/{made['id']}?fields=*items")["order"]["items"]
        in_order = sorted(items, key=lambda item: (item["created_at"], item["id"]))
        first, second = [{"shirt-L": SHIRTS, "dress-M": DRESS}[item["variant_sku"]] for item in in_order]
        return [self._known(made, buyer, first, "12.00"), self._known(made, buyer, second, line="-2")]

    def unsent(self, buyer: Buyer) -> dict[str, Any]:
        return self._known(self._bought({"dress-M": 1}, buyer), buyer, DRESS)

    def buyer(self, phone: str = "+86 138 0013 ") -> Buyer:
        """A stranger to Medusa, whatever an earlier run left there."""
        return Buyer(f"{secrets.token_hex(6)}@buyer.example", f"{phone}{secrets.randbelow(9000) + 1000}")

    def move_house(self, order_id: str) -> None:
        phone = self._read(order_id, "*shipping_address")["shipping_address"]["phone"]
        address = {"first_name": "林", "city": "上海", "country_code": "cn", "phone": phone}
        moved = address | {"address_1": f"示例路 {next(self._moves)} 号"}
        self.shop.admin(f"/orders/{self._ids[order_id]}", shipping_address=moved)

    def begin_return(self, order_id: str, request: bool) -> None:
        """As the Admin does it, with no place named that the goods go to."""
        begun = self.shop.admin("/returns", order_id=self._ids[order_id])
        if request:
            lines = [{"id": begun["order"]["items"][0]["id"], "quantity": 1}]
            self.shop.admin(f"/returns/{begun['return']['id']}/request-items", items=lines)
            self.shop.admin(f"/returns/{begun['return']['id']}/request")

    def capture_later(self) -> str:
        """An order that is authorised only; `capture_now` takes the money."""
        made = order(self.shop, self.at, {"dress-M": 1}, self.buyer())
        self._ids[str(made["display_id"])] = made["id"]
        return str(made["display_id"])

    def capture_now(self, order_id: str) -> None:
        capture(self.shop, {"id": self._ids[order_id]})

    def refunded(self, order_id: str) -> str:
        found = self._read(order_id, "*payment_collections.payments.refunds")["payment_collections"]
        refunds = [refund for part in found for payment in part["payments"] for refund in payment["refunds"]]
        return str(sum((Decimal(refund["raw_amount"]["value"]) for refund in refunds), Decimal()))

    def _bought(
        self, basket: dict[str, int], buyer: Buyer, way: str = "free", code: str = ""
    ) -> dict[str, Any]:
        made = order(self.shop, self.at, basket, buyer, way, code)
        capture(self.shop, made)
        self._ids[str(made["display_id"])] = made["id"]
        return made

    def _known(
        self, made: dict[str, Any], buyer: Buyer, goods: Line, freight: str = "0.00", line: str = ""
    ) -> dict[str, Any]:
        order_id = str(made["display_id"])
        customer = self._read(order_id, "customer_id")["customer_id"]
        item, qty, paid = goods
        known = Known(order_id + line, buyer.phone, customer, item, qty, Decimal(paid), Decimal(freight))
        return asdict(known) | {"paid": paid, "freight": freight}

    def _read(self, order_id: str, fields: str) -> Any:
        return self.shop.read(f"/orders/{self._ids[order_id]}?fields={fields}")["order"]


class MedusaShop:
    """A source over the far side, and what a test does behind its back; nothing where answers are recorded."""

    def __init__(self, url: str, far: FarSide, seeded: SeededShop | None) -> None:
        self.far, self.seeded = far, seeded
        self._key = seeded.at.key if seeded else "sk_recorded"
        self.medusa = MedusaOrders(url, self._key, currency="CNY", pay=PAY, patience=QUICK)

    def bought(self, what: str) -> Known:
        """An order nobody has touched yet: `plain` (delivered) or `unsent`."""
        made = getattr(self.seeded, what)(self.seeded.buyer()) if self.seeded else None
        return _known(self.far.side.fact("bought", made))

    def bought_lines(self) -> list[Known]:
        made = self.seeded.lines(self.seeded.buyer()) if self.seeded else None
        return [_known(row) for row in self.far.side.fact("bought", made)]

    def number(self, kind: str) -> str:
        """The order of this kind that the seeding script made."""
        return str(self.far.side.fact("number", self.seeded.at.orders[kind] if self.seeded else None))

    def authorised(self) -> str:
        return str(self.far.side.fact("number", self.seeded.capture_later() if self.seeded else None))

    def capture(self, number: str) -> None:
        if self.seeded:
            self.seeded.capture_now(number)

    def staff_begin_return(self, number: str) -> None:
        if self.seeded:
            self.seeded.begin_return(number, request=False)

    def staff_request_return(self, number: str) -> None:
        if self.seeded:
            self.seeded.begin_return(number, request=True)

    def refunded(self, number: str) -> Decimal:
        return Decimal(self.far.side.fact("refunded", self.seeded.refunded(number) if self.seeded else None))

    def close(self) -> None:
        self.medusa.close()


class FourOrders(MedusaShop):
    """The `Shop` of the conformance suite."""

    def __init__(self, url: str, far: FarSide, seeded: SeededShop | None) -> None:
        super().__init__(url, far, seeded)
        self.source: OrderSource = self.medusa
        self._away = MedusaOrders(unused_address(), self._key, patience=QUICK)
        four = far.side.fact("four", seeded.four_orders() if seeded else None)
        known = {name: _known(row) for name, row in four.items()}
        self.plain, self.split, self.other = known["plain"], known["split"], known["other"]
        self.lines = (known["first"], known["second"])

    def news(self, order_id: str) -> str:
        if self.seeded:
            self.seeded.move_house(order_id)
        return "address"

    def ignore_filters(self) -> None:
        self.far.ignore_filters()

    def away(self) -> OrderSource:
        return self._away

    def close(self) -> None:
        super().close()
        self._away.close()
        if self.seeded and self.far.wishes:
            self.seeded.touched()


def _known(row: dict[str, Any]) -> Known:
    exact = {
        "paid": Decimal(row["paid"]),
        "freight": Decimal(row["freight"]),
        "parcels": tuple(row["parcels"]),
    }
    return Known(**row | exact)
