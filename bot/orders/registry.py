"""Which order source and which courier tracker the settings name. To add one: its file, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.cases.nearest import did_you_mean
from bot.errors import ConfigError
from bot.orders.base import OrderSource
from bot.orders.embedded import EmbeddedOrders
from bot.orders.http import SignedHttpOrders
from bot.orders.kuaidi100 import URL as KUAIDI100
from bot.orders.kuaidi100 import Kuaidi100
from bot.orders.medusa import MedusaOrders
from bot.orders.shopify import ShopifyOrders
from bot.orders.signing import Signer
from bot.orders.tracker import Tracker
from bot.orders.woocommerce import Keys, WooCommerceOrders
from bot.store.db import Database


@dataclass(frozen=True)
class Access:
    """Settings of the section `orders`, and secrets. `pay`: their gateway → a way of paying of policy.yaml."""

    database: Database
    zone: ZoneInfo
    currency: str = "CNY"
    url: str = ""
    pay: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


SOURCES: dict[str, Callable[[Access], OrderSource]] = {
    "embedded": lambda a: EmbeddedOrders(a.database),
    "http": lambda a: SignedHttpOrders(a.url, Signer(a.key or "1", a.secret), a.zone),
    "woocommerce": lambda a: WooCommerceOrders(a.url, Keys(a.key, a.secret), currency=a.currency, pay=a.pay),
    "shopify": lambda a: ShopifyOrders(a.url, a.secret, currency=a.currency, pay=a.pay),
    "medusa": lambda a: MedusaOrders(a.url, a.secret, currency=a.currency, pay=a.pay),
}
NEEDS: dict[str, tuple[str, ...]] = {
    "embedded": (),
    "http": ("url", "secret"),
    "woocommerce": ("url", "key", "secret"),
    "shopify": ("url", "secret"),
    "medusa": ("url", "secret"),
}
_CURES = {
    "url": "orders.url: missing; write the address of the shop's system, e.g. https://shop.example",
    "key": "environment ORDERS_KEY: missing; set the name of the key that the shop's system gave you",
    "secret": "environment ORDERS_SECRET: missing; set the secret that the shop's system gave you",
}
_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def source_from(name: str, access: Access) -> OrderSource:
    """Raises `ConfigError` with everything that is missing or wrong."""
    if name not in SOURCES:
        known = ", ".join(SOURCES)
        raise ConfigError(
            [f"orders.source: there is no {name!r}{did_you_mean(name, SOURCES)}; one of {known}"]
        )
    faults = [_CURES[need] for need in NEEDS[name] if not getattr(access, need)]
    if access.url.startswith("http://") and not access.url.startswith(_LOCAL):
        faults.append("orders.url: keys and buyers' phones would pass in the open; write https://")
    if name == "http" and 0 < len(access.secret) < 32:
        faults.append(
            "environment ORDERS_SECRET: is too short; use 32 characters or more, the same on both sides"
        )
    if faults:
        raise ConfigError(faults)
    return SOURCES[name](access)


def tracker_from(name: str, key: str, secret: str, url: str = KUAIDI100) -> Tracker | None:
    """`name`: off or kuaidi100; `key` and `secret`: of the account, there called customer and key."""
    if name == "off":
        return None
    if name != "kuaidi100":
        raise ConfigError([f"orders.courier: there is no {name!r}; one of off, kuaidi100"])
    if not (key and secret):
        raise ConfigError(
            ["environment COURIER_KEY and COURIER_SECRET: set the customer and key of the account"]
        )
    return Kuaidi100(key, secret, url)
