"""What an agent does in their private chat, done in the transaction that stores the messenger's cursor.

A message is a reply or a note, a button an act; each goes through the same door of the store as the web desk's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection

from bot.channels.telegram_desk import look, own_photos, presses
from bot.channels.telegram_desk.why import called, why_not
from bot.channels.telegram_desk.words import Say
from bot.handoff.rules import Rules
from bot.messages import Attachment, Incoming
from bot.store import agent_lines, chat_acts, clocks, conversations, handoff, messengers
from bot.store.agent_lines import Line, Words
from bot.store.messengers import Link

LISTED = 10  # chats of a list, each with a button


@dataclass(frozen=True)
class Wrote:
    """Something for a buyer or, with `note`, for colleagues. `remote` is the agent's message."""

    key: str
    remote: str
    text: str
    note: bool = False
    photo: Attachment | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Wrote:
        photo = row.get("photo")
        return cls(**{**row, "photo": Attachment(**photo) if photo else None})


class Hands:
    """One event of one agent; `link` is read under the chat's lock."""

    def __init__(self, conn: Connection, link: Link, now: float, rules: Rules) -> None:
        self.conn, self.link, self.now, self.rules = conn, link, now, rules
        self.say, self.name = Say(link.lang), link.agent.name

    def handle(self, event: Incoming) -> None:
        if event.kind == "button":
            presses.press(self, event.button or "", act_key(event))
        elif event.kind == "start":
            self.tell("help")
        elif event.kind == "edit":
            self._edit(event)
        elif event.kind == "unsupported":
            self.tell("cannot_send")
        elif event.kind == "message":
            self._message(event)

    def tell(self, key: str, chat: str = "", **data: object) -> None:
        self.answer(Words(self.say(key, **data)), chat)

    def answer(
        self, words: Words, chat: str = "", what: str = "said", data: dict[str, Any] | None = None
    ) -> None:
        agent_lines.say(
            self.conn,
            self.link.address,
            words,
            self.now,
            chat=chat,
            what=what,
            data=data,
            pending=what == "ask",
        )

    # --- words -------------------------------------------------------------------------------------------------------

    def _message(self, event: Incoming) -> None:
        command = str(event.data.get("command", ""))
        photo = event.attachments[0] if event.attachments else None
        if photo and not photo.mime.startswith("image/"):
            self.tell("cannot_send")
        elif command and not photo:
            self._command(command, str(event.data.get("words", "")), event)
        else:
            remote = str(event.data["message_id"])
            self._deliver_or_ask(Wrote(act_key(event), remote, event.text, photo=photo), event)

    def _command(self, command: str, words: str, event: Incoming) -> None:
        if command == "/queue":
            self._queue()
        elif command == "/mine":
            self._mine()
        elif command == "/help":
            self.tell("help")
        elif command == "/note" and words:
            note = Wrote(act_key(event), str(event.data["message_id"]), words, note=True)
            self._deliver_or_ask(note, event)
        else:  # never to a buyer: it was meant for us
            self.tell("empty_note" if command == "/note" else "unknown_command")

    def _deliver_or_ask(self, wrote: Wrote, event: Incoming) -> None:
        """To the chat that is replied to, else to the only one; which of several is asked."""
        answered = self._answered(event)
        if self.link.note_chat:
            # They were promised that only colleagues see what they write next, and it is so whatever it replies to.
            chat = answered.chat if answered and answered.chat else self.link.note_chat
            self.deliver(replace(wrote, note=True), chat)
            return
        if answered and answered.chat:
            self.deliver(wrote, answered.chat)
            return
        held = [e.chat for e in handoff.held_by(self.conn, self.name)]
        if not held:
            self.tell("no_chat")
        elif len(held) == 1 and "reply_to" not in event.data:
            self.deliver(wrote, held[0])
        else:
            self._ask(wrote, held[:LISTED])

    def _answered(self, event: Incoming) -> Line | None:
        remote = event.data.get("reply_to")
        return agent_lines.of_remote(self.conn, self.link.address, str(remote)) if remote else None

    def _ask(self, wrote: Wrote, chats: list[str]) -> None:
        does = [(called(self.conn, chat, self.say), f"to:{i}") for i, chat in enumerate(chats)]
        words = Words(
            self.say("which_note" if wrote.note else "which"), [*does, (self.say("cancel"), "cancel")]
        )
        self.answer(words, what="ask", data={"chats": chats, "wrote": wrote.as_json()})

    def deliver(self, wrote: Wrote, chat: str) -> bool:
        """False where it was not done; why is said."""
        if wrote.note:
            messengers.note(self.conn, self.link.address, note_chat=None)
        if wrote.photo:
            return self._send_photo(wrote, chat)
        do = "note" if wrote.note else "reply"
        no = chat_acts.act(self.conn, chat, self.name, wrote.key, do, self.now, self.rules, text=wrote.text)
        if no:
            self.answer(Words(why_not(self.conn, no, chat, self.say, "not_yours")), chat)
            return False
        data = {"do": do, "text": wrote.text.strip()}
        agent_lines.heard(self.conn, self.link.address, wrote.remote, chat, self.now, what="mine", data=data)
        if wrote.note:
            self.tell("note_kept", chat, who=called(self.conn, chat, self.say))
        return True

    def deliver_asked(self, wrote: dict[str, Any], chat: str) -> bool:
        """What was kept until they said which chat it is for."""
        return self.deliver(Wrote.from_json(wrote), chat)

    def _send_photo(self, wrote: Wrote, chat: str) -> bool:
        if wrote.note or wrote.photo is None:
            self.tell("note_words_only", chat)
            return False
        if no := chat_acts.not_theirs(self.conn, chat, self.name):
            self.answer(Words(why_not(self.conn, no, chat, self.say, "not_yours")), chat)
            return False
        own_photos.fetch(self.conn, self.link, wrote.remote, chat, wrote.photo, wrote.text, self.now)
        return True

    def _edit(self, event: Incoming) -> None:
        """What they wrote to a buyer reads so there, too, while they have the chat."""
        line = agent_lines.of_remote(self.conn, self.link.address, str(event.data["edited"]))
        if line is None or line.data.get("do") != "reply" or not event.text.strip():
            self.tell("cannot_edit")
            return
        n = conversations.latest_of(self.conn, line.chat, "agent", str(line.data["text"]))
        text = event.text.strip()
        if n is None or chat_acts.reword(self.conn, line.chat, n, self.name, text, self.now):
            self.tell("cannot_edit", line.chat)
            return
        agent_lines.remember(self.conn, replace(line, data={**line.data, "text": text}))
        self.tell("edited", line.chat, who=called(self.conn, line.chat, self.say))

    # --- lists -------------------------------------------------------------------------------------------------------

    def _queue(self) -> None:
        waiting = handoff.waiting(self.conn, self.now)
        if not waiting:
            self.tell("none_waiting")
            return
        rows, names = [], {e.chat: conversations.load(self.conn, e.chat)[1] for e in waiting[:LISTED]}
        for entry in waiting[:LISTED]:
            rows.append(look.row(entry, names[entry.chat], clocks.instant(self.now), self.say))
        title = self.say("waiting", n=len(waiting))
        does = [(f"{self.say('claim')} {i}", f"claim:{i - 1}") for i in range(1, len(rows) + 1)]
        words = Words(f"{title}\n{look.numbered(rows)}", does)
        self.answer(words, what="list", data={"chats": list(names)})

    def _mine(self) -> None:
        held = handoff.held_by(self.conn, self.name)
        if not held:
            self.tell("none_mine")
            return
        chats = [e.chat for e in held[:LISTED]]
        does = [(called(self.conn, chat, self.say), f"show:{i}") for i, chat in enumerate(chats)]
        self.answer(Words(self.say("mine", n=len(held)), does), what="list", data={"chats": chats})


def act_key(event: Incoming) -> str:
    """Names the act in the inbox of the buyer's chat: an update that is delivered twice is one."""
    return f"telegram-{event.key}"
