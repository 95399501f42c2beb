"""How well the bot converses: `python -m benchmarks.dialogue [--conversations 2000] [--seed 1]`.

Seeded buyers, each with a goal, an order that fits it and a manner of their own (typos, bursts, second thoughts,
questions in between, silence, buttons or words; Chinese and English in turn), talk to the real engine, store and
knowledge on a clock that stands. Reported, by flow and language: the share that reach their goal without a person,
turns against the fewest possible with that very buyer, questions asked although they were answered, dead ends, and
what a turn costs this process. The same seed gives the same conversations.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.simulate.goals import World, read_world
from benchmarks.simulate.talk import Talked, converse
from benchmarks.tables import Report, cells, share
from bot.commands.coverage import noting
from bot.config import load_settings
from bot.kit import build_kit
from bot.rehearse.stage import Stage

TOP = Path(__file__).resolve().parent.parent
PER_STAGE = 50  # conversations on one database, so that its clock does not drift far
REACHED, LONGER = 0.95, 1.3  # aims: the share at least, the turns against the shortest at most
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory where the system has one


@dataclass(frozen=True)
class Run:
    """What decides a run: the same values give the same conversations."""

    conversations: int = 2000
    seed: int = 1
    first: int = 0
    goals: tuple[str, ...] = ()

    def blocks(self) -> list[range]:
        last = self.first + self.conversations
        return [range(n, min(n + PER_STAGE, last)) for n in range(self.first, last, PER_STAGE)]


@dataclass(frozen=True)
class Block:
    talks: list[Talked]
    sent: frozenset[str]


class Simulation:
    """The kit and the goals, for as many blocks as one process talks through."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.settings = load_settings(TOP / "config.yaml", {})
        self.kit, self.sent = noting(build_kit(self.settings, self.settings.data.path / "cache"))
        world = read_world()
        goals = tuple(goal for goal in world.goals if not run.goals or goal.name in run.goals)
        self.world = World(goals, world.words)

    def block(self, numbers: range) -> Block:
        """On a database of its own, so that neither its clock nor its size grows with the run."""
        with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as place:
            start = datetime(2026, 3, 10, 10, 5, tzinfo=self.kit.zone)
            stage = Stage(Path(place), self.kit, self.settings, start)
            try:
                talks = [converse(n, self.run.seed, stage, self.world) for n in numbers]
            finally:
                stage.close()
        return Block(talks, frozenset(self.sent))


@cache
def _simulation(run: Run) -> Simulation:
    return Simulation(run)


def _block(run: Run, numbers: range) -> Block:
    return _simulation(run).block(numbers)


def simulate(run: Run, jobs: int = 1) -> Iterator[Block]:
    """The blocks of a run in order, talked through by so many processes."""
    if jobs == 1:
        yield from (_block(run, numbers) for numbers in run.blocks())
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(partial(_block, run), run.blocks())


def report(out: Report, talks: Sequence[Talked]) -> None:
    out.say(cells("flow", "talks", "reached", "turns", "×shortest", "repeated", "dead", "ms p50", "ms p99"))
    flows = list(dict.fromkeys(t.goal.flow for t in talks))
    groups = [(flow, [t for t in talks if t.goal.flow == flow]) for flow in sorted(flows)]
    groups += [(lang, [t for t in talks if t.lang == lang]) for lang in ("zh", "en")]
    groups += [(name, [t for t in talks if t.persona == name]) for name in sorted({t.persona for t in talks})]
    for name, group in [*groups, ("all", list(talks))]:
        if group:
            out.say(_line(out, name, group))
    for what, found in (
        ("not reached", [t.why for t in talks if t.why]),
        ("repeated", [r.split(": ")[1] for t in talks for r in t.repeated]),
        ("dead ends", [d.split(": ")[1] for t in talks for d in t.dead]),
    ):
        if found:
            out.say(f"\n{what}: " + "; ".join(f"{n}× {why}" for why, n in Counter(found).most_common(12)))


def _line(out: Report, name: str, talks: Sequence[Talked]) -> str:
    there = [t for t in talks if t.reached]
    reached = len(there) / len(talks)
    turns = sum(t.turns for t in there)
    longer = turns / max(1, sum(t.shortest for t in there))
    repeated, dead = sum(len(t.repeated) for t in talks), sum(len(t.dead) for t in talks)
    cpu = sorted(ms for t in talks for ms in t.cpu) or [0.0]
    p50, p99 = statistics.median(cpu), cpu[min(len(cpu) - 1, round(len(cpu) * 0.99))]
    out.keep(
        name, "dialogue", reached=reached, longer=longer, repeated=repeated, dead=dead, ms50=p50, ms99=p99
    )
    return cells(
        name,
        str(len(talks)),
        share(reached, REACHED),
        f"{turns / max(1, len(there)):.1f}",
        f"{longer:.2f} {'✓' if longer <= LONGER else '✗'}",
        f"{repeated}",
        f"{dead}",
        f"{p50:.0f}",
        f"{p99:.0f}",
    )


def show(out: Report, talks: Sequence[Talked], most: int) -> None:
    """The worst conversations, word for word."""
    for talk in sorted((t for t in talks if t.badness > 0), key=lambda t: (-t.badness, t.n))[:most]:
        out.say(
            f"\n=== {talk.n} {talk.goal.name} {talk.lang} {talk.persona}: {talk.why or 'reached'}; "
            f"{talk.turns} turns, {talk.shortest} possible"
        )
        for who, what in talk.log:
            out.say(f"  {who}: {what}")
        for fault in [*talk.repeated, *talk.dead]:
            out.say(f"  !! {fault}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("--conversations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first conversation")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--show", type=int, default=0, help="print so many of the worst conversations")
    parser.add_argument("--goal", action="append", default=[], help="only these goals (for looking closer)")
    parser.add_argument("--csv", type=Path, help="keep every figure")
    parser.add_argument("--sent", type=Path, help="write the keys of all texts sent, for `check --coverage`")
    args = parser.parse_args()
    run = Run(args.conversations, args.seed, args.first, tuple(args.goal))
    out = Report()
    talks: list[Talked] = []
    sent: set[str] = set()
    blocks = simulate(run, args.jobs)
    for block in track(
        blocks, "talking", total=len(run.blocks()), console=Console(stderr=True), transient=True
    ):
        talks += block.talks
        sent |= block.sent
    report(out, talks)
    show(out, talks, args.show)
    if args.csv:
        out.save(args.csv)
    if args.sent:
        args.sent.write_text("\n".join(sorted(sent)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
