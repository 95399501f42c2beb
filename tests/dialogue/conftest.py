"""The shop's own knowledge, read once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_settings
from bot.dialogue.turn import Kit
from bot.kit import build_kit

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return build_kit(load_settings(TOP / "config.yaml", {}), tmp_path_factory.mktemp("cache"))
