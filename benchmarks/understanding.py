"""How well messages are understood, on labelled files, next to plain string ratios.

`python -m benchmarks.understanding FILE…`

A line of a file is `{"text", "topic", "also"?: [topic, …]}`. A guess is right where it is `topic` or one of `also`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rapidfuzz import fuzz, process

from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
Guess = tuple[list[str], bool, float]  # topics best first, whether it would answer, confidence


@dataclass(frozen=True)
class Result:
    name: str
    top1: float
    top3: float
    answered: float
    precision: float
    none_answered: float
    p50: float  # milliseconds
    p99: float


def phrasings(folder: Path = KNOWLEDGE) -> tuple[list[Phrasing], Lexicon]:
    """The FAQ's phrasings and the lexicon, read without the checks the program makes."""
    found = [
        Phrasing(topic, lang, text)
        for file in sorted((folder / "faq").glob("*.yaml"))
        for topic, block in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for lang in ("zh", "en")
        for text in block["phrasings"][lang]
    ]
    return found, Lexicon.from_data(yaml.safe_load((folder / "lexicon.yaml").read_text(encoding="utf-8")))


def ours(matcher: Matcher) -> Callable[[str], Guess]:
    def guess(text: str) -> Guess:
        match = matcher.match(text)
        return [topic for topic, _ in match.candidates], match.action == "answer", match.confidence

    return guess


def by_ratio(
    known: Sequence[Phrasing], scorer: Callable[..., float], cutoff: float
) -> Callable[[str], Guess]:
    """The nearest phrasing by one string ratio; it answers from `cutoff` (of 100)."""
    texts = [p.text for p in known]

    def guess(text: str) -> Guess:
        near = process.extract(text, texts, scorer=scorer, limit=30)
        topics = list(dict.fromkeys(known[at].topic for _, _, at in near))
        best = near[0][1] if near else 0.0
        return topics or ["none"], best >= cutoff and topics[0] != "none", best / 100

    return guess


def measure(name: str, guess: Callable[[str], Guess], rows: Sequence[dict[str, Any]]) -> Result:
    first = third = answers = right = none_answered = 0
    spent: list[float] = []
    nones = sum(row["topic"] == "none" for row in rows)
    for row in rows:
        accepted = {row["topic"], *row.get("also", ())}
        start = time.perf_counter()
        topics, answer, _ = guess(row["text"])
        spent.append((time.perf_counter() - start) * 1000)
        first += topics[0] in accepted
        third += any(topic in accepted for topic in topics[:3])
        answers += answer
        right += answer and topics[0] in accepted
        none_answered += answer and row["topic"] == "none"
    p50, p99 = np.percentile(spent, (50, 99))
    n = max(len(rows), 1)
    return Result(
        name,
        first / n,
        third / n,
        answers / n,
        right / max(answers, 1),
        none_answered / max(nones, 1),
        p50,
        p99,
    )


def table(results: Sequence[Result]) -> str:
    names = ("top-1", "top-3", "answers", "right", "none answered", "p50 ms", "p99 ms")
    head = " " * 22 + "".join(f"{name:>15}" for name in names)
    body = (
        f"{r.name:<22}"
        + "".join(f"{share:>15.1%}" for share in (r.top1, r.top3, r.answered, r.precision, r.none_answered))
        + f"{r.p50:>15.2f}{r.p99:>15.2f}"
        for r in results
    )
    return "\n".join([head, *body])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(files: Sequence[str]) -> int:
    if not files:
        sys.stderr.write("usage: python -m benchmarks.understanding FILE…  (JSON lines: text, topic, also)\n")
        return 2
    known, lexicon = phrasings()
    start = time.perf_counter()
    matcher = Matcher.fit(known, lexicon)
    _say(f"{len(known)} phrasings fitted in {time.perf_counter() - start:.1f} s")
    methods = {
        "matcher": ours(matcher),
        "rapidfuzz WRatio ≥90": by_ratio(known, fuzz.WRatio, 90),
        "rapidfuzz ratio ≥80": by_ratio(known, fuzz.ratio, 80),
    }
    for file in files:
        rows = [
            json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        _say(f"\n{file}: {len(rows)} messages")
        _say(table([measure(name, guess, rows) for name, guess in methods.items()]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
