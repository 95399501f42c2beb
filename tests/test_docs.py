"""What the pages say is there is there: links, both languages, commands, settings, every file that is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bot.commands.cli import app
from bot.config import setting_paths

TOP = Path(__file__).resolve().parent.parent
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")])
# For who changes the program; everything else is for the people of a shop, in both languages.
FOR_DEVELOPERS = {"architecture", "rehearsals", "understanding"}
EMPTY_MAPS = ("desk.skills", "orders.pay")  # without entries there is no path to list
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)
_FILE = re.compile(
    r"`((?:bot|tests|knowledge|docs|scripts|benchmarks)/[\w./-]+?(?:/|\.(?:py|yaml|md|json|js)))`"
)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands() -> list[str]:
    """ "report", "privacy export" …"""
    whole = typer.main.get_command(app)
    return [
        f"{name} {sub}".strip()
        for name, command in whole.commands.items()  # type: ignore[attr-defined]
        for sub in getattr(command, "commands", {"": None})
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_files_that_are_named_exist(page: Path) -> None:
    text = read(page)
    linked = _LINK.findall(_CODE.sub("", text))
    assert [link for link in linked if not (page.parent / link).exists()] == []
    named = [name for name in _FILE.findall(text) if "…" not in name]
    assert [name for name in named if not (TOP / name).exists()] == []


def test_pages_for_shops_are_in_both_languages_and_point_at_each_other() -> None:
    english = {p.stem for p in (TOP / "docs").glob("*.md") if not p.stem.endswith(".zh-CN")} - FOR_DEVELOPERS
    chinese = {p.name.removesuffix(".zh-CN.md") for p in (TOP / "docs").glob("*.zh-CN.md")}
    assert english == chinese
    for name in english:
        assert f"[中文]({name}.zh-CN.md)" in read(TOP / "docs" / f"{name}.md"), name
        assert f"[English]({name}.md)" in read(TOP / "docs" / f"{name}.zh-CN.md"), name


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CHANGELOG.md"])
def test_every_command_is_told(page: str) -> None:
    spoken = re.findall(r"`([^`\n]+)`", read(TOP / page))
    assert len(commands()) > 15
    # Of accounts the first stands for all: they have a page of their own.
    told = {"agents add" if c.startswith("agents ") else c for c in commands()}
    assert [c for c in sorted(told) if not all(_said(word, spoken) for word in c.split())] == []


def _said(word: str, spoken: list[str]) -> bool:
    return any(re.search(rf"\b{word}\b", part) for part in spoken)


def test_the_accounts_page_tells_every_command_on_accounts() -> None:
    text = read(TOP / "docs" / "desk-people.md")
    assert [c for c in commands() if c.startswith("agents ") and c not in text] == []


@pytest.mark.parametrize("page", ["settings.md", "settings.zh-CN.md"])
def test_both_pages_tell_every_setting_and_no_other(page: str) -> None:
    cells = [line.split("|")[1] for line in read(TOP / "docs" / page).splitlines() if line.startswith("| `")]
    told = {name for cell in cells for name in re.findall(r"`([a-z_]+(?:\.\w+)+|demo)`", cell)}
    assert told == {*setting_paths(), *EMPTY_MAPS}
