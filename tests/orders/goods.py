"""The four orders every far side of the tests holds, as the suite of `conformance.py` wants them."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.cases.order import Order, from_data
from tests.orders.conformance import Known

SHANGHAI = ZoneInfo("Asia/Shanghai")
LIN = {"buyer": "B1", "phone": "13812345566", "status": "signed", "created_at": "2026-03-01 10:12"}
EMMA = {"buyer": "B2", "phone": "+44 7700 907788", "status": "paid", "created_at": "2026-03-02 09:00"}
ROWS = (
    LIN | {"id": "T1001", "item": "连衣裙", "qty": 3, "paid": "59.97", "freight_paid": "12.00"},
    LIN
    | {"id": "T1002", "item": "杯子", "qty": 3, "paid": "30.00"}
    | {"parcels": [{"parcel": "SF1", "qty": 2, "first_scan": "2026-03-02 19:40"}, {"parcel": "SF2"}]},
    LIN | {"id": "T1003", "item": "T恤", "paid": "49.90"},
    LIN | {"id": "T1003-2", "item": "帽子", "qty": 2, "paid": "0.30"},
    EMMA | {"id": "T2001", "item": "Boots", "paid": "329.00"},
)


def orders() -> list[Order]:
    return [from_data(row, SHANGHAI) for row in ROWS]


class FourOrders:
    plain = Known("T1001", "13812345566", "B1", "连衣裙", 3, Decimal("59.97"), Decimal("12.00"))
    split = Known("T1002", "13812345566", "B1", "杯子", 3, Decimal("30.00"), parcels=(2, 1))
    lines = (
        Known("T1003", "13812345566", "B1", "T恤", 1, Decimal("49.90")),
        Known("T1003-2", "13812345566", "B1", "帽子", 2, Decimal("0.30")),
    )
    other = Known("T2001", "+447700907788", "B2", "Boots", 1, Decimal("329.00"))
