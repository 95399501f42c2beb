"""A photo from an agent to a buyer: its bytes are fetched first, by a job of the outbox, and then it is a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from sqlalchemy import Connection

from bot.channels.telegram_desk.why import why_not
from bot.channels.telegram_desk.words import Say
from bot.handoff.rules import Rules
from bot.messages import Attachment
from bot.photos import MB
from bot.store import agent_lines, chat_acts, conversations, desk, outbox
from bot.store.agent_lines import Line, Words
from bot.store.desk import PhotoState
from bot.store.messengers import Link

FORMATS = ("image/jpeg", "image/png", "image/gif", "image/webp")
MOST_BYTES = 10 * MB  # what Telegram takes as a photo


def fetch(
    conn: Connection, link: Link, remote: str, chat: str, photo: Attachment, text: str, now: float
) -> None:
    """Asks for the bytes. `remote` is the agent's message; a file may be a buyer's, too, so its id is ours."""
    mine = replace(photo, id=f"{link.address}-{remote}")
    if conversations.expect_attachment(conn, link.address, mine, now):
        job = {
            "key": f"fetch:{mine.id}",
            "kind": "fetch",
            "lane": f"fetch:{mine.id}",
            "payload": asdict(mine),
        }
        outbox.add(conn, link.address, [job])
    data = {"photo": asdict(mine), "text": text}
    agent_lines.heard(conn, link.address, remote, chat, now, what="photo", data=data, pending=True)


def steps(conn: Connection, link: Link, now: float, rules: Rules) -> Iterator[Callable[[Connection], None]]:
    """Those whose bytes are here, or never will be."""
    waiting = agent_lines.open_lines(conn, link.address, "photo")
    states = desk.photo_states(conn, link.address) if waiting else {}
    for line in waiting:
        state = states.get(line.data["photo"]["id"])
        if state and (state.here or state.error):
            yield _sender(link, line, state, now, rules)


def _sender(
    link: Link, line: Line, state: PhotoState, now: float, rules: Rules
) -> Callable[[Connection], None]:
    def send(conn: Connection) -> None:
        if agent_lines.close(conn, line) and (no := _send(conn, link, line, state, now, rules)):
            agent_lines.say(conn, link.address, Words(no), now, chat=line.chat)

    return send


def _send(
    conn: Connection, link: Link, line: Line, state: PhotoState, now: float, rules: Rules
) -> str | None:
    """Why it was not sent, in the agent's words."""
    say, photo = Say(link.lang), state.attachment
    if state.error:
        return say("photo_refused", why=state.error)
    if photo.mime not in FORMATS or photo.size > MOST_BYTES:
        return say("photo_refused", why=say("photo_format"))
    if no := chat_acts.not_theirs(conn, line.chat, link.agent.name):  # it stays the agent's own
        return why_not(conn, no, line.chat, say, "not_yours")
    conversations.give_attachment(conn, photo.id, line.chat)
    no = chat_acts.act(
        conn, line.chat, link.agent.name, photo.id, "reply", now, rules,
        text=str(line.data["text"]), photos=[photo],
    )  # fmt: skip
    return why_not(conn, no, line.chat, say, "not_yours") if no else None
