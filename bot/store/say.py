"""What a conversation's reader is shown: messages said, changed and withdrawn, in the transcript and the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.dialogue.effects import Reply
from bot.messages import Author, Button, Outgoing
from bot.store import conversations, outbox
from bot.store.conversations import Message


def send(conn: Connection, chat: str, reply: Reply, at: float) -> int:
    """Into the transcript and the outbox, in the caller's transaction. Returns the message's number."""
    author: Author = reply.author  # type: ignore[assignment]
    n = conversations.add_message(
        conn,
        chat,
        author,
        reply.text,
        at,
        name=reply.name,
        buttons=reply.buttons,
        attachments=reply.attachments,
    )
    files = tuple(a.id for a in reply.attachments)
    message = Outgoing(chat, n, f"m{n}", reply.text, author, reply.name, reply.buttons, files)
    outbox.add(conn, chat, [{"key": message.key, "kind": "send", "payload": message.as_json()}])
    return n


def edit_message(
    conn: Connection, chat: str, n: int, text: str, at: float, buttons: Sequence[Button] | None = None
) -> bool:
    """The message reads so from now on, wherever it was sent; its buttons stay unless others are given.

    False where there is no such message (any more): nothing was changed. `at` is in UTC epoch seconds.
    """
    changed = conversations.change_message(conn, chat, n, text, at, buttons)
    if changed is None:
        return False
    outbox.add_edit(conn, _outgoing(chat, changed, f"e{n}:{changed.rev}"))
    return True


def withdraw_message(conn: Connection, chat: str, n: int, at: float) -> bool:
    """The message is taken from its readers; agents still see it. One that has not been sent yet never will be.

    False where there is no such message (any more). `at` is in UTC epoch seconds.
    """
    gone = conversations.take_back(conn, chat, n, at)
    if gone is None:
        return False
    if not outbox.cancel(conn, chat, n, at):
        row = {"key": f"w{n}", "kind": "withdraw", "payload": _outgoing(chat, gone, f"w{n}").as_json()}
        outbox.add(conn, chat, [row])
    return True


def _outgoing(chat: str, m: Message, key: str) -> Outgoing:
    files = tuple(a.id for a in m.attachments)
    return Outgoing(chat, m.n, key, m.text, m.author, m.name, m.buttons, files)  # type: ignore[arg-type]
