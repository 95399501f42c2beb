"""`rehearse`: plays files of conversations, prints what failed, writes JUnit for machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.config import Settings
from bot.errors import ConfigError, UsageError
from bot.kit import build_kit
from bot.rehearse.play import Outcome, play
from bot.rehearse.script import Script, read_scripts
from bot.rehearse.wires import CHANNELS


def rehearse_files(
    files: Sequence[Path],
    settings: Settings,
    junit: Path | None,
    all_of_it: bool,
    show: Callable[[str], None],
    channel: str | None = None,
) -> int:
    """How many conversations failed; `channel` is as a stage has it.

    Raises ConfigError where a file or the knowledge cannot be read, UsageError for a channel that is not played.
    """
    if channel is not None and channel not in CHANNELS:
        raise UsageError(
            f"--channel {channel}: rehearsals are played over {' or '.join(CHANNELS)}, or neither"
        )
    scripts = _read(files)
    kit = build_kit(settings, settings.data.path / "cache")
    outcomes = []
    for script in scripts:
        outcome = play(script, kit, settings, channel)
        outcomes.append(outcome)
        show(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.title}")
        if all_of_it or not outcome.passed:
            show(_transcript(outcome))
    failed = sum(not o.passed for o in outcomes)
    show(f"{len(outcomes) - failed} passed, {failed} failed")
    if junit:
        junit.write_bytes(_junit(outcomes))
    return failed


def _read(files: Sequence[Path]) -> list[Script]:
    scripts: list[Script] = []
    faults: list[str] = []
    for path in files:
        try:
            scripts += read_scripts(path)
        except ConfigError as fault:
            faults += fault.faults
    if faults:
        raise ConfigError(faults)
    return scripts


def _transcript(outcome: Outcome) -> str:
    lines = [
        f"  {who:>10}  {what.replace(chr(10), chr(10) + ' ' * 14)}" for _, who, what in outcome.transcript
    ]
    return "\n".join([*lines, *(f"  !! {failure}" for failure in outcome.failures), ""])


def _junit(outcomes: Sequence[Outcome]) -> bytes:
    failed = sum(not o.passed for o in outcomes)
    suite = ElementTree.Element(
        "testsuite", name="rehearsals", tests=str(len(outcomes)), failures=str(failed)
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(suite, "testcase", classname=outcome.place, name=outcome.title)
        if not outcome.passed:
            ElementTree.SubElement(case, "failure", message=outcome.failures[0]).text = "\n".join(
                outcome.failures
            )
    text: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return text
