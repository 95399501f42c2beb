"""What a message holds besides text: a photo or file we take, or the name of what we cannot. Pure."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

from telegram import Document, Message, PhotoSize, Video
from telegram.constants import MessageAttachmentType

from bot.channels.base import MAX_PHOTO_BYTES
from bot.channels.telegram.text import clean
from bot.messages import Attachment

# An SVG can carry scripts, and no camera makes one.
REFUSED = {"image/svg+xml"}


def attachment_of(message: Message) -> Attachment | str | None:
    """The photo, video or document; a word where we cannot take it; None where there is none.

    Telegram's servers hand a bot files up to 20 MB and refuse larger ones.
    """
    if message.photo:
        return _photo(
            message.chat.id, message.photo[0] if len(message.photo) == 1 else max(message.photo, key=_area)
        )
    if message.video:
        return _file(message.chat.id, message.video, "video", "video/mp4")
    if message.document and not message.animation:  # a GIF says "document" too, for old clients
        return _file(message.chat.id, message.document, "document", "")
    return None


def what_is_in(message: Message) -> str | None:
    """A word such as "sticker" or "voice"; None for a service note, "unknown" for what is newer than this."""
    for kind in MessageAttachmentType:
        if message[kind]:
            return str(kind.value)
    return "unknown" if message.api_kwargs else None


def _area(size: PhotoSize) -> int:
    return size.width * size.height


def _photo(chat: int, photo: PhotoSize) -> Attachment:
    return Attachment(
        _id(chat, photo.file_unique_id),
        f"{photo.file_unique_id}.jpg",
        "image/jpeg",
        photo.file_size or 0,
        photo.file_id,
    )


def _file(chat: int, file: Document | Video, what: str, usual: str) -> Attachment | str:
    name = PurePath(clean(file.file_name or "")).name[-120:]
    mime = (file.mime_type or mimetypes.guess_type(name)[0] or usual).lower()
    wanted = mime.startswith(("image/", "video/")) or mime == "application/pdf"
    if not wanted or mime in REFUSED:
        return what
    if (file.file_size or 0) > MAX_PHOTO_BYTES:
        return "large_file"
    name = name or f"{file.file_unique_id}{mimetypes.guess_extension(mime) or ''}"
    return Attachment(_id(chat, file.file_unique_id), name, mime, file.file_size or 0, file.file_id)


def _id(chat: int, unique: str) -> str:
    """A file forwarded by two buyers is one file to Telegram, and two people's evidence to us."""
    return f"tg-{chat}-{unique}"
