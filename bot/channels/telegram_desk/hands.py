"""What an agent does in their private chat: one event, one transaction, with the mark that it was done.

A message is a reply or a note, a button or a command an act; each goes through the same door of the store as the web
desk's. Words never go to a buyer by guess: where it is not certain which chat they are for, it is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bot.channels.telegram_desk import commands, own_photos, presses
from bot.channels.telegram_desk.why import called, why_not
from bot.channels.telegram_desk.words import Say
from bot.channels.telegram_desk.wrote import Wrote, act_key
from bot.handoff.lease import Not
from bot.handoff.rules import Rules
from bot.messages import Incoming
from bot.store import agent_lines, chat_acts, conversations, handoff, messengers
from bot.store.agent_lines import Line, Words
from bot.store.messengers import Link

LISTED = 10  # chats of a list, each with a button


class Hands:
    """One event of one agent; `link` is read under the chat's lock. `own` is where they would be a buyer themselves."""

    def __init__(self, conn: Connection, link: Link, now: float, rules: Rules) -> None:
        self.conn, self.link, self.now, self.rules = conn, link, now, rules
        self.say, self.name, self.own = Say(link.lang), link.agent.name, link.own_chat

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
        """`what` "ask": something is still to become of it."""
        pending = what == "ask"
        agent_lines.say(
            self.conn, self.link.address, words, self.now, chat=chat, what=what, data=data, pending=pending
        )

    def who(self, chat: str) -> str:
        return called(self.conn, chat, self.say)

    # --- which chat --------------------------------------------------------------------------------------------------

    def held(self) -> list[str]:
        return [e.chat for e in handoff.held_by(self.conn, self.name)]

    def answered(self, event: Incoming) -> Line | None:
        """The line it replies to, in Telegram's sense."""
        remote = event.data.get("reply_to")
        return agent_lines.of_remote(self.conn, self.link.address, str(remote)) if remote else None

    def meant(self, event: Incoming) -> str | None:
        """The chat that is replied to, else the current one; None where that is not certain."""
        answered = self.answered(event)
        if answered and answered.chat:
            return answered.chat
        if "reply_to" in event.data:  # to something that is about no chat, or too old to be known
            return None
        return agent_lines.current(self.conn, self.link.address, self.now)

    def waits(self, chat: str | None) -> bool:
        """Whether anybody may take it; not the agent's own, where they asked as a buyer."""
        entry = handoff.live(self.conn, chat) if chat and chat != self.own else None
        return entry is not None and entry.agent is None

    def claim(self, chat: str) -> bool:
        """False where it was not done; why is said. What follows, the mirror shows."""
        if chat == self.own:
            self.tell("own_chat", chat)
            return False
        if no := chat_acts.claim(self.conn, chat, self.name, self.now, self.rules):
            left = self.say("left_queue", who=self.who(chat))
            self.answer(Words(left if no.why == "not_queued" else self.why_not(no, chat)), chat)
            return False
        agent_lines.did(self.conn, self.link.address, chat, self.now)
        return True

    def why_not(self, no: Not, chat: str, key: str = "not_done") -> str:
        return why_not(self.conn, no, chat, self.say, key)

    # --- words -------------------------------------------------------------------------------------------------------

    def _message(self, event: Incoming) -> None:
        command = str(event.data.get("command", ""))
        photo = event.attachments[0] if event.attachments else None
        if photo and not photo.mime.startswith("image/"):
            self.tell("cannot_send")
        elif photo and event.text.startswith("/"):  # "/note …" below a photo was never meant for a buyer
            self.tell("photo_command")
        elif command:
            commands.do(self, command, str(event.data.get("words", "")), event)
        else:
            remote = str(event.data["message_id"])
            self.deliver_or_ask(Wrote(act_key(event), remote, event.text, photo=photo), event)

    def deliver_or_ask(self, wrote: Wrote, event: Incoming) -> None:
        """To the chat that is replied to, else to the current one; where that is not certain, it is asked."""
        answered = self.answered(event)
        named = answered.chat if answered else ""
        if self.link.note_chat:
            # They were promised that only colleagues see what they write next, and it is so whatever it replies to.
            self.deliver(replace(wrote, note=True), named or self.link.note_chat)
            return
        if named:
            self.deliver(wrote, named)
            return
        held, chat = self.held(), self.meant(event)
        if chat in held:
            if self.deliver(wrote, chat) and len(held) > 1 and not wrote.note:
                self._where_it_went(wrote, chat)
        elif held or self.waits(chat):
            self._ask(wrote, held[:LISTED], chat)
        else:
            self.tell("no_chat")

    def _where_it_went(self, wrote: Wrote, chat: str) -> None:
        does = [] if wrote.photo else [(self.say("take_back"), "take_back")]
        words = Words(self.say("goes_to", who=self.who(chat)), does, silent=True)
        self.answer(words, chat, what="sent", data={"text": wrote.text.strip()})

    def _ask(self, wrote: Wrote, chats: list[str], left: str | None) -> None:
        """`left` is the chat they were at; where it waits again, it may be taken once more."""
        does = [(self.who(chat), f"to:{i}") for i, chat in enumerate(chats)]
        if left is not None and self.waits(left):
            does.append((self.say("take_and_send_to", who=self.who(left)), f"take:{len(chats)}"))
            chats = [*chats, left]
        title = self.say("which_note" if wrote.note else "which")
        words = Words(title, [*does, (self.say("cancel"), "cancel")])
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
            self._refuse(wrote, chat, no)
            return False
        data = {"do": do, "text": wrote.text.strip()}
        agent_lines.heard(self.conn, self.link.address, wrote.remote, chat, self.now, what="mine", data=data)
        if wrote.note:
            self.tell("note_kept", chat, who=self.who(chat))
        return True

    def deliver_asked(self, wrote: dict[str, Any], chat: str) -> bool:
        """What was kept until they said which chat it is for."""
        return self.deliver(Wrote.from_json(wrote), chat)

    def _refuse(self, wrote: Wrote, chat: str, no: Not) -> None:
        """What they wrote is kept: where nobody has the chat, one press takes it and sends."""
        text = self.why_not(no, chat, "not_yours")
        if not self.waits(chat):
            self.answer(Words(text), chat)
            return
        does = [(self.say("take_and_send"), "take:0"), (self.say("cancel"), "cancel")]
        self.answer(Words(text, does), chat, what="ask", data={"chats": [chat], "wrote": wrote.as_json()})

    def _send_photo(self, wrote: Wrote, chat: str) -> bool:
        if wrote.note or wrote.photo is None:
            self.tell("note_words_only", chat)
            return False
        if no := chat_acts.not_theirs(self.conn, chat, self.name):
            self._refuse(wrote, chat, no)
            return False
        own_photos.fetch(self.conn, self.link, wrote.remote, chat, wrote.photo, wrote.text, self.now)
        return True

    # --- changed words -----------------------------------------------------------------------------------------------

    def _edit(self, event: Incoming) -> None:
        """What they wrote to a buyer reads so there, too, while they have the chat."""
        remote, text = str(event.data["edited"]), event.text.strip()
        if self._still_asked(remote, text):
            return
        line = agent_lines.of_remote(self.conn, self.link.address, remote)
        if line is None or line.data.get("do") != "reply" or not text:
            self.tell("cannot_edit")
            return
        n = sent_as(self.conn, line, str(line.data["text"]))
        if n is None or chat_acts.reword(self.conn, line.chat, n, self.name, text, self.now):
            self.tell("cannot_edit", line.chat)
            return
        agent_lines.remember(self.conn, replace(line, data={**line.data, "text": text}))
        self.tell("edited", line.chat, who=self.who(line.chat))

    def _still_asked(self, remote: str, text: str) -> bool:
        """Words that wait for the chat they are for go out as they read now."""
        for asked in agent_lines.open_lines(self.conn, self.link.address, "ask"):
            wrote = asked.data["wrote"]
            if wrote["remote"] == remote and text:
                said = text.partition(" ")[2].strip() if wrote["note"] and text.startswith("/note") else text
                kept = {**asked.data, "wrote": {**wrote, "text": said or wrote["text"]}}
                agent_lines.remember(self.conn, replace(asked, data=kept))
                return True
        return False


def sent_as(conn: Connection, line: Line, text: str) -> int | None:
    """The number of the message to the buyer that this reply became; None while it has become none."""
    return conversations.latest_of(conn, line.chat, "agent", text, agent_lines.same_since(conn, line))
