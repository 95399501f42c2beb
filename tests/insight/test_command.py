"""`evidence CASE --out FILE`: the pack as a file, or one line that names the cure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.store.db import Database
from tests.insight.cases import CASE


@pytest.fixture
def shop(sqlite_shop: Database) -> Database:
    return sqlite_shop


def evidence(shop: Database, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"DATABASE_URL": shop.url}
    command = [sys.executable, "-m", "bot", "evidence", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_pack_is_written_over_an_older_one(shop: Database, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_text("an older one")
    done = evidence(shop, tmp_path, CASE, "--out", "pack.zip", "--lang", "en")
    assert (done.returncode, done.stdout) == (0, f"pack.zip: case {CASE} with 4 files\n"), done.stderr
    with ZipFile(tmp_path / "pack.zip") as archive:
        assert len(archive.namelist()) == 5
    assert [p.name for p in tmp_path.glob("pack*")] == ["pack.zip"]


def test_what_cannot_be_done_is_one_line_with_the_cure(shop: Database, tmp_path: Path) -> None:
    wrong = {
        (CASE.replace("7KQ2M", "AAAAA"), "--out", "a.zip"): "give its number as the buyer was told it",
        (CASE, "--out", "nowhere/a.zip"): "name a file in a folder of yours",
        (CASE, "--out", "a.zip", "--lang", "fr"): "choose zh or en",
    }
    for words, cure in wrong.items():
        done = evidence(shop, tmp_path, *words)
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
        assert cure in done.stderr
    assert not list(tmp_path.glob("*.zip*"))
