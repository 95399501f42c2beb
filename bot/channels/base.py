"""What the outbox needs of a channel, whichever messenger it is."""

from __future__ import annotations

from typing import Protocol

from bot.messages import Attachment, Outgoing

MAX_PHOTO_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot download


class Channel(Protocol):
    """`name` is the part before the colon in a conversation's key."""

    name: str

    async def send(self, message: Outgoing) -> str | None:
        """Deliver; returns the messenger's own id of the message.

        Raises RetryLaterError (wait, then again), UndeliverableError (never), ChatMovedError (a new address).
        """

    async def edit(self, message: Outgoing, remote: str | None) -> str | None:
        """The message, known to the messenger as `remote`, reads so from now on. May be called twice.

        Returns its id from now on. Raises as `send` does, and MessageGoneError where it is not there to be changed.
        """

    async def withdraw(self, message: Outgoing, remote: str | None) -> None:
        """Take the message from its reader; one that is gone already is no fault. Raises as `edit` does."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """The original bytes behind `attachment.remote`. Raises RetryLaterError or UndeliverableError."""
