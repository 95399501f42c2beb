"""One `Outgoing` → Telegram messages: long text in pieces, then an agent's files, buttons on the last one.

Its id is that of all of them, `101,102,0`: text pieces first, a 0 for a file that was gone. Changes are in `editor`.
At least once: after a fault in the middle, the pieces that went out are not sent again as long as this
process lives; after a restart the whole message is. Text is plain: nothing in it can be taken for markup.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.faults import translate
from bot.channels.telegram.text import clean, pieces
from bot.channels.telegram.transport import Client
from bot.errors import UndeliverableError
from bot.messages import Button, Outgoing

log = logging.getLogger(__name__)
# An attachment's name, media type and bytes; None where they are gone.
LoadAttachment = Callable[[str], Awaitable[tuple[str, str, bytes] | None]]

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
PHOTO_LIMIT = 10 * 2**20  # bytes; larger pictures go as documents
VALUE_LIMIT = 64  # bytes of callback_data
SHORT_LABEL = 14  # columns: two buttons this wide fit side by side on a phone
REMEMBERED = 1000  # half-sent messages


@dataclass(frozen=True)
class _Part:
    """A text, or a file by its id."""

    text: str = ""
    file: str = ""


class Sender:
    def __init__(self, client: Client, load: LoadAttachment) -> None:
        self._client = client
        self._load = load
        self._half_sent: dict[tuple[str, str], list[int]] = {}  # which parts of a message are out

    async def send(self, message: Outgoing) -> str:
        """The ids of what was sent. Raises RetryLaterError, UndeliverableError or ChatMovedError."""
        which = (message.chat, message.key)
        parts = _parts(message)
        done = self._half_sent.pop(which, [])
        for i, part in enumerate(parts[len(done) :], len(done)):
            keyboard = keyboard_of(message.buttons) if i == len(parts) - 1 else None
            try:
                sent = await self._send_part(chat_id(message.chat), part, keyboard, message.silent)
            except TelegramError as fault:
                self._remember(which, done)
                raise translate(fault) from None
            done.append(sent.message_id if sent else 0)
        return ",".join(map(str, done))

    async def _send_part(
        self, chat: int, part: _Part, keyboard: InlineKeyboardMarkup | None, silent: bool
    ) -> Message | None:
        quiet = silent or None  # None is left out of the request
        if part.text:
            return await self._client.send_message(
                chat, part.text, reply_markup=keyboard, disable_notification=quiet
            )
        found = await self._load(part.file)
        if found is None:
            log.error("attachment is gone, the rest of the message is sent", extra={"attachment": part.file})
            return None
        name, mime, data = found
        if mime in PHOTO_TYPES and len(data) <= PHOTO_LIMIT:
            try:
                return await self._client.send_photo(
                    chat, data, filename=name, reply_markup=keyboard, disable_notification=quiet
                )
            except BadRequest as fault:
                if not any(word in fault.message.lower() for word in ("photo", "image")):
                    raise
                log.info("Telegram refuses the picture, sending it as a document")
        return await self._client.send_document(
            chat, data, filename=name, reply_markup=keyboard, disable_notification=quiet
        )

    def _remember(self, which: tuple[str, str], done: list[int]) -> None:
        if done:
            self._half_sent[which] = done
        while len(self._half_sent) > REMEMBERED:
            del self._half_sent[next(iter(self._half_sent))]


def chat_id(chat: str) -> int:
    """`telegram:5` → 5, an agent's `telegram-desk:5` too. Raises UndeliverableError for what is neither."""
    name, _, number = chat.partition(":")
    try:
        if name in ("telegram", "telegram-desk"):
            return int(number)
    except ValueError:
        pass
    raise UndeliverableError(f"{chat!r} is no Telegram conversation")


def keyboard_of(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Two in a row where both labels are short, else one; without values Telegram would refuse."""
    rows: list[list[InlineKeyboardButton]] = []
    room = False
    for button in buttons:
        if not button.label or not 0 < len(button.value.encode()) <= VALUE_LIMIT:
            log.error(
                "a button Telegram would refuse is left out", extra={"bytes": len(button.value.encode())}
            )
            continue
        made = InlineKeyboardButton(button.label, callback_data=button.value)
        short = _columns(button.label) <= SHORT_LABEL
        if room and short:
            rows[-1].append(made)
        else:
            rows.append([made])
        room = short and len(rows[-1]) == 1
    return InlineKeyboardMarkup(rows) if rows else None


def texts(message: Outgoing) -> list[str]:
    """The text in pieces Telegram takes. One account speaks for the bot and for all agents: a name says who it is."""
    who = f"{message.name}: " if message.author == "agent" and message.name and message.text.strip() else ""
    return list(pieces(clean(who + message.text)))


def _parts(message: Outgoing) -> list[_Part]:
    parts = [_Part(text=t) for t in texts(message)]
    parts += [_Part(file=a) for a in message.attachments]
    if not parts:
        raise UndeliverableError("there is nothing in the message to send")
    return parts


def _columns(label: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in label)
