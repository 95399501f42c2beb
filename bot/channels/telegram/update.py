"""One raw Telegram update → one `Incoming`, or None where it is none of ours. Pure.

Only private chats with people are served: what is said in groups and channels or by other bots is ignored,
and so are service notes (a message was pinned, a timer set). A broken update raises, whatever the exception:
the caller notes its number, never its content, and goes on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Message, Update

from bot.channels.telegram.content import attachment_of, what_is_in
from bot.channels.telegram.text import clean
from bot.messages import Attachment, Incoming

ALLOWED = ("message", "edited_message", "callback_query")
# A buyer who looks for a person finds one; the lexicon knows this word in every language.
COMMANDS = {"/agent": "agent", "/human": "agent", "/help": "/help"}


def parse(raw: dict[str, Any]) -> Incoming | None:
    """Raises ValueError without a number, and whatever python-telegram-bot raises on what it cannot read."""
    number = update_number(raw)
    if number is None:
        raise ValueError("an update without a number")
    update = Update.de_json(raw, None)
    if update.callback_query:
        return _button(number, update.callback_query)
    if update.edited_message:
        return _edit(number, update.edited_message)
    return _message(number, update.message) if update.message else None


def update_number(raw: Any) -> int | None:
    """Telegram's number of the update; None where there is none to go by."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def callback_id(raw: dict[str, Any]) -> str | None:
    """What `answerCallbackQuery` wants, so that the button stops spinning; None for all other updates."""
    query = raw.get("callback_query")
    found = query.get("id") if isinstance(query, dict) else None
    return found if isinstance(found, str) else None


def _message(number: int, message: Message) -> Incoming | None:
    base = _base(number, message)
    if base is None:
        return None
    if message.text is not None:
        return _text(base, clean(message.text))
    found = attachment_of(message)
    if isinstance(found, Attachment):
        return replace(base, text=clean(message.caption or ""), attachments=(found,))
    what = found or what_is_in(message)
    return replace(base, kind="unsupported", data={**base.data, "what": what}) if what else None


def _text(base: Incoming, text: str) -> Incoming:
    word, *rest = text.split(maxsplit=1) or [""]
    command = word.partition("@")[0].lower()  # "/start@our_bot" is how groups and some clients write it
    if command == "/start":
        return replace(base, kind="start", data={**base.data, "token": "".join(rest).strip()})
    if command.startswith("/"):
        base = replace(base, data={**base.data, "command": command, "words": "".join(rest).strip()})
    return replace(base, text=COMMANDS.get(command, text))


def _edit(number: int, message: Message) -> Incoming | None:
    base = _base(number, message)
    text = message.text if message.text is not None else message.caption
    if base is None or text is None:
        return None  # a live location moves, a photo is swapped: nothing was said anew
    return replace(
        base,
        key=f"edit:{number}",
        kind="edit",
        text=clean(text),
        sent_at=message.edit_date or message.date,
        data={**base.data, "edited": message.message_id},
    )


def _button(number: int, query: CallbackQuery) -> Incoming | None:
    if query.message is None or query.data is None or query.message.chat.type != "private":
        return None
    return Incoming(
        chat=f"telegram:{query.message.chat.id}",
        key=str(number),
        kind="button",
        button=clean(query.data),
        name=clean(query.from_user.full_name),
        data={"message_id": query.message.message_id, **_lang(query.from_user.language_code)},
    )


def _base(number: int, message: Message) -> Incoming | None:
    sender = message.from_user
    if message.chat.type != "private" or sender is None or sender.is_bot:
        return None
    return Incoming(
        chat=f"telegram:{message.chat.id}",
        key=str(number),
        name=clean(sender.full_name),
        album=message.media_group_id,
        sent_at=message.date,
        data={"message_id": message.message_id, **_answered(message), **_lang(sender.language_code)},
    )


def _answered(message: Message) -> dict[str, int]:
    """Which message this is the reply to, in Telegram's sense; it always stands in the same chat."""
    found = message.reply_to_message
    return {"reply_to": found.message_id} if found else {}


def _lang(code: str | None) -> dict[str, str]:
    return {"lang_hint": code} if code else {}
