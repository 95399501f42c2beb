"""Every conversation of tests/rehearsals/ is played against the real engine, store and knowledge, once a channel."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings, load_settings
from bot.dialogue.turn import Kit
from bot.kit import build_kit
from bot.rehearse.script import Script, read_scripts
from bot.rehearse.wires import CHANNELS
from bot.understanding.language import detect
from tests.support.played import played, shelf

TOP = Path(__file__).resolve().parent.parent
FILES = sorted((TOP / "tests" / "rehearsals").glob("*.yaml"))
SCRIPTS = [(path.stem, script) for path in FILES for script in read_scripts(path)]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(TOP / "config.yaml", {})


@pytest.fixture(scope="module")
def kit(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return build_kit(settings, tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("script", [pytest.param(s, id=f"{stem}: {s.title}") for stem, s in SCRIPTS])
def test_a_rehearsal_goes_as_written(
    script: Script, channel: str, kit: Kit, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outcome = played(script, kit, settings, shelf(tmp_path_factory), channel)
    told = "\n".join([f"{who}: {what}" for _, who, what in outcome.transcript] + outcome.failures)
    assert outcome.passed, told


def test_no_two_conversations_share_a_title() -> None:
    titles = [script.title for _, script in SCRIPTS]
    assert len(set(titles)) == len(titles)


def test_both_languages_are_rehearsed_in_earnest() -> None:
    """At least 60 conversations, 40 of them in Chinese and 20 in English, by the buyer's own words."""
    spoken = Counter(detect(" ".join(words_of(script.turns))) for _, script in SCRIPTS)
    assert spoken["zh"] >= 40
    assert spoken["en"] >= 20
    assert spoken.total() >= 60


def words_of(turns: Sequence[Mapping[str, Any]]) -> list[str]:
    """What buyers write in these turns, forks included."""
    words: list[str] = []
    for turn in turns:
        said = turn.get("buyer", [])
        words += [str(t) for t in (said if isinstance(said, list) else [said])]
        words += words_of(turn.get("fork", []))
    return words
