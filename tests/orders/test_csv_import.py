"""Orders from a CSV file: what is read, every wrong row at once, and nothing kept when one is wrong."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cases.order import Order
from bot.errors import ConfigError, UsageError
from bot.orders.csv_import import CHUNK, import_csv
from bot.store.db import Database
from bot.store.orders import count_orders, put_orders, read_order

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = "id,buyer,status,signed_at,item,paid,free_shipping,badges\n"
ROW = "T1,B1,signed,2026-03-08 18:20,连衣裙,159.00,true,7天无理由|正品保证\n"


class Kept:
    """Stands where the store will: keeps what it is handed, in the chunks it comes in."""

    def __init__(self) -> None:
        self.chunks: list[list[Order]] = []

    def __call__(self, orders: Iterable[Order]) -> int:
        self.chunks.append(list(orders))
        return len(self.chunks[-1])


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as told:
        import_csv(path, SHANGHAI, Kept())
    return told.value.faults


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("utf-16", "UTF-16"),  # what Excel calls "Unicode text"
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_the_encodings_spreadsheets_save_are_read(tmp_path: Path, encoding: str, name: str) -> None:
    kept = Kept()
    summary = import_csv(write(tmp_path, HEADER + ROW, encoding), SHANGHAI, kept)
    assert (summary.orders, summary.buyers, summary.encoding) == (1, 1, name)
    order = kept.chunks[0][0]
    assert (order.id, order.item, order.badges) == ("T1", "连衣裙", ("7天无理由", "正品保证"))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_read(tmp_path: Path, separator: str) -> None:
    path = write(tmp_path, "id,status,item\nT1,paid,杯子\n".replace(",", separator))
    assert import_csv(path, SHANGHAI, Kept()).orders == 1


def test_texts_in_quotes_may_hold_commas_and_line_breaks(tmp_path: Path) -> None:
    kept = Kept()
    import_csv(write(tmp_path, 'id,status,address\nT1,paid,"1 Road,\nTown"\n'), SHANGHAI, kept)
    assert kept.chunks[0][0].address == "1 Road,\nTown"


def test_every_wrong_row_is_told_with_its_number_cause_and_cure(tmp_path: Path) -> None:
    rows = (
        "T1,B1,sined,,杯子,159.00,true,\n"
        "\n"
        "T2,B1,paid,soon,杯子,12x,true,\n"
        "T3,B1,paid,,杯子,1,true\n"
        "T4,B1,paid,,杯子,1,true,\n"
        "T4,B1,paid,,杯子,1,true,\n"
        ",B1,paid,,杯子,1,true,\n"
    )
    told = faults(write(tmp_path, HEADER + rows))
    assert [fault.partition(": ")[2].partition(": ")[0] for fault in told] == [
        "row 2",
        "row 4",
        "row 5",
        "row 7",
        "row 8",
    ]
    assert "'sined' is no order status; did you mean 'signed'?" in told[0]
    assert "signed_at: 'soon' is not a time; write e.g. 2026-03-08 18:20" in told[1]
    assert "paid: '12x' is not a number" in told[1]
    assert told[2] == "orders.csv: row 5: has 7 cells for 8 columns; put texts with commas in quotes"
    assert told[3] == "orders.csv: row 7: order T4 is already in row 6; keep one of them"
    assert "id missing" in told[4]


def test_a_wrong_header_is_told_at_once(tmp_path: Path) -> None:
    assert faults(write(tmp_path, "id,sttus,item,item\n")) == [
        "orders.csv: row 1: 'sttus' is no order field; did you mean 'status'?",
        "orders.csv: row 1: column 'item' is there twice; remove one",
        "orders.csv: row 1: column 'status' is missing; add it",
    ]


def test_more_faults_than_anyone_reads_are_counted(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "id,status\n" + "".join(f"T{n},odd\n" for n in range(130))))
    assert len(told) == 101
    assert told[-1] == "orders.csv: and 30 more"


def test_after_a_wrong_row_nothing_more_is_handed_over(tmp_path: Path) -> None:
    rows = [f"T{n},paid\n" for n in range(3 * CHUNK)]
    rows[CHUNK + 5] = "Tx,odd\n"
    kept = Kept()
    with pytest.raises(ConfigError, match="row 1007"):
        import_csv(write(tmp_path, "id,status\n" + "".join(rows)), SHANGHAI, kept)
    assert [len(chunk) for chunk in kept.chunks] == [CHUNK]


def test_the_callers_transaction_makes_it_all_or_nothing(tmp_path: Path, database: Database) -> None:
    good = write(tmp_path, HEADER + ROW)
    database.write(lambda conn: import_csv(good, SHANGHAI, lambda orders: put_orders(conn, orders, 0.0)))
    assert database.read(count_orders) == 1
    rows = "".join(f"N{n},paid\n" for n in range(2 * CHUNK)) + "Tx,odd\n"
    bad = write(tmp_path, "id,status\n" + rows)
    with pytest.raises(ConfigError):
        database.write(lambda conn: import_csv(bad, SHANGHAI, lambda orders: put_orders(conn, orders, 0.0)))
    assert database.read(count_orders) == 1
    order = database.read(lambda conn: read_order(conn, "T1"))
    assert order is not None
    assert order.item == "连衣裙"


def test_progress_is_told_on_the_way_and_at_the_end(tmp_path: Path) -> None:
    seen: list[int] = []
    path = write(tmp_path, "id,status\n" + "".join(f"T{n},paid\n" for n in range(2 * CHUNK + 7)))
    import_csv(path, SHANGHAI, Kept(), seen.append)
    assert seen == [CHUNK, 2 * CHUNK, 2 * CHUNK + 7]


def test_a_file_without_orders_or_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no orders; put one order a line below the header"):
        import_csv(write(tmp_path, "id,status\n"), SHANGHAI, Kept())
    with pytest.raises(UsageError, match="name a CSV file that can be read"):
        import_csv(tmp_path / "nowhere.csv", SHANGHAI, Kept())
    (tmp_path / "odd.csv").write_bytes(b"id,status\nT1,\xff\xff\n")
    with pytest.raises(UsageError, match=r"neither UTF-8, UTF-16 nor GB18030 \(GBK\); save it as UTF-8"):
        import_csv(tmp_path / "odd.csv", SHANGHAI, Kept())


def test_a_quote_left_open_is_told(tmp_path: Path) -> None:
    told = faults(write(tmp_path, 'id,status,item\nT1,paid,"open\nT2,paid,x\n'))
    assert told == [
        "orders.csv: row 3: cannot be read (unexpected end of data); close the quotes of this row"
    ]


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    assert "orders.csv: row 1: column 'id' is missing; add it" in faults(write(tmp_path, ""))


def test_an_excel_workbook_is_told_from_a_file_of_text(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"PK\x03\x04 and the rest of a workbook")
    with pytest.raises(UsageError, match="is an Excel workbook; save it as CSV"):
        import_csv(tmp_path / "orders.csv", SHANGHAI, Kept())


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-08 18:20",
        "2026/3/8 18:20",
        "2026/03/08 18:20:00",
        "2026-3-8 18:20",
        "2026.3.8 18:20",
        "2026/3/8 6:20 PM",
        "2026-03-08T10:20:00+00:00",
    ],
)
def test_times_as_spreadsheets_write_them_are_read(tmp_path: Path, cell: str) -> None:
    kept = Kept()
    import_csv(write(tmp_path, f"id,status,signed_at\nT1,signed,{cell}\n"), SHANGHAI, kept)
    assert kept.chunks[0][0].signed_at == datetime(2026, 3, 8, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "day"), [("13/2/2026 09:05", "02-13"), ("2/13/2026 9:05", "02-13"), ("3/3/2026 9:05", "03-03")]
)
def test_a_day_that_can_be_no_month_tells_them_apart(tmp_path: Path, cell: str, day: str) -> None:
    kept = Kept()
    import_csv(write(tmp_path, f"id,status,eta\nT1,paid,{cell}\n"), SHANGHAI, kept)
    assert kept.chunks[0][0].eta == datetime.fromisoformat(f"2026-{day} 09:05+08:00")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            "3/8/2026 18:20",
            "'3/8/2026 18:20' may be day 3 or day 8; write the year first, e.g. 2026-03-08 18:20",
        ),
        ("13/14/2026 18:20", "'13/14/2026 18:20' is not a time"),
        ("8/3/26 18:20", "has no year of four digits"),
        ("2026/3/8", "has no time of day"),
        ("2026/2/30 18:20", "is not a time"),
        ("2026/3/8 25:20", "is not a time"),
    ],
)
def test_a_time_that_may_mean_two_things_is_refused_with_its_row(
    tmp_path: Path, cell: str, told: str
) -> None:
    path = write(tmp_path, f"id,status,signed_at\nT1,signed,2026/3/8 18:20\nT2,signed,{cell}\n")
    (fault,) = faults(path)
    assert fault.startswith("orders.csv: row 3: order T2: signed_at: ")
    assert told in fault


def test_a_number_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path, "id,status\n2.02603E+17,paid\n"))
    assert "id: '2.02603E+17' was rounded by a spreadsheet; format the column as text" in fault
