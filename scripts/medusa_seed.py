"""Fills an empty Medusa 2 over HTTP with a small shop: goods in stock, ways to send them, and orders of every kind.

`python scripts/medusa_seed.py --url http://127.0.0.1:9000 --email admin@shop.example --password …` prints one JSON
object: the address, a secret API key for the bot, and the number of each order by its kind. For a shop to try things
out on, never for a real one.
"""

from __future__ import annotations

import argparse
import itertools
import json
from dataclasses import asdict, dataclass
from typing import Any, Self

import httpx

COUNTRY, CURRENCY = "cn", "cny"
PROVIDER = "pp_system_default"
GOODS: dict[str, dict[str, float]] = {
    "碎花连衣裙": {"dress-S": 159, "dress-M": 159},
    "Linen shirt": {"shirt-L": 199.99},
    "坚果礼盒": {"nuts-30": 88.5},
    "棉袜": {"socks-M": 19.99},
}


@dataclass(frozen=True)
class Furnished:
    """What later steps need of a shop that has been fitted out; ids are Medusa's."""

    url: str
    key: str  # secret: the bot's
    publishable: str
    region: str
    location: str
    ways: dict[str, str]
    variants: dict[str, str]
    orders: dict[str, str]  # our kind → number


class Shop:
    """The Admin API and the Store API of one Medusa; every call answers JSON or ends the program."""

    def __init__(self, url: str, admin: dict[str, str], publishable: str = "") -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.tracking = itertools.count(1001)
        self.admin_headers = admin
        self.store_headers = {"x-publishable-api-key": publishable}

    @classmethod
    def signed_in(cls, url: str, email: str, password: str) -> Self:
        shop = cls(url, {})
        found = shop._send("POST", "/auth/user/emailpass", {"email": email, "password": password})
        shop.admin_headers = {"authorization": f"Bearer {found['token']}"}
        return shop

    def admin(self, path: str, **body: Any) -> Any:
        return self._send("POST", f"/admin{path}", body, self.admin_headers)

    def read(self, path: str) -> Any:
        return self._send("GET", f"/admin{path}", None, self.admin_headers)

    def store(self, path: str, **body: Any) -> Any:
        return self._send("POST", f"/store{path}", body, self.store_headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        answer = self.http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()


def furnish(shop: Shop, url: str) -> Furnished:
    """Everything an order needs, and the bot's key."""
    channel = shop.admin("/sales-channels", name="Web")["sales_channel"]["id"]
    region = shop.admin(
        "/regions",
        name="China",
        currency_code=CURRENCY,
        countries=[COUNTRY],
        payment_providers=[PROVIDER],
    )["region"]["id"]
    shop.admin("/tax-regions", country_code=COUNTRY, provider_id="tp_system")
    location = shop.admin(
        "/stock-locations",
        name="Warehouse",
        address={"address_1": "示例路 1 号", "city": "杭州", "country_code": COUNTRY},
    )["stock_location"]["id"]
    shop.admin(f"/stock-locations/{location}/sales-channels", add=[channel])
    shop.admin(f"/stock-locations/{location}/fulfillment-providers", add=["manual_manual"])
    profile = shop.admin("/shipping-profiles", name="Parcels", type="parcels")["shipping_profile"]["id"]
    ways = _shipping(shop, location, profile)
    variants = _goods(shop, channel, profile, location)
    shop.admin("/return-reasons", value="size", label="Does not fit")
    shop.admin("/promotions", code="TENOFF", type="standard", status="active", application_method=TEN_OFF)
    publishable = shop.admin("/api-keys", title="Web", type="publishable")["api_key"]
    shop.admin(f"/api-keys/{publishable['id']}/sales-channels", add=[channel])
    shop.store_headers = {"x-publishable-api-key": publishable["token"]}
    secret = shop.admin("/api-keys", title="After-sales bot", type="secret")["api_key"]["token"]
    return Furnished(url, secret, publishable["token"], region, location, ways, variants, {})


def _shipping(shop: Shop, location: str, profile: str) -> dict[str, str]:
    """A free way and a paid way to the buyer, and one back."""
    shop.admin(f"/stock-locations/{location}/fulfillment-sets", name="Delivery", type="shipping")
    found = shop.read(f"/stock-locations/{location}?fields=*fulfillment_sets")
    fulfilment_set = found["stock_location"]["fulfillment_sets"][0]["id"]
    zones = shop.admin(
        f"/fulfillment-sets/{fulfilment_set}/service-zones",
        name="China",
        geo_zones=[{"type": "country", "country_code": COUNTRY}],
    )
    zone = zones["fulfillment_set"]["service_zones"][0]["id"]

    def option(name: str, amount: int, back: bool = False) -> str:
        rules = [{"attribute": "is_return", "operator": "eq", "value": "true" if back else "false"}]
        made = shop.admin(
            "/shipping-options",
            name=name,
            service_zone_id=zone,
            shipping_profile_id=profile,
            provider_id="manual_manual",
            price_type="flat",
            type={"label": name, "description": name, "code": name.lower()},
            data={"id": "manual-fulfillment-return" if back else "manual-fulfillment"},
            prices=[{"currency_code": CURRENCY, "amount": amount}],
            rules=[*rules, {"attribute": "enabled_in_store", "operator": "eq", "value": "true"}],
        )
        return str(made["shipping_option"]["id"])

    return {"free": option("Free", 0), "courier": option("Courier", 12), "back": option("Back", 0, back=True)}


def _goods(shop: Shop, channel: str, profile: str, location: str) -> dict[str, str]:
    """Variant ids by SKU; with more in stock than anybody buys."""
    variants: dict[str, str] = {}
    for title, prices in GOODS.items():
        made = shop.admin(
            "/products",
            title=title,
            status="published",
            shipping_profile_id=profile,
            sales_channels=[{"id": channel}],
            options=[{"title": "Size", "values": [sku.rpartition("-")[2] for sku in prices]}],
            variants=[
                {
                    "title": sku.rpartition("-")[2],
                    "sku": sku,
                    "options": {"Size": sku.rpartition("-")[2]},
                    "prices": [{"currency_code": CURRENCY, "amount": price}],
                }
                for sku, price in prices.items()
            ],
        )
        variants |= {variant["sku"]: variant["id"] for variant in made["product"]["variants"]}
    for item in shop.read("/inventory-items?limit=100")["inventory_items"]:
        shop.admin(
            f"/inventory-items/{item['id']}/location-levels", location_id=location, stocked_quantity=10_000
        )
    return variants


TEN_OFF = {
    "type": "percentage",
    "target_type": "items",
    "allocation": "across",
    "value": 10,
    "currency_code": CURRENCY,
}


@dataclass(frozen=True)
class Buyer:
    """Medusa makes one customer of each mail address."""

    email: str = "lin@buyer.example"
    phone: str = "+86 138 0013 5566"


def order(
    shop: Shop,
    at: Furnished,
    basket: dict[str, int],
    buyer: Buyer | None = None,
    way: str = "free",
    code: str = "",
) -> dict[str, Any]:
    """A buyer's whole way through the shop: cart, address, way of sending, payment; the order."""
    buyer = buyer or Buyer()
    cart = shop.store(
        "/carts",
        region_id=at.region,
        email=buyer.email,
        shipping_address={
            "first_name": "林",
            "last_name": "林",
            "phone": buyer.phone,
            "address_1": "示例路 8 弄 2 号 301 室",
            "city": "上海",
            "postal_code": "200030",
            "country_code": COUNTRY,
        },
    )["cart"]["id"]
    for sku, quantity in basket.items():  # one after another, so that the lines keep this order
        shop.store(f"/carts/{cart}/line-items", variant_id=at.variants[sku], quantity=quantity)
    if code:
        shop.store(f"/carts/{cart}/promotions", promo_codes=[code])
    shop.store(f"/carts/{cart}/shipping-methods", option_id=at.ways[way])
    collection = shop.store("/payment-collections", cart_id=cart)["payment_collection"]["id"]
    shop.store(f"/payment-collections/{collection}/payment-sessions", provider_id=PROVIDER)
    made: dict[str, Any] = shop.store(f"/carts/{cart}/complete")["order"]
    return made


def payment(shop: Shop, made: dict[str, Any]) -> str:
    found = shop.read(f"/orders/{made['id']}?fields=*payment_collections.payments")["order"]
    return str(found["payment_collections"][0]["payments"][0]["id"])


def capture(shop: Shop, made: dict[str, Any]) -> None:
    shop.admin(f"/payments/{payment(shop, made)}/capture")


def ship(shop: Shop, at: Furnished, made: dict[str, Any], pieces: dict[str, int] | None = None) -> str:
    """Packs and sends these pieces (by SKU; else all) with a label; the fulfilment's id."""
    wanted = pieces or {line["variant_sku"]: line["quantity"] for line in made["items"]}
    lines = [
        {"id": line["id"], "quantity": wanted[line["variant_sku"]]}
        for line in made["items"]
        if line["variant_sku"] in wanted
    ]
    shop.admin(f"/orders/{made['id']}/fulfillments", items=lines, location_id=at.location)
    found = shop.read(f"/orders/{made['id']}?fields=*fulfillments")["order"]["fulfillments"]
    parcel = str(max(found, key=lambda one: one["created_at"])["id"])
    number = f"SF{next(shop.tracking)}"
    url = f"https://track.example/{number}"
    label = {"tracking_number": number, "tracking_url": url, "label_url": url}
    shop.admin(f"/orders/{made['id']}/fulfillments/{parcel}/shipments", items=lines, labels=[label])
    return parcel


def deliver(shop: Shop, made: dict[str, Any], parcel: str) -> None:
    shop.admin(f"/orders/{made['id']}/fulfillments/{parcel}/mark-as-delivered")


def fill(shop: Shop, at: Furnished) -> dict[str, str]:
    """One order of each kind; kind → number."""
    kinds = {
        "delivered": order(shop, at, {"dress-M": 1}),
        "several": order(shop, at, {"shirt-L": 2, "nuts-30": 1}, way="courier"),
        "split": order(shop, at, {"nuts-30": 3}, code="TENOFF"),
        "paid": order(shop, at, {"dress-S": 1}, way="courier"),
        "authorised": order(shop, at, {"dress-S": 1}),
        "cancelled": order(shop, at, {"nuts-30": 1}),
        "cancelled_paid": order(shop, at, {"nuts-30": 1}),
        "completed": order(shop, at, {"socks-M": 3}),
        "refunded": order(shop, at, {"socks-M": 1}, way="courier"),
        "part_refunded": order(shop, at, {"shirt-L": 2, "nuts-30": 1}, way="courier"),
    }
    for kind in kinds.keys() - {"authorised", "cancelled"}:
        capture(shop, kinds[kind])
    for kind in ("delivered", "completed"):
        deliver(shop, kinds[kind], ship(shop, at, kinds[kind]))
    ship(shop, at, kinds["several"])
    deliver(shop, kinds["split"], ship(shop, at, kinds["split"], {"nuts-30": 2}))
    ship(shop, at, kinds["split"], {"nuts-30": 1})
    for kind in ("cancelled", "cancelled_paid"):
        shop.admin(f"/orders/{kinds[kind]['id']}/cancel")
    shop.admin(f"/orders/{kinds['completed']['id']}/complete")
    shop.admin(f"/payments/{payment(shop, kinds['refunded'])}/refund")
    shop.admin(
        f"/payments/{payment(shop, kinds['part_refunded'])}/refund", amount=7.5, note="the box was wet"
    )
    return {kind: str(made["display_id"]) for kind, made in kinds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("url", "email", "password"):
        parser.add_argument(f"--{name}", required=True)
    wanted = parser.parse_args()
    shop = Shop.signed_in(wanted.url, wanted.email, wanted.password)
    furnished = furnish(shop, wanted.url)
    print(json.dumps(asdict(furnished) | {"orders": fill(shop, furnished)}))


if __name__ == "__main__":
    main()
