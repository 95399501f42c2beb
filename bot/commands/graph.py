"""`graph`: the case states, or a flow, as Mermaid, drawn from the very tables that run."""

from __future__ import annotations

from bot.cases.machine import TRANSITIONS
from bot.config import Settings
from bot.dialogue.flow import Flow, Step, parse_flows
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
    lines = ["flowchart TD", f"    start([{' / '.join(flow.starts_on)}]) --> s0"]
    for n, step in enumerate(flow.steps):
        lines.append(f'    s{n}["{_label(step)}"]')
        if n + 1 < len(flow.steps):
            lines.append(f"    s{n} --> s{n + 1}")
        if step.check:
            lines.append(f"    s{n} -- no --> refused{n}([refused, with the other roads])")
        if step.person:
            lines.append(f"    s{n} -- {', '.join(step.values)} --> person{n}([a person])")
    return "\n".join(lines)


def _label(step: Step) -> str:
    return f"{step.kind}: {getattr(step, step.kind) if step.kind != 'confirm' else 'the terms, read back'}"
