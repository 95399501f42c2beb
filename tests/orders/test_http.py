"""The signed HTTP source against the reference server that ships with it: the suite, signatures, retries, faults."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from bot.cases.order import FIELDS
from bot.errors import RetryLaterError, SourceRefusedError, UsageError
from bot.orders.base import Flags, OrderSource
from bot.orders.door import Patience
from bot.orders.http import SignedHttpOrders
from bot.orders.reference_server import main, reference_app
from bot.orders.reference_shop import PAGE, No, ReferenceShop
from bot.orders.refunds import RefundGateway, RefundRequest, RefundResult
from bot.orders.signing import KEY, NONCE, SIGNATURE, TIME, Checker, Signer, signature
from bot.orders.source_refunds import SourceRefunds
from tests.orders.conformance import Conformance, all_news
from tests.orders.goods import SHANGHAI, FourOrders, orders
from tests.support.http_server import serving, unused_address

SECRET = "a secret that both sides keep: 32+"
NOW = datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
QUICK = Patience(timeout=5.0, tries=3, pause=0.001)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "orders.md"


class Careless(ReferenceShop):
    """Once told so it answers every question with all its orders, as Medusa does with filters it does not know."""

    careless = False

    def find(self, number: str, proof: str) -> list[dict[str, Any]]:
        return self._all() if self.careless else super().find(number, proof)

    def of(self, buyer: str) -> list[dict[str, Any]]:
        return self._all() if self.careless else super().of(buyer)

    def get(self, order_id: str) -> dict[str, Any] | No:
        return {"order": self._all()[0]} if self.careless else super().get(order_id)

    def _all(self) -> list[dict[str, Any]]:
        everything: list[dict[str, Any]] = []
        for buyer in ("B1", "B2"):
            everything += super().of(buyer)
        return everything


OPENED: list[SignedHttpOrders] = []


def source(
    url: str, secret: str = SECRET, now: datetime = NOW, patience: Patience = QUICK
) -> SignedHttpOrders:
    OPENED.append(SignedHttpOrders(url, Signer("1", secret), SHANGHAI, clock=lambda: now, patience=patience))
    return OPENED[-1]


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


class HttpShop(FourOrders):
    def __init__(self, far: Careless, url: str) -> None:
        self.far, self.url = far, url
        self.source: OrderSource = source(url)
        self._count = 0

    def news(self, order_id: str) -> str:
        self._count += 1
        scan = NOW + timedelta(minutes=self._count)
        self.far.report(order_id, {"last_scan": scan.isoformat()})
        return "last_scan"

    def ignore_filters(self) -> None:
        self.far.careless = True

    def away(self) -> OrderSource:
        return source(unused_address())

    def refunded(self, order_id: str) -> Decimal:
        return self.far.refunded(order_id)


@pytest.fixture
def shop() -> Iterator[HttpShop]:
    far = Careless({order.id: order for order in orders()})
    with serving(reference_app(far, {"1": SECRET}, lambda: NOW)) as url:
        yield HttpShop(far, url)


class TestSignedHttp(Conformance):
    @pytest.fixture
    def shop(self, shop: HttpShop) -> HttpShop:
        return shop


# --- the signature -------------------------------------------------------------------------------------------------


def test_the_documented_test_vector_holds() -> None:
    text = DOCS.read_text(encoding="utf-8")
    vector = json.loads(re.search(r"```json test-vector\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]
    made = signature(
        vector["secret"],
        vector["time"],
        vector["nonce"],
        vector["method"],
        vector["target"],
        vector["body"].encode(),
    )
    assert made == vector["signature"]


def send(url: str, target: str = "/orders/T1001", **changes: str) -> httpx.Response:
    headers = Signer("1", SECRET).headers(NOW, "nonce-0123456789", "GET", target, b"") | changes
    return httpx.get(url + target, headers=headers)


def test_a_request_with_a_wrong_or_missing_part_is_refused(shop: HttpShop) -> None:
    refused = {
        "another secret": send(
            shop.url, **Signer("1", "x" * 40).headers(NOW, "n" * 16, "GET", "/orders/T1001", b"")
        ),
        "a key nobody knows": send(shop.url, **{KEY: "2"}),
        "an empty secret for it": send(
            shop.url, **Signer("2", "").headers(NOW, "n" * 16, "GET", "/orders/T1001", b"")
        ),
        "another time": send(shop.url, **{TIME: str(int(NOW.timestamp()) + 1)}),
        "another nonce": send(shop.url, **{NONCE: "nonce-0123456780"}),
        "no signature": send(shop.url, **{SIGNATURE: ""}),
        "a short nonce": send(shop.url, **{NONCE: "short"}),
        "a time that is none": send(shop.url, **{TIME: "now"}),
    }
    assert {why: r.status_code for why, r in refused.items() if r.status_code != 401} == {}
    assert all("order" not in r.json() for r in refused.values())
    assert send(shop.url).status_code == 200


def test_path_query_method_and_body_are_signed(shop: HttpShop) -> None:
    signer = Signer("1", SECRET)

    def headers(nonce: str, method: str, target: str, body: bytes = b"") -> dict[str, str]:
        return signer.headers(NOW, nonce, method, target, body)

    other_path = httpx.get(f"{shop.url}/orders/T2001", headers=headers("n" * 16, "GET", "/orders/T1001"))
    other_query = httpx.get(
        f"{shop.url}/orders?buyer=B2", headers=headers("m" * 16, "GET", "/orders?buyer=B1")
    )
    other_method = httpx.get(f"{shop.url}/changes", headers=headers("o" * 16, "POST", "/changes"))
    body = json.dumps({"number": "T1001", "proof": "5566"}).encode()
    other_body = httpx.post(
        f"{shop.url}/find",
        content=body.replace(b"T1001", b"T1002"),
        headers=headers("p" * 16, "POST", "/find", body),
    )
    good = httpx.post(f"{shop.url}/find", content=body, headers=headers("q" * 16, "POST", "/find", body))
    answers = [other_path, other_query, other_method, other_body]
    assert [r.json().get("code") for r in answers] == ["signature"] * 4
    assert good.json()["orders"][0]["id"] == "T1001"


def test_a_request_that_comes_twice_is_refused_the_second_time(shop: HttpShop) -> None:
    assert send(shop.url).status_code == 200
    again = send(shop.url)
    assert (again.status_code, again.json()["code"]) == (401, "replay")


@pytest.mark.parametrize(("seconds", "code"), [(-301, "time"), (-300, None), (300, None), (301, "time")])
def test_clocks_may_be_five_minutes_apart(seconds: int, code: str | None) -> None:
    checker = Checker({"1": SECRET})
    sent = Signer("1", SECRET).headers(NOW + timedelta(seconds=seconds), "n" * 16, "GET", "/", b"")
    fault = checker.fault(sent, NOW, "GET", "/", b"")
    assert (fault.code if fault else None) == code


def test_a_nonce_is_remembered_for_as_long_as_its_request_would_pass() -> None:
    checker = Checker({"1": SECRET})
    ahead = Signer("1", SECRET).headers(NOW + timedelta(seconds=300), "n" * 16, "GET", "/", b"")
    assert checker.fault(ahead, NOW, "GET", "/", b"") is None
    late = checker.fault(ahead, NOW + timedelta(seconds=600), "GET", "/", b"")
    assert late is not None
    assert late.code == "replay"


def test_requests_that_are_not_signed_well_use_up_no_nonce(shop: HttpShop) -> None:
    assert send(shop.url, **{SIGNATURE: "v1=" + "0" * 64}).status_code == 401
    assert send(shop.url).status_code == 200


def test_a_body_that_is_no_object_or_too_large_is_refused(shop: HttpShop) -> None:
    signer = Signer("1", SECRET)
    for body, status in ((b"[1]", 400), (b"{", 400), (b" " * (2**20 + 1), 413)):
        headers = signer.headers(NOW, f"nonce-{len(body):010}-{status}", "POST", "/find", body)
        assert httpx.post(f"{shop.url}/find", content=body, headers=headers).status_code == status


def test_a_key_that_is_not_accepted_is_told_with_the_cure(shop: HttpShop) -> None:
    with pytest.raises(
        RetryLaterError, match="does not accept our key: the signature does not fit; check secret"
    ):
        source(shop.url, secret="x" * 40).find("T1001", "5566")
    with pytest.raises(RetryLaterError, match="set both clocks"):
        source(shop.url, now=NOW + timedelta(minutes=6)).find("T1001", "5566")


# --- what is done only once, and what is refused -------------------------------------------------------------------


def test_a_refund_above_what_was_paid_is_refused_in_the_shops_words(shop: HttpShop) -> None:
    with pytest.raises(SourceRefusedError, match="not between 0 and what is left"):
        shop.source.act("R-1/1", "T1001", "refund", {"amount": Decimal("71.98")})
    assert shop.refunded("T1001") == 0


def test_a_key_used_for_something_else_is_refused(shop: HttpShop) -> None:
    shop.source.act("R-1/1", "T1001", "refund", {"amount": Decimal("5.00")})
    with pytest.raises(SourceRefusedError, match="used for something else"):
        shop.source.act("R-1/1", "T1001", "refund", {"amount": Decimal("6.00")})


def test_an_order_nobody_knows_cannot_be_acted_on(shop: HttpShop) -> None:
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.act("R-1/1", "T9999", "refund", {"amount": Decimal("5.00")})
    with pytest.raises(SourceRefusedError, match="does not know this order"):
        shop.source.file("R-1", "T9999", {})


def test_a_source_that_can_less_is_not_asked(shop: HttpShop) -> None:
    less = SignedHttpOrders(unused_address(), Signer("1", SECRET), SHANGHAI, flags=Flags(live=False))
    assert less.act("R-1/1", "T1001", "refund", {"amount": Decimal("5.00")}) is None
    assert less.file("R-1", "T1001", {}) is None
    assert (less.cases("T1001"), less.changes("7").cursor) == ((), "7")


def test_more_news_than_one_page_holds_comes_whole(shop: HttpShop) -> None:
    _, cursor = all_news(shop.source, "")
    for _ in range(PAGE + 3):
        shop.news("T1001")
    assert len(shop.source.changes(cursor).news) == PAGE
    assert len(all_news(shop.source, cursor)[0]) == PAGE + 3


# --- a far side that stumbles --------------------------------------------------------------------------------------


class Stumbling:
    """Answers what it is told to, in turn, the last for ever; counts the calls and keeps their nonces."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.nonces: list[str] = []
        self.bodies: list[bytes] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST"], response_model=None)

    async def _answer(self, request: Request) -> Response:
        self.nonces.append(request.headers[NONCE])
        self.bodies.append(await request.body())
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def no_json() -> Response:
    return Response("<html>maintenance</html>", 200)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_far_side_that_stumbles_is_asked_again_with_the_same_key_and_a_new_nonce(stack: ExitStack) -> None:
    far = Stumbling(Response("", 502), Response("", 503), Response('{"ref": "R7"}', 200))
    url = stack.enter_context(serving(far.app))
    assert source(url).act("R-1/1", "T1001", "refund", {"amount": Decimal("5.00")}) == "R7"
    assert len(set(far.nonces)) == 3
    assert len(set(far.bodies)) == 1
    assert json.loads(far.bodies[0])["key"] == "R-1/1"
    assert json.loads(far.bodies[0])["fields"] == {"amount": "5.00"}


def test_a_far_side_that_stays_away_is_told_after_three_tries(stack: ExitStack) -> None:
    far = Stumbling(Response("", 503))
    url = stack.enter_context(serving(far.app))
    with pytest.raises(RetryLaterError, match=r"busy or broken \(HTTP 503\)"):
        source(url).get("T1001")
    assert len(far.nonces) == 3


def test_a_long_wait_is_passed_on_instead_of_waited_for(stack: ExitStack) -> None:
    far = Stumbling(Response("", 429, headers={"Retry-After": "120"}))
    url = stack.enter_context(serving(far.app))
    with pytest.raises(RetryLaterError) as told:
        source(url).get("T1001")
    assert told.value.after == 120.0
    assert len(far.nonces) == 1


def test_a_lasting_no_is_not_asked_again(stack: ExitStack) -> None:
    far = Stumbling(Response('{"error": "closed books"}', 422))
    url = stack.enter_context(serving(far.app))
    with pytest.raises(SourceRefusedError, match="closed books"):
        source(url).act("R-1/1", "T1001", "refund", {"amount": Decimal("5.00")})
    assert len(far.nonces) == 1


@pytest.mark.parametrize(
    ("answer", "fault", "told"),
    [
        (no_json(), RetryLaterError, "no JSON"),
        (
            Response("", 302, headers={"Location": "https://elsewhere.example/"}),
            RetryLaterError,
            "final address",
        ),
        (Response("[]", 200), SourceRefusedError, "no 'order'"),
        (
            Response('{"order": {"id": "T1001", "status": "sined"}}', 200),
            SourceRefusedError,
            "no order status",
        ),
        (Response('{"order": {"id": "T1001"}}', 200), SourceRefusedError, "status missing"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_fault_and_no_order(
    stack: ExitStack, answer: Response, fault: type[Exception], told: str
) -> None:
    url = stack.enter_context(serving(Stumbling(answer).app))
    with pytest.raises(fault, match=told):
        source(url).get("T1001")


def test_a_far_side_that_does_not_answer_in_time_is_out_of_reach(stack: ExitStack) -> None:
    silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))  # takes calls and says nothing
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    hasty = source(url, patience=Patience(timeout=0.05, tries=2, pause=0.001))
    with pytest.raises(RetryLaterError, match="did not answer in time"):
        hasty.get("T1001")


def test_neither_key_nor_secret_shows_in_faults_and_printouts(shop: HttpShop) -> None:
    assert SECRET not in repr(Signer("1", SECRET)) + repr(Checker({"1": SECRET}))
    with pytest.raises(RetryLaterError) as told:
        source(unused_address()).find("T1001", "5566")
    assert not any(word in str(told.value) for word in (SECRET, "T1001", "5566"))


# --- refunds of cases, and the program that serves a file ----------------------------------------------------------


def request(amount: str) -> RefundRequest:
    return RefundRequest("R-1/1", "R-1", 1, "T1001", Decimal(amount), reason="size")


def test_a_cases_refund_goes_back_by_the_source_once(shop: HttpShop) -> None:
    gateway: RefundGateway = SourceRefunds(shop.source)
    assert gateway.refund(request("5.00")) == gateway.refund(request("5.00")) == RefundResult("done", "R1")
    assert shop.refunded("T1001") == Decimal("5.00")


def test_a_refund_the_source_refuses_fails_in_its_words(shop: HttpShop) -> None:
    result = SourceRefunds(shop.source).refund(request("999.00"))
    assert result.state == "failed"
    assert "not between 0 and what is left" in result.told


def test_a_refund_the_source_cannot_make_is_a_persons(shop: HttpShop) -> None:
    less = SignedHttpOrders(unused_address(), Signer("1", SECRET), SHANGHAI, flags=Flags(live=False))
    assert SourceRefunds(less).refund(request("5.00")) == RefundResult("manual")
    less.close()


def test_a_refund_out_of_reach_is_tried_later(shop: HttpShop) -> None:
    with pytest.raises(RetryLaterError):
        SourceRefunds(shop.away()).refund(request("5.00"))


def test_the_reference_server_serves_a_file_of_orders(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id,status,phone,paid\nT1,paid,13812345566,19.99\n", encoding="utf-8")
    url = unused_address()
    command = [
        sys.executable,
        "-m",
        "bot.orders.reference_server",
        str(file),
        "--port",
        url.rpartition(":")[2],
    ]
    program = subprocess.Popen(command, cwd=DOCS.parents[1], env=os.environ | {"ORDERS_SECRET": SECRET})
    try:
        live = source(url, now=datetime.now(UTC), patience=Patience(timeout=5.0, tries=60, pause=0.5))
        assert [found.paid for found in live.find("T1", "5566")] == [Decimal("19.99")]
    finally:
        program.terminate()
        program.wait(10)


def test_the_reference_server_wants_a_secret(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ORDERS_SECRET: set a secret of 32 characters or more"):
        main(tmp_path / "orders.csv")


def test_every_field_of_an_order_is_documented() -> None:
    table = DOCS.read_text(encoding="utf-8").partition("### An order")[2].partition("\n## ")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))
    assert set(re.findall(r"`(\w+)`", first_cells)) == set(FIELDS)


def test_the_interface_may_begin_below_a_path(shop: HttpShop) -> None:
    outer = FastAPI()
    outer.mount("/shop/aftersales", reference_app(shop.far, {"1": SECRET}, lambda: NOW))
    with serving(outer) as url:
        below = source(f"{url}/shop/aftersales/")
        assert [found.id for found in below.find("T1001", "5566")] == ["T1001"]
        assert len(below.of("B1")) == 4
