"""The demo shop: a dozen believable orders of two buyers, dated back from now so that each shows its case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.order import Order, from_data

LIN, EMMA = "demo-lin", "demo-emma"
_LIN: dict[str, Any] = {
    "buyer": LIN,
    "phone": "13800135566",
    "address": "上海市徐汇区示例路 8 弄 2 号 301 室",
}
_EMMA: dict[str, Any] = {
    "buyer": EMMA,
    "phone": "+44 7700 900123",
    "address": "8 Sample Street, Bristol BS1 4XX",
}
_NO_REASON = "7天无理由"


def demo_orders(now: datetime, zone: ZoneInfo) -> list[Order]:
    """Newest first, all times before `now` (aware) except what is still expected."""
    return [from_data({**owner, **_dated(fields, now, zone)}, zone) for owner, fields in _ORDERS]


def _dated(fields: dict[str, Any], now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """`(days, "18:20")` → that clock time on the shop's clock, so many days from today."""

    def when(value: Any) -> Any:
        if isinstance(value, list):
            return [_dated(part, now, zone) for part in value]
        if isinstance(value, dict):
            return _dated(value, now, zone)
        if not isinstance(value, tuple):
            return value
        days, clock = value
        day = now.astimezone(zone).date() + timedelta(days=days)
        return f"{day} {clock}"

    return {name: [*value] if name == "badges" else when(value) for name, value in fields.items()}


def _sent(days: int, signed: int | None = None) -> dict[str, Any]:
    """The dates of an order placed `days` ago, sent the next day, and signed for `signed` days ago."""
    dates: dict[str, Any] = {"created_at": (-days, "10:12"), "paid_at": (-days, "10:14")}
    dates |= {"first_scan": (1 - days, "19:40"), "eta": (3 - days, "20:00")}
    if signed is not None:
        dates |= {"signed_at": (-signed, "18:20"), "last_scan": (-signed, "18:20")}
    return dates


# Each shows one thing; the comment says which.
_ORDERS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    # inside the window, freight insurance, free shipping: the buyer pays the way back
    (
        _LIN,
        _sent(5, signed=2)
        | {
            "id": "T1001",
            "status": "signed",
            "item": "碎花连衣裙 M 码",
            "sku": "dress-floral-M",
            "paid": "159.00",
        }
        | {"category": "apparel", "free_shipping": True, "insurance": True, "badges": (_NO_REASON,)}
        | {"pay": "alipay_balance", "stock": {"dress-floral-S": 4, "dress-floral-M": 2, "dress-floral-L": 0}},
    ),
    # made to order: no no-reason return, a defect is another matter
    (
        _LIN,
        _sent(6, signed=1)
        | {"id": "T1002", "status": "signed", "item": "刻字马克杯", "sku": "mug-engraved", "paid": "68.00"}
        | {"category": "home", "custom": True, "free_shipping": True, "pay": "huabei"},
    ),
    # past the window, order completed; carries a badge that promises three times the price for a fake
    (
        _LIN,
        _sent(20, signed=14)
        | {"id": "T1003", "status": "success", "item": "轻便跑步鞋 42 码", "sku": "run-42", "paid": "268.00"}
        | {"category": "apparel", "confirmed_at": (-12, "09:00"), "badges": (_NO_REASON, "正品保证(赔3)")}
        | {"freight_paid": "8.00", "pay": "debit_card", "stock": {"run-41": 3, "run-42": 1, "run-43": 5}},
    ),
    # fresh food
    (
        _LIN,
        _sent(3, signed=1)
        | {"id": "T1004", "status": "signed", "item": "阳山水蜜桃 12 只", "sku": "peach-12", "paid": "88.00"}
        | {"category": "fresh", "free_shipping": True, "pay": "wechat_balance"},
    ),
    # reported as delivered to somebody else
    (
        _LIN,
        _sent(4)
        | {
            "id": "T1005",
            "status": "delivered",
            "item": "充电宝 20000 毫安",
            "sku": "power-20k",
            "paid": "129.00",
        }
        | {"category": "electronics", "signed_at": (-1, "16:41"), "last_scan": (-1, "16:41")}
        | {"signed_by": "他人代收", "free_shipping": True, "badges": (_NO_REASON,), "pay": "wechat_bank"},
    ),
    # paid, not sent yet
    (
        _LIN,
        {"id": "T1006", "status": "paid", "item": "迷你电饭煲 1.6L", "sku": "cooker-16", "paid": "299.00"}
        | {"category": "electronics", "created_at": (-1, "21:03"), "paid_at": (-1, "21:05")}
        | {"free_shipping": True, "badges": (_NO_REASON,), "pay": "huabei"},
    ),
    # two parcels, one of them here
    (
        _LIN,
        _sent(4)
        | {
            "id": "T1007",
            "status": "shipped",
            "item": "每日坚果礼盒",
            "sku": "nuts-30",
            "qty": 2,
            "paid": "178.00",
        }
        | {"category": "food", "free_shipping": True, "badges": (_NO_REASON,), "pay": "alipay_balance"}
        | {"last_scan": (-1, "07:30"), "eta": (1, "20:00")}
        | {
            "parcels": [
                {
                    "parcel": "SF1200000000701",
                    "status": "signed",
                    "first_scan": (-3, "19:40"),
                    "signed_at": (-1, "12:10"),
                },
                {
                    "parcel": "SF1200000000702",
                    "status": "shipped",
                    "first_scan": (-2, "08:15"),
                    "eta": (1, "20:00"),
                },
            ]
        },
    ),
    # the money is on its way back to a credit card
    (
        _LIN,
        _sent(12, signed=9)
        | {"id": "T1008", "status": "refunded", "item": "护眼台灯", "sku": "lamp-eye", "paid": "88.00"}
        | {"category": "home", "free_shipping": True, "pay": "credit_card", "returned_at": (-4, "11:20")}
        | {"refund": {"ref": "R5008", "at": (-3, "17:30"), "amount": "88.00"}},
    ),
    # inside the window, shipping was paid: the buyer pays both ways
    (
        _EMMA,
        _sent(7, signed=3)
        | {
            "id": "T1009",
            "status": "signed",
            "item": "Linen shirt, size L",
            "sku": "linen-L",
            "paid": "199.00",
        }
        | {"category": "apparel", "freight_paid": "12.00", "badges": (_NO_REASON,), "pay": "credit_card"}
        | {"stock": {"linen-M": 6, "linen-L": 3, "linen-XL": 0}},
    ),
    # electronics whose no-reason return the buyer waived on the order
    (
        _EMMA,
        _sent(6, signed=2)
        | {"id": "T1010", "status": "signed", "item": "Wireless earbuds", "sku": "buds-2", "paid": "349.00"}
        | {"category": "electronics", "waiver_confirmed_at": (-6, "10:13"), "free_shipping": True}
        | {"pay": "credit_card"},
    ),
    # on the way
    (
        _EMMA,
        _sent(3)
        | {
            "id": "T1011",
            "status": "shipped",
            "item": "Hiking boots, EU 41",
            "sku": "boots-41",
            "paid": "329.00",
        }
        | {"category": "apparel", "free_shipping": True, "badges": (_NO_REASON,), "pay": "debit_card"}
        | {"last_scan": (-1, "22:15"), "eta": (1, "20:00")},
    ),
    # food, inside the window, returnable only while its seal is whole
    (
        _EMMA,
        _sent(8, signed=4)
        | {
            "id": "T1012",
            "status": "signed",
            "item": "Longjing tea gift box",
            "sku": "tea-250",
            "paid": "218.00",
        }
        | {"category": "food", "free_shipping": True, "insurance": True, "badges": (_NO_REASON,)}
        | {"pay": "wechat_balance"},
    ),
    # dear, and past the window
    (
        _EMMA,
        _sent(24, signed=19)
        | {
            "id": "T1013",
            "status": "success",
            "item": "Waterproof jacket",
            "sku": "shell-M",
            "paid": "899.00",
        }
        | {
            "category": "apparel",
            "confirmed_at": (-10, "08:30"),
            "badges": (_NO_REASON,),
            "pay": "alipay_balance",
        },
    ),
)
