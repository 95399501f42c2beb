"""The gateways that pay money back, over a real HTTP server that checks signatures and keeps a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bot.clock import system_clock
from bot.errors import RetryLaterError
from bot.orders.http_refunds import HttpRefunds
from bot.orders.refunds import ManualRefunds, RefundRequest, RefundResult
from bot.orders.signing import Checker, Signer
from tests.orders.refund_conformance import RefundConformance
from tests.support.http_server import serving, unused_address

SIGNER = Signer("shop", "a secret of thirty-two characters")
REQUEST = RefundRequest("refund:R-118:1", "R-118", 1, "T1001", Decimal("19.99"), reason="size")


@dataclass
class Cashier:
    """The shop's side: pays once for each Idempotency-Key, and answers a repeat with 409 and the payment's number."""

    order: str = "T1001"
    says: dict[str, Any] = field(default_factory=lambda: {"state": "done"})
    status: int = 200
    ledger: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        self._checker = Checker({SIGNER.key: SIGNER.secret})
        self._open: list[HttpRefunds] = []

    @property
    def gateway(self) -> HttpRefunds:
        return self.reached(self.url, SIGNER)

    def away(self) -> HttpRefunds:
        return self.reached(unused_address(), SIGNER)

    def reached(self, url: str, signer: Signer) -> HttpRefunds:
        self._open.append(HttpRefunds(url, signer))
        return self._open[-1]

    def close(self) -> None:
        for gateway in self._open:
            gateway.close()

    def paid(self) -> list[Decimal]:
        return [Decimal(asked["amount"]) for asked in self.ledger.values()]

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/api/refunds")
        async def pay(request: Request) -> JSONResponse:
            body = await request.body()
            fault = self._checker.fault(request.headers, system_clock(), "POST", "/api/refunds", body)
            return JSONResponse({"error": fault.why}, 401) if fault else self._pay(await request.json())

        return app

    def _pay(self, asked: Mapping[str, Any]) -> JSONResponse:
        if self.status >= 400:
            return JSONResponse({"error": "the till is closed"}, self.status)
        if asked["order"] != self.order:
            return JSONResponse({"error": "no such order"}, 422)
        ref = f"P-{[*self.ledger, asked['key']].index(asked['key']) + 1}"
        if asked["key"] in self.ledger:
            return JSONResponse({"ref": ref}, 409)
        self.ledger[asked["key"]] = dict(asked)
        return JSONResponse({"ref": ref, **self.says}, self.status)


@pytest.fixture
def till() -> Iterator[Cashier]:
    cashier = Cashier()
    with serving(cashier.app()) as address:
        cashier.url = f"{address}/api"
        yield cashier
        cashier.close()


class TestHttpRefunds(RefundConformance):
    """`till` is the fixture above."""


def test_the_shop_hears_what_is_paid_for_which_case_and_why(till: Cashier) -> None:
    assert till.gateway.refund(REQUEST) == RefundResult("done", "P-1")
    assert till.ledger["refund:R-118:1"] == {
        "key": "refund:R-118:1",
        "case": "R-118",
        "attempt": 1,
        "order": "T1001",
        "amount": "19.99",
        "currency": "CNY",
        "reason": "size",
    }


@pytest.mark.parametrize(
    ("says", "result"),
    [
        ({"state": "pending", "told": "by tomorrow"}, RefundResult("pending", "P-1", "by tomorrow")),
        ({"state": "failed", "told": "card closed"}, RefundResult("failed", "P-1", "card closed")),
    ],
)
def test_the_shop_may_pay_later_or_say_no(till: Cashier, says: dict[str, str], result: RefundResult) -> None:
    till.says = says
    assert till.gateway.refund(REQUEST) == result


def test_an_answer_without_a_state_is_not_taken_for_paid_and_not_for_unpaid(till: Cashier) -> None:
    till.says = {"status": "ok"}
    result = till.gateway.refund(REQUEST)
    assert (result.state, result.ref) == ("failed", "P-1")
    assert "look whether it paid" in result.told


@pytest.mark.parametrize("status", [400, 402, 404, 422])
def test_a_lasting_no_is_a_result(till: Cashier, status: int) -> None:
    till.status = status
    assert till.gateway.refund(REQUEST).state == "failed"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_by_whoever_asks(till: Cashier, status: int) -> None:
    till.status = status
    with pytest.raises(RetryLaterError):
        till.gateway.refund(REQUEST)


def test_a_wrong_secret_pays_nothing(till: Cashier) -> None:
    with pytest.raises(RetryLaterError, match="does not accept our key"):
        till.reached(till.url, Signer("shop", "another secret of 32 characters.")).refund(REQUEST)
    assert till.paid() == []


def test_without_a_gateway_a_person_pays() -> None:
    assert ManualRefunds().refund(REQUEST) == RefundResult("manual")
