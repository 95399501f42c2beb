"""What a fault of the Bot API means for a message: try later, never, or at another address. Pure."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import BotError, ChatMovedError, MessageGoneError, RetryLaterError, UndeliverableError

REFUSED_BOT = (
    "Telegram does not know this bot; get its token from @BotFather, put it into TELEGRAM_BOT_TOKEN "
    "and start again (the other channels go on)"
)
# What Telegram says of a message that was to be changed: its reader deleted it, or it is too old.
GONE = ("message to edit not found", "can't be edited", "message to delete not found", "can't be deleted",
        "message_id_invalid")  # fmt: skip
UNCHANGED = "message is not modified"


def translate(fault: TelegramError) -> BotError:
    """Waits are in seconds. After a refused token we retry: the message is good, the token may be soon."""
    match fault:
        case RetryAfter():
            return RetryLaterError("Telegram asks us to slow down", seconds(fault))
        case ChatMigrated():
            return ChatMovedError(f"telegram:{fault.new_chat_id}")
        case Forbidden():
            return UndeliverableError(f"Telegram: {word(fault)} (the buyer has to write to the bot again)")
        case InvalidToken():
            return RetryLaterError(REFUSED_BOT, 60.0)
        case TimedOut():
            return RetryLaterError("Telegram did not answer in time", 2.0)
        case BadRequest() if any(words in fault.message.lower() for words in GONE):
            return MessageGoneError(f"Telegram: {word(fault)}")
        case BadRequest():  # before the general network fault, whose child it is in python-telegram-bot
            return UndeliverableError(f"Telegram refuses it: {word(fault)}")
    if "too large" in fault.message.lower():  # 413 has no class of its own
        return UndeliverableError(f"Telegram refuses it: {word(fault)}")
    return RetryLaterError(f"Telegram is out of reach: {word(fault)}", 1.0)


def word(fault: TelegramError) -> str:
    """The fault's own words, in short: they may quote a whole error page."""
    return fault.message[:160]


def seconds(fault: RetryAfter) -> float:
    after = fault.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
