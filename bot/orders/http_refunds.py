"""Refunds through an HTTP endpoint of the shop's own, signed as its orders are (`docs/orders.md`)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bot.clock import Clock, system_clock
from bot.errors import SourceRefusedError
from bot.orders.door import Answer, Door, Patience
from bot.orders.refunds import RefundRequest, RefundResult
from bot.orders.signing import Signer

NAME = "the shop's refund service"
ONCE = "Idempotency-Key"
ALREADY = 409  # paid before under this key; the body names the payment as the first answer did


class HttpRefunds:
    """`POST {url}/refunds` with `{key, case, attempt, order, amount, currency, reason}` and the key as Idempotency-Key.

    Answers: 2xx `{"state": "done" | "pending" | "failed", "ref", "told"}`; 409 `{"ref"}` where this key is paid
    already; any other 4xx is a lasting no. `amount` is a string, "19.90". Each call tries once and takes at most
    `timeout` seconds between bytes: whoever calls has the patience, and keeps the key.
    """

    def __init__(
        self, url: str, signer: Signer, *, clock: Clock = system_clock, timeout: float = 15.0
    ) -> None:
        def sign(method: str, target: str, body: bytes) -> Mapping[str, str]:
            return signer.headers(clock(), secrets.token_urlsafe(24), method, target, body)

        self._door = Door(NAME, url, sign=sign, patience=Patience(timeout, tries=1))

    def refund(self, request: RefundRequest) -> RefundResult:
        asked = {
            "key": request.key,
            "case": request.case_id,
            "attempt": request.attempt,
            "order": request.order_id,
            "amount": str(request.amount),
            "currency": request.currency,
            "reason": request.reason,
        }
        once = {ONCE: request.key}
        try:
            answer = self._door.post("refunds", asked, repeatable=True, headers=once, good=(ALREADY,))
        except SourceRefusedError as no:
            return RefundResult("failed", told=str(no))
        return _read(answer)

    def close(self) -> None:
        self._door.close()


def _read(answer: Answer) -> RefundResult:
    if answer.missing:
        return RefundResult("failed", told=f"{NAME} does not know this order, or is not at this address")
    said: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    ref, told = str(said.get("ref") or ""), str(said.get("told") or "")[:200]
    match "done" if answer.status == ALREADY else said.get("state"):
        case "done":
            return RefundResult("done", ref, told)
        case "pending":
            return RefundResult("pending", ref, told)
        case "failed":
            return RefundResult("failed", ref, told)
    # It took the order to pay, so it may have paid: nobody is to pay again without looking.
    return RefundResult(
        "failed", ref, f"{NAME} answered HTTP {answer.status} without a state; look whether it paid"
    )
