"""The independent Bot API server `lo-bot-api-emulator`, as a program of its own, and buyers who use it.

It judges every request against its own contract, but shows nobody what was sent. So the bot talks to it
through `url`, a pass-through that keeps what the emulator says it understood.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.telegram_chat import Json, Sent

TOKEN = "7:synthetic"
START_SECONDS = 20.0
PROGRAM = "import lo_bot_api_emulator as e; e.main()"


class EmulatorUser:
    """A buyer. Each method puts one update into the bot's queue (with a webhook set: delivers it)."""

    def __init__(self, emulator: BotApiEmulator, number: int, name: str, lang: str) -> None:
        self._emulator = emulator
        self.id, self.last = number, 0
        self.chat = {"id": number, "type": "private", "first_name": name}
        self.person = {"id": number, "is_bot": False, "first_name": name, "language_code": lang}

    async def says(self, text: str) -> int:
        return await self.sends(text=text)

    async def presses(self, value: str) -> int:
        """Press a button of the bot's last message; it must be there."""
        last = next(s for s in reversed(self._emulator.sent[self.id]) if s.buttons)
        assert value in last.values, f"no such button, there are {last.values}"
        return await self._press(last, value)

    async def presses_on(self, message: Sent, label: str) -> int:
        """Press the button of one message that reads `label`, or begins so."""
        rows = [button for row in message.buttons for button in row]
        found = [value for text, value in rows if text.startswith(label)]
        assert found, f"no such button, there are {[text for text, _ in rows]}"
        return await self._press(message, found[0])

    async def _press(self, message: Sent, value: str) -> int:
        shown = {
            "message_id": message.message_id,
            "date": int(time.time()),
            "chat": self.chat,
            "text": message.text,
        }
        number = f"query-{message.message_id}-{next(self._emulator.numbers)}"
        query = {"id": number, "from": self.person, "chat_instance": "1"}
        return await self._emulator.push(callback_query={**query, "message": shown, "data": value})

    async def replies(self, to: Sent, text: str, **more: Any) -> int:
        """Telegram's own reply to a message of the bot's."""
        answered = {"message_id": to.message_id, "date": int(time.time()), "chat": self.chat, "text": to.text}
        return await self.sends(text=text, reply_to_message=answered, **more)

    async def sends_photo(self, data: bytes, caption: str | None = None, album: str | None = None) -> int:
        file = await self._emulator.upload("photo", data)
        told = {"caption": caption, "media_group_id": album}
        size = {**file, "width": 960, "height": 1280, "file_size": len(data)}
        return await self.sends(photo=[size], **{k: v for k, v in told.items() if v})

    async def edits(self, message: int, text: str) -> int:
        """One of their own messages reads so from now on. The emulator has no such update: `_pass` makes it one."""
        now = int(time.time())
        base = {"message_id": message, "date": now, "chat": self.chat, "from": self.person}
        return await self._emulator.push(message={**base, "edit_date": now, "text": text})

    async def sends_document(self, data: bytes, name: str, mime: str) -> int:
        file = await self._emulator.upload("document", data)
        return await self.sends(
            document={**file, "file_name": name, "mime_type": mime, "file_size": len(data)}
        )

    async def sends(self, **content: Any) -> int:
        """Any message: `sends(sticker={...})`. `self.last` is its id."""
        self.last = number = next(self._emulator.numbers)
        base = {"message_id": number, "date": int(time.time()), "chat": self.chat, "from": self.person}
        return await self._emulator.push(message=base | content)


class BotApiEmulator:
    """The bot is given `url` and `token`; `sent[chat]` is what it sent, `answered` which presses it did.

    `edited[chat][message]` is a message of its as it reads now.
    """

    def __init__(self, journal: Path) -> None:
        self.token = TOKEN
        self.journal = journal
        self.sent: dict[int, list[Sent]] = defaultdict(list)
        self.edited: dict[int, dict[int, Sent]] = defaultdict(dict)  # chat → message → as it reads now
        self.answered: list[str] = []
        self.silent: set[int] = set()  # messages that came without a sound
        self.refused: list[str] = []  # what the emulator found wrong
        self.numbers = itertools.count(100_000)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        self._server = f"http://127.0.0.1:{_free_port()}"
        words = ["--port", self._server.rpartition(":")[2], "--journal", str(self.journal)]
        flags = ["--enable-control", "--allow-insecure-loopback-webhooks"]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, *words, *flags, stdout=asyncio.subprocess.DEVNULL
        )
        await self._wait()
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._pass)
        # A bot that hangs up must be seen to hang up: its long poll holds the queue otherwise.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._http.close()
        if self._process:
            self._process.kill()
            await self._process.wait()

    def user(self, number: int, name: str = "Mei Lin", lang: str = "zh-hans") -> EmulatorUser:
        return EmulatorUser(self, number, name, lang)

    async def push(self, **update: Any) -> int:
        """Queue any `message` or `callback_query`; returns the update's number."""
        told = {"token": self.token, "update": update}
        async with self._http.post(f"{self._server}/__fixture/updates", json=told) as answer:
            body = await answer.json()
            assert body["ok"], body
            return int(body["result"]["update_id"])

    async def set_webhook(self, url: str, secret: str) -> None:
        """As somebody would who has the token, but not our secret."""
        told = {"url": url, "secret_token": secret}
        async with self._http.post(f"{self._server}/bot{self.token}/setWebhook", json=told) as answer:
            assert answer.status == 200

    async def upload(self, kind: str, data: bytes) -> Json:
        """A file on the server, as messages describe it."""
        form = aiohttp.FormData({"chat_id": "1"})
        form.add_field(kind, data, filename="file.bin")
        method = f"send{kind.capitalize()}"
        async with self._http.post(f"{self._server}/bot{self.token}/{method}", data=form) as answer:
            message = (await answer.json())["result"]
        found = message[kind][-1] if kind == "photo" else message[kind]
        return {"file_id": found["file_id"], "file_unique_id": found["file_unique_id"]}

    async def until(self, chat: int, count: int = 1, seconds: float = 15.0) -> list[Sent]:
        """Wait until the bot has sent `count` messages to this chat."""
        await self.holds(lambda: len(self.sent[chat]) >= count, seconds)
        return self.sent[chat]

    async def holds(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.02)

    def webhook_answers(self) -> list[int]:
        """The status of each call to the bot's webhook, in order."""
        lines = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return [line["status"] for line in lines if line.get("event") == "webhook"]

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Content-Type": request.headers.get("Content-Type", "")} if body else {}
        url = f"{self._server}{request.path_qs}"
        async with self._http.request(request.method, url, data=body, headers=headers) as answer:
            data = await answer.read()
            if request.path.endswith("/getMe"):  # every real bot has a name; the emulator's has none
                data = data.replace(b'"first_name"', b'"username":"fixture_bot","first_name"')
            if request.path.endswith("/getUpdates") and b'"edit_date"' in data:
                data = _with_edits(data)
            await self._keep(request.path.rpartition("/")[2], answer.status, data, body)
            return web.Response(status=answer.status, body=data, content_type=answer.content_type)

    async def _keep(self, method: str, status: int, data: bytes, body: bytes) -> None:
        if method == "answerCallbackQuery" and status == 200:
            self.answered.append(body.decode())
        if status >= 400:
            self.refused.append(f"{method}: {json.loads(data).get('description')}")
        elif method == "editMessageText":
            m = json.loads(data)["result"]
            self.edited[int(m["chat"]["id"])][int(m["message_id"])] = await self._sent(method, m)
        elif method.startswith("send") and method != "sendChatAction":
            self.sent[int((m := json.loads(data)["result"])["chat"]["id"])].append(
                await self._sent(method, m)
            )
            if b"disable_notification" in body:
                self.silent.add(int(m["message_id"]))

    async def _sent(self, method: str, message: Json) -> Sent:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple(tuple((b["text"], b["callback_data"]) for b in row) for row in rows)
        file = message.get("document") or (message.get("photo") or [{}])[-1]
        text = message.get("text") or message.get("caption") or ""
        data = await self._download(file["file_id"]) if file else b""
        return Sent(message["message_id"], method, message["chat"]["id"], text, buttons, data)

    async def _download(self, file: str) -> bytes:
        async with self._http.get(f"{self._server}/file/bot{self.token}/{file}") as answer:
            return await answer.read()

    async def _wait(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    async with self._http.post(f"{self._server}/bot{self.token}/getMe", json={}) as answer:
                        assert answer.status == 200
                        return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)


def _with_edits(answer: bytes) -> bytes:
    found = json.loads(answer)
    for update in found["result"]:
        if "edit_date" in update.get("message", {}):
            update["edited_message"] = update.pop("message")
    return json.dumps(found).encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def bot_api_emulator(tmp_path: Path) -> AsyncIterator[BotApiEmulator]:
    """A fresh emulator; import this name into a conftest.py to use it elsewhere."""
    async with BotApiEmulator(tmp_path / "bot-api.jsonl") as emulator:
        yield emulator
