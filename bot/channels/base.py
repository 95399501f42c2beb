"""What the outbox needs of a channel, whichever messenger it is."""

from __future__ import annotations

from typing import Protocol

from bot.messages import Attachment, Outgoing

MAX_PHOTO_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot download; the other channels keep to it too


class Channel(Protocol):
    """`name` is the part before the colon in a conversation's key."""

    name: str

    async def send(self, message: Outgoing) -> str | None:
        """Deliver; returns the messenger's own id of the message.

        Raises RetryLaterError (wait, then again), UndeliverableError (never), ChatMovedError (a new address).
        """

    async def fetch(self, attachment: Attachment) -> bytes:
        """The original bytes behind `attachment.remote`. Raises RetryLaterError or UndeliverableError."""
