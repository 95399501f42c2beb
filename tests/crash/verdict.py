"""What the tables and the messenger say after a crash test: lost, twice, out of order, sent again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from bot.store.tables import case, case_event, deadline, inbox, message, outbox
from tests.crash.load import BUYERS, EACH, chat_of, text_of
from tests.fakes.telegram_chat import Sent


@dataclass
class Verdict:
    """`lost`, `twice` and `out_of_order` say what exactly; `repeats` counts messages that were sent again."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # turns that raised
    repeats: int = 0
    replies: int = 0
    timers: int = 0

    def line(self, name: str, updates: int, redelivered: int, kills: int) -> str:
        return (
            f"crash test {name}: updates={updates} redelivered={redelivered} kills={kills} "
            f"lost={len(self.lost)} twice={len(self.twice)} out_of_order={len(self.out_of_order)} "
            f"replies={self.replies} repeated_sends={self.repeats} timers={self.timers}"
        )


def judge(conn: Connection, sent: Mapping[int, Sequence[Sent]]) -> Verdict:
    verdict = Verdict()
    _words(conn, verdict)
    _events(conn, verdict)
    _clocks(conn, verdict)
    _sends(conn, sent, verdict)
    return verdict


def undone(conn: Connection) -> int:
    """Rows that still wait for something, whichever table they stand in."""
    clocks = select(func.count()).where(
        deadline.c.closed_at.is_(None), deadline.c.name.startswith("buyer_ship_back")
    )
    ins = select(func.count()).where(inbox.c.done_at.is_(None))
    outs = select(func.count()).where(outbox.c.done_at.is_(None))
    return sum(conn.execute(query).scalar_one() for query in (clocks, ins, outs))


def _words(conn: Connection, verdict: Verdict) -> None:
    """Each buyer's lines stand in the transcript once each, in the order they were written.

    The transcript has no unique key on what was said, so a message handled twice stands in it twice.
    """
    said: dict[str, list[str]] = defaultdict(list)
    query = select(message.c.chat, message.c.text).where(message.c.author == "buyer")
    for row in conn.execute(query.order_by(message.c.chat, message.c.n)):
        said[row.chat].append(row.text)
    for buyer in range(1, BUYERS + 1):
        chat, wanted = chat_of(buyer), [text_of(buyer, i) for i in range(1, EACH + 1)]
        counts = Counter(said[chat])
        verdict.lost += [f"{chat}: {text}" for text in wanted if not counts[text]]
        verdict.twice += [f"{chat}: {text} ×{count}" for text, count in counts.items() if count > 1]
        if [text for text in said[chat] if counts[text] == 1] != [t for t in wanted if counts[t] == 1]:
            verdict.out_of_order.append(f"{chat}: {said[chat]}")


def _events(conn: Connection, verdict: Verdict) -> None:
    for row in conn.execute(select(inbox)):
        if row.done_at is None:
            verdict.lost.append(f"{row.chat}: event {row.source} {row.key} was never handled")
        if row.error:
            verdict.failed.append(f"{row.chat}: {row.error}")


def _clocks(conn: Connection, verdict: Verdict) -> None:
    """Each return was warned once and then timed out once."""
    ends = Counter(
        r.case_id for r in conn.execute(select(case_event.c.case_id).where(case_event.c.event == "timeout"))
    )
    warned: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    rows = conn.execute(
        select(inbox.c.chat, inbox.c.n, inbox.c.payload, inbox.c.done_at)
        .where(inbox.c.source == "timer")
        .order_by(inbox.c.chat, inbox.c.n)
    )
    for row in rows:
        ring = row.payload["data"]
        warned[ring["subject"]].append((row.done_at or 0.0, ring["due"], ring["name"]))
    for found in conn.execute(
        select(case.c.id, case.c.chat, case.c.status).where(case.c.order_id.is_not(None))
    ):
        rings = [name for _, _, name in warned[found.id]]
        lines = _lines_about(conn, found.chat, found.id)
        verdict.timers += len(rings)
        if found.status != "CLOSED_TIMEOUT" or not ends[found.id]:
            verdict.lost.append(f"{found.chat}: the end of {found.id}, which is {found.status}")
        # The end is always told. A warning that rang only after it, since nothing ran meanwhile, is not.
        end = max((due for _, due, _ in warned[found.id]), default=0.0)
        in_time = any(":" in name and handled < end for handled, _, name in warned[found.id])
        ended = any("已经自动关闭" in line or "has closed by itself" in line for line in lines)
        if not ended or (in_time and len(lines) < 2):
            verdict.lost.append(f"{found.chat}: {lines} are all words about its clocks")
        if ends[found.id] > 1 or len(set(rings)) != len(rings) or len(set(lines)) != len(lines):
            verdict.twice.append(f"{found.chat}: rang {rings}, said {lines}")
        if rings != sorted(rings, reverse=True):  # "…:warn24" rings before "…"
            verdict.out_of_order.append(f"{found.chat}: rang {rings}")


def _lines_about(conn: Connection, chat: str, number: str) -> list[str]:
    """What the buyer was told where only a clock speaks of the case: the sentence that names it."""
    query = select(message.c.text).where(
        message.c.chat == chat, message.c.author == "bot", message.c.text.contains(number)
    )
    return list(conn.execute(query.order_by(message.c.n)).scalars())


def _sends(conn: Connection, sent: Mapping[int, Sequence[Sent]], verdict: Verdict) -> None:
    """What the messenger took, against the outbox: everything, in order; a repeat only of the very next message."""
    rows = conn.execute(select(outbox).where(outbox.c.kind == "send").order_by(outbox.c.chat, outbox.c.n))
    by_chat: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_chat[row.chat].append(row)
        verdict.replies += 1
        if row.done_at is None or row.remote_id is None:
            verdict.lost.append(f"{row.chat}: message {row.n} was never sent: {row.error}")
    for buyer in range(1, BUYERS + 1):
        _compare(chat_of(buyer), by_chat[chat_of(buyer)], sent.get(buyer, ()), verdict)


def _compare(chat: str, rows: Iterable[Any], sent: Iterable[Sent], verdict: Verdict) -> None:
    waiting = [row for row in rows if row.remote_id]
    for one in sent:
        if waiting and str(one.message_id) == waiting[0].remote_id:
            if one.text.strip() != waiting[0].payload["text"].strip():
                verdict.out_of_order.append(f"{chat}: {one.text!r} in the place of {waiting[0].payload}")
            del waiting[0]
        elif waiting and one.text.strip() == waiting[0].payload["text"].strip():
            verdict.repeats += 1  # sent, killed before it was booked, sent again
        else:
            verdict.out_of_order.append(f"{chat}: sent {one.text[:40]!r}, not what was next")
    verdict.lost += [f"{chat}: message {row.n} is booked, the messenger has none" for row in waiting]
