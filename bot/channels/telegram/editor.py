"""A message that is on Telegram already: its text and buttons changed in place, or the whole taken back.

Both may be done twice: what reads so already, or is gone already, is no fault.
"""

from __future__ import annotations

import logging

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.faults import UNCHANGED, translate
from bot.channels.telegram.sender import REMEMBERED, chat_id, keyboard_of, texts
from bot.channels.telegram.transport import Client
from bot.errors import MessageGoneError, UndeliverableError
from bot.messages import Outgoing

log = logging.getLogger(__name__)
NOTHING_HERE = "…"  # where a text has become shorter and Telegram does not take its old end away


class Editor:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._half_done: dict[
            tuple[str, str], list[int]
        ] = {}  # text pieces, new ones too, when a fault came between

    async def edit(self, message: Outgoing, remote: str | None) -> str:
        """The ids from now on: a text that has grown past a message's limit goes on in new ones.

        Raises as `Sender.send` does, and MessageGoneError.
        """
        which, old = (message.chat, message.key), _ids(remote)
        kept = len(old) - len(message.attachments)
        old, files = self._half_done.pop(which, old[:kept]), old[kept:]
        if not texts(message):
            raise UndeliverableError("there is nothing in the message to send")
        try:
            await self._rewrite(message, old)
        except TelegramError as fault:
            self._remember(which, old)
            raise translate(fault) from None
        return ",".join(map(str, old + files))

    async def _rewrite(self, message: Outgoing, ids: list[int]) -> None:
        """`ids` are the text pieces there are; in the end they are those there should be."""
        chat, new = chat_id(message.chat), texts(message)
        for i, text in enumerate(new):
            # With files the buttons are under the last of them, and stay there.
            last = i == len(new) - 1 and not message.attachments
            keyboard = keyboard_of(message.buttons) if last else None
            if i < len(ids):
                await self._change(chat, ids[i], text, keyboard)
            else:
                ids.append((await self._client.send_message(chat, text, reply_markup=keyboard)).message_id)
        while len(ids) > len(new):
            await self._drop_end(chat, ids[-1])
            ids.pop()

    def _remember(self, which: tuple[str, str], ids: list[int]) -> None:
        self._half_done[which] = ids
        while len(self._half_done) > REMEMBERED:
            del self._half_done[next(iter(self._half_done))]

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        """Raises MessageGoneError where Telegram refuses to: after 48 hours it keeps what was sent."""
        chat = chat_id(message.chat)
        try:
            for number in filter(None, _ids(remote) if remote else ()):
                try:
                    await self._client.delete_message(chat, number)
                except BadRequest as fault:
                    if "not found" not in fault.message.lower():
                        raise
        except TelegramError as fault:
            raise translate(fault) from None

    async def _change(self, chat: int, number: int, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        try:
            await self._client.edit_message_text(text, chat, number, reply_markup=keyboard)
        except BadRequest as fault:
            if UNCHANGED not in fault.message.lower():
                raise

    async def _drop_end(self, chat: int, number: int) -> None:
        try:
            await self._client.delete_message(chat, number)
        except BadRequest as fault:
            if "not found" in fault.message.lower():
                return
            log.info("the end of a message stays as a dot: %s", fault.message[:80])
            await self._change(chat, number, NOTHING_HERE, None)


def _ids(remote: str | None) -> list[int]:
    """Raises MessageGoneError where the message never arrived."""
    if not remote:
        raise MessageGoneError("the message never arrived at Telegram")
    return [int(number) for number in remote.split(",")]
