"""The shop's own knowledge, read once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings
from bot.dialogue.turn import Kit
from bot.kit import build_kit

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    settings = Settings.load(TOP)
    return build_kit(settings, tmp_path_factory.mktemp("cache"))
