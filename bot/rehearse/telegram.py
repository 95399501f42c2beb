"""A rehearsal played over Telegram: buyers' updates as Bot API JSON, the bot's calls answered in this process.

What goes in passes the parser that the poller uses, what comes out the real sender, editor and client. The Bot API
behind them refuses what Telegram would refuse: too long a text, callback data over 64 bytes, markup it cannot read.
"""

from __future__ import annotations

import asyncio
import copy
import json
import mimetypes
import zlib
from collections.abc import Sequence
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.editor import Editor
from bot.channels.telegram.files import fetch
from bot.channels.telegram.sender import VALUE_LIMIT, Sender
from bot.channels.telegram.text import TEXT_LIMIT, units
from bot.channels.telegram.transport import Client
from bot.channels.telegram.update import parse
from bot.errors import BotError
from bot.messages import Attachment, Button, Incoming, Outgoing
from bot.rehearse.pictures import picture
from bot.rehearse.wires import Moment, as_shown
from bot.understanding.language import detect

URL = "https://telegram.invalid"  # never asked: every call is answered here
CODES = {"zh": "zh-hans", "en": "en"}
Json = dict[str, Any]


class TelegramWire:
    name = "telegram"

    def __init__(self, api: BotApi | None = None, languages: dict[str, str] | None = None) -> None:
        self._api = api or BotApi()
        self._languages = languages or {}  # of a buyer's phone, judged by the first words
        client = Client(
            "1:rehearsal", f"{URL}/bot", f"{URL}/file/bot", request=self._api, get_updates_request=self._api
        )
        self._client, self._sender, self._editor = client, Sender(client, _no_file), Editor(client)
        self._runner = asyncio.Runner()

    def chat_of(self, buyer: str) -> str:
        return f"{self.name}:{_id(buyer)}"

    def link(self, buyer: str) -> None:
        """By a signed link of an earlier day; its `/start` is no part of the conversation."""

    def says(self, buyer: str, texts: Sequence[str], photos: Sequence[str], at: Moment) -> list[Incoming]:
        if texts:
            self._languages.setdefault(buyer, CODES[detect(" ".join(texts))])
        album = {"media_group_id": str(at.number())} if len(photos) > 1 else {}
        # Several at once are sent as files, which keep their names: Telegram takes them from photos.
        files = [{**self._api.upload(p, as_file=bool(album)), **album} for p in photos]
        contents = [{"text": t} for t in texts] + files
        return [self._arrives({"message": self._message(buyer, c, at)}, at) for c in contents]

    def presses(self, buyer: str, button: Button, at: Moment) -> Incoming:
        shown = self._api.showing(_id(buyer), button)
        query = {
            "id": str(at.number()),
            "from": self._person(buyer),
            "chat_instance": "1",
            "data": button.value,
        }
        return self._arrives({"callback_query": {**query, "message": shown}}, at)

    def send(self, message: Outgoing, at: Moment) -> tuple[Outgoing, str | None]:
        remote = self._runner.run(self._sender.send(message))
        return self._as_shown(message, remote), remote

    def edit(self, message: Outgoing, remote: str | None, at: Moment) -> tuple[Outgoing, str | None]:
        remote = self._runner.run(self._editor.edit(message, remote))
        return self._as_shown(message, remote), remote

    def fetch(self, file: Attachment) -> bytes:
        return self._runner.run(fetch(self._client, file))

    def fork(self) -> TelegramWire:
        return TelegramWire(self._api.fork(), dict(self._languages))

    def close(self) -> None:
        self._runner.close()

    def _arrives(self, content: Json, at: Moment) -> Incoming:
        update = json.loads(json.dumps({"update_id": at.number(), **content}))
        event = parse(update)
        if event is None:
            raise BotError(f"the update is ignored by the channel: {', '.join(content)}")
        return event

    def _message(self, buyer: str, content: Json, at: Moment) -> Json:
        chat = {"id": _id(buyer), "type": "private", "first_name": buyer}
        date = int(at.now.timestamp())
        head = {"message_id": self._api.number(), "date": date, "chat": chat, "from": self._person(buyer)}
        return {**head, **content}

    def _person(self, buyer: str) -> Json:
        code = self._languages.get(buyer, CODES["zh"])
        return {"id": _id(buyer), "is_bot": False, "first_name": buyer, "language_code": code}

    def _as_shown(self, message: Outgoing, remote: str) -> Outgoing:
        """Raises BotError where the buyer lacks a button, or a message of the bot's had to be cut in two."""
        shown = [self._api.messages[int(n)] for n in remote.split(",") if n != "0"]
        if message.author == "bot" and len(shown) > 1:
            raise BotError(f"the message is too long for Telegram: {units(message.text)} of {TEXT_LIMIT}")
        buttons = [b for m in shown for b in _buttons(m)]
        if lost := [b.label for b in message.buttons if b not in buttons]:
            raise BotError(f"Telegram does not take the button {lost[0]!r}: its value has 1 to 64 bytes")
        return as_shown(message, "\n".join(m["text"] for m in shown), buttons)


class BotApi(BaseRequest):
    """Telegram's half: the messages in every chat and the files, behind the calls that the channel makes."""

    def __init__(self) -> None:
        self.messages: dict[int, Json] = {}
        self.files: dict[str, bytes] = {}
        self._last = 0

    def fork(self) -> BotApi:
        other = BotApi()
        other.messages, other.files, other._last = copy.deepcopy(self.messages), dict(self.files), self._last
        return other

    def number(self) -> int:
        self._last += 1
        return self._last

    def upload(self, name: str, as_file: bool) -> Json:
        """What a message says of this file: Telegram shrinks photos to several sizes, the last one is the largest."""
        data, mime = picture(name), mimetypes.guess_type(name)[0] or "image/jpeg"
        if mime.startswith("image/") and not as_file:
            return {"photo": [{**self._file(data), "width": w, "height": w} for w in (90, 1280)]}
        kind = "video" if mime.startswith("video/") else "document"
        told = {"width": 720, "height": 1280, "duration": 6} if kind == "video" else {}
        return {kind: {**self._file(data), **told, "file_name": name, "mime_type": mime}}

    def showing(self, chat: int, button: Button) -> Json:
        """The newest message with that button. Raises BotError where the buyer has none."""
        for message in reversed(self.messages.values()):
            if message["chat"]["id"] == chat and button in _buttons(message):
                return message
        raise BotError(f"no message on Telegram has the button {button.label!r}")

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """A call of the Bot API, or the download of a file."""
        name = url.rpartition("/")[2]
        if "/file/bot" in url:
            return 200, self.files[name]
        try:
            result = self._call(name, dict(request_data.parameters) if request_data else {})
        except _RefusedError as why:
            return 400, json.dumps({"ok": False, "error_code": 400, "description": str(why)}).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _call(self, name: str, fields: Json) -> Any:
        if name == "getFile":
            return {"file_id": fields["file_id"], "file_unique_id": "u", "file_path": fields["file_id"]}
        if name == "deleteMessage":
            self._known(fields, "delete")
            return bool(self.messages.pop(int(fields["message_id"])))
        if name not in ("sendMessage", "editMessageText"):
            raise _RefusedError(f"Bad Request: {name} is not played in rehearsals")
        old = self._known(fields, "edit") if name == "editMessageText" else None
        said = {"text": str(fields["text"]), "reply_markup": fields.get("reply_markup")}
        _refuse(said, fields)
        if old and {k: old.get(k) for k in said} == said:
            raise _RefusedError("Bad Request: message is not modified")
        message_id = old["message_id"] if old else self.number()
        chat = {"id": int(fields["chat_id"]), "type": "private"}
        self.messages[message_id] = {"message_id": message_id, "date": 1, "chat": chat} | {
            k: v for k, v in said.items() if v
        }
        return self.messages[message_id]

    def _known(self, fields: Json, what: str) -> Json:
        found = self.messages.get(int(fields["message_id"]))
        if found is None or found["chat"]["id"] != int(fields["chat_id"]):
            raise _RefusedError(f"Bad Request: message to {what} not found")
        return found

    def _file(self, data: bytes) -> Json:
        file_id = f"file-{self.number()}"
        self.files[file_id] = data
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(data)}


class _RefusedError(Exception):
    pass


def _refuse(said: Json, fields: Json) -> None:
    """What Telegram says no to, in its own words (core.telegram.org/bots/api#sendmessage)."""
    if not said["text"].strip():
        raise _RefusedError("Bad Request: message text is empty")
    if units(said["text"]) > TEXT_LIMIT:
        raise _RefusedError("Bad Request: message is too long")
    if fields.get("parse_mode") or fields.get("entities"):
        raise _RefusedError("Bad Request: can't parse entities: the channel sends plain text")
    if any(not 0 < len(b.value.encode()) <= VALUE_LIMIT for b in _buttons(said)):
        raise _RefusedError("Bad Request: BUTTON_DATA_INVALID")


def _buttons(message: Json) -> list[Button]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [Button(b["text"], b["callback_data"]) for row in rows for b in row]


def _id(buyer: str) -> int:
    """A number as Telegram gives them, more than 32 bits long."""
    return 5_000_000_000 + zlib.crc32(buyer.encode())


async def _no_file(_: str) -> None:
    """Nobody attaches a file in a rehearsal but the buyer."""
