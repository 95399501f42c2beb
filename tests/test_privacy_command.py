"""`privacy …` in the shell: a document and photos as files, a question before what is for good, counts of a purge."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import agents, audit, proofs
from bot.store.db import Database
from tests.store.people import BO, LIN, fill, whole
from tests.support.program import Program

TOP = Path(__file__).resolve().parent.parent


@pytest.fixture
def url(sqlite_url: str) -> str:
    db = Database(sqlite_url)
    db.migrate()
    for who in (LIN, BO):
        db.write(lambda conn, w=who: fill(conn, w))  # type: ignore[misc]
    db.close()
    return sqlite_url


def privacy(url: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"DATABASE_URL": url, "COLUMNS": "100"} | more
    command = [sys.executable, "-m", "bot", "privacy", *words]
    return subprocess.run(command, cwd=TOP, env=env, capture_output=True, text=True, check=False, stdin=-3)


def rows(url: str) -> dict[str, list[str]]:
    db = Database(url)
    try:
        return whole(db)
    finally:
        db.close()


def acts(url: str) -> list[tuple[str, str]]:
    db = Database(url)
    try:
        notes = db.read(lambda conn: audit.page(conn, audit.Wanted(act="privacy"), None, 9))
        return [(n.act, n.who) for n in notes]
    finally:
        db.close()


def test_a_document_and_photos_are_written_for_their_owners_eyes(url: str, tmp_path: Path) -> None:
    out, folder = tmp_path / "lin.json", tmp_path / "photos"
    done = privacy(url, "export", LIN.account, "--out", str(out), "--photos", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "conversations 1, messages 1, files 1, cases 1, orders 1" in done.stdout
    [file] = json.loads(out.read_text(encoding="utf-8"))["conversations"][0]["files"]
    assert (folder / file["saved_as"]).read_bytes() == LIN.photo_bytes
    if os.name == "posix":
        assert (
            stat.S_IMODE(out.stat().st_mode)
            == stat.S_IMODE((folder / file["saved_as"]).stat().st_mode)
            == 0o600
        )
    assert acts(url) == [("privacy.export", "shell")]


def test_without_a_file_the_document_alone_is_printed(url: str) -> None:
    done = privacy(url, "export", LIN.case)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accounts"] == [LIN.account]


def test_nobody_is_erased_without_a_word_of_consent(url: str) -> None:
    before = rows(url)
    done = privacy(url, "erase", LIN.account)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "nothing was erased: nobody is here to confirm it; write --yes"
    assert "messages 1" in done.stderr
    assert rows(url) == before


def test_erased_it_says_what_went_and_what_stayed_and_twice_is_once(url: str) -> None:
    done = privacy(url, "erase", LIN.chat, "--yes")
    assert done.returncode == 0, done.stderr
    gone, stays = done.stdout.splitlines()
    assert gone.startswith("Erased: ") and "messages 1" in gone and "files 1" in gone
    assert stays.startswith("Kept as erased:") and "cases 1" in stays
    assert acts(url) == [("privacy.erase", "shell")]
    again = privacy(url, "erase", LIN.chat, "--yes")
    assert (again.returncode, again.stdout) == (0, f"Nothing is held on {LIN.chat} any more.\n")
    assert acts(url) == [("privacy.erase", "shell")]


def test_a_purge_counts_first_and_then_does_what_it_said(url: str) -> None:
    old = {"BOT__PRIVACY__RETENTION_DAYS": "1"}
    would = privacy(url, "purge", "--dry-run", **old)
    assert would.returncode == 0, would.stderr
    assert "(1 days): " in would.stdout and "message 2" in would.stdout
    assert would.stdout.rstrip().endswith("would be removed.")
    assert rows(url)["message"]
    done = privacy(url, "purge", **old)
    assert done.stdout.replace(" removed.", "") == would.stdout.replace(" would be removed.", "")
    assert rows(url)["message"] == []
    assert "nothing removed" in privacy(url, "purge", **old).stdout


async def test_the_running_shop_does_it_by_itself_and_seals_what_an_older_version_kept_open(
    url: str, tmp_path: Path
) -> None:
    db = Database(url)
    db.write(lambda conn: agents.add(conn, "zhou", "周", "agent", 0))
    db.write(lambda conn: proofs.plan_totp(conn, "zhou", "JBSWY3DPEHPK3PXP"))
    async with Program(tmp_path / "shop", DATABASE_URL=url, BOT__PRIVACY__RETENTION_DAYS="1"):
        async with asyncio.timeout(30):
            while ("privacy.purge", "system") not in acts(url):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.1)
        assert rows(url)["message"] == []
    kept = db.read(lambda conn: proofs.proofs(conn, "zhou")).totp
    db.close()
    assert kept is not None and kept.startswith("v1:")


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("export", "nobody"), "give an account, a conversation such as telegram:123, a case number"),
        (("erase", "nobody", "--yes"), "nothing is held on 'nobody'"),
        (("export", LIN.account, "--out", "/proc/nowhere/a.json"), "name a file in a folder of yours"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_cure(url: str, words: tuple[str, ...], cure: str) -> None:
    done = privacy(url, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert cure in done.stderr
    assert acts(url) == []
