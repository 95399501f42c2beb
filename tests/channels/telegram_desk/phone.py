"""Agents' phones on a real queue and a clock turned by hand: updates come as Telegram writes them, and what stands in
the outbox is shown, changed and answered as it would be there. No network; the wire itself is tested elsewhere.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.update import parse
from bot.channels.telegram_desk import TelegramDesk
from bot.dialogue.effects import Reply
from bot.handoff.rules import Rules
from bot.hub import Hub
from bot.inbox import Inlet
from bot.messages import Attachment, Incoming, Outgoing
from bot.store import conversations, handoff, messengers, outbox
from bot.store.inbox import Settle
from bot.store.outbox import Booking
from bot.store.say import send
from bot.store.tables import inbox
from tests.support.queue import LIN, Queue


@dataclass
class Shown:
    """A message of the bot's as it reads now on one phone."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    silent: bool
    files: tuple[str, ...] = ()
    was: list[str] = field(default_factory=list)  # how it read before

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]


class Phone:
    """One person's private chat with the bot."""

    def __init__(self, desk: Desk, number: int, lang: str = "zh-hans") -> None:
        self.desk, self.number = desk, number
        self.person = {"id": number, "is_bot": False, "first_name": f"P{number}", "language_code": lang}
        self.chat = {"id": number, "type": "private", "first_name": f"P{number}"}
        self.shown: list[Shown] = []
        self.read = 0

    # --- what its owner does ------------------------------------------------------------------------------------------

    def links(self, agent: str, lang: str = "zh") -> Phone:
        at = self.desk.q.at
        secret = self.desk.db.write(
            lambda conn: messengers.invite(conn, agent, "en" if lang == "en" else "zh", at)
        )
        self.says(f"/start agent_{secret}")
        self.news()
        return self

    def says(self, text: str, to: Shown | None = None) -> int:
        answered = {"reply_to_message": self._old(to.id)} if to else {}
        return self._sends(text=text, **answered)

    def sends_photo(self, file: str, caption: str = "", to: Shown | None = None) -> int:
        size = {"file_id": file, "file_unique_id": file, "width": 9, "height": 9, "file_size": 9}
        answered = {"reply_to_message": self._old(to.id)} if to else {}
        return self._sends(photo=[size], **({"caption": caption} if caption else {}), **answered)

    def edits(self, message: int, text: str) -> None:
        changed = {**self._old(message), "from": self.person, "text": text, "edit_date": int(self.desk.q.at)}
        self.desk.comes(edited_message=changed)

    def presses(self, message: Shown, label: str) -> None:
        value = next((v for text, v in message.buttons if text.startswith(label)), None)
        assert value is not None, f"no button {label!r}, there are {message.labels}"
        self.presses_value(message.id, value)

    def presses_value(self, message: int, value: str) -> None:
        query = {
            "id": f"q{next(self.desk.numbers)}",
            "from": self.person,
            "chat_instance": "1",
            "data": value,
        }
        self.desk.comes(callback_query={**query, "message": self._old(message)})

    def _sends(self, **content: Any) -> int:
        number = next(self.desk.numbers)
        self.desk.comes(message={**self._old(number), "from": self.person, **content})
        return number

    def _old(self, number: int) -> dict[str, Any]:
        return {"message_id": number, "date": int(self.desk.q.at), "chat": self.chat}

    # --- what they see ------------------------------------------------------------------------------------------------

    def news(self) -> list[Shown]:
        """What came since the last look."""
        self.desk.tells()
        fresh, self.read = self.shown[self.read :], len(self.shown)
        return fresh

    def texts(self) -> list[str]:
        return [s.text for s in self.news()]

    def last(self, pattern: str = "") -> Shown:
        """The newest message that matches."""
        self.desk.tells()
        self.read = len(self.shown)
        found = next((s for s in reversed(self.shown) if re.search(pattern, s.text, re.DOTALL)), None)
        assert found, f"nothing like {pattern!r} in {[s.text for s in self.shown]}"
        return found


class Desk:
    """The desk in Telegram over a `Queue`; `buyers` is what was handed on as buyers' events."""

    @classmethod
    def again(cls, old: Desk) -> Desk:
        """The same shop after a restart: the database and the phones are what they were."""
        desk = cls(old.q)
        desk.phones, desk.numbers, desk.updates = old.phones, old.numbers, old.updates
        return desk

    def __init__(self, q: Queue) -> None:
        self.q, self.db = q, q.db
        inlet = Inlet(q.db, lambda: q.now, Settle())
        channel = TelegramChannel("7:synthetic", inlet, q.db, lambda: q.now, _no_file)
        self.desk = TelegramDesk(channel, q.db, lambda: q.now, Hub(), self._rules, lambda: None)
        self.numbers = itertools.count(1)
        self.updates = itertools.count(1000)
        self.phones: dict[str, Phone] = {}
        self.buyers: list[Incoming] = []
        self.last_update: dict[str, Any] = {}
        self._handled: set[tuple[str, int]] = set()

    def _rules(self) -> Rules:
        return self.q.rules

    def phone(self, number: int, lang: str = "zh-hans") -> Phone:
        self.phones[f"telegram-desk:{number}"] = phone = Phone(self, number, lang)
        return phone

    def comes(self, **content: Any) -> None:
        """An update, a second after the one before."""
        self.q.now += timedelta(seconds=1)
        self.last_update = {"update_id": next(self.updates), **content}
        self.comes_again()

    def comes_again(self) -> None:
        """As after a restart, when Telegram had not heard yet that the last one was taken."""
        event = parse(self.last_update)
        assert event is not None

        self.buyers += self.stores([event])

    def stores(self, events: Sequence[Incoming]) -> list[Incoming]:
        """What the program's inlet does with them; returns those that are buyers'."""
        inlet = Inlet(self.db, lambda: self.q.now, Settle())
        inlet.divert(self.desk.concerns, self.desk.take, lambda: None)
        asyncio.run(inlet.put(events))
        return [e for e in events if self._is_stored(e)]

    def _is_stored(self, event: Incoming) -> bool:
        where = (inbox.c.chat == event.chat, inbox.c.key == event.key, inbox.c.source == event.source)
        return self.db.read(lambda conn: conn.execute(select(inbox.c.n).where(*where)).first()) is not None

    def tells(self) -> None:
        """A look of the program's at what agents must be told, and the outbox after it."""
        for address in self.db.read(self.desk.with_news):
            self.db.write(lambda conn, a=address: self.desk.catch_up(conn, a))  # type: ignore[misc]
        while self.db.write(self._deliver):
            pass

    def _deliver(self, conn: Connection) -> int:
        jobs = outbox.claim(conn, "test", self.q.at, 8, ["telegram-desk"], "send")
        done = [
            Booking(job, remote_id=self._show(conn, job.kind, Outgoing.from_json(job.payload)))
            for job in jobs
        ]
        outbox.book(conn, done, self.q.at, "test")
        return len(jobs)

    def _show(self, conn: Connection, kind: str, m: Outgoing) -> str:
        phone = self.phones[m.chat]
        buttons = tuple((b.label, b.value) for b in m.buttons)
        if kind == "edit":
            remote = outbox.remote_id(conn, m.chat, m.n)
            shown = next(s for s in phone.shown if str(s.id) == remote)
            shown.was.append(shown.text)
            shown.text, shown.buttons = m.text, buttons
            return str(remote)
        shown = Shown(next(self.numbers), m.text, buttons, m.silent, m.attachments)
        phone.shown.append(shown)
        return str(shown.id)

    # --- the buyers' side ---------------------------------------------------------------------------------------------

    def buyer_says(self, text: str, chat: str = LIN, photos: Sequence[Attachment] = ()) -> None:
        def write(conn: Connection) -> None:
            conversations.add_message(conn, chat, "buyer", text, self.q.at, attachments=photos)
            handoff.buyer_wrote(conn, chat, self.q.at, self.q.rules)

        self.db.write(write)

    def hears(self, chat: str = LIN) -> list[str]:
        """What agents said to this buyer, by what the store's door let in; it becomes messages, as in the engine."""

        def write(conn: Connection) -> None:
            i = inbox.c
            mine = select(inbox).where(i.chat == chat, i.source == "agent").order_by(i.n)
            for row in conn.execute(mine).all():
                if (chat, row.n) in self._handled:
                    continue
                data = row.payload["data"]
                if data["do"] == "reply":
                    files = tuple(Attachment(**f) for f in data.get("attachments", ()))
                    send(
                        conn,
                        chat,
                        Reply(data["text"], author="agent", name=data["shown"], attachments=files),
                        self.q.at,
                    )
                elif data["do"] == "note":
                    conversations.add_message(conn, chat, "note", data["text"], self.q.at, name=data["shown"])
                self._handled.add((chat, row.n))

        self.db.write(write)
        return [m.text for m in self.said(chat) if m.author == "agent" and not m.withdrawn_at]

    def said(self, chat: str = LIN) -> list[conversations.Message]:
        return self.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))


async def _no_file(_: str) -> None:
    return None
