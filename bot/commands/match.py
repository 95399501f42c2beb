"""What `match` prints: one JSON line a message for programs, or an account of one message for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from bot.errors import UsageError
from bot.understanding.matcher import Match, Matcher


def match_lines(matcher: Matcher, stdin: Iterable[str], stdout: TextIO) -> None:
    """One JSON object a line in, one a line out, in order; empty lines are passed over.

    Raises UsageError (exit code 2) at the first line that is not such an object, naming its number and the cure; what
    came before it has been written.
    """
    for number, line in enumerate(stdin, start=1):
        if line.strip():
            row = _row(line, number)
            answer = {k: row[k] for k in ("id",) if k in row} | as_json(matcher.match(row["text"]))
            stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            # A program that writes a line and waits for its answer must not wait for a full buffer.
            stdout.flush()


def as_json(match: Match) -> dict[str, Any]:
    """The fields promised to programs."""
    return {
        "topic": match.topic,
        "confidence": match.confidence,
        "action": match.action,
        "candidates": [[topic, confidence] for topic, confidence in match.candidates],
    }


def explain_text(matcher: Matcher, text: str) -> str:
    """Which topic, how sure, and the phrasings and words that made it so."""
    why = matcher.explain(text)
    match = why.match
    words = why.normalised if any(ch.isalpha() for ch in why.normalised) else "(no words)"
    lines = [
        f"{match.topic}  {match.confidence:.2f}  → {match.action}",
        f"read as      {words}",
    ]
    if why.repairs:
        lines.append("repaired     " + ", ".join(f"{before} → {after}" for before, after in why.repairs))
    if why.thresholds:
        lines.append(
            "thresholds   " + ", ".join(f"{name} from {value:.2f}" for name, value in why.thresholds)
        )
        lines.append(f"known words  {why.cover:.0%}")
    lines += _table("candidates", ((f"{c:.2f}", t) for t, c in match.candidates))
    lines += _table("phrasings", ((f"{s:.2f}", f"{t}: {p}") for t, p, s in why.phrasings))
    lines += _table("shared", ((f"{w:.3f}", unit) for unit, w in why.shared))
    lines += _table("practised", ((f"{w:+.2f}", unit) for unit, w in why.spoke))
    return "\n".join(lines)


def _table(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{title if i == 0 else '':<12} {number}  {text}" for i, (number, text) in enumerate(rows)]


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(
            f'line {number}: not JSON ({error.msg}); write one object a line, like {{"id": 1, "text": "退款多久到账"}}'
        ) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise UsageError(
            f'line {number}: no "text"; write one object a line, like {{"id": 1, "text": "退款多久到账"}}'
        )
    return row
