"""How well buyers' messages are understood, on labelled files, beside what else a shop could use.

`python -m benchmarks.understanding FILE…` prints one table per file with the floors the product has to hold;
`--perturb`, `--curves` and `--wrong N` print more. `benchmarks/measure.py` says what the columns mean.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks import curves
from benchmarks.measure import (
    FLOORS,
    NONE,
    Floor,
    Guess,
    Known,
    Lang,
    Row,
    Score,
    language,
    mean,
    read_rows,
    score,
)
from benchmarks.peers import PEERS, SLOW, Asked, MissingPeerError, Peer
from benchmarks.perturb import KINDS, perturb, whole_pinyin
from benchmarks.shop import KNOWLEDGE, asking, encoder, fit, phrasings
from benchmarks.tables import Report, cells, share
from bot.understanding.matcher import Matcher, Phrasing

__all__ = ["KNOWLEDGE", "main", "phrasings"]

SEEDS = (1, 2, 3)
WIDTH = 124  # columns of a listed message


@dataclass(frozen=True)
class Method:
    name: str
    ask: Callable[[str], Guess]
    matcher: Matcher | None = None  # ours, which the floors are for
    vectors: bool = False
    peer: Peer | None = None


def sampled(rows: Sequence[Row], most: int | None) -> list[Row]:
    if most is None or len(rows) <= most:
        return list(rows)
    return random.Random(1).sample(list(rows), most)  # noqa: S311 - a seeded draw, not a secret


SHORT = {"homophones": "homoph.", "traditional": "trad.", "punctuation": "punct.", "full width": "width"}
HEAD = ("top-1", "95 % int.", "top-3", "precision", "answered", "none", "hindsight", "p50 ms", "p99 ms")


def floors(floor: Floor, vectors: bool) -> str:
    name = f"  floor {'with' if vectors else 'without'} vectors"
    shares = (share(v) for v in (floor.top3, floor.precision, floor.share, floor.none))
    return cells(name, share(floor.top1), "", *shares)


def row_of(method: Method, s: Score, floor: Floor | None) -> str:
    """The floors are the matcher's; a peer is only shown beside it."""
    values = (s.top3, s.precision, s.share)
    least = (floor.top3, floor.precision, floor.share) if floor else (None, None, None)
    return cells(
        method.name,
        share(s.top1, floor.top1 if floor else None),
        f"{share(s.low).strip()}–{share(s.high).strip()}",
        *(share(value, limit) for value, limit in zip(values, least, strict=True)),
        share(s.none, floor.none if floor else None, most=True),
        share(s.hindsight),
        f"{s.ms50:.2f}",
        f"{s.ms99:.2f}",
    )


def main_table(report: Report, file: str, rows: Sequence[Row], lang: Lang, methods: Sequence[Method]) -> None:
    nones = sum(row.topic == NONE for row in rows)
    report.say(f"\n{file}: {len(rows)} messages ({lang}), {len(rows) - nones} with a topic, {nones} without")
    report.say(cells("", *HEAD))
    for method in methods:
        floor = FLOORS[lang, method.vectors] if method.matcher else None
        if floor:
            report.say(floors(floor, method.vectors))
        few = sampled(rows, method.peer.messages if method.peer else None)
        try:
            s = score(few, [method.ask(row.text) for row in few])
        except MissingPeerError as missing:
            report.say(f"{method.name:<26}not installed: {missing}"[:130])
            continue
        note = f"  on {len(few)}" if len(few) < len(rows) else ""
        report.say(row_of(method, s, floor) + note)
        report.keep(file, method.name, **vars(s))


def perturbed(report: Report, file: str, rows: Sequence[Row], lang: Lang, methods: Sequence[Method]) -> None:
    """Top-1 lost, in shares of all messages: clean minus perturbed, the mean of SEEDS."""
    kinds = [*KINDS, "all"]
    changed = {k: mean([perturb(row.text, k, 1) != row.text for row in rows]) for k in kinds}
    kinds = [k for k in kinds if changed[k]]
    report.say(f"\n{file}: top-1 lost when every message is perturbed; matcher at most {FLOORS[lang, True].loss:.2f} "
               f"with vectors, {FLOORS[lang, False].loss:.2f} without")  # fmt: skip
    report.say(cells("", "clean", *(SHORT.get(k, k) for k in kinds), "pinyin*", width=9))
    report.say(cells("messages changed", "", *(share(changed[k]) for k in kinds), width=9))
    for method in methods:
        few = sampled(rows, method.peer.perturbed if method.peer else None)
        if not few:
            report.say(f"{method.name:<26}left out: too slow")
            continue
        try:
            report.say(losses(report, file, few, lang, method, kinds))
        except MissingPeerError:
            continue
    report.say("* short messages typed as pinyin as a whole: their top-1 as they were and as pinyin")


def losses(
    report: Report, file: str, rows: Sequence[Row], lang: Lang, method: Method, kinds: Sequence[str]
) -> str:
    topic = lru_cache(maxsize=None)(lambda text: method.ask(text).topic)

    def top1(texts: Sequence[tuple[Row, str]]) -> float:
        return mean([row.accepts(topic(text)) for row, text in texts])

    clean = top1([(row, row.text) for row in rows])
    lost = {}
    for kind in kinds:
        same = [row.courteous() if kind in ("polite", "all") else row for row in rows]
        lost[kind] = clean - mean(
            [top1([(row, perturb(row.text, kind, seed)) for row in same]) for seed in SEEDS]
        )
    most = FLOORS[lang, method.vectors].loss if method.matcher else None
    report.keep(file, method.name, **{f"loss {k}": value for k, value in lost.items()})
    marked = [share(value, most, most=True) for value in lost.values()]
    pairs = [(row, whole_pinyin(row.text, chance(row.text))) for row in rows]
    whole = [(row, text) for row, text in pairs if text != row.text]
    was, now = top1([(row, row.text) for row, _ in whole]), top1(whole)
    after = f"{share(was).strip()}→{share(now).strip()}" if whole else "–"
    if whole:
        report.keep(file, method.name, **{"pinyin of": was, "pinyin as": now})
    name = f"{method.name} ({len(rows)})" if method.peer else method.name
    return cells(name, share(clean), *marked, f" {after}", width=9)


def chance(text: str) -> random.Random:
    """The same for the same text."""
    return random.Random(text)  # noqa: S311 - a seeded draw, not a secret


def wrong(report: Report, file: str, rows: Sequence[Row], method: Method, most: int) -> None:
    assert method.matcher
    missed = [(row, guess) for row in rows if not row.accepts((guess := method.ask(row.text)).topic)]
    report.say(f"\n{file}: {min(most, len(missed))} of the {len(missed)} that the {method.name} gets wrong")
    for row, guess in missed[:most]:
        near = method.matcher.explain(row.text).phrasings[:1]
        nearest = f"near “{near[0][1]}”" if near else "nothing near"
        wanted = "|".join((row.topic, *sorted(row.also)))
        report.say(" ".join(row.text.split())[:WIDTH])
        report.say(
            f"    {wanted} ≠ {guess.topic} {guess.score:.2f}{' answered' if guess.answers else ''}, {nearest}"[
                :WIDTH
            ]
        )


def grown(
    report: Report, known: Sequence[Phrasing], messages: Sequence[str], vectors: Sequence[bool]
) -> None:
    report.say("\nSpeed and memory by the number of phrasings (CPU ms of one thread; MB above a bare Python)")
    names = ("phrasings", "fit s", "start s", "p50 ms", "p99 ms", "MB", "peak MB")
    report.say(cells("", *names))
    for point in curves.curves([(p.topic, p.lang, p.text) for p in known], messages, vectors):
        shown = (point.fit, point.start, point.ms50, point.ms99, point.memory, point.peak)
        values = (
            "–" if math.isnan(v) else f"{v:.2f}" if at < 4 else f"{v:.0f}" for at, v in enumerate(shown)
        )
        report.say(cells(point.method, f"{point.size:,}", *values))
        figures = {k: v for k, v in vars(point).items() if k not in ("method", "size")}
        report.keep(f"{point.size} phrasings", point.method, **figures)


def ours(report: Report, known: Sequence[Phrasing], choice: str) -> Iterator[Method]:
    _, words = phrasings()
    vectors = None if choice == "off" else encoder()
    if choice != "off" and vectors is None:
        report.say("vectors: not installed, or not in this version; the matcher runs without")
    for kind in [None, vectors] if choice == "both" and vectors else [vectors]:
        start = time.perf_counter()
        matcher = fit(known, words, None, kind)
        name = "matcher" + (" with vectors" if kind else "")
        report.say(f"{name}: {len(known)} phrasings fitted in {time.perf_counter() - start:.1f} s")
        yield Method(name, asking(matcher, time.perf_counter), matcher, kind is not None)


def chosen(report: Report, known: Sequence[Phrasing], choice: str | None) -> list[Method]:
    names = [name for name in PEERS if name not in SLOW]
    if choice is not None:
        names = [] if choice == "none" else list(PEERS) if choice == "all" else choice.split(",")
    else:
        report.say(f"left out for their slowness: {', '.join(SLOW)}; --peers all takes them in")
    by_lang: dict[Lang, list[Known]] = {
        "zh": [(p.topic, p.text) for p in known if p.lang == "zh"],
        "en": [(p.topic, p.text) for p in known if p.lang == "en"],
    }
    return [Method(PEERS[name].name, Asked(PEERS[name], by_lang), peer=PEERS[name]) for name in names]


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines: text, topic, also")
    parser.add_argument("--vectors", choices=("on", "off", "both"), default="both")
    parser.add_argument("--peers", metavar="NAMES", help=f"all, none, or of {','.join(PEERS)}")
    parser.add_argument("--perturb", action="store_true", help="what typos, scripts and manners cost")
    parser.add_argument("--curves", action="store_true", help="speed and memory by the number of phrasings")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="list the first N wrong ones")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="every figure as file,method,measure,value")
    options = parser.parse_args(words)
    unknown = set((options.peers or "all").split(",")) - {"all", "none", *PEERS}
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; known are {', '.join(PEERS)}")
    return options


def main(words: Sequence[str] | None = None) -> int:
    options, report = arguments(words), Report()
    known, _ = phrasings()
    mine = list(ours(report, known, options.vectors))
    methods = [*mine, *chosen(report, known, options.peers)]
    files = {file.name: read_rows(file) for file in options.files}
    for file, rows in files.items():
        lang = language([row.text for row in rows])
        main_table(report, file, rows, lang, methods)
        if options.perturb:
            perturbed(report, file, rows, lang, methods)
        if options.wrong:
            wrong(report, file, rows, mine[-1], options.wrong)
    if options.curves:
        messages = [row.text for rows in files.values() for row in rows]
        grown(report, known, messages, sorted({method.vectors for method in mine}))
    if options.csv:
        report.save(options.csv)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
