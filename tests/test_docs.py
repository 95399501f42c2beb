"""The guides tell the truth: their files, commands and examples are there and work."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.channels.links import sign

TOP = Path(__file__).resolve().parent.parent
GUIDES = sorted(path.relative_to(TOP).as_posix() for path in [*TOP.glob("*.md"), *TOP.glob("docs/*.md")])


def read(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def example(guide: str, language: str) -> str:
    """The first code block of that language."""
    found = re.search(rf"^```{language}\n(.*?)^```", read(guide), re.DOTALL | re.MULTILINE)
    assert found, f"{guide} shows no {language}"
    return found[1]


def program(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    """The program with this project's settings and knowledge, its data in a folder of the test's own."""
    command = [sys.executable, "-m", "bot", *words]
    env = os.environ | {"BOT__DATA__PATH": str(data)}
    return subprocess.run(command, cwd=TOP, env=env, capture_output=True, text=True)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    for guide in ("README.md", "README.zh-CN.md"):
        assert "\npython3 start.py test\n" in read(guide)
    assert re.search(r"^python3 start\.py test\b", read(".ci/run"), re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_a_guide_names_exists(guide: str) -> None:
    named = set(re.findall(r"`((?:bot|knowledge|tests|docs|scripts)/[\w./-]*)`", read(guide)))
    linked = {
        target for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(guide)) if "://" not in target
    }
    absent = {name for name in named if not (TOP / name).exists()}
    absent |= {name for name in linked if not ((TOP / guide).parent / name).exists()}
    assert absent == set()


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What `python -m bot --help` lists."""
    told = program("--help", data=tmp_path_factory.mktemp("data")).stdout
    return set(re.findall(r"^\W*([a-z]+)\s{2,}", told, re.MULTILINE))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_a_guide_shows_exists(guide: str, commands: set[str]) -> None:
    shown = set(re.findall(r"(?:python3 start\.py|python -m bot) ([a-z]+)\b", read(guide)))
    assert shown - commands - {"test"} == set()


def test_the_rehearsal_that_the_docs_show_passes(tmp_path: Path) -> None:
    script = tmp_path / "shown.yaml"
    script.write_text(example("docs/rehearsals.md", "yaml"), encoding="utf-8")
    done = program("rehearse", str(script), data=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_orders_that_the_docs_show_are_imported(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(example("docs/shop.md", "csv"), encoding="utf-8")
    done = program("orders", "import", str(file), data=tmp_path)
    assert "1 orders" in done.stdout, done.stdout + done.stderr


def test_the_token_that_the_docs_make_is_the_one_we_take() -> None:
    shown: dict[str, object] = {}
    exec(example("docs/shop.md", "python"), shown)
    key = "0123456789abcdef0123456789abcdef"
    assert shown["token"]("买家-7", key) == sign("买家-7", key.encode())  # type: ignore[operator]
