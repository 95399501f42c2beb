"""The stage a rehearsal is played on: the real store and engine on a temporary SQLite file, and a clock that stands.

How a buyer's words come in and answers go out is the wire's part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Entry, Status, case_number
from bot.cases.order import from_data
from bot.cases.timers import timers_of
from bot.config import Settings
from bot.dialogue.agent_case import CASE_ACTS
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.engine import Engine
from bot.errors import BotError
from bot.handoff.packet import packet
from bot.jobs import KINDS, Jobs
from bot.knowledge.types import LANGS
from bot.messages import Attachment, Button, Incoming, Outgoing
from bot.photos import Refused, examine
from bot.rehearse.wires import Moment, Wire, keep, wire_of
from bot.store import (
    agents,
    alerts,
    cases,
    conversations,
    deadlines,
    handoff,
    inbox,
    orders,
    outbox,
    owners,
    queries,
)
from bot.store.case_acts import act_on_case
from bot.store.db import Database
from bot.store.order_news import take_news

FILE = "rehearsal.db"
AT_ONCE = inbox.Settle(0, 0)  # the clock stands still in a turn, so a burst must not wait for it


class Stage:
    """One conversation's world. `sent` is all that buyers were sent since it was last cleared.

    `channel` is the one that everything passes through, `telegram` or `web`; without one nothing lies between.
    """

    def __init__(
        self, folder: Path, kit: Kit, settings: Settings, now: datetime, channel: str | None = None
    ) -> None:
        self.folder, self.kit, self.settings = folder, kit, settings
        self.now = now
        self._wire: Wire = wire_of(channel)
        self._buyers: dict[str, str] = {}  # conversation → whose it is
        self.sent: list[Outgoing] = []
        self.log: list[tuple[str, str, str]] = []  # (whose chat, who, what), for the transcript
        self._count = 0
        self._jobs = Jobs()  # nobody's money moves: a person pays
        self._open()

    def _open(self) -> None:
        file = self.folder / FILE
        if not file.exists():
            file.write_bytes(_migrated())
        self.db = Database(f"sqlite:///{file}")
        self.engine = Engine(self.db, lambda: self.now, lambda: self.kit)

    # --- setting the scene -----------------------------------------------------------------------------------------

    def add_orders(self, rows: Sequence[Mapping[str, Any]]) -> None:
        many = [from_data(row, self.kit.zone) for row in rows]
        self.db.write(lambda conn: orders.put_orders(conn, many, self._epoch))
        for buyer in {o.buyer for o in many if o.buyer}:
            self.link(buyer)

    def link(self, buyer: str) -> None:
        self._wire.link(buyer)
        self.db.write(lambda conn: conversations.identify(conn, self.chat_of(buyer), buyer))

    def chat_of(self, buyer: str) -> str:
        """The key of this buyer's conversation."""
        chat = self._wire.chat_of(buyer)
        self._buyers[chat] = buyer
        return chat

    def add_case(self, row: Mapping[str, Any], opened: datetime) -> None:
        """A case that exists already, with the clocks its status had started then."""
        order = self.db.read(lambda conn: orders.read_order(conn, str(row["order"])))
        if order is None:
            raise BotError(f"cases: order {row['order']} is not among the rehearsal's orders; add it")
        self.link(order.buyer)
        chat = self.chat_of(order.buyer)
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
            cases.save_case(conn, case, [Entry(number, 1, opened, "bot", "opened", None, status)])
            for name, due in timers_of(case, self.kit.policy, opened):
                deadlines.set_deadline(conn, chat, number, name, due)

        self.db.write(save)

    # --- what happens ----------------------------------------------------------------------------------------------

    def buyer_says(self, buyer: str, texts: Sequence[str], photos: Sequence[str]) -> None:
        self.log += [(buyer, buyer, t) for t in texts] + [(buyer, buyer, f"[{p}]") for p in photos]
        self.chat_of(buyer)
        self._put(self._wire.says(buyer, texts, photos, self._moment))

    def buyer_presses(self, buyer: str, button: Button) -> None:
        self.log.append((buyer, buyer, f"[{button.label}]"))
        self._put([self._wire.presses(buyer, button, self._moment)])

    def agent_acts(self, buyer: str, name: str, data: Mapping[str, Any]) -> None:
        """Raises BotError where the agent may not: somebody else has the chat, or nobody claimed it."""
        chat, act = self.chat_of(buyer), str(data["do"])
        self.log.append((buyer, f"agent {name}", f"{act} {data.get('text', '')}".strip()))

        def write(conn: Connection) -> bool:
            def know(who: str) -> None:
                if agents.find(conn, who) is None:
                    agents.add(conn, who, who, "agent", self._epoch)

            know(name)
            if act in CASE_ACTS:
                return act_on_case(conn, chat, name, str(self._next()), data, self._epoch, self.kit.rules)
            if act == "claim":
                return handoff.claim(conn, chat, name, self._epoch, self.kit.rules)
            if act == "transfer":
                know(to := str(data["to"]))
                return owners.transfer(conn, chat, name, self._epoch, agent=to, rules=self.kit.rules) is None
            return handoff.act(conn, chat, name, str(self._next()), dict(data), self._epoch, self.kit.rules)

        if not self.db.write(write):
            raise BotError(
                f"{name} cannot {act}: the chat is not {'free to claim' if act == 'claim' else 'theirs'}"
            )
        self.settle()

    def order_news(self, buyer: str, fields: Mapping[str, Any]) -> None:
        plain = {k: v.isoformat(" ") if isinstance(v, datetime) else v for k, v in fields.items()}
        news = [(str(plain.get("id", "")), plain)]
        self.db.write(lambda conn: take_news(conn, news, self._epoch, self.kit.zone))
        self.settle()

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
        self.db.copy_to(folder / FILE)
        copy = Stage(folder, self.kit, self.settings, self.now)
        copy._count, copy._wire, copy._buyers = self._count, self._wire.fork(), dict(self._buyers)
        return copy

    def settle(self) -> None:
        """Let the engine and the outbox work until nothing is left to do."""
        busy = True
        while busy:
            while self.engine.step():
                pass
            busy = self._deliver()
        if failed := self.db.read(inbox.faults):
            raise BotError(f"the engine failed on a turn: {failed[0]}")

    def close(self) -> None:
        self.db.close()
        self._wire.close()

    # --- what can be seen ------------------------------------------------------------------------------------------

    def offered(self, buyer: str) -> tuple[Button, ...]:
        lines = self.db.read(lambda conn: conversations.transcript(conn, self.chat_of(buyer)))
        return next((m.buttons for m in reversed(lines) if m.author == "bot"), ())

    def cases(self, buyer: str) -> list[Case]:
        def read(conn: Connection) -> list[Case]:
            linked = conversations.load(conn, self.chat_of(buyer))[0]
            return cases.cases_of(conn, self.chat_of(buyer), linked)

        return self.db.read(read)

    def live(self, buyer: str) -> handoff.Entry | None:
        return self.db.read(lambda conn: handoff.live(conn, self.chat_of(buyer)))

    def state(self, buyer: str) -> State:
        return self.db.read(lambda conn: State.from_json(conversations.load(conn, self.chat_of(buyer))[2]))

    def timers(self, buyer: str) -> dict[str, datetime]:
        running = self.db.read(lambda conn: deadlines.running(conn, self.chat_of(buyer)))
        return {name: due for (_, name), due in running.items()}

    def packet(self, buyer: str) -> str:
        """The takeover packet as the desk shows it, in both languages."""
        view = self.db.read(lambda conn: queries.chat_view(conn, self.chat_of(buyer)))
        assert view is not None
        return "\n".join(
            line for lang in LANGS for line in packet(view, self.now, self.kit.zone, lang).lines()
        )

    def alerts(self, after: float) -> list[str]:
        found = self.db.read(lambda conn: alerts.alerts(conn, after))
        return [a.text[lang] for a in found for lang in ("zh", "en")]

    def order_owner(self, order_id: str) -> str | None:
        order = self.db.read(lambda conn: orders.read_order(conn, order_id))
        return order.buyer if order else None

    # --- small things ----------------------------------------------------------------------------------------------

    @property
    def _epoch(self) -> float:
        return self.now.timestamp()

    @property
    def _moment(self) -> Moment:
        return Moment(self.db, self.now, self._next)

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _put(self, events: Sequence[Incoming]) -> None:
        self.db.write(lambda conn: inbox.put(conn, events, self._epoch, AT_ONCE))
        self.settle()

    def _deliver(self) -> bool:
        """Claim, do and book like the sender; what was sent is kept for the expectations. False: nothing was due."""
        name, at = self._wire.name, self._epoch
        jobs = self.db.write(lambda conn: outbox.claim(conn, "rehearsal", at, 8, [name]))
        if jobs:
            done = [self._done(job) for job in jobs]
            self.db.write(lambda conn: outbox.book(conn, done, at, "rehearsal"))
        return bool(jobs)

    def _done(self, job: outbox.Job) -> outbox.Booking:
        if job.kind in KINDS:
            return outbox.Booking(job, news=self._jobs.do(job))
        if job.kind == "fetch":
            self._fetch(job)
        if job.kind not in ("send", "edit"):
            return outbox.Booking(job)
        return outbox.Booking(job, remote_id=self._show(Outgoing.from_json(job.payload), job.kind == "edit"))

    def _show(self, message: Outgoing, changed: bool) -> str | None:
        """A message that changes in place is no message sent; it stands in the transcript only."""
        if changed:
            known = self.db.read(lambda conn: outbox.remote_id(conn, message.chat, message.n))
            shown, remote = self._wire.edit(message, known, self._moment)
        else:
            shown, remote = self._wire.send(message, self._moment)
            self.sent.append(shown)
        mark = "✎ " if changed else ""
        self.log.append((self._buyers[message.chat], message.name or message.author, mark + shown.text))
        return remote

    def _fetch(self, job: outbox.Job) -> None:
        file = Attachment(**job.payload)
        data = self._wire.fetch(file)
        mime = examine(data)
        if isinstance(mime, Refused):
            raise BotError(f"{file.name}: {mime.note}")
        keep(self._moment, job.chat, replace(file, mime=mime), data)


@cache
def _migrated() -> bytes:
    """A database of today's schema as a file. Made once: migrating takes longer than a conversation."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        db = Database(f"sqlite:///{path}")
        db.migrate()
        db.close()
        return path.read_bytes()
