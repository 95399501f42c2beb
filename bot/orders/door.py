"""The one way out to a shop's or a courier's HTTP interface: time limits, retries, and what each failure means.

Blocking, for calls outside any transaction. Never logs an address or a body: they hold buyers' numbers.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import tenacity

from bot.errors import RetryLaterError, SourceRefusedError

# At INFO the library writes whole addresses, order numbers among them.
logging.getLogger("httpx").setLevel(logging.WARNING)
MOST_BYTES = 16 * 2**20  # of one answer
MOST_WAIT = 5.0  # seconds that a "Retry-After" may hold a caller here; longer ones are passed on
Sign = Callable[[str, str, bytes], Mapping[str, str]]  # method, path with query, body → headers


@dataclass(frozen=True)
class Patience:
    """Seconds: how long one try may take, how often it is tried, and the first pause between tries (it doubles)."""

    timeout: float = 10.0
    tries: int = 3
    pause: float = 0.3


@dataclass(frozen=True)
class Answer:
    """What came back: 2xx or 404, and its JSON (None where there was none)."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> bool:
        return self.status == 404


class Door:
    """`name` is what messages call the far side. `sign` is asked anew for every try.

    `refusals` are codes of the far side that mean a lasting no, though it says them with an HTTP 500.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        sign: Sign | None = None,
        refusals: tuple[str, ...] = (),
        patience: Patience | None = None,
    ) -> None:
        self._name, self._sign, self._refusals = name, sign, refusals
        self._patience = patience or Patience()
        # Redirects are not followed: they would carry the key, and a signature, to another address.
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/", headers=headers, auth=auth, timeout=self._patience.timeout
        )

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, params=dict(params or {}) or None)

    def post(
        self,
        path: str,
        data: Any,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        good: tuple[int, ...] = (),
    ) -> Answer:
        """`repeatable`: the far side does the same request only once however often it comes.

        `good`: statuses of 4xx that are no refusal here but an answer.
        """
        content = json.dumps(data, ensure_ascii=False, default=str).encode()
        kind = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", path, repeatable=repeatable, good=good, content=content, headers=kind)

    def post_form(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, data=dict(form))

    def close(self) -> None:
        self._http.close()

    def _ask(
        self, method: str, path: str, *, repeatable: bool = True, good: tuple[int, ...] = (), **parts: Any
    ) -> Answer:
        """Raises `RetryLaterError` when out of reach or asked to wait, `SourceRefusedError` on a lasting no."""
        p = self._patience
        for attempt in tenacity.Retrying(
            retry=tenacity.retry_if_exception(_worth_another_try),
            stop=tenacity.stop_after_attempt(p.tries if repeatable else 1),
            wait=_Wait(p.pause),
            reraise=True,
        ):
            with attempt:
                return self._once(method, path, parts, good)
        raise AssertionError("tenacity ends with an answer or an exception")

    def _once(self, method: str, path: str, parts: dict[str, Any], good: tuple[int, ...]) -> Answer:
        request = self._http.build_request(method, path.lstrip("/"), **parts)
        if self._sign:
            target = request.url.raw_path.decode("ascii")
            request.headers.update(self._sign(method, target, request.read()))
        try:
            answer = self._http.send(request, stream=True)
            try:
                body = _read(answer)
            finally:
                answer.close()
        except httpx.TimeoutException:
            raise RetryLaterError(f"{self._name} did not answer in time") from None
        except httpx.HTTPError as fault:
            raise RetryLaterError(f"{self._name} is out of reach ({type(fault).__name__})") from None
        return self._judged(answer, body, good)

    def _judged(self, answer: httpx.Response, body: bytes | None, good: tuple[int, ...]) -> Answer:
        code = answer.status_code
        if body is None:
            raise RetryLaterError(f"{self._name} sent more than {MOST_BYTES // 2**20} MB", 60.0)
        data = _json(body)
        refused = isinstance(data, dict) and data.get("code") in self._refusals
        if (code == 429 or code >= 500) and not refused:
            raise RetryLaterError(f"{self._name} is busy or broken (HTTP {code})", _retry_after(answer))
        if code in (401, 403):
            raise RetryLaterError(
                f"{self._name} does not accept our key: {_words(data, code)}; set it anew", 60.0
            )
        if 300 <= code < 400:
            raise RetryLaterError(
                f"{self._name} sends us elsewhere (HTTP {code}); set the final address", 60.0
            )
        if code >= 400 and code not in (404, *good):
            raise SourceRefusedError(f"{self._name} refuses: {_words(data, code)}")
        if data is None and code not in (204, 404):
            raise RetryLaterError(f"{self._name} answered something that is no JSON (HTTP {code})", 60.0)
        return Answer(code, data, answer.headers)


class _Wait(tenacity.wait.wait_base):
    """What the far side asked for where that is short, else twice as long each time, never two alike."""

    def __init__(self, pause: float) -> None:
        self._grows = tenacity.wait_exponential_jitter(multiplier=pause, max=MOST_WAIT, jitter=pause)

    def __call__(self, state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.after if isinstance(fault, RetryLaterError) and fault.after > 1.0 else 0.0
        return max(asked, self._grows(state))


def _worth_another_try(fault: BaseException) -> bool:
    return isinstance(fault, RetryLaterError) and fault.after <= MOST_WAIT


def _retry_after(answer: httpx.Response) -> float:
    """Seconds; the form with a date is rare and not worth a clock here."""
    try:
        return max(1.0, float(answer.headers.get("Retry-After", "1")))
    except ValueError:
        return 1.0


def _read(answer: httpx.Response) -> bytes | None:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _json(body: bytes) -> Any:
    """Numbers with a point stay exact: money passes here."""
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError:
        return None


def _words(data: Any, code: int) -> str:
    """The far side's own words, in short: they may quote a whole page."""
    found = (
        next((data[k] for k in ("error", "message", "errors") if data.get(k)), "")
        if isinstance(data, dict)
        else ""
    )
    return " ".join(str(found).split())[:200] or f"HTTP {code}"
