"""The JSON frames between the buyer's page and the server: shapes, limits, and the words for what goes wrong.

Page → server: `hello` first, then messages, presses and pings. Server → page: `message`, `update` (a message that
reads differently now), `ack`, `error`, `status`, `pong`. No socket here.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, field_validator

from bot.channels.links import capability
from bot.messages import Attachment, Incoming, Lang
from bot.store.conversations import Message

PAGES = Path(__file__).parent / "web_pages"
MAX_TEXT = 10_000  # characters; past 4,000 the page says that it is getting long
MAX_PHOTOS = 10  # in one message
FRAME_BYTES = 200_000  # 10,000 characters, each escaped, and room
SESSION = r"^[A-Za-z0-9_-]{22,64}$"  # 22 characters carry 132 random bits, made by the page
ID = r"^[A-Za-z0-9_-]{1,64}$"


def _clean(value: Any) -> Any:
    """Half an emoji or a NUL, which no database column takes, must not undo other people's commit."""
    if not isinstance(value, str):
        return value
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")


def _lang(value: Any) -> Lang:
    return "en" if isinstance(value, str) and value.lower().startswith("en") else "zh"


CleanText = Annotated[str, BeforeValidator(_clean)]


class Hello(BaseModel):
    """Who opens the chat and what it has seen already: messages up to `after`, changes of them up to `rev`."""

    session: str = Field(pattern=SESSION)
    token: str | None = Field(default=None, max_length=200)
    after: int = Field(default=0, ge=0, lt=2**53)
    rev: int = Field(default=0, ge=0, lt=2**53)
    lang: Annotated[Lang, BeforeValidator(_lang)] = "zh"


class Said(BaseModel):
    """A message (`text`, `attachments`) or a press (`button`, `label`); `id` is made by the page."""

    id: str = Field(pattern=ID)
    text: CleanText = ""
    attachments: list[Annotated[str, Field(pattern=ID)]] = Field(default=[], max_length=MAX_PHOTOS)
    button: CleanText | None = None
    label: CleanText = Field(default="", max_length=200)

    @field_validator("button")
    @classmethod
    def _short(cls, value: str | None) -> str | None:
        if value is not None and not 0 < len(value.encode()) <= 64:
            raise ValueError("a button's value has 1 to 64 bytes")
        return value

    def incoming(self, chat: str, who: Hello, buyer: str | None, photos: tuple[Attachment, ...]) -> Incoming:
        """`lang_hint` is the page's language, for words that show none ("T1001")."""
        hint = {"lang_hint": who.lang}
        if self.button is None:
            return Incoming(chat, self.id, text=self.text, attachments=photos, buyer=buyer, data=hint)
        label = self.label or self.text
        data = {**hint, "label": label}
        return Incoming(chat, self.id, kind="button", text=label, button=self.button, buyer=buyer, data=data)


def parse(raw: str | None) -> dict[str, Any] | None:
    """The frame as a JSON object; None for anything else, oversized ones too."""
    if raw is None or len(raw) > FRAME_BYTES:
        return None
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def hello(frame: dict[str, Any] | None) -> Hello | None:
    try:
        return Hello.model_validate((frame or {}).get("hello"))
    except ValidationError:
        return None


def said(frame: dict[str, Any] | None) -> Said | None:
    """None for a frame that says nothing: no text, no photo, no press."""
    try:
        it = Said.model_validate(frame)
    except ValidationError:
        return None
    return it if it.text.strip() or it.attachments or it.button is not None else None


def chat_of(session: str) -> str:
    """The conversation's key. A hash: who reads logs, tables or the desk cannot join with it."""
    return "web:" + sha256(b"web chat\0" + session.encode()).hexdigest()[:32]


def message_frame(m: Message, key: bytes, name: str = "message") -> dict[str, Any]:
    """What is withdrawn does not leave the server."""
    gone = m.withdrawn_at is not None
    return {
        name: {
            "n": m.n,
            "at": _iso(m.at),
            "author": m.author,
            "name": m.name,
            "text": "" if gone else m.text,
            "buttons": [] if gone else [{"label": b.label, "value": b.value} for b in m.buttons],
            "attachments": [] if gone else [photo_frame(a, key) for a in m.attachments],
            "key": m.key,
            "rev": m.rev,
            "edited": _iso(m.edited_at) if m.edited_at else None,
            "withdrawn": gone,
        }
    }


def photo_frame(a: Attachment, key: bytes) -> dict[str, Any]:
    return {"id": a.id, "name": a.name, "mime": a.mime, "size": a.size, "url": photo_url(a.id, key)}


def photo_url(photo: str, key: bytes) -> str:
    """An <img> sends no headers, so the address itself is the right to read; only the session is told it."""
    return f"/chat/photo/{photo}/{capability('photo', photo, key)}"


def error_frame(code: str, lang: Lang, about: str | None = None, after: float = 0) -> dict[str, Any]:
    """`after`: seconds until the page should try again by itself; 0 means it never will go through."""
    return {"error": {"id": about, "code": code, "text": words(lang)[code], "after": after}}


@cache
def _words() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads((PAGES / "words.json").read_text("utf-8"))
    return read


def words(lang: Lang) -> Mapping[str, str]:
    """What the page itself says (its buttons, its faults); answers are in knowledge/."""
    return _words()[lang]


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


class Pace:
    """At most `most` in `window` seconds for each key; memory is given back as keys fall silent."""

    def __init__(self, most: int, window: float) -> None:
        self._most = most
        self._window = window
        self._seen: dict[str, deque[float]] = {}

    def wait(self, key: str, now: float) -> float:
        """0 and it counts; else the seconds until the next is welcome."""
        if len(self._seen) > 10_000:
            self._seen = {k: s for k, s in self._seen.items() if s[-1] > now - self._window}
        seen = self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - self._window:
            seen.popleft()
        if len(seen) >= self._most:
            return seen[0] + self._window - now
        seen.append(now)
        return 0.0
