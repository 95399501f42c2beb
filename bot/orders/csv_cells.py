"""How spreadsheets write a file of orders: encodings, and dates with slashes. What may mean two things is refused."""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import UsageError

SAMPLE = 1 << 16
_DATE = re.compile(
    r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
_SPOILED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


def encoding_of(path: Path) -> tuple[str, str]:
    """Codec and name: UTF-16 by its mark or its zeros, UTF-8, else GB18030 (GBK), which Excel in China saves.

    Raises `UsageError` for a file that cannot be read, an Excel workbook, and any other encoding.
    """
    try:
        with path.open("rb") as file:
            start = file.read(SAMPLE)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; name a CSV file that can be read") from None
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(f"{path}: is an Excel workbook; save it as CSV (UTF-8) and import that")
    for codec, name in _likely(start):
        if _reads(path, codec):
            return codec, name
    raise UsageError(f"{path}: neither UTF-8, UTF-16 nor GB18030 (GBK); save it as UTF-8")


def _likely(start: bytes) -> list[tuple[str, str]]:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return [("utf-16", "UTF-16")]
    if b"\x00" in start:  # no text of one byte a letter has any
        # The header is plain letters: their zeros stand behind them, or before them.
        return [("utf-16-le" if start[1:2] == b"\x00" else "utf-16-be", "UTF-16")]
    return [("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")]


def _reads(path: Path, codec: str) -> bool:
    try:
        with path.open(encoding=codec, newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeError:
        return False
    return True


def moment(cell: str) -> str:
    """A spreadsheet's time as ISO 8601 (`2026/3/8 18:20` → `2026-03-08 18:20:00`); anything else as it is.

    Raises `ValueError` where day and month cannot be told apart.
    """
    if cell[4:5] == cell[7:8] == "-" and cell[13:14] == ":":
        return cell  # as most systems write it, and there are many cells
    found = _DATE.fullmatch(cell.strip())
    if not found:
        return cell
    first, _, second, third, hour, minute, second_of, half = found.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(third) == 4:
        year, (month, day) = int(third), _month_and_day(cell, int(first), int(second))
    else:
        raise ValueError(f"'{cell}' has no year of four digits; write e.g. 2026-03-08 18:20")
    date = f"{year:04}-{month:02}-{day:02}"
    if hour is None:
        return date
    return f"{date} {_hour(int(hour), half):02}:{minute}:{second_of or '00'}"


def number_as_typed(cell: str) -> str:
    """An order's number; raises `ValueError` where a spreadsheet rounded it (`2.02603E+17`): its digits are lost."""
    if _SPOILED.fullmatch(cell.strip()):
        raise ValueError(
            f"'{cell}' was rounded by a spreadsheet; format the column as text and export it again"
        )
    return cell


def _month_and_day(cell: str, first: int, second: int) -> tuple[int, int]:
    if first > 12 >= second or first == second:
        return second, first
    if second > 12 >= first:
        return first, second
    if first > 12:
        raise ValueError(f"'{cell}' is not a time; write e.g. 2026-03-08 18:20")
    raise ValueError(
        f"'{cell}' may be day {first} or day {second}; write the year first, e.g. 2026-03-08 18:20"
    )


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower() == "pm" else 0)
