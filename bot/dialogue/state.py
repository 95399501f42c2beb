"""What a conversation remembers between turns: one versioned JSON document."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.messages import Button, Lang

VERSION = 1


@dataclass(frozen=True)
class Frame:
    """A flow under way. `hash` is the flow it began with: one edited meanwhile goes on with the slots kept."""

    flow: str
    hash: str
    case: str
    slots: dict[str, str] = field(default_factory=dict)
    asked: str | None = None  # the slot or step last asked about
    misses: int = 0


@dataclass(frozen=True)
class State:
    lang: Lang = "zh"
    traditional: bool = False
    introduced: bool = False  # the first turn says that this is an automated assistant
    frame: Frame | None = None
    awaiting: dict[str, str] = field(
        default_factory=dict
    )  # a small question outside a flow: {"what": "tracking", …}
    offered: tuple[Button, ...] = ()  # the buttons last shown: a typed number or label means the same
    offered_before: tuple[Button, ...] = ()  # and those before them: "no, I mean 3"
    last_answer: str | None = None  # the topic just answered: the same words are not sent twice running
    order: str | None = None  # the order last spoken of
    spoken: dict[str, str] = field(
        default_factory=dict
    )  # what the last answer was about: {"topic": …} and {"case": …} or {"order": …}
    earlier: str = ""  # what the buyer said in the turn before, where it began nothing
    misses: int = 0
    angry: int = 0  # turns running with anger in them
    proved: tuple[str, ...] = ()  # orders whose number and phone tail this buyer gave
    claimed: str | None = None  # an order number given, its phone tail not yet
    tries: int = 0  # failed proofs
    photos: tuple[dict[str, Any], ...] = ()  # sent before there was a case to hang them on
    flags: tuple[str, ...] = ()
    parked: tuple[dict[str, Any], ...] = ()  # wishes that wait their turn: {"flow": …, "slots": {…}}
    last_filed: dict[str, str] = field(default_factory=dict)  # {"case": …, "at": …}: undone within minutes
    watched: dict[str, str] = field(
        default_factory=dict
    )  # order → the scan since which the sentinel told it stands still
    recommended: bool = False  # the one recommendation was made
    no_marketing: bool = False  # they want none, ever
    buyer: str | None = None  # whom the channel vouched for last
    blocked_told: str = ""  # the block they were told of, by its instant

    def as_json(self) -> dict[str, Any]:
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, row: dict[str, Any] | None) -> State:
        """Unknown fields of an older or newer version are left out rather than stopping the conversation."""
        if not row:
            return cls()
        known = _known(cls, row)
        frame = known.get("frame")
        return cls(
            **{
                **known,
                "frame": Frame(**_known(Frame, frame)) if frame else None,
                "offered": tuple(Button(**_known(Button, b)) for b in known.get("offered", ())),
                "offered_before": tuple(Button(**_known(Button, b)) for b in known.get("offered_before", ())),
                "proved": tuple(known.get("proved", ())),
                "photos": tuple(known.get("photos", ())),
                "parked": tuple(known.get("parked", ())),
                "flags": tuple(known.get("flags", ())),
            }
        )


def _known(cls: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k in cls.__dataclass_fields__}
