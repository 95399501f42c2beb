"""How figures are printed and kept: one line a method, shares without the leading zero, marks beside a floor."""

from __future__ import annotations

import csv
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

Line = tuple[str, str, str, float]  # file, method, measure, value


@dataclass
class Report:
    """Prints as it goes, since a run takes minutes; keeps every figure for --csv."""

    lines: list[Line] = field(default_factory=list)

    def say(self, text: str = "") -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def keep(self, file: str, method: str, **values: float) -> None:
        self.lines += [(file, method, measure, value) for measure, value in values.items()]

    def save(self, file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("file", "method", "measure", "value"), *self.lines])


class Verdict(Report):
    """What has to hold is told with a mark; `ok` until something did not."""

    ok = True

    def held(self, text: str, holds: bool) -> None:
        self.ok = self.ok and holds
        self.say(f"{text} {'✓' if holds else '✗'}")


def share(value: float, floor: float | None = None, most: bool = False) -> str:
    """`.773 ✓`: a share, and whether it holds a floor (or, with `most`, stays under a ceiling)."""
    if math.isnan(value):
        return "–  "
    text = f"{round(value, 3) + 0.0:.3f}".replace("0.", ".", 1)  # no minus before a zero
    if floor is None:
        return text + "  "
    return text + (" ✓" if (value <= floor if most else value >= floor) else " ✗")


def cells(name: str, *values: str, width: int = 10) -> str:
    return f"{name:<26}" + "".join(f"{value:>{width}}" for value in values)
