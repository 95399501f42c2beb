"""Where the bars of a chart stand, in its own units; the page draws them as SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.insight.board import Column

WIDTH, HEIGHT, HEAD, FOOT = (
    480.0,
    146.0,
    14.0,
    18.0,
)  # of the drawing; numbers stand in its head, labels in its foot
GAP = 0.28  # of a column's room


@dataclass(frozen=True)
class Bar:
    """`good` and `bad` are (y, height). `mid` is where its words stand: the total above `top`, the label in the foot,
    empty where there is no room for it.
    """

    x: float
    width: float
    good: tuple[float, float]
    bad: tuple[float, float]
    mid: float
    top: float
    total: int
    label: str


def bars(columns: Sequence[Column], every: int) -> list[Bar]:
    """The tallest column fills the height; each `every`-th has its label."""
    most = max((c.good + c.bad for c in columns), default=0) or 1
    room, tall = WIDTH / max(len(columns), 1), HEIGHT - HEAD - FOOT
    found = []
    for place, c in enumerate(columns):
        good, bad = tall * c.good / most, tall * c.bad / most
        x = room * (place + GAP / 2)
        found.append(
            Bar(
                x=round(x, 2),
                width=round(room * (1 - GAP), 2),
                good=(round(HEAD + tall - good, 2), round(good, 2)),
                bad=(round(HEAD + tall - good - bad, 2), round(bad, 2)),
                mid=round(x + room * (1 - GAP) / 2, 2),
                top=round(HEAD + tall - good - bad, 2),
                total=c.good + c.bad,
                label="" if place % every else c.label,
            )
        )
    return found
