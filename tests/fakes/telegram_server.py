"""A Bot API server of our own, for what the independent emulator lacks: faults, edits, copies, topics.

In a test: `async with FakeTelegram() as fake`, then `fake.user(5).says("hi")`, `await fake.until(5)`,
`fake.sent[5]`, `fake.fault("sendMessage", status=429, retry_after=2)`. As a program, for crash tests:
`python -m tests.fakes.telegram_server --port 8081 --log sends.jsonl` writes one line for each message the bot
sends; buyers are driven over HTTP: `POST /fake/5/says {"text": "hi"}` (see `_CONTROLS`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.telegram_chat import Fault, Json, Sent, User

TOKEN = "4242:fake"


@dataclass
class FakeTelegram:
    port: int = 0
    log: Path | None = None
    token: str = TOKEN
    long_poll: float = 10.0  # seconds, at most: tests end sooner with less
    sent: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Json]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)  # button presses the bot acknowledged
    updates: list[Any] = field(default_factory=list)  # not confirmed yet
    faults: list[Fault] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: Json = field(default_factory=dict)
    commands: Json = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)  # chats that answer 403
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    next_update: int = 1000
    _allowed: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _delivering: asyncio.Lock = field(default_factory=asyncio.Lock)
    _poll: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _runner: web.AppRunner | None = None

    # --- life --------------------------------------------------------------------------------------

    async def __aenter__(self) -> FakeTelegram:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/fake/{chat}/{act}", self._control)
        app.router.add_get("/fake/sent", self._show)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- what a test does and sees -----------------------------------------------------------------

    def user(self, number: int, name: str = "Mei Lin", lang: str = "zh-hans") -> User:
        return User(self, number, name, lang)

    def push(self, raw: Any = None, /, **update: Any) -> int:
        """Queue an update: `push(message={...})`, or anything at all as it is."""
        number, self.next_update = self.next_update, self.next_update + 1
        self.updates.append({"update_id": number, **update} if raw is None else raw)
        self._spawn(self._tell())
        return number

    def fault(self, method: str, status: int = 200, **how: Any) -> Fault:
        """See `Fault`; faults of a method wear off in the order they were given."""
        self.faults.append(Fault(method, status, **how))
        return self.faults[-1]

    def keep(self, data: bytes) -> Json:
        """A file on the server, as messages describe it."""
        number = next(self.numbers)
        self.files[f"file-{number}"] = data
        return {"file_id": f"file-{number}", "file_unique_id": f"u{number}", "file_size": len(data)}

    async def until(self, chat: int, count: int = 1, seconds: float = 10.0) -> list[Sent]:
        """Wait until the bot has sent `count` messages to this chat."""
        await self.holds(lambda: len(self.sent[chat]) >= count, seconds)
        return self.sent[chat]

    async def holds(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.01)

    def count(self, method: str) -> int:
        return sum(m == method for m, _ in self.calls)

    # --- the Bot API -------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refuse(401, "Unauthorized")
        method = request.match_info["method"]
        work = getattr(self, f"_do_{_snake(method)}", None)
        fields = await _fields(request)
        self.calls.append((method, fields))
        if work is None:
            return _refuse(404, "Not Found: method not found")
        fault = self._take_fault(method, fields)
        if fault and (refusal := await self._go_wrong(fault, request)):
            return refusal
        try:
            result = await work(fields)
        except _RefusedError as refused:
            return _refuse(refused.status, str(refused))
        if fault and fault.drop_after:
            return _cut(request)
        return web.json_response({"ok": True, "result": result})

    def _take_fault(self, method: str, fields: Json) -> Fault | None:
        chat = int(fields.get("chat_id") or 0)
        for fault in self.faults:
            if fault.method == method and fault.chat in (None, chat):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    async def _go_wrong(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        await asyncio.sleep(fault.delay)
        if fault.drop:
            return _cut(request)
        if fault.body is not None:
            return web.Response(status=fault.status, body=fault.body)
        if fault.status < 400:
            return None
        extra = {"retry_after": fault.retry_after, "migrate_to_chat_id": fault.migrate_to}
        return _refuse(
            fault.status, fault.description or "made to fail", {k: v for k, v in extra.items() if v}
        )

    async def _do_get_updates(self, fields: Json) -> list[Any]:
        if self.webhook.get("url"):
            raise _RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        if "allowed_updates" in fields:
            self._allowed = json.loads(fields["allowed_updates"])
        offset, seconds = int(fields.get("offset") or 0), float(fields.get("timeout") or 0)
        self.updates = [
            u for u in self.updates if not (isinstance(u, dict) and u.get("update_id", offset) < offset)
        ]
        self._poll += 1
        mine = self._poll
        async with self._news:
            self._news.notify_all()  # an older poll ends: there is one poller at a time
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, self.long_poll)):
                    await self._news.wait_for(lambda: mine != self._poll or bool(self._deliverable()))
        if mine != self._poll:
            raise _RefusedError(409, "Conflict: terminated by other getUpdates request")
        return self._deliverable()[: int(fields.get("limit") or 100)]

    def _deliverable(self) -> list[Any]:
        wanted = self._allowed
        return [u for u in self.updates if not wanted or not isinstance(u, dict) or self._wanted(u)]

    def _wanted(self, update: Json) -> bool:
        kinds = [k for k in update if k != "update_id"]
        return not kinds or any(k in self._allowed for k in kinds)

    async def _do_get_me(self, _: Json) -> Json:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}

    async def _do_send_message(self, fields: Json) -> Json:
        return self._post("sendMessage", fields)

    async def _do_send_photo(self, fields: Json) -> Json:
        return self._post("sendPhoto", fields, "photo")

    async def _do_send_document(self, fields: Json) -> Json:
        return self._post("sendDocument", fields, "document")

    async def _do_copy_message(self, fields: Json) -> Json:
        source = self._find(int(fields["from_chat_id"]), int(fields["message_id"]))
        return {"message_id": self._post("copyMessage", {**fields, "text": source.text})["message_id"]}

    async def _do_edit_message_text(self, fields: Json) -> Json:
        old = self._find(int(fields["chat_id"]), int(fields["message_id"]))
        new = _as_sent(old.message_id, "editMessageText", fields, "")
        if len(new.text.encode("utf-16-le")) // 2 > 4096:
            raise _RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        if (old.text, old.buttons) == (new.text, new.buttons):
            raise _RefusedError(400, f"Bad Request: message is not modified: {_SAME}")
        self.sent[old.chat][self.sent[old.chat].index(old)] = new
        return _as_message(new)

    async def _do_delete_message(self, fields: Json) -> bool:
        old = self._find(int(fields["chat_id"]), int(fields["message_id"]), "delete")
        self.sent[old.chat].remove(old)
        return True

    async def _do_create_forum_topic(self, fields: Json) -> Json:
        return {"message_thread_id": next(self.numbers), "name": fields["name"], "icon_color": 7322096}

    async def _do_answer_callback_query(self, fields: Json) -> bool:
        self.answered.append(fields["callback_query_id"])
        return True

    async def _do_get_file(self, fields: Json) -> Json:
        name = fields["file_id"]
        if name not in self.files:
            raise _RefusedError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[name]) > 20 * 2**20:
            raise _RefusedError(400, "Bad Request: file is too big")
        described = {"file_id": name, "file_unique_id": name, "file_size": len(self.files[name])}
        return described | {"file_path": f"files/{name}"}

    async def _do_set_my_commands(self, fields: Json) -> bool:
        self.commands[fields.get("language_code", "")] = json.loads(fields["commands"])
        return True

    async def _do_set_webhook(self, fields: Json) -> bool:
        self.webhook = fields
        self._spawn(self._deliver())
        return True

    async def _do_delete_webhook(self, _: Json) -> bool:
        self.webhook = {}
        return True

    # --- behind it ---------------------------------------------------------------------------------

    def _post(self, method: str, fields: Json, file: str = "") -> Json:
        chat, text = int(fields["chat_id"]), str(fields.get("text", ""))
        if chat in self.blocked:
            raise _RefusedError(403, "Forbidden: bot was blocked by the user")
        if not file and not text.strip():
            raise _RefusedError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise _RefusedError(400, "Bad Request: message is too long")
        sent = _as_sent(next(self.numbers), method, fields, file)
        if any(not 0 < len(v.encode()) <= 64 for v in sent.values):
            raise _RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        self.sent[chat].append(sent)
        if self.log:
            line = {
                "at": time.time(),
                "method": method,
                "chat": chat,
                "text": sent.text,
                "values": sent.values,
            }
            with self.log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        return _as_message(sent)

    def _find(self, chat: int, number: int, what: str = "edit") -> Sent:
        for sent in self.sent[chat]:
            if sent.message_id == number:
                return sent
        raise _RefusedError(400, f"Bad Request: message to {what} not found")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        fault = self._take_fault("download", {})
        if fault and (refusal := await self._go_wrong(fault, request)):
            return refusal
        data = self.files.get(request.match_info["path"].removeprefix("files/"))
        return web.Response(body=data) if data is not None else web.Response(status=404, text="Not Found")

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
        await self._deliver()

    async def _deliver(self) -> None:
        """To the webhook, in order, one at a time, each until it is taken with a 2xx."""
        if not self.webhook.get("url") or self._delivering.locked():
            return
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        async with self._delivering, aiohttp.ClientSession() as http:
            while self.webhook.get("url") and self.updates:
                update = self.updates[0]
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.post(self.webhook["url"], json=update, headers=headers) as answer:
                        if answer.status < 300 and update in self.updates:
                            self.updates.remove(update)
                            continue
                await asyncio.sleep(0.05)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _control(self, request: web.Request) -> web.Response:
        user, act = self.user(int(request.match_info["chat"])), request.match_info["act"]
        return web.json_response({"update_id": _CONTROLS[act](user, await request.json())})

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response({chat: [s.text for s in sent] for chat, sent in self.sent.items()})


_CONTROLS: dict[str, Callable[[User, Json], int]] = {
    "says": lambda user, told: user.says(told["text"]),
    "presses": lambda user, told: user.presses(told["value"]),
    "sends_photo": lambda user, told: user.sends_photo(bytes.fromhex(told["hex"]), told.get("caption")),
    "sends": lambda user, told: user.sends(**told),
}


_SAME = (
    "specified new message content and reply markup are exactly the same as a current content and reply markup "
    "of the message"
)


class _RefusedError(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


def _snake(method: str) -> str:
    """`sendMessage` → `send_message`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in method)


async def _fields(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **await request.post()}


def _as_sent(number: int, method: str, fields: Json, file: str) -> Sent:
    rows = json.loads(fields.get("reply_markup") or "{}").get("inline_keyboard", [])
    buttons = tuple(tuple((b["text"], b["callback_data"]) for b in row) for row in rows)
    upload = fields.get(file)
    data, name = (upload.file.read(), upload.filename) if isinstance(upload, web.FileField) else (b"", "")
    topic = int(fields["message_thread_id"]) if fields.get("message_thread_id") else None
    text = str(fields.get("text") or fields.get("caption") or "")
    return Sent(number, method, int(fields["chat_id"]), text, buttons, data, name, topic)


def _as_message(sent: Sent) -> Json:
    chat = {"id": sent.chat, "type": "private" if sent.chat > 0 else "supergroup"}
    return {"message_id": sent.message_id, "date": int(time.time()), "chat": chat, "text": sent.text}


def _refuse(status: int, description: str, parameters: Json | None = None) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    return web.json_response(body | ({"parameters": parameters} if parameters else {}), status=status)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _main(port: int, log: Path | None) -> None:
    async with FakeTelegram(port=port, log=log) as fake:
        print(f"{fake.url} token {fake.token}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8081)
    options.add_argument("--log", type=Path)
    chosen = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(chosen.port, chosen.log))
