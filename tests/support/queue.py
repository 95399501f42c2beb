"""A queue on a real database and a clock turned by hand; rings go where the engine takes them, without its dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.cases.hours import Hours
from bot.handoff.lease import Not
from bot.handoff.rules import Desk, Rules
from bot.messages import Incoming
from bot.store import agents, conversations, deadlines, desk, figures, handoff, owners, presence, rings
from bot.store.alerts import Alarm, alerts
from bot.store.conversations import Message
from bot.store.db import Database
from bot.store.tables import inbox

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)  # 14:00 in the shop's zone, a Tuesday
LIN, EMMA, ZHAO = "web:lin", "web:emma", "telegram:77001"


class Queue:
    """Two agents, mei and bo, and a lead, ann."""

    def __init__(self, db: Database, settings: Desk | None = None, hours: str = "09:00-22:00") -> None:
        self.db, self.now = db, START
        self.rules = Rules(settings or Desk(), Hours.parse(hours), ZONE)
        self._count = 0
        for name, display, role in (("mei", "小美", "agent"), ("bo", "阿波", "agent"), ("ann", "安", "lead")):
            self.db.write(lambda c, n=name, d=display, r=role: agents.add(c, n, d, r, self.at))  # type: ignore[misc]

    @property
    def at(self) -> float:
        return self.now.timestamp()

    # --- what happens ----------------------------------------------------------------------------------------------

    def ask(
        self, *chats: str, reasons: Sequence[str] = ("human",), score: int = 100, lang: str = "zh"
    ) -> None:
        """These buyers ask for a person, one after the other."""

        def write(conn: Connection) -> None:
            for chat in chats:
                conversations.identify(conn, chat, name=chat.split(":")[1])
                handoff.enqueue(conn, chat, reasons, score, lang, self.at, self.rules)

        self.db.write(write)

    def writes(self, chat: str = LIN) -> None:
        """The buyer says something, as the engine notes it."""
        self.db.write(lambda conn: handoff.buyer_wrote(conn, chat, self.at, self.rules))

    def claim(self, agent: str, chat: str = LIN) -> bool:
        return self.db.write(lambda conn: handoff.claim(conn, chat, agent, self.at, self.rules))

    def act(self, agent: str, do: str, text: str = "", chat: str = LIN, lease: int | None = None) -> bool:
        self._count += 1
        key, data = f"k{self._count}", {"do": do, "text": text}
        return self.db.write(
            lambda conn: handoff.act(conn, chat, agent, key, data, self.at, self.rules, lease)
        )

    def transfer(self, frm: str, chat: str = LIN, *, agent: str = "", skill: str = "") -> Not | None:
        return self.db.write(
            lambda conn: owners.transfer(conn, chat, frm, self.at, agent=agent, skill=skill, rules=self.rules)
        )

    def take_over(self, by: str, chat: str = LIN) -> Not | None:
        return self.db.write(lambda conn: owners.take_over(conn, chat, by, self.at, self.rules))

    def assign(self, to: str, by: str, chat: str = LIN) -> Not | None:
        return self.db.write(lambda conn: owners.assign(conn, chat, to, by, self.at, self.rules))

    def assign_waiting(self) -> list[str]:
        return self.db.write(lambda conn: owners.assign_waiting(conn, self.at, self.rules))

    def beat(self, *names: str) -> None:
        """The open desks of these agents are heard."""
        for name in names:
            self.db.write(lambda conn, n=name: owners.renew(conn, n, self.at, self.rules))  # type: ignore[misc]

    def types(self, agent: str, text: str, chat: str = LIN) -> None:
        """Something that is not sent yet."""
        self.db.write(lambda conn: desk.save_draft(conn, chat, agent, text, self.at))

    def wait(self, *, beats: Sequence[str] = (), **span: float) -> None:
        """The clock goes on; what falls due on the way rings at its moment. `beats`: whose desks stay open."""
        until = self.now + timedelta(**span)
        while self.now < until:
            self.now = min(self.now + timedelta(minutes=1), until) if beats else self._next_moment(until)
            self.beat(*beats)
            self.ring()
        self.ring()

    def _next_moment(self, until: datetime) -> datetime:
        due = self.db.read(deadlines.next_due)
        return min(until, max(self.now, datetime.fromtimestamp(due, UTC))) if due else until

    def ring(self) -> None:
        def one_round(conn: Connection) -> int:
            deadlines.fire_due(conn, self.at)
            rows = conn.execute(select(inbox).where(inbox.c.done_at.is_(None)).order_by(inbox.c.n)).all()
            for row in rows:
                event = Incoming.from_json(row.payload)
                if event.kind == "timer" and deadlines.still_rings(conn, event):
                    rings.ring(conn, row.chat, event.data, self.at, self.rules)
                mine = update(inbox).where(inbox.c.chat == row.chat, inbox.c.n == row.n)
                conn.execute(mine.values(done_at=self.at))
            return len(rows)

        while self.db.write(one_round):
            pass

    # --- what can be seen ------------------------------------------------------------------------------------------

    def live(self, chat: str = LIN) -> handoff.Entry:
        found = self.db.read(lambda conn: handoff.live(conn, chat))
        assert found is not None, f"{chat} is not in the queue"
        return found

    def gone(self, chat: str = LIN) -> bool:
        return self.db.read(lambda conn: handoff.live(conn, chat)) is None

    def owner(self, chat: str = LIN) -> str | None:
        return self.live(chat).agent

    def order(self, agent: str = "") -> list[str]:
        """The chats that wait, as this agent sees them."""

        def read(conn: Connection) -> list[str]:
            everyone = {a.name: a for a in presence.agents_now(conn, self.at, self.rules)}
            return [e.chat for e in handoff.waiting(conn, self.at, everyone.get(agent), self.rules)]

        return self.db.read(read)

    def clocks(self, chat: str = LIN) -> dict[str, datetime]:
        running = self.db.read(lambda conn: deadlines.running(conn, chat))
        return {name: due for (_, name), due in running.items()}

    def notes(self, chat: str = LIN) -> list[Message]:
        found = self.db.read(lambda conn: conversations.transcript(conn, chat, notes=True))
        return [m for m in found if m.author == "note"]

    def acts(self, chat: str = LIN) -> list[dict[str, Any]]:
        """What agents did, as it stands in the inbox, oldest first."""
        query = select(inbox.c.payload).where(inbox.c.chat == chat, inbox.c.source == "agent")
        rows = self.db.read(lambda conn: conn.execute(query.order_by(inbox.c.n)).scalars().all())
        return [{**row["data"], "name": row["name"]} for row in rows]

    def alarms(self, reader: str = "") -> list[Alarm]:
        def read(conn: Connection) -> list[Alarm]:
            return alerts(conn, 0, agents.find(conn, reader) if reader else None)

        return self.db.read(read)

    def figures(self) -> figures.Figures:
        return self.db.read(lambda conn: figures.figures(conn, START.timestamp() - 1, self.at))
