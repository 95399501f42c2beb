"""How speed and memory grow with the number of phrasings. Each figure comes from child processes of its own, whose
linear algebra has one thread; the median of several.

The module itself imports the standard library only, so that a child holds only what it measures.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import THREADS

SIZES = (2000, 5000, 10_000, 20_000)
RUNS = 3
MESSAGES = 200  # asked of each child
LIMIT = 150  # seconds a child may take
TOP = Path(__file__).parent.parent
_CLAUSES = re.compile(r"(?<=[,.!?;，。！？；])\s*")

Item = tuple[str, str, str]  # topic, language, text


@dataclass(frozen=True)
class Point:
    """NaN where a child did not end within LIMIT or the system does not tell."""

    method: str
    size: int
    fit: float  # seconds, without a cache
    start: float  # seconds from the imports until it can answer, from its cache
    ms50: float  # CPU time of a message
    ms99: float
    memory: float  # MB above a bare Python, from the cache and after the messages
    peak: float  # the same at its highest while fitting


def grow(known: Sequence[Item], size: int, seed: int = 1) -> list[Item]:
    """`size` phrasings: a sample that keeps two of every topic and language, or more made of the beginning of one and
    the end of another of the same topic."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, not a secret
    by_topic: dict[tuple[str, str], list[str]] = defaultdict(list)
    for topic, lang, text in dict.fromkeys(known):
        by_topic[topic, lang].append(text)
    kept = [
        (*key, text) for key, texts in by_topic.items() for text in chance.sample(texts, min(2, len(texts)))
    ]
    rest = sorted(set(known) - set(kept))
    chosen = dict.fromkeys(kept + chance.sample(rest, max(0, min(size - len(kept), len(rest)))))
    keys = sorted(by_topic)
    tries = 50 * size
    while len(chosen) < size and tries:
        tries -= 1
        topic, lang = key = chance.choice(keys)
        first, second = (chance.choice(by_topic[key]) for _ in range(2))
        chosen.setdefault((topic, lang, _joined(first, second, lang, chance)))
    return list(chosen)


def _joined(first: str, second: str, lang: str, chance: random.Random) -> str:
    """Clauses of both where they have several, else the halves of the sentences."""
    heads, tails = _CLAUSES.split(first), _CLAUSES.split(second)
    if len(heads) > 1 and len(tails) > 1:
        return " ".join(heads[: chance.randrange(1, len(heads))] + tails[chance.randrange(1, len(tails)) :])
    head: Sequence[str] = first if lang == "zh" else first.split()
    tail: Sequence[str] = second if lang == "zh" else second.split()
    gap = "" if lang == "zh" else " "
    return gap.join([*head[: chance.randint(1, len(head))], *tail[chance.randrange(len(tail)) :]])


def curves(known: Sequence[Item], messages: Sequence[str], vectors: Sequence[bool]) -> Iterator[Point]:
    chance = random.Random(1)  # noqa: S311 - a seeded draw, not a secret
    asked = chance.sample(list(messages), min(MESSAGES, len(messages)))
    bare = _median([_child({"mode": "bare"}) for _ in range(RUNS)]).get("memory", math.nan)
    for size in sorted({*SIZES, len(known)}):
        phrasings = list(known) if size == len(known) else grow(known, size)
        job = {"known": phrasings, "messages": asked}
        for on in vectors:
            yield _matcher(job | {"vectors": on}, bare)
        told = _median([_child(job | {"mode": "wratio"})])
        yield _point("rapidfuzz WRatio", len(phrasings), {}, told, bare)


def _matcher(job: dict[str, Any], bare: float) -> Point:
    with tempfile.TemporaryDirectory() as cache:
        job |= {"mode": "matcher", "cache": cache}
        fits = _child(job | {"messages": []})
        # A process that meets the arrays in the cache is what a restart of the shop is.
        starts = _median([_child(job) for _ in range(RUNS)]) if fits else {}
    return _point("matcher, vectors" if job["vectors"] else "matcher", len(job["known"]), fits, starts, bare)


def _point(name: str, size: int, fit: dict[str, float], start: dict[str, float], bare: float) -> Point:
    nan = math.nan
    return Point(
        name, size, fit.get("fit", nan), start.get("start", nan), start.get("ms50", nan), start.get("ms99", nan),
        start.get("memory", nan) - bare, fit.get("peak", nan) - bare,
    )  # fmt: skip


def _child(job: dict[str, Any]) -> dict[str, float]:
    """What one child measured; nothing where it took too long. A child that fails raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "job.json"
        file.write_text(json.dumps(job), encoding="utf-8")
        path = os.pathsep.join(filter(None, (str(TOP), os.environ.get("PYTHONPATH"))))
        env = os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": path}
        command = [sys.executable, "-m", "benchmarks.curves", str(file)]
        try:
            told = subprocess.run(command, env=env, stdout=subprocess.PIPE, timeout=LIMIT, check=True)  # noqa: S603 - ourselves
        except subprocess.TimeoutExpired:
            return {}
    return dict(json.loads(told.stdout))


def _median(told: Sequence[dict[str, float]]) -> dict[str, float]:
    names = told[0].keys() if all(told) else ()
    return {name: statistics.median(one[name] for one in told) for name in names}


def main(file: str) -> None:
    """A child: reads its job, prints what it measured as JSON."""
    job = json.loads(Path(file).read_text(encoding="utf-8"))
    measured = _CHILDREN[job["mode"]](job) if job["mode"] in _CHILDREN else {}
    sys.stdout.write(json.dumps(measured | _memory()))


def _run_matcher(job: dict[str, Any]) -> dict[str, float]:
    start = time.perf_counter()
    from benchmarks.shop import encoder, fit, lexicon
    from bot.understanding.matcher import Phrasing

    vectors = encoder() if job["vectors"] else None
    imported = time.perf_counter()
    words = lexicon()  # read from YAML by us, kept by the program: not part of a start
    known = [Phrasing(*item) for item in job["known"]]
    ready = time.perf_counter()
    matcher = fit(known, words, Path(job["cache"]), vectors)
    fitted = time.perf_counter() - ready
    return {"fit": fitted, "start": imported - start + fitted} | _latency(matcher.match, job["messages"])


def _run_wratio(job: dict[str, Any]) -> dict[str, float]:
    start = time.perf_counter()
    from rapidfuzz import fuzz, process

    texts = {lang: [text for _, its, text in job["known"] if its == lang] for lang in ("zh", "en")}
    started = time.perf_counter() - start

    def ask(text: str) -> object:
        return process.extractOne(
            text, texts["zh" if re.search("[一-鿿]", text) else "en"], scorer=fuzz.WRatio
        )

    return {"fit": started, "start": started} | _latency(ask, job["messages"])


def _latency(ask: Callable[[str], object], messages: Sequence[str]) -> dict[str, float]:
    """CPU milliseconds of this process, which runs one thread."""
    spent = []
    for text in [*messages[:5], *messages]:  # the first five wake what is loaded late
        start = time.process_time()
        ask(text)
        spent.append((time.process_time() - start) * 1000)
    spent = sorted(spent[5:])
    if not spent:
        return {"ms50": math.nan, "ms99": math.nan}
    return {"ms50": spent[len(spent) // 2], "ms99": spent[math.ceil(len(spent) * 0.99) - 1]}


def _memory() -> dict[str, float]:
    """MB resident now and at most; NaN where there is no /proc."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return {"memory": math.nan, "peak": math.nan}
    found = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", status))
    return {"memory": int(found["VmRSS"]) / 1024, "peak": int(found["VmHWM"]) / 1024}


_CHILDREN: dict[str, Callable[[dict[str, Any]], dict[str, float]]] = {
    "matcher": _run_matcher,
    "wratio": _run_wratio,
}


if __name__ == "__main__":
    main(sys.argv[1])
