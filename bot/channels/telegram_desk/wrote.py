"""What an agent wrote, as it is kept until it is known which chat it is for. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.messages import Attachment, Incoming


@dataclass(frozen=True)
class Wrote:
    """Something for a buyer or, with `note`, for colleagues. `remote` is the agent's message."""

    key: str
    remote: str
    text: str
    note: bool = False
    photo: Attachment | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Wrote:
        photo = row.get("photo")
        return cls(**{**row, "photo": Attachment(**photo) if photo else None})


def act_key(event: Incoming) -> str:
    """Names the act in the inbox of the buyer's chat: an update that is delivered twice is one."""
    return f"telegram-{event.key}"
