"""`check --coverage`: which texts no rehearsal sends, by file, line and key."""

from pathlib import Path

import pytest

from bot.commands.coverage import Coverage, coverage, noting, texts_said
from bot.config import Settings, load_settings
from bot.errors import ConfigError
from bot.kit import build_kit
from bot.knowledge.load import load
from bot.messages import Lang

TOP = Path(__file__).resolve().parent.parent
ONE = """\
title: a cancellation
now: 2026-03-10 14:05
orders:
- {id: T2001, buyer: B1, status: paid, paid_at: 2026-03-10 10:00, item: 连衣裙, paid: 159.00}
turns:
- {buyer: 取消订单}
- {buyer: 确认}
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(TOP / "config.yaml", {"BOT__DATA__PATH": str(tmp_path_factory.mktemp("data"))})


@pytest.fixture(scope="module")
def found(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Coverage:
    folder = tmp_path_factory.mktemp("rehearsals")
    (folder / "one.yaml").write_text(ONE, encoding="utf-8")
    steps: list[tuple[int, int]] = []
    result = coverage(settings, folder, ["return_too_late"], lambda done, of: steps.append((done, of)))
    assert steps == [(1, 1)]
    return result


def test_what_was_said_is_not_listed_and_what_was_not_is(found: Coverage) -> None:
    keys = {line.split(" ", 1)[1] for line in found.unsent}
    assert not keys & {
        "introduction",
        "flow:cancel.steps.3.say",
        "flow:cancel.steps.4.say",
        "return_too_late",
    }
    assert {"flow:return.steps.0.say", "faq:refund.timing", "signal_scam"} <= keys


def test_each_is_listed_with_the_file_and_line_it_stands_in(found: Coverage) -> None:
    place = next(line for line in found.unsent if line.endswith(" signal_scam")).split(" ")[0]
    file, line = place.rsplit(":", 1)
    assert (TOP / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith("signal_scam:")


def test_the_summary_counts(found: Coverage) -> None:
    every = len(dict(texts_said(load(TOP / "knowledge"))))
    sent = every - len(found.unsent)
    assert found.summary() == f"{sent} of {every} texts are sent by 1 rehearsals, {len(found.unsent)} are not"


def test_a_noting_kit_says_the_same_words(settings: Settings) -> None:
    kit = build_kit(settings)
    noted, sent = noting(kit)
    langs: tuple[Lang, Lang] = ("zh", "en")
    assert all(
        noted.knowledge.replies[key].text(lang) == words.text(lang)
        for key, words in kit.knowledge.replies.items()
        for lang in langs
    )
    assert sent == set(kit.knowledge.replies)
    assert {name: flow.hash for name, flow in noted.flows.items()} == {
        n: f.hash for n, f in kit.flows.items()
    }


def test_a_folder_without_rehearsals_is_a_fault_with_its_cure(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no rehearsal; name the folder by --rehearsals"):
        coverage(settings, tmp_path)
