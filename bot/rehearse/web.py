"""A rehearsal played over the web chat: what a page says as JSON frames, what it shows as the frames it was sent."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.channels.links import sign, verify
from bot.channels.web_frames import MAX_TEXT, chat_of, hello, parse, said
from bot.channels.web_tab import unseen
from bot.errors import BotError
from bot.messages import Attachment, Button, Incoming, Lang, Outgoing
from bot.photos import Refused, examine
from bot.rehearse.pictures import picture
from bot.rehearse.wires import Moment, as_shown, keep
from bot.store import conversations
from bot.understanding.language import detect

KEY = b"the shop of a rehearsal"


@dataclass
class Page:
    """A buyer's open page: what it has shown, by number, and the last number and change that it knows."""

    lang: Lang = "zh"
    shown: dict[int, dict[str, Any]] = field(default_factory=dict)
    after: int = 0
    rev: int = 0


class WebWire:
    name = "web"

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}  # by conversation
        self._vouched: set[str] = set()

    def chat_of(self, buyer: str) -> str:
        return chat_of(_session(buyer))

    def link(self, buyer: str) -> None:
        self._vouched.add(buyer)

    def says(self, buyer: str, texts: Sequence[str], photos: Sequence[str], at: Moment) -> list[Incoming]:
        chat = self.chat_of(buyer)
        if texts and chat not in self._pages:
            self._pages[chat] = Page(detect(" ".join(texts)))
        files = [self._upload(buyer, name, at) for name in photos]
        frames: list[dict[str, Any]] = [{"text": t} for t in texts]
        frames += [{"text": "", "attachments": files}] if files else []
        return [self._arrives(buyer, frame, at) for frame in frames]

    def presses(self, buyer: str, button: Button, at: Moment) -> Incoming:
        offered = [b for m in self._page(self.chat_of(buyer)).shown.values() for b in m["buttons"]]
        shown = {"label": button.label, "value": button.value}
        if shown not in offered:
            raise BotError(f"no message on the page has the button {button.label!r}")
        # The page says what it showed, not what we know.
        return self._arrives(buyer, {"button": button.value, "label": button.label}, at)

    def send(self, message: Outgoing, at: Moment) -> tuple[Outgoing, str | None]:
        """Delivering is showing: the page reads on from where it is. Raises BotError where it does not get it."""
        page = self._page(message.chat)
        self._read_on(message.chat, page, at)
        shown = page.shown.get(message.n)
        if shown is None:
            raise BotError(f"the page was not shown message {message.n}")
        buttons = [Button(b["label"], b["value"]) for b in shown["buttons"]]
        return as_shown(message, shown["text"], buttons), None

    def edit(self, message: Outgoing, remote: str | None, at: Moment) -> tuple[Outgoing, str | None]:
        return self.send(message, at)

    def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError("a photo is stored before its message arrives")

    def fork(self) -> WebWire:
        return copy.deepcopy(self)

    def close(self) -> None:
        pass

    def _page(self, chat: str) -> Page:
        return self._pages.setdefault(chat, Page())

    def _arrives(self, buyer: str, frame: dict[str, Any], at: Moment) -> Incoming:
        page = self._page(self.chat_of(buyer))
        token = sign(buyer, KEY) if buyer in self._vouched else None
        who = hello(_wire({"hello": {"session": _session(buyer), "token": token, "lang": page.lang}}))
        it = said(_wire({"id": f"page-{at.number()}", **frame}))
        if who is None or it is None or len(it.text) > MAX_TEXT:
            raise BotError(f"the channel refuses the page's frame ({', '.join(frame)})")
        chat = chat_of(who.session)
        photos = at.db.read(lambda conn: conversations.held_attachments(conn, chat, it.attachments))
        return it.incoming(chat, who, verify(who.token, KEY) if who.token else None, tuple(photos))

    def _upload(self, buyer: str, name: str, at: Moment) -> str:
        data, photo = picture(name), f"photo-{at.number()}"
        mime = examine(data)
        if isinstance(mime, Refused):
            raise BotError(f"{name}: {mime.note}")
        keep(at, self.chat_of(buyer), Attachment(photo, name, mime, len(data)), data)
        return photo

    def _read_on(self, chat: str, page: Page, at: Moment) -> None:
        for message, frame in at.db.read(lambda conn: unseen(conn, chat, page.after, page.rev, KEY)):
            [page.shown[message.n]] = json.loads(json.dumps(frame)).values()
            page.after, page.rev = max(page.after, message.n), max(page.rev, message.rev)


def _session(buyer: str) -> str:
    return sha256(f"the session of {buyer}".encode()).hexdigest()[:32]


def _wire(frame: dict[str, Any]) -> dict[str, Any] | None:
    return parse(json.dumps(frame, ensure_ascii=False))
