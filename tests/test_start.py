"""`start.py` with a small program whose lock files name one wheel on disk: no network, all else is real."""

import hashlib
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PROGRAM = """
import os, sys, tiny
print(os.getcwd(), *sys.argv[1:])
sys.exit(7 if "fail" in sys.argv else 0)
"""
WHEEL = {
    "tiny.py": "",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.0.dist-info/RECORD": "",
}


def shop(folder: Path) -> Path:
    (folder / "bot").mkdir(parents=True)
    shutil.copy(TOP / "start.py", folder)
    (folder / "bot" / "__init__.py").touch()
    (folder / "bot" / "__main__.py").write_text(PROGRAM)
    wheel = folder.parent / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in WHEEL.items():
            archive.writestr(name, text)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (folder / lock).write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    return folder


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(folder / "start.py"), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.parent
    )


def outcome(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = running.communicate(timeout=120)
    return running.returncode, out, err


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that was started once."""
    folder = shop(tmp_path_factory.mktemp("shops") / "a shop")
    code, _, err = outcome(start(folder))
    assert code == 0, err
    return folder


def test_the_first_start_sets_up_and_runs_the_shop_in_its_own_folder(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    code, out, err = outcome(start(folder))
    assert (code, out) == (0, f"{folder} run\n")
    assert "setting up" in err
    assert "set up in" in err


def test_the_next_start_sets_nothing_up_and_is_quick(ready: Path) -> None:
    began = time.monotonic()
    code, out, err = outcome(start(ready, "chat", "--buyer", "B 1"))
    assert (code, out, err) == (0, f"{ready} chat --buyer B 1\n", "")
    assert time.monotonic() - began < 2  # 0.1 s on a quiet machine; a set-up takes more than this


def test_the_exit_code_of_the_program_is_the_exit_code_of_the_start(ready: Path) -> None:
    assert outcome(start(ready, "fail"))[0] == 7


def test_tests_are_a_set_up_of_their_own_and_words_after_test_go_to_pytest(ready: Path) -> None:
    # pytest is not in this shop's lock files, so its absence shows who was called.
    code, _, err = outcome(start(ready, "test", "-k", "x"))
    assert code == 1
    assert "setting up .venv for `test`" in err
    assert "No module named pytest" in err


def test_an_interrupted_set_up_is_made_anew(ready: Path) -> None:
    (ready / ".venv" / "ready").unlink()
    broken = ready / ".venv" / "half-installed"
    broken.touch()
    code, _, err = outcome(start(ready))
    assert code == 0
    assert "interrupted" in err
    assert not broken.exists()


def test_a_changed_lock_file_is_installed_at_the_next_start(ready: Path) -> None:
    with (ready / "requirements.lock").open("a") as lock:
        lock.write("# a new version\n")
    with (ready / "requirements-dev.lock").open("a") as lock:
        lock.write("# a new version\n")
    assert "set up in" in outcome(start(ready))[2]
    assert outcome(start(ready))[2] == ""


def test_of_two_starts_at_once_one_sets_up_and_the_other_waits(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    first, second = start(folder, "one"), start(folder, "two")
    ends = [outcome(first), outcome(second)]
    assert [end[0] for end in ends] == [0, 0]
    assert sorted(end[1] for end in ends) == [f"{folder} one\n", f"{folder} two\n"]
    assert sum("set up in" in end[2] for end in ends) == 1


def test_an_environment_that_someone_else_made_is_left_alone(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    mine = folder / ".venv" / "mine"
    mine.parent.mkdir()
    mine.touch()
    code, _, err = outcome(start(folder))
    assert code == 1
    assert "not made by start.py; move it away" in err
    assert mine.exists()


def test_a_library_without_its_hash_is_refused_and_the_set_up_made_anew_after_that(ready: Path) -> None:
    lock = ready / "requirements-dev.lock"
    good = lock.read_text()
    lock.write_text(good.partition(" --hash")[0] + "\n")
    code, _, err = outcome(start(ready, "test"))
    lock.write_text(good)
    assert code == 1
    assert "Hashes are required" in err
    assert "could not be installed (see above)" in err
    assert "making it anew" in outcome(start(ready))[2]
