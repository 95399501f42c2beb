"""`report`: the figures as a table or CSV, or one line that names the cure."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.insight.figure_words import FIGURES, UNTOLD
from bot.store import conversations
from bot.store.db import Database

TOP = Path(__file__).resolve().parent.parent


@pytest.fixture
def shop(sqlite_url: str) -> str:
    """Somebody wrote at 23:59 in the shop yesterday and was answered ten seconds later."""
    zone = ZoneInfo("Asia/Shanghai")
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = (midnight - timedelta(minutes=1)).timestamp()
    db = Database(sqlite_url)
    db.migrate()

    def fill(conn: Connection) -> None:
        conversations.identify(conn, "web:lin", name="林晓")
        conversations.add_message(conn, "web:lin", "buyer", "到哪了", asked)
        conversations.add_message(conn, "web:lin", "bot", "查一下", asked + 10)

    db.write(fill)
    db.close()
    return sqlite_url


def report(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"DATABASE_URL": url, "COLUMNS": "100"}
    command = [sys.executable, "-m", "bot", "report", *words]
    return subprocess.run(command, cwd=TOP, env=env, capture_output=True, text=True, check=False)


def yesterday() -> str:
    return (datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).date().isoformat()


def test_the_csv_has_every_figure_of_the_shops_own_days(shop: str) -> None:
    done = report(shop, "--from", yesterday(), "--to", yesterday(), "--csv")
    rows = {r["figure"]: r for r in csv.DictReader(io.StringIO(done.stdout))}
    assert set(rows) == set(FIGURES), done.stderr
    assert {r["from"] for r in rows.values()} == {yesterday()}
    first = rows["first_response"]
    assert (first["value"], first["unit"], first["of"]) == ("10", "seconds", "1")
    assert (rows["within_30s"]["value"], rows["satisfaction"]["value"]) == ("1", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_names_every_figure_and_what_cannot_be_told(shop: str, lang: str) -> None:
    done = report(shop, "--lang", lang)
    assert done.returncode == 0, done.stderr
    for both in [*FIGURES.values(), *UNTOLD.values()]:
        assert (both.zh if lang == "zh" else both.en) in done.stdout
    assert "0:10" in done.stdout


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--from", "march"), "--from: 'march' is no day; write it like 2026-03-31"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "name the earlier day first"),
        (("--from", "2999-01-01", "--to", "2999-01-02"), "has not come yet; name a day up to today"),
        (("--lang", "fr"), "choose zh or en"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_cure(
    sqlite_url: str, words: tuple[str, ...], cure: str
) -> None:
    done = report(sqlite_url, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert cure in done.stderr and done.stderr.count("\n") == 1
