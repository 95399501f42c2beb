"""The section `desk` of the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.cases.reading import Fault, build
from bot.handoff.rules import Desk


def read(data: dict[str, Any]) -> tuple[Desk | None, list[str]]:
    faults: list[Fault] = []
    desk = build(Desk, data, ("desk",), faults)
    return desk, [f"{'.'.join(path)}: {fault}" for path, fault in faults]


def test_one_figure_may_be_set_and_the_others_stay() -> None:
    desk, faults = read(
        {"targets": {"P1": {"first_response": "5min"}}, "skills": {"counterfeit": "disputes"}}
    )
    assert faults == []
    assert desk is not None
    assert desk.targets.P1.first_response == timedelta(minutes=5)
    assert (desk.targets.P1.resolution, desk.targets.P2) == (timedelta(hours=13), Desk().targets.P2)
    assert desk.skills == {"counterfeit": "disputes"}


def test_what_makes_no_sense_is_told_with_its_place() -> None:
    _, faults = read(
        {
            "assign": "round_robin",
            "warn_at_percent": 120,
            "targets": {"P4": {}},
            "lease": {"idle_after": "soon"},
        }
    )
    assert len(faults) == 4
    assert any(f.startswith("desk.assign: 'round_robin' is not possible here") for f in faults)
    assert any(f.startswith("desk.targets.P4: unknown key 'P4'") for f in faults)


def test_more_urgent_is_never_slower() -> None:
    targets = Desk().targets
    for name in ("first_response", "next_response", "resolution"):
        spans = [getattr(targets.of(p), name) for p in ("P0", "P1", "P2", "P3")]
        assert spans == sorted(spans)
