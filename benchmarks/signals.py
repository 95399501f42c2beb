"""How surely danger, scams, threats and anger are heard: `python -m benchmarks.signals [FILE…] [--show N] [--misses]`.

Recall is counted on the sentences of `tests/understanding/signals_said.yaml`: those that patterns may be mended on
(`learn`), those nobody looks at (`held`) and those written after the patterns (`later`). A FILE of JSON lines with a
`text` tells how often ordinary messages raise each signal; `--show` prints the first N of them, `--misses` what goes
wrong in `learn`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.understanding.signals import signals

SAID = Path(__file__).parent.parent / "tests" / "understanding" / "signals_said.yaml"
Half = Literal["learn", "held", "later"]  # only `learn` is looked at while patterns are mended
HALVES: tuple[Half, ...] = ("learn", "held", "later")
NAMES = ("safety", "scam", "legal_threat", "extortion", "anger", "vulnerable", "human")


@dataclass(frozen=True)
class Sentence:
    text: str
    means: frozenset[str]  # empty: it must raise nothing
    lang: str
    half: Half


def sentences(file: Path = SAID) -> list[Sentence]:
    """The labelled sentences: every second one of the first lists is held, `read` is for learning, `later` is not."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    read = [replace(s, half="learn") for s in _labelled(data["read"])]
    return [*_labelled(data), *read, *(replace(s, half="later") for s in _labelled(data["later"]))]


def _labelled(data: dict[str, Any]) -> list[Sentence]:
    return [
        Sentence(text, frozenset(filter(None, key.split("+"))), lang, "held" if at % 2 else "learn")
        for key, by_lang in [*data["said"].items(), ("", data["harmless"])]
        for lang, texts in by_lang.items()
        for at, text in enumerate(texts)
    ]


def recall(name: str, said: Sequence[Sentence]) -> float:
    """The share of the sentences meaning `name` that raise it."""
    due = [s for s in said if name in s.means]
    return sum(name in signals(s.text) for s in due) / max(len(due), 1)


def false_alarms(name: str, said: Sequence[Sentence]) -> list[Sentence]:
    """Harmless sentences that raise `name`."""
    return [s for s in said if not s.means and name in signals(s.text)]


def table(said: Sequence[Sentence]) -> str:
    names = (
        "sentences",
        *(f"recall {h}" for h in HALVES),
        *(f"alarms {h}" for h in HALVES),
        "precision",
        "beside",
    )
    rows = [f"{'':<14}" + "".join(f"{name:>14}" for name in names)]
    return "\n".join([*rows, *(_row(name, said) for name in NAMES)])


def _row(name: str, said: Sequence[Sentence]) -> str:
    due = [s for s in said if name in s.means]
    parts = [[s for s in said if s.half == half] for half in HALVES]
    false = [len(false_alarms(name, part)) for part in parts]
    heard = sum(name in signals(s.text) for s in due)
    # Raised by a sentence written for another signal; many of these are right, so they are no false alarms.
    beside = sum(name in signals(s.text) for s in said if s.means and name not in s.means)
    shares = "".join(f"{recall(name, part):>14.1%}" for part in parts) + "".join(f"{n:>14}" for n in false)
    return f"{name:<14}{len(due):>14}{shares}{heard / max(heard + sum(false), 1):>14.1%}{beside:>14}"


def misses(said: Sequence[Sentence]) -> list[str]:
    """What is wrong in the half that may be looked at."""
    learn = [(s, signals(s.text)) for s in said if s.half == "learn"]
    missed = [f"missed {name}: {s.text}" for name in NAMES for s, got in learn if name in s.means - got]
    false = [f"false {name}: {s.text}" for name in NAMES for s, got in learn if not s.means and name in got]
    return [*missed, *false]


def traffic(file: Path, show: int) -> str:
    """How many messages of a file raise which signal, with up to `show` of each."""
    lines = file.read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines if line.strip()]
    heard = [(text, signals(text)) for text in texts]
    out = [f"{file}: {len(texts)} messages, {sum(bool(got) for _, got in heard)} raise a signal"]
    for name in NAMES:
        raising = [text for text, got in heard if name in got]
        out.append(f"  {name:<14}{len(raising):>6}{len(raising) / max(len(texts), 1):>8.1%}")
        out += [f"      {' '.join(text.split())[:300]}" for text in raising[:show]]
    return "\n".join(out)


def speed(said: Sequence[Sentence]) -> str:
    """Milliseconds a sentence, and the slowest of 600 repeated characters or words."""
    short = statistics.median(_milliseconds(s.text) for s in said)
    repeated = (
        "a",
        "人",
        "1",
        "!",
        " ",
        "不",
        "给",
        "我",
        "退",
        "a ",
        "i ",
        "the ",
        "not ",
        "我 ",
        "不给",
        "give me ",
    )
    long = {r: _milliseconds((r * 600)[:600]) for r in repeated}
    worst = max(long, key=lambda r: long[r])
    return f"{short:.3f} ms a sentence (median); 600 characters of {worst!r}: {long[worst]:.2f} ms"


def _milliseconds(text: str) -> float:
    """The best of three, since a busy machine only ever adds."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        signals(text)
        spent.append((time.perf_counter() - start) * 1000)
    return min(spent)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="JSON lines with a text")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N messages of each signal")
    parser.add_argument("--misses", action="store_true", help="print what the learn half gets wrong")
    args = parser.parse_args(argv)
    said = sentences()
    parts = [table(said), speed(said), *(traffic(file, args.show) for file in args.files)]
    parts += misses(said) if args.misses else []
    sys.stdout.write("\n".join(parts) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
