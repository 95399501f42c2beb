"""A rehearsal's outcome, played once in a test run: several tests look at the same conversations."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.config import Settings
from bot.dialogue.turn import Kit
from bot.rehearse.play import Outcome, play
from bot.rehearse.script import Script


def shelf(factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run, the same for all its workers."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "played"
    folder.mkdir(exist_ok=True)
    return folder


def played(script: Script, kit: Kit, settings: Settings, shelf: Path, channel: str | None = None) -> Outcome:
    """As `play`; from the shelf where this run has played it already, by whichever worker."""
    name = hashlib.sha256(f"{channel} {script.place}".encode()).hexdigest()[:16]
    file = shelf / f"{name}.json"
    if file.exists():
        row = json.loads(file.read_text(encoding="utf-8"))
        return Outcome(row["title"], row["place"], row["failures"], [tuple(t) for t in row["transcript"]])
    outcome = play(script, kit, settings, channel)
    fresh = shelf / f"{name}.{os.getpid()}"
    fresh.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    fresh.replace(file)  # whole or not at all, for a worker that looks meanwhile
    return outcome
