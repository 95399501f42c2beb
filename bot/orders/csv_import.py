"""Orders from a CSV file: the header names `Order` fields; with one wrong row nothing is imported."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.cases.nearest import did_you_mean
from bot.cases.order import FIELDS, Order, from_data
from bot.errors import BotError, ConfigError, UsageError
from bot.orders.csv_cells import encoding_of, moment, number_as_typed

MAX_FAULTS = 100
CHUNK = 1000
TIMES = [name for name in FIELDS if name.endswith(("_at", "_scan")) or name == "eta"]
Progress = Callable[[int], None]
PutMany = Callable[[Iterable[Order]], int]


@dataclass(frozen=True)
class Summary:
    """`encoding` is how the file turned out to be written."""

    orders: int
    buyers: int
    encoding: str


def import_csv(
    path: Path, zone: ZoneInfo, put_many: PutMany, progress: Progress = lambda rows: None
) -> Summary:
    """Streams the file into `put_many` in chunks; the caller's one transaction makes it all or nothing.

    Naive times are in `zone`. `progress` is told the number of rows read so far. Raises `ConfigError` with
    every wrong row (`FILE: row N: …`, row 1 being the header); the caller's transaction must then roll back.
    """
    codec, name = encoding_of(path)
    with path.open(encoding=codec, newline="") as file:
        rows = _Rows(path.name, file, zone, progress)
        count = 0
        while chunk := list(itertools.islice(rows, CHUNK)):
            if not rows.faults:  # after the first fault the rest is only checked
                count += put_many(chunk)
    if rows.faults:
        raise ConfigError(rows.told())
    if not rows.number:
        raise UsageError(f"{path}: holds no orders; put one order a line below the header")
    return Summary(count, len(rows.buyers), name)


class _Rows:
    """The orders of the file, one after another; wrong rows are left out and remembered."""

    def __init__(self, name: str, file: TextIO, zone: ZoneInfo, progress: Progress) -> None:
        self.name, self.zone, self.progress = name, zone, progress
        self.reader = csv.reader(file, delimiter=_delimiter(file), strict=True)
        self.header = self._header()
        self.meant = [("id", number_as_typed), *((name, moment) for name in TIMES if name in self.header)]
        self.faults: list[str] = []
        self.more = 0
        self.number = 0
        self.seen: dict[str, int] = {}
        self.buyers: set[str] = set()
        self._orders = self._read()

    def __iter__(self) -> Iterator[Order]:
        return self._orders

    def told(self) -> list[str]:
        return [*self.faults, f"{self.name}: and {self.more} more"] if self.more else self.faults

    def _header(self) -> list[str]:
        header = [cell.strip() for cell in next(self.reader, [])]
        unknown = [cell for cell in header if cell not in FIELDS]
        twice = sorted({cell for cell in header if header.count(cell) > 1})
        faults = [
            f"'{cell}' is no order field{did_you_mean(cell, FIELDS) or '; remove it'}" for cell in unknown
        ]
        faults += [f"column '{cell}' is there twice; remove one" for cell in twice]
        faults += [f"column '{need}' is missing; add it" for need in ("id", "status") if need not in header]
        if faults:
            raise ConfigError([f"{self.name}: row 1: {fault}" for fault in faults])
        return header

    def _read(self) -> Iterator[Order]:
        for row, cells in self._cells():
            self.number += 1
            if self.number % CHUNK == 0:
                self.progress(self.number)
            order = self._order(row, cells)
            if order is not None:
                self.buyers.add(order.buyer)
                yield order
        self.progress(self.number)

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that hold anything, with the line of the file they end on."""
        try:
            for cells in self.reader:
                if any(cell.strip() for cell in cells):
                    yield self.reader.line_num, cells
        except csv.Error as error:
            self._tell(self.reader.line_num, f"cannot be read ({error}); close the quotes of this row")

    def _order(self, row: int, cells: list[str]) -> Order | None:
        if len(cells) != len(self.header):
            self._tell(
                row, f"has {len(cells)} cells for {len(self.header)} columns; put texts with commas in quotes"
            )
            return None
        try:
            order = from_data(self._typed(dict(zip(self.header, cells, strict=True))), self.zone)
        except BotError as fault:
            self._tell(row, str(fault))
            return None
        first = self.seen.setdefault(order.id, row)
        if first != row:
            self._tell(row, f"order {order.id} is already in row {first}; keep one of them")
            return None
        return order

    def _typed(self, cells: dict[str, str]) -> dict[str, str]:
        """What the spreadsheet made of the cells, as it was meant; every doubt of the row is told at once."""
        doubts = []
        for name, meant in self.meant:
            try:
                cells[name] = meant(cells[name])
            except ValueError as doubt:
                doubts.append(f"{name}: {doubt}")
        if doubts:
            raise BotError(f"order {cells['id']}: " + "; ".join(doubts))
        return cells

    def _tell(self, row: int, text: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(f"{self.name}: row {row}: {text}")
        else:
            self.more += 1


def _delimiter(file: TextIO) -> str:
    """Excel writes semicolons or tabs in some countries; the header has no other use for them."""
    first = file.readline()
    file.seek(0)
    return max(",;\t", key=first.count)
