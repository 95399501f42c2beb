"""`graph`: the case states, or a flow, as Mermaid, drawn from the very tables that run."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cases.machine import TRANSITIONS
from bot.config import Settings
from bot.dialogue.flow import OTHER_FLOW, Flow, Step
from bot.dialogue.flow_check import parse_flows
from bot.errors import UsageError
from bot.knowledge.load import load


def draw(settings: Settings, flow: str | None) -> str:
    """Mermaid text. Raises UsageError for a flow that does not exist."""
    if flow is None:
        return _states()
    knowledge = load(settings.knowledge.path)
    flows = parse_flows(knowledge.flows, knowledge.topics)
    if flow not in flows:
        raise UsageError(f"there is no flow {flow!r}; there are: {', '.join(flows)}")
    return _flow(flows[flow])


def _states() -> str:
    lines = ["stateDiagram-v2", "    [*] --> DRAFT"]
    for status, moves in TRANSITIONS.items():
        for event, move in moves.items():
            lines += [f"    {status} --> {to}: {event} ({', '.join(sorted(move.by))})" for to in move.to]
        if status.closed:
            lines.append(f"    {status} --> [*]")
    return "\n".join(lines)


def _flow(flow: Flow) -> str:
    places = {step.name: n for n, step in enumerate(flow.steps) if step.name}
    lines = ["flowchart TD", f"    start([{' / '.join(flow.starts_on)}]) --> s0"]
    for n, step in enumerate(flow.steps):
        lines.append(f'    s{n}["{_label(step)}"]')
        if step.kind != "open" and n + 1 < len(flow.steps):
            lines.append(f"    s{n} --> s{n + 1}")
        lines += [f"    s{n} -- {value} --> {_end(target, places)}" for value, target in step.to.items()]
        if step.kind == "branch" and not step.to:
            lines.append(f"    s{n} -- no --> refused{n}([refused, with the other roads])")
        if step.person:
            lines.append(f"    s{n} --> person{n}([a person])")
    return "\n".join(lines)


def _end(target: str, places: Mapping[str, int]) -> str:
    """A step of this flow, or another flow that goes on with what is known."""
    other = target.removeprefix(OTHER_FLOW)
    return f"flow_{other}([{other}])" if other != target else f"s{places[target]}"


def _label(step: Step) -> str:
    what = getattr(step, step.kind)
    return f"{step.kind}: {', '.join(what) if isinstance(what, tuple) else what}"
