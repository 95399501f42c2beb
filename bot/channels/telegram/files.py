"""A buyer's photo or file from Telegram: the original bytes, unchanged, or a word why there are none."""

from __future__ import annotations

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.telegram.faults import translate
from bot.channels.telegram.transport import Client, FileTooLargeError
from bot.errors import BotError, RetryLaterError, UndeliverableError
from bot.messages import Attachment

TOO_LARGE = "the file is over 20 MB, which Telegram does not hand to bots; the buyer may send a smaller one"


async def fetch(client: Client, attachment: Attachment) -> bytes:
    """Raises RetryLaterError or UndeliverableError."""
    if attachment.remote is None:
        raise UndeliverableError("the attachment does not say where its bytes are")
    try:
        file = await client.get_file(attachment.remote)
    except TelegramError as fault:
        raise _no_file(fault) from None
    try:
        return bytes(await file.download_as_bytearray())
    except TelegramError as fault:
        raise _no_bytes(fault) from None


def _no_file(fault: TelegramError) -> BotError:
    word = fault.message.lower()
    if isinstance(fault, BadRequest) and "too big" in word:
        return UndeliverableError(TOO_LARGE, "too_large")
    if isinstance(fault, BadRequest) and "temporarily unavailable" in word and "wrong" not in word:
        return RetryLaterError("Telegram does not have the file at hand", 5.0)
    return translate(fault)


def _no_bytes(fault: TelegramError) -> BotError:
    if isinstance(fault, FileTooLargeError):
        return UndeliverableError(TOO_LARGE, "too_large")
    if isinstance(fault, InvalidToken):  # the library's reading of a 404: the next try gets a new link
        return RetryLaterError("Telegram's link to the file has run out", 1.0)
    return translate(fault)
