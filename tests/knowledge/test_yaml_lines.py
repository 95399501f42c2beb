"""YAML with lines: where each part stands, and what a broken file is told."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.knowledge.yaml_lines import read_file, read_text


def fault(text: str) -> str:
    with pytest.raises(ConfigError) as told:
        read_text(text, "a.yaml")
    assert len(told.value.faults) == 1
    return told.value.faults[0]


def test_every_key_and_entry_knows_its_line() -> None:
    document = read_text("a:\n  b: 1\n  c:\n  - x\n  - y: 2\n", "a.yaml")[0]
    assert document.data == {"a": {"b": 1, "c": ["x", {"y": 2}]}}
    assert document.at(("a", "b")) == "a.yaml:2"
    assert document.at(("a", "c", "1", "y")) == "a.yaml:5"


def test_a_place_that_is_not_there_points_to_what_it_would_stand_in() -> None:
    document = read_text("\na:\n  b: 1\n", "a.yaml")[0]
    assert document.fault(("a", "z", "y"), "missing; add it") == "a.yaml:2: a.z.y: missing; add it"


def test_a_key_written_twice_is_told_with_both_lines() -> None:
    with pytest.raises(ConfigError) as told:
        read_text("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", "a.yaml")
    assert told.value.faults == [
        "a.yaml:4: key 'c' stands here twice (first in line 3); remove or rename one",
        "a.yaml:5: key 'a' stands here twice (first in line 1); remove or rename one",
    ]


@pytest.mark.parametrize(
    ("text", "line", "cure"),
    [
        ("a: 1\nb: c: d\n", 2, "put the text in quotes: a colon with a space after it starts a new key"),
        ("a: 1\n\tb: 2\n", 2, "indent with spaces, not tabs"),
        ("a: {b: 1\nc: 2\n", 2, "close the bracket"),
        ('a: "open\n', 2, "close the quote or bracket opened above"),
        ("a: *star\n", 1, "put texts that begin with * in quotes"),
        ("a: !wow 1\n", 1, "put texts that begin with ! in quotes"),
        ("a: 2026-13-45\n", 1, "put it in quotes"),
        ("a: 1\n b: 2\n", 2, ""),
    ],
)
def test_a_broken_file_is_told_its_line_and_the_cure(text: str, line: int, cure: str) -> None:
    told = fault(text)
    assert told.startswith(f"a.yaml:{line}: ")
    assert cure in told
    assert "; " in told
    assert "\n" not in told


def test_a_block_that_contains_itself_is_refused() -> None:
    assert "contains itself" in fault("a: &x\n  b: *x\n")


def test_a_file_nested_without_end_is_refused() -> None:
    assert "nested too deeply" in fault("[" * 3000 + "]" * 3000)


def test_several_documents_each_know_their_lines() -> None:
    first, second = read_text("a: 1\n---\nb: 2\n", "a.yaml")
    assert (first.at(("a",)), second.at(("b",))) == ("a.yaml:1", "a.yaml:3")


def test_a_file_in_another_encoding_is_told_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("a: 1\nb: 退款\n".encode("gb18030"))
    with pytest.raises(ConfigError) as told:
        read_file(tmp_path / "a.yaml", "a.yaml")
    assert told.value.faults == ["a.yaml:2: not UTF-8; save the file as UTF-8"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("a: 退款\n".encode("utf-8-sig"))
    assert read_file(tmp_path / "a.yaml").data == {"a": "退款"}


def test_two_documents_where_one_belongs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n---\nb: 2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="has 2 documents; remove the lines"):
        read_file(tmp_path / "a.yaml")
