"""The far side of Medusa's tests: a real server of ours that gives the answers a real Medusa 2 once gave.

With `MEDUSA_SHOP` (what `scripts/medusa_seed.py` printed, in a file) it passes every request on to that Medusa
instead, and with `MEDUSA_RECORD=1` too it keeps what came back. Nothing is stripped and nothing made up; a request
that was not recorded is answered with 501, and the test that sent it fails.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import httpx
from fastapi import FastAPI, Request, Response

RECORDED = Path(__file__).parent / "recorded"
ANSWERS = RECORDED / "answers.json"  # each one once, by its hash
PAGING = ("fields", "limit", "offset", "order")


class Side(Protocol):
    def answer(self, method: str, target: str, body: str, headers: Mapping[str, str]) -> tuple[int, str]: ...

    def fact(self, name: str, value: Any = None) -> Any:
        """What a test knows besides the answers, such as the number of the order it is about."""

    def close(self) -> None: ...


class Real:
    """Passes on to a real Medusa; `kept` is the record."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        self.answers: list[list[Any]] = []
        self.facts: dict[str, list[Any]] = {}

    def answer(self, method: str, target: str, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        passed = {name: headers[name] for name in ("authorization", "content-type") if name in headers}
        got = self._http.request(method, target, content=body or None, headers=passed)
        self.answers.append([method, target, body, got.status_code, got.text])
        return got.status_code, got.text

    def fact(self, name: str, value: Any = None) -> Any:
        self.facts.setdefault(name, []).append(value)
        return value

    def close(self) -> None:
        self._http.close()

    def keep(self, name: str) -> None:
        known = json.loads(ANSWERS.read_text(encoding="utf-8")) if ANSWERS.exists() else {}
        rows = []
        for *asked, status, text in self.answers:
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            known[digest] = json.loads(text)
            rows.append([*asked, status, digest])
        _write(ANSWERS, known)
        _write(RECORDED / f"{name}.json", {"facts": self.facts, "answers": rows})


class Recorded:
    """The same request gets the same answers, in the order in which they once came."""

    def __init__(self, name: str) -> None:
        path = RECORDED / f"{name}.json"
        assert path.exists(), (
            f"{path.name} was never recorded; run `bash .ci/medusa --record` (docs/medusa.md)"
        )
        record = json.loads(path.read_text(encoding="utf-8"))
        known = json.loads(ANSWERS.read_text(encoding="utf-8"))
        self.unknown: list[str] = []
        self._facts = {name: deque(values) for name, values in record["facts"].items()}
        self._answers: dict[tuple[str, str, str], deque[tuple[int, str]]] = {}
        for method, target, body, status, digest in record["answers"]:
            queue = self._answers.setdefault((method, target, body), deque())
            queue.append((status, json.dumps(known[digest], ensure_ascii=False)))

    def answer(self, method: str, target: str, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        queue = self._answers.get((method, target, body))
        if not queue:
            self.unknown.append(f"{method} {target} {body}".rstrip())
            return 501, '{"message": "this request was not recorded"}'
        return queue.popleft()

    def unasked(self) -> list[str]:
        """Wishes that were once sent and now were not: Medusa would have done something else."""
        wishes = [asked for asked, queue in self._answers.items() if asked[0] == "POST" and queue]
        return [" ".join(asked) for asked in wishes]

    def fact(self, name: str, value: Any = None) -> Any:
        return self._facts[name].popleft()

    def close(self) -> None:
        """Nothing is open."""


class FarSide:
    """What a test may do to it: make it ignore filters, or lose the answer to the n-th wish from now."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.wishes: list[str] = []  # each POST that came
        self._careless = False
        self._lost: int | None = None

    def ignore_filters(self) -> None:
        self._careless = True

    def lose_answer(self, nth: int) -> None:
        """The wish is carried out, and its answer never arrives: what a crash in between looks like."""
        self._lost = len(self.wishes) + nth

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
        async def pass_on(request: Request) -> Response:
            body = (await request.body()).decode()
            status, text = self.side.answer(request.method, self._target(request), body, request.headers)
            if request.method == "POST":
                self.wishes.append(request.url.path)
                if len(self.wishes) == self._lost:
                    status, text = 502, "{}"
            return Response(text, status, media_type="application/json")

        return app

    def _target(self, request: Request) -> str:
        path, query = request.url.path, request.url.query
        if self._careless:
            query = urlencode([(name, value) for name, value in parse_qsl(query) if name in PAGING])
        return f"{path}?{query}" if query else path


def _write(path: Path, data: Any) -> None:
    """One entry a line, so that a change can be read."""
    path.parent.mkdir(exist_ok=True)
    opening, closing = "{}"
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for name, value in data.items()
    ]
    path.write_text(opening + "\n" + ",\n".join(lines) + "\n" + closing + "\n", encoding="utf-8")
