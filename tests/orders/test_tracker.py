"""Parcels by kuaidi100's form on a local server that checks the signature, and what their way means for an order."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI, Request

from bot.cases.order import Order, change, from_data
from bot.errors import RetryLaterError, SourceRefusedError
from bot.orders.door import Patience
from bot.orders.kuaidi100 import STATES, Kuaidi100
from bot.orders.tracker import Scan, Shipment, State, Tracker, carrier_of, order_news
from tests.support.http_server import serving, unused_address

CUSTOMER, KEY = "994F35FF7ECA32CE736F02BE3C0545CE", "abcdEFGH1234"
SHANGHAI = ZoneInfo("Asia/Shanghai")
# As their form has it, newest first, which is what it sends where the order is not asked for.
LINES = [
    {"time": "2026-03-08 18:20:11", "ftime": "2026-03-08 18:20:11", "context": "已签收", "statusCode": "301"},
    {"time": "2026-03-08 09:02:00", "ftime": "2026-03-08 09:02:00", "context": "派送中", "statusCode": "5"},
    {"time": "2026-03-07 02:11:30", "ftime": "2026-03-07 02:11:30", "context": "到达", "statusCode": "1001"}
    | {"areaName": "上海,上海市,徐汇区"},
    {"time": "2026-03-06 19:40:00", "ftime": "2026-03-06 19:40:00", "context": "已揽收", "statusCode": "103"},
    {"time": "2026-03-06 11:00:00", "ftime": "2026-03-06 11:00:00", "context": "已下单", "statusCode": "101"},
]


@dataclass
class FakeKuaidi100:
    """Answers as the real one does, with HTTP 200 whatever the matter; `asked` is what was asked, decoded."""

    parcels: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusal: dict[str, Any] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/poll/query.do", self._answer, methods=["POST"], response_model=None)
        return app

    async def _answer(self, request: Request) -> dict[str, Any]:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        right = hashlib.md5((form["param"] + KEY + CUSTOMER).encode()).hexdigest().upper()
        if form["sign"] != right or form["customer"] != CUSTOMER:
            return {"result": False, "returnCode": "503", "message": "验证签名失败"}
        asked = json.loads(form["param"])
        self.asked.append(asked)
        if self.refusal:
            return self.refusal
        if asked["num"] not in self.parcels:
            return {"result": False, "returnCode": "500", "message": "查询无结果,请隔段时间再查"}
        about = {"message": "ok", "nu": asked["num"], "com": asked["com"], "ischeck": "1", "status": "200"}
        return about | self.parcels[asked["num"]]


@pytest.fixture
def far() -> FakeKuaidi100:
    return FakeKuaidi100({"SF1234567890123": {"state": "301", "data": LINES}})


@pytest.fixture
def tracker(far: FakeKuaidi100) -> Iterator[Tracker]:
    with serving(far.app()) as url:
        made = Kuaidi100(CUSTOMER, KEY, url, Patience(pause=0.001))
        yield made
        made.close()


def test_a_parcels_way_is_read_oldest_first_in_utc(tracker: Tracker) -> None:
    found = tracker.track("shunfeng", "SF1234567890123")
    assert found is not None
    assert (found.state, found.own, found.number) == ("signed", "301", "SF1234567890123")
    assert [scan.state for scan in found.scans] == [
        "ordered",
        "picked_up",
        "in_transit",
        "delivering",
        "signed",
    ]
    assert found.scans[2].place == "上海,上海市,徐汇区"
    assert found.first_scan == datetime(
        2026, 3, 6, 11, 40, tzinfo=UTC
    )  # 19:40 in Beijing; the label was earlier
    assert found.last_scan == found.signed_at == datetime(2026, 3, 8, 10, 20, 11, tzinfo=UTC)


def test_what_is_asked_has_their_form(far: FakeKuaidi100, tracker: Tracker) -> None:
    tracker.track("SHUNFENG", " SF1234567890123 ", "5566")
    want = {"com": "shunfeng", "num": "SF1234567890123", "resultv2": "4", "show": "0", "order": "asc"}
    assert far.asked == [want | {"phone": "5566"}]


def test_a_wrong_key_is_refused_with_the_cure(far: FakeKuaidi100) -> None:
    with serving(far.app()) as url:
        wrong = Kuaidi100(CUSTOMER, "another key", url)
        with pytest.raises(SourceRefusedError, match="signature does not fit; check the key"):
            wrong.track("shunfeng", "SF1234567890123")
        wrong.close()
    assert far.asked == []


def test_a_number_nothing_is_known_of_is_no_fault(tracker: Tracker) -> None:
    assert tracker.track("shunfeng", "SF9999999999999") is None


@pytest.mark.parametrize(
    ("code", "fault", "told"),
    [
        ("400", SourceRefusedError, "check both"),
        ("408", SourceRefusedError, "last four digits of the buyer's phone"),
        ("501", RetryLaterError, r"cannot answer now \(501\)"),
        ("502", RetryLaterError, r"cannot answer now \(502\)"),
        ("601", SourceRefusedError, "renew the account"),
        ("777", SourceRefusedError, r"refuses \(777\): 别的"),
    ],
)
def test_each_code_of_theirs_has_its_meaning(
    far: FakeKuaidi100, tracker: Tracker, code: str, fault: type[Exception], told: str
) -> None:
    far.refusal = {"result": False, "returnCode": code, "message": "别的"}
    with pytest.raises(fault, match=told):
        tracker.track("shunfeng", "SF1234567890123")


def test_a_courier_out_of_reach_is_told() -> None:
    away = Kuaidi100(CUSTOMER, KEY, unused_address(), Patience(tries=2, pause=0.001))
    with pytest.raises(RetryLaterError, match="kuaidi100 is out of reach"):
        away.track("shunfeng", "SF1234567890123")
    away.close()


@pytest.mark.parametrize(
    ("own", "ours"),
    [
        ("0", "in_transit"),
        ("1", "picked_up"),
        ("2", "problem"),
        ("3", "signed"),
        ("4", "returned_signed"),
        ("5", "delivering"),
        ("6", "returning"),
        ("7", "in_transit"),
        ("8", "customs"),
        ("10", "customs"),
        ("11", "customs"),
        ("12", "customs"),
        ("13", "problem"),
        ("14", "refused"),
        ("203", "refused"),
        ("303", "signed_by_other"),
        ("304", "signed_by_other"),
        ("501", "at_station"),
        ("401", "cancelled"),
        ("99", "in_transit"),  # a code nobody has seen before
    ],
)
def test_their_states_are_ours(far: FakeKuaidi100, tracker: Tracker, own: str, ours: State) -> None:
    far.parcels["N1"] = {"state": own, "data": LINES[3:]}
    found = tracker.track("yuantong", "N1")
    assert found is not None
    assert found.state == ours


def test_every_basic_state_and_every_finer_one_is_in_the_table() -> None:
    basic = {str(n) for n in (*range(9), *range(10, 15))}
    finer = {101, 102, 103, *range(201, 211), 301, 302, 303, 304, 401, 501, 1001, 1002, 1003}
    assert set(STATES) == basic | {str(n) for n in finer}


def test_the_table_of_states_is_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "orders.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d, ]+)", text.partition("## Couriers")[2], re.MULTILINE)
    assert {own: ours for ours, codes in rows for own in re.findall(r"\d+", codes)} == STATES


def test_the_plain_form_without_codes_of_lines_still_tells_when_it_was_signed(
    far: FakeKuaidi100, tracker: Tracker
) -> None:
    plain = [{k: v for k, v in line.items() if k != "statusCode"} for line in LINES]
    far.parcels["N1"] = {"state": "3", "data": [*plain, {"context": "no time"}, plain[0]]}
    found = tracker.track("yuantong", "N1")
    assert found is not None
    assert len(found.scans) == 5, "without the line that has no time, and the same line once"
    assert found.signed_at == datetime(2026, 3, 8, 10, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1234567890123", "shunfeng"),
        (" yt2016025166944 ", "yuantong"),
        ("JT0001234567890", "jtexpress"),
        ("EA123456789CN", "ems"),
        ("75312345678901", None),
        ("SF1", None),
        ("", None),
    ],
)
def test_a_number_tells_its_courier_only_where_it_can_be_no_other(number: str, carrier: str | None) -> None:
    assert carrier_of(number) == carrier


# --- what it means for the order -----------------------------------------------------------------------------------

PICKED = Scan(datetime(2026, 3, 6, 11, 40, tzinfo=UTC), "picked_up", "已揽收")
SIGNED = Scan(datetime(2026, 3, 8, 10, 20, tzinfo=UTC), "signed", "已签收")


def order(status: str = "paid", **more: Any) -> Order:
    return from_data({"id": "T1", "status": status, **more}, SHANGHAI)


def parcel(number: str, state: State, *scans: Scan) -> Shipment:
    return Shipment("shunfeng", number, state, "", scans)


def after(before: Order, shipment: Shipment) -> Order:
    return change(before, order_news(before, shipment), SHANGHAI)


def test_the_first_scan_means_shipped_and_a_label_does_not() -> None:
    label = Scan(PICKED.at, "ordered", "已下单")
    assert order_news(order(), parcel("SF1", "ordered", label)) == {}
    moved = after(order(), parcel("SF1", "picked_up", PICKED))
    assert (moved.status, moved.first_scan, moved.last_scan) == ("shipped", PICKED.at, PICKED.at)


def test_signed_by_the_buyer_is_signed_and_by_anybody_else_only_delivered() -> None:
    own = after(order("shipped"), parcel("SF1", "signed", PICKED, SIGNED))
    assert (own.status, own.signed_at) == ("signed", SIGNED.at)
    locker = after(order("shipped"), parcel("SF1", "signed_by_other", PICKED))
    assert (locker.status, locker.signed_at) == ("delivered", None)


@pytest.mark.parametrize("status", ["success", "refunded", "closed"])
def test_a_settled_order_is_not_opened_again(status: str) -> None:
    assert after(order(status), parcel("SF1", "picked_up", PICKED)).status == status


def test_an_order_never_goes_back() -> None:
    assert after(order("signed"), parcel("SF1", "delivering", PICKED)).status == "signed"


@pytest.mark.parametrize(
    "state", ["problem", "refused", "returning", "returned_signed", "at_station", "customs"]
)
def test_a_parcel_in_trouble_is_not_signed(state: State) -> None:
    moved = after(order("shipped"), parcel("SF1", state, PICKED))
    assert (moved.status, moved.signed_at) == ("shipped", None)


def test_a_split_order_is_signed_when_its_last_parcel_is() -> None:
    split = order("shipped", qty=3, parcels=[{"parcel": "SF1", "qty": 2}, {"parcel": "SF2"}])
    half = after(split, parcel("sf1", "signed", PICKED, SIGNED))
    assert (half.status, half.signed_at, half.parcels[0].signed_at) == ("shipped", None, SIGNED.at)
    whole = after(
        half, parcel("SF2", "signed", PICKED, Scan(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), "signed", ""))
    )
    assert (whole.status, whole.signed_at) == ("signed", datetime(2026, 3, 9, 1, 0, tzinfo=UTC))


def test_a_parcel_on_its_way_back_says_since_when() -> None:
    turned = Scan(datetime(2026, 3, 9, 1, 0, tzinfo=UTC), "returning", "退回中")
    moved = after(order("shipped"), parcel("SF1", "returned_signed", PICKED, turned))
    assert (moved.status, moved.returned_at) == ("shipped", turned.at)


@pytest.mark.parametrize(
    ("line", "signer"),
    [
        ("已签收,签收人:本人", "本人"),
        ("【上海市】已签收 签收人: 张*,感谢使用", "张*"),
        ("已签收，签收人凭取货码签收。", ""),
        ("已签收", ""),
    ],
)
def test_who_signed_is_what_the_couriers_line_says(line: str, signer: str) -> None:
    signed = Scan(SIGNED.at, "signed_by_other", line)
    assert after(order("shipped"), parcel("SF1", "signed_by_other", PICKED, signed)).signed_by == signer


def test_a_part_that_somebody_signed_for_is_on_its_way_no_more() -> None:
    split = order("shipped", qty=3, parcels=[{"parcel": "SF1", "qty": 2}, {"parcel": "SF2"}])
    locker = Scan(SIGNED.at, "signed_by_other", "快递柜")
    moved = after(split, parcel("SF1", "signed_by_other", PICKED, locker))
    assert [part.signed_at for part in moved.parcels] == [SIGNED.at, None]


def test_news_told_before_changes_nothing() -> None:
    moved = after(order(), parcel("SF1", "signed", PICKED, SIGNED))
    assert order_news(moved, parcel("SF1", "signed", PICKED, SIGNED)) == {}
