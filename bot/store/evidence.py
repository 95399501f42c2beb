"""Evidence as rows: which files came together, what each is to show, and all that is on record of one case.

The bytes themselves are `conversations`' part, hanging a file on a case that of `cases`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.cases.case import Case, Entry
from bot.cases.order import Order
from bot.messages import Incoming
from bot.store import cases, conversations, orders, queries
from bot.store.conversations import Message
from bot.store.tables import attachment, chat, evidence

# A complaint is voiced before it is filed. What a buyer said long before, or after it was settled, is another matter
# and nobody's business where this one is judged.
BEFORE = timedelta(hours=24)
AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Exhibit:
    """A file that hangs on a case. `at` is when we received it; `sha256` None means that its bytes are not here.

    `place` is its number within `album`, from 1 on; `kind` the item of the checklist that it fills, where it is known.
    """

    id: str
    chat: str
    name: str
    mime: str
    size: int
    sha256: str | None
    error: str | None
    at: datetime
    album: str | None
    place: int
    caption: str
    kind: str | None


@dataclass(frozen=True)
class Record:
    """All that is on record of one case; `messages` from all conversations it was spoken of in, without notes."""

    case: Case
    name: str  # what the messenger calls the buyer
    order: Order | None
    timeline: tuple[Entry, ...]
    messages: tuple[Message, ...]
    exhibits: tuple[Exhibit, ...]
    staff: dict[str, str]  # agent's account → how buyers see them


def keep_together(conn: Connection, event: Incoming) -> None:
    """Number the files of a message within their album; its words are the caption of the first of them.

    A file that comes a second time keeps the place it had: evidence is what was sent first.
    """
    album = event.album or (event.key if len(event.attachments) > 1 else None)
    a = attachment.c
    there = select(func.count()).where(a.chat == event.chat, a.album == album) if album else None
    first = conn.execute(there).scalar_one() if there is not None else 0
    for n, file in enumerate(event.attachments):
        caption = event.text if n == 0 else ""
        where = (a.id == file.id, a.chat == event.chat, a.place == 0)
        conn.execute(
            update(attachment).where(*where).values(album=album, place=first + n + 1, caption=caption)
        )


def exhibits_of(conn: Connection, case_id: str) -> list[Exhibit]:
    """In the order they were hung on the case, an album's together and in its own order."""
    a = attachment.c
    said = (a.sha256, a.error, a.at, a.album, a.place, a.caption)
    query = (
        select(a.id, a.chat, a.name, a.mime, a.size, *said, evidence.c.kind)
        .join(evidence, evidence.c.attachment_id == a.id)
        .where(evidence.c.case_id == case_id)
        .order_by(evidence.c.at, func.coalesce(a.album, ""), a.place, a.at, a.id)
    )
    rows = conn.execute(query).mappings()
    return [Exhibit(**{**r, "at": datetime.fromtimestamp(r["at"], UTC)}) for r in rows]


def record_of(conn: Connection, case_id: str) -> Record | None:
    """None where there is no such case."""
    found = cases.read_case(conn, case_id)
    if found is None:
        return None
    exhibits = exhibits_of(conn, case_id)
    timeline = tuple(cases.timeline(conn, case_id))
    where = sorted({found.chat, *(e.chat for e in exhibits)})
    messages = [m for key in where for m in conversations.transcript(conn, key) if _about(m, found)]
    agents = {e.who.partition(":")[2] for e in timeline if e.who.startswith("agent:")}
    return Record(
        case=found,
        name=conn.execute(select(chat.c.name).where(chat.c.chat == found.chat)).scalar() or "",
        order=orders.read_order(conn, found.order_id) if found.order_id else None,
        timeline=timeline,
        messages=tuple(sorted(messages, key=lambda m: m.at)),
        exhibits=tuple(exhibits),
        staff={name: queries.display_name(conn, name) for name in sorted(agents)},
    )


def _about(message: Message, about: Case) -> bool:
    """Withdrawn words were taken back, and stay between the agent and the desk."""
    late = message.at > about.closed_at + AFTER if about.closed_at else False
    return message.at >= about.opened_at - BEFORE and not late and message.withdrawn_at is None
