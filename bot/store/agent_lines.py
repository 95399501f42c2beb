"""What stands in an agent's private chat: each message with the buyer's chat it is about, and which chats are followed.

What is written goes out as outbox rows of that chat, in its own lane and order. Times are UTC epoch seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from bot.messages import Author, Button, Outgoing
from bot.store import outbox as out
from bot.store.db import insert
from bot.store.tables import agent_line, agent_watch, chat, outbox

PRESS = "desk"  # a button's value is "desk:<line>:<what it does>"
RECENT = 5000  # outbox rows that are looked through for the message an agent answers
OWN = ("mine", "photo", "did")  # lines of what the agent wrote or did themselves
NOTICE = "notice"
STILL_THE_SAME = (
    12 * 3600.0
)  # seconds without a line of a chat, after which nobody knows what words are about


@dataclass(frozen=True)
class Line:
    """A message there. `chat` is the buyer's, empty where it is about none."""

    address: str
    n: int
    chat: str
    what: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Watch:
    """A followed chat: `lease` and `place` are those it was shown with, `seen` the last message shown."""

    chat: str
    lease: int
    place: int
    seen: int


@dataclass(frozen=True)
class Words:
    """What a message reads. `does` are its buttons, (label, what it does); `files` are ids of attachments."""

    text: str
    does: Sequence[tuple[str, str]] = ()
    files: Sequence[str] = ()
    silent: bool = False
    anyone: bool = False  # for whoever reads this chat, linked or not


def say(
    conn: Connection,
    address: str,
    words: Words,
    now: float,
    *,
    chat: str = "",
    what: str = "said",
    data: Mapping[str, Any] | None = None,
    pending: bool = False,
) -> int:
    """A message of ours; returns its number. `pending`: something is still to become of it."""
    n = _number(conn, address)
    line = Line(address, n, chat, what, data or {})
    _keep(conn, line, now, pending=pending)
    message = _outgoing(line, words, f"m{n}")
    out.add(conn, address, [{"key": message.key, "kind": "send", "payload": message.as_json()}])
    return n


def change(conn: Connection, line: Line, words: Words, *, pending: bool = False) -> None:
    """Our message reads so from now on."""
    bump = update(chat).where(chat.c.chat == line.address).values(rev_seq=chat.c.rev_seq + 1)
    rev = conn.execute(bump.returning(chat.c.rev_seq)).scalar_one()
    out.add_edit(conn, _outgoing(line, words, f"e{line.n}:{rev}"))
    mine = (agent_line.c.address == line.address, agent_line.c.n == line.n)
    conn.execute(update(agent_line).where(*mine).values(data=dict(line.data), open=int(pending)))


def heard(
    conn: Connection, address: str, remote: str, chat: str, now: float, *, what: str, data: Mapping[str, Any],
    pending: bool = False,
) -> None:  # fmt: skip
    """A message of the agent's own, which the messenger calls `remote`."""
    line = Line(address, _number(conn, address), chat, what, data)
    _keep(conn, line, now, pending=pending, remote=remote)


def did(conn: Connection, address: str, chat: str, now: float) -> None:
    """The agent turned to this chat, by a button."""
    _keep(conn, Line(address, _number(conn, address), chat, "did", {}), now, pending=False)


def remember(conn: Connection, line: Line) -> None:
    """What is kept of the line is this from now on."""
    mine = (agent_line.c.address == line.address, agent_line.c.n == line.n)
    conn.execute(update(agent_line).where(*mine).values(data=dict(line.data)))


def close(conn: Connection, line: Line) -> bool:
    """Nothing more becomes of it. False where that is so already: somebody else did it."""
    mine = (agent_line.c.address == line.address, agent_line.c.n == line.n, agent_line.c.open == 1)
    return conn.execute(update(agent_line).where(*mine).values(open=0)).rowcount > 0


def line(conn: Connection, address: str, n: int) -> Line | None:
    row = conn.execute(select(agent_line).where(agent_line.c.address == address, agent_line.c.n == n)).first()
    return _line(row) if row else None


def open_lines(conn: Connection, address: str, what: str) -> list[Line]:
    c = agent_line.c
    where = (c.address == address, c.open == 1, c.what == what)
    return [_line(r) for r in conn.execute(select(agent_line).where(*where).order_by(c.n))]


def of_remote(conn: Connection, address: str, remote: str) -> Line | None:
    """The line that the messenger calls `remote`: ours by what was booked for it, the agent's own by its number."""
    c = agent_line.c
    own = conn.execute(select(agent_line).where(c.address == address, c.remote == remote)).first()
    if own:
        return _line(own)
    o = outbox.c
    sent = conn.execute(select(chat.c.out_seq).where(chat.c.chat == address)).scalar() or 0
    named = or_(
        o.remote_id == remote,
        o.remote_id.like(f"{remote},%"),
        o.remote_id.like(f"%,{remote}"),
        o.remote_id.like(f"%,{remote},%"),
    )
    where = (o.chat == address, o.n > sent - RECENT, o.done_at.is_not(None), named)
    key = conn.execute(select(o.key).where(*where).order_by(o.n.desc()).limit(1)).scalar()
    return line(conn, address, int(key[1:].partition(":")[0])) if key else None


def current(conn: Connection, address: str, now: float) -> str | None:
    """The chat that words without a name are about: the one the agent wrote or turned to last.

    None where something of another chat was shown since, for the words may be an answer to that. What waits for
    anybody does not count. Where the agent did nothing yet: the only chat of which anything was shown.
    """
    c = agent_line.c
    lately = (c.address == address, c.chat != "", c.what != NOTICE, c.at > now - STILL_THE_SAME)
    shown: set[str] = set()
    for r in conn.execute(select(c.chat, c.what).where(*lately).order_by(c.n.desc()).limit(200)):
        shown.add(r.chat)
        if len(shown) > 1:
            return None
        if r.what in OWN:
            break
    return next(iter(shown), None)


def same_since(conn: Connection, line: Line) -> int:
    """How many replies that read the same the agent sent to that chat after this one."""
    c = agent_line.c
    later = (c.address == line.address, c.chat == line.chat, c.what == "mine", c.n > line.n)
    rows = conn.execute(select(c.data).where(*later)).scalars()
    return sum(dict(data) == dict(line.data) for data in rows)


def alerted(conn: Connection, address: str, since: float) -> set[tuple[str, str]]:
    """(chat, key) of the alerts that were told there since."""
    c = agent_line.c
    rows = conn.execute(select(c.chat, c.data).where(c.address == address, c.what == "alert", c.at > since))
    return {(r.chat, str(r.data["key"])) for r in rows}


# --- chats that are followed ------------------------------------------------------------------------------------------


def watches(conn: Connection, address: str) -> dict[str, Watch]:
    w = agent_watch.c
    rows = conn.execute(select(w.chat, w.lease, w.place, w.seen).where(w.address == address))
    return {r.chat: Watch(*r) for r in rows}


def follow(conn: Connection, address: str, watch: Watch) -> None:
    values = {"lease": watch.lease, "place": watch.place, "seen": watch.seen}
    row = insert(conn, agent_watch).values(address=address, chat=watch.chat, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["address", "chat"], set_=values))


def unfollow(conn: Connection, address: str, key: str) -> None:
    w = agent_watch.c
    conn.execute(delete(agent_watch).where(w.address == address, w.chat == key))


def _number(conn: Connection, address: str) -> int:
    conn.execute(insert(conn, chat).values(chat=address).on_conflict_do_nothing())
    bump = update(chat).where(chat.c.chat == address).values(msg_seq=chat.c.msg_seq + 1)
    return int(conn.execute(bump.returning(chat.c.msg_seq)).scalar_one())


def _keep(conn: Connection, line: Line, now: float, *, pending: bool, remote: str | None = None) -> None:
    row = {
        "address": line.address,
        "n": line.n,
        "chat": line.chat,
        "what": line.what,
        "data": dict(line.data),
    }
    conn.execute(agent_line.insert().values(**row, at=now, open=int(pending), remote=remote))


def _outgoing(line: Line, words: Words, key: str) -> Outgoing:
    buttons = tuple(Button(label, f"{PRESS}:{line.n}:{does}") for label, does in words.does)
    author: Author = "system" if words.anyone else "bot"
    return Outgoing(
        line.address,
        line.n,
        key,
        words.text,
        author,
        buttons=buttons,
        attachments=tuple(words.files),
        silent=words.silent,
    )


def _line(r: Any) -> Line:
    return Line(r.address, r.n, r.chat, r.what, r.data)
