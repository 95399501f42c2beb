"""How fast orders are taken in: `python -m benchmarks.orders [--orders 100000] [--runs 3]`.

A CSV file of orders as a shop's system exports it, imported into an empty embedded database exactly as `orders
import` does it (one transaction, every row checked, progress told); then a look-up by number and phone tail, as a
buyer's proof makes it. Medians of several runs, least and most in brackets. Fails where 100,000 orders take more
than 20 seconds.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.orders.csv_import import import_csv
from bot.orders.embedded import EmbeddedOrders
from bot.store.db import Database
from bot.store.orders import put_orders

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 1, 9, 0, tzinfo=ZONE)
MOST_SECONDS = 20.0  # for a hundred thousand
LOOK_UPS = 2000
_TIMES = ("created_at", "paid_at", "first_scan", "last_scan", "eta", "signed_at")
_GOODS = ("item", "sku", "category", "qty", "paid", "freight_paid", "free_shipping", "insurance", "badges")
COLUMNS = ("id", "buyer", "status", *_TIMES, *_GOODS, "pay", "phone", "address", "parcels")
GOODS = (
    ("连衣裙", "apparel", "159.00"),
    ("无线耳机", "electronics", "349.00"),
    ("Longjing tea", "food", "218.00"),
)


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu: float
    look_up_ms: float


def write_file(path: Path, count: int) -> None:
    """Every hundredth order comes in two parcels; the same file each time."""
    chance = random.Random(7)  # noqa: S311 - the same file each time
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(_row(n, chance) for n in range(count))


def _row(n: int, chance: random.Random) -> Sequence[str]:
    placed = START + timedelta(minutes=n % 40_000)
    times = [f"{placed + timedelta(hours=h):%Y-%m-%d %H:%M}" for h in (0, 0, 20, 60, 72, 61)]
    item, category, paid = chance.choice(GOODS)
    parcels = (
        f'[{{"parcel": "SF{n:013}", "qty": 1}}, {{"parcel": "YT{n:013}", "qty": 1}}]' if n % 100 == 0 else ""
    )
    return (
        f"T{n:06}", f"B{n % 30_000}", "signed", *times, item, f"{category}-{n % 500}", category,
        "2" if parcels else "1", paid, "0.00", "true", "true", "7天无理由|正品保证", "alipay_balance",
        phone(n), f"上海市徐汇区示例路 {n % 900} 号", parcels,
    )  # fmt: skip


def phone(n: int) -> str:
    return f"138{n * 7919 % 10**8:08}"


def run(folder: Path, file: Path, count: int) -> Run:
    database = Database(f"sqlite:///{folder / f'orders-{time.monotonic_ns()}.db'}")
    database.migrate()
    told: list[int] = []
    began, cpu = time.perf_counter(), time.process_time()
    summary = database.write(
        lambda conn: import_csv(file, ZONE, lambda many: put_orders(conn, many, 0.0), told.append)
    )
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert summary.orders == told[-1] == count
    look_up = _look_up(EmbeddedOrders(database), count)
    database.close()
    return Run(seconds, cpu, look_up)


def _look_up(source: EmbeddedOrders, count: int) -> float:
    """Milliseconds for one proof."""
    chance = random.Random(11)  # noqa: S311 - the same numbers each time
    numbers = [chance.randrange(count) for _ in range(LOOK_UPS)]
    began = time.perf_counter()
    found = [source.find(f"t{n:06}", phone(n)[-4:]) for n in numbers]
    took = (time.perf_counter() - began) / LOOK_UPS * 1000
    assert [orders[0].id for orders in found] == [f"T{n:06}" for n in numbers]
    return took


def told(name: str, unit: str, values: Sequence[float]) -> str:
    return f"{name:<28}{statistics.median(values):8.2f} {unit}   [{min(values):.2f} – {max(values):.2f}]"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "orders.csv"
        write_file(file, wanted.orders)
        runs = [run(folder, file, wanted.orders) for _ in range(wanted.runs)]
    sys.stdout.write(f"{wanted.orders} orders, {wanted.runs} runs, SQLite\n")
    seconds = [r.seconds for r in runs]
    lines = [
        told("import", "s ", seconds),
        told("processor time of it", "s ", [r.cpu for r in runs]),
        told("look-up by number and tail", "ms", [r.look_up_ms for r in runs]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    allowed = MOST_SECONDS * wanted.orders / 100_000
    if statistics.median(seconds) > allowed:
        sys.stdout.write(f"too slow: {allowed:.1f} s are allowed\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
