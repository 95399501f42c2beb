"""Every fault the program raises on purpose. A "no" to a buyer is a value (`Refusal`), never an exception."""


class BotError(Exception):
    """Base of all; its text is one line that names the cause and the cure."""


class ConfigError(BotError):
    """`config.yaml`, the environment or a knowledge file is wrong; carries every fault found, not just the first."""

    def __init__(self, faults: "list[str]") -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UsageError(BotError):
    """A command was called with something it cannot work on (exit code 2)."""


class NotDoneError(UsageError):
    """Refused with nothing changed, told to the shell; `key` and `data` say it to the desk, in its own words."""

    def __init__(self, key: str, text: str, **data: str) -> None:
        super().__init__(text)
        self.key, self.data = key, data


class IllegalMoveError(BotError):
    """A case was asked for a move its status does not allow; nothing was changed."""


class StoreAwayError(BotError):
    """The database cannot be reached now; the caller waits and tries again, nothing was written."""


class RetryLaterError(BotError):
    """A messenger or a shop's system asks us to wait, or is briefly out of reach. `after` is in seconds."""

    def __init__(self, reason: str, after: float = 1.0) -> None:
        super().__init__(reason)
        self.after = after


class UndeliverableError(BotError):
    """The messenger will never take this message (blocked bot, deleted chat, a refused text), or give this file.

    `reason` is why a file is not to be had, as `photos.Reason` has it; empty where the buyer cannot mend it.
    """

    def __init__(self, text: str, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


class SourceRefusedError(BotError):
    """A shop's system understood what it was asked and will not do it; a person has to look."""


class MessageGoneError(UndeliverableError):
    """A message that was to be changed cannot be any more: its reader deleted it, or it is too old."""


class ChatMovedError(BotError):
    """The messenger gave this chat a new address; the message is to be sent there."""

    def __init__(self, new_chat: str) -> None:
        super().__init__(f"the chat moved to {new_chat}")
        self.new_chat = new_chat
