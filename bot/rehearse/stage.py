"""The stage a rehearsal is played on: the real store and engine on a temporary SQLite file, and a clock that stands."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Entry, Status, case_number
from bot.cases.order import from_data
from bot.cases.timers import timers_of
from bot.config import Settings
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.engine import Engine
from bot.errors import BotError
from bot.handoff.packet import packet
from bot.knowledge.types import LANGS
from bot.messages import Attachment, Button, Incoming, Outgoing
from bot.store import agents, cases, conversations, deadlines, handoff, inbox, orders, outbox, queries
from bot.store.db import Database

AT_ONCE = inbox.Settle(0, 0)  # the clock stands still in a turn, so a burst must not wait for it


class Stage:
    """One conversation's world. `sent` is all that buyers were sent since it was last cleared."""

    def __init__(self, folder: Path, kit: Kit, settings: Settings, now: datetime) -> None:
        self.folder, self.kit, self.settings = folder, kit, settings
        self.now = now
        self.sent: list[Outgoing] = []
        self.log: list[tuple[str, str, str]] = []  # (whose chat, who, what), for the transcript
        self._count = 0
        self._open()

    def _open(self) -> None:
        self.db = Database(f"sqlite:///{self.folder / 'rehearsal.db'}")
        self.db.migrate()
        self.engine = Engine(self.db, lambda: self.now, lambda: self.kit)

    # --- setting the scene -----------------------------------------------------------------------------------------

    def add_orders(self, rows: Sequence[Mapping[str, Any]]) -> None:
        many = [from_data(row, self.kit.zone) for row in rows]
        self.db.write(lambda conn: orders.put_orders(conn, many, self._epoch))
        for buyer in {o.buyer for o in many if o.buyer}:
            self.link(buyer)

    def link(self, buyer: str) -> None:
        self.db.write(lambda conn: conversations.identify(conn, chat_of(buyer), buyer))

    def add_case(self, row: Mapping[str, Any], opened: datetime) -> None:
        """A case that exists already, with the clocks its status had started then."""
        order = self.db.read(lambda conn: orders.read_order(conn, str(row["order"])))
        if order is None:
            raise BotError(f"cases: order {row['order']} is not among the rehearsal's orders; add it")
        chat = chat_of(order.buyer)
        number = case_number(chat, self._next(), opened, self.kit.zone)
        status = Status(row["status"])
        case = Case(
            number,
            chat,
            CaseType(row["type"]),
            status,
            opened,
            opened,
            order.buyer,
            order.id,
            order.item,
            {"order": order.id},
            events=1,
        )

        def save(conn: Connection) -> None:
            conversations.identify(conn, chat, order.buyer)
            cases.save_case(conn, case, [Entry(number, 1, opened, "bot", "opened", None, status)])
            for name, due in timers_of(case, self.kit.policy, opened):
                deadlines.set_deadline(conn, chat, number, name, due)

        self.db.write(save)

    # --- what happens ----------------------------------------------------------------------------------------------

    def buyer_says(self, buyer: str, texts: Sequence[str], photos: Sequence[str]) -> None:
        chat = chat_of(buyer)
        files = [self._photo(chat, name) for name in photos]
        events = [Incoming(chat, key=str(self._next()), text=t, sent_at=self.now) for t in texts]
        if files:
            events.append(Incoming(chat, key=str(self._next()), attachments=tuple(files), sent_at=self.now))
        self.log += [(buyer, buyer, t) for t in texts] + [(buyer, buyer, f"[{p}]") for p in photos]
        self._put(events)

    def buyer_presses(self, buyer: str, button: Button) -> None:
        self.log.append((buyer, buyer, f"[{button.label}]"))
        self._put(
            [
                Incoming(
                    chat_of(buyer),
                    key=str(self._next()),
                    kind="button",
                    button=button.value,
                    sent_at=self.now,
                )
            ]
        )

    def agent_acts(self, buyer: str, name: str, data: Mapping[str, Any]) -> None:
        """Raises BotError where the agent may not: somebody else has the chat, or nobody claimed it."""
        chat, act = chat_of(buyer), str(data["do"])
        self.log.append((buyer, f"agent {name}", f"{act} {data.get('text', '')}".strip()))

        def write(conn: Connection) -> bool:
            if not any(a.name == name for a in agents.everyone(conn)):
                agents.add(conn, name, name, "agent", self._epoch)
            if act == "claim":
                return handoff.claim(conn, chat, name, self._epoch)
            return handoff.act(conn, chat, name, str(self._next()), dict(data), self._epoch)

        if not self.db.write(write):
            raise BotError(
                f"{name} cannot {act}: the chat is not {'free to claim' if act == 'claim' else 'theirs'}"
            )
        self.settle()

    def order_news(self, buyer: str, fields: Mapping[str, Any]) -> None:
        plain = {k: v.isoformat(" ") if isinstance(v, datetime) else v for k, v in fields.items()}
        self._put([Incoming(chat_of(buyer), key=str(self._next()), kind="order", data={"order": plain})])

    def turn_clock(self, to: datetime) -> None:
        """Move on; whatever falls due on the way happens at its own moment, in order."""
        while (due := self.db.read(deadlines.next_due)) is not None and due <= to.timestamp():
            self.now = max(self.now, datetime.fromtimestamp(due, UTC))
            self.settle()
        self.now = to
        self.settle()

    def restart(self) -> None:
        """The process ends without a word and starts again on the same database."""
        self.db.close()
        self._open()

    def fork(self, folder: Path) -> Stage:
        """A copy of the world as it is now."""
        folder.mkdir()
        self.db.copy_to(folder / "rehearsal.db")
        copy = Stage(folder, self.kit, self.settings, self.now)
        copy._count = self._count
        return copy

    def settle(self) -> None:
        """Let the engine and the outbox work until nothing is left to do."""
        while self.engine.step():
            pass
        self._deliver()
        if failed := self.db.read(inbox.faults):
            raise BotError(f"the engine failed on a turn: {failed[0]}")

    def close(self) -> None:
        self.db.close()

    # --- what can be seen ------------------------------------------------------------------------------------------

    def offered(self, buyer: str) -> tuple[Button, ...]:
        lines = self.db.read(lambda conn: conversations.transcript(conn, chat_of(buyer)))
        return next((m.buttons for m in reversed(lines) if m.author == "bot"), ())

    def cases(self, buyer: str) -> list[Case]:
        def read(conn: Connection) -> list[Case]:
            linked = conversations.load(conn, chat_of(buyer))[0]
            return cases.cases_of(conn, chat_of(buyer), linked)

        return self.db.read(read)

    def live(self, buyer: str) -> handoff.Entry | None:
        return self.db.read(lambda conn: handoff.live(conn, chat_of(buyer)))

    def state(self, buyer: str) -> State:
        return self.db.read(lambda conn: State.from_json(conversations.load(conn, chat_of(buyer))[2]))

    def timers(self, buyer: str) -> dict[str, datetime]:
        running = self.db.read(lambda conn: deadlines.running(conn, chat_of(buyer)))
        return {name: due for (_, name), due in running.items()}

    def packet(self, buyer: str) -> str:
        """The takeover packet as the desk shows it, in both languages."""
        view = self.db.read(lambda conn: queries.chat_view(conn, chat_of(buyer)))
        assert view is not None
        return "\n".join(
            line for lang in LANGS for line in packet(view, self.now, self.kit.zone, lang).lines()
        )

    def alerts(self, after: float) -> list[str]:
        found = self.db.read(lambda conn: handoff.alerts(conn, after))
        return [words[lang] for _, _, words in found for lang in ("zh", "en")]

    def order_owner(self, order_id: str) -> str | None:
        order = self.db.read(lambda conn: orders.read_order(conn, order_id))
        return order.buyer if order else None

    # --- small things ----------------------------------------------------------------------------------------------

    @property
    def _epoch(self) -> float:
        return self.now.timestamp()

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _put(self, events: Sequence[Incoming]) -> None:
        self.db.write(lambda conn: inbox.put(conn, events, self._epoch, AT_ONCE))
        self.settle()

    def _photo(self, chat: str, name: str) -> Attachment:
        data = _png(name)
        file = Attachment(f"{chat}-{self._next()}", name, "image/png", len(data))
        self.db.write(lambda conn: conversations.store_attachment(conn, chat, file, data, self._epoch))
        return file

    def _deliver(self) -> None:
        """Claim and book like the sender does; what was sent is kept for the expectations."""

        def claim(conn: Connection) -> list[outbox.Job]:
            jobs = outbox.claim(conn, "rehearsal", self._epoch, 8, ["rehearsal"])
            outbox.book(conn, [outbox.Booking(job) for job in jobs], self._epoch, "rehearsal")
            return jobs

        while jobs := self.db.write(claim):
            for job in jobs:
                message = Outgoing.from_json(job.payload)
                self.sent.append(message)
                self.log.append((message.chat.split(":")[1], message.name or message.author, message.text))


def chat_of(buyer: str) -> str:
    return f"rehearsal:{buyer}"


def _png(name: str) -> bytes:
    """A tiny picture whose content depends on its name, so that two photos are two photos."""
    shade = zlib.crc32(name.encode()) & 0xFF
    raw = zlib.compress(bytes([0, shade, shade, shade]))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", raw) + chunk(b"IEND", b"")
