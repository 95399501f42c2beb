"""What keyboards and manners make of a text, for practice: copies with slips, and with courtesies around them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.perturb import homophones, typos

FOLDER = Path(__file__).parent.parent / "knowledge" / "practice"
OFTEN = 0.7  # a courtesy before, and one after
_GAPS = {"zh": ("，", " ", ""), "en": (", ", ". ", " ")}
# What may happen to each of a text's copies. Chinese, with no spaces to hold on to, suffers most from what is left out:
# a second copy with such slips costs a third more time and makes up to two of a hundred such messages more right.
_KINDS = {
    "zh": ((("typo",),), (("typo",),), (("homophone",), ("polite",), ("polite", "typo"))),
    "en": ((("typo",), ("polite",), ("polite",), ("polite", "typo")),),
}
Courtesies = Mapping[str, Sequence[str]]  # those "before" a message and those "after" it


def courtesies(lang: str, folder: Path = FOLDER) -> Courtesies:
    """Others than the benchmark's, which are to stay new to the matcher."""
    lines = (folder / f"courtesies-{lang}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("\t")[::2] for line in lines if line]
    return {place: [text for its, text in pairs if its == place] for place in ("before", "after")}


def copies(texts: Sequence[str], lang: str, manners: Courtesies) -> Iterator[tuple[int, str]]:
    """Changed copies of each text, with the text's place; the same texts give the same copies."""
    for at, text in enumerate(texts):
        chance = random.Random(f"practice {text}")  # noqa: S311 - a seeded draw, not a secret
        for kinds in _KINDS[lang]:
            copy = _changed(text, chance.choice(kinds), lang, manners, chance)
            if copy != text:
                yield at, copy


def _changed(text: str, kind: Sequence[str], lang: str, manners: Courtesies, chance: random.Random) -> str:
    copy = typos(text, chance) if "typo" in kind else text
    copy = homophones(copy, chance) if "homophone" in kind else copy
    return polite(copy, lang, manners, chance) if "polite" in kind or copy == text else copy


def polite(text: str, lang: str, manners: Courtesies, chance: random.Random) -> str:
    gaps = _GAPS[lang]
    before = chance.choice(manners["before"]) + chance.choice(gaps) if chance.random() < OFTEN else ""
    after = chance.choice(gaps[:2]) + chance.choice(manners["after"]) if chance.random() < OFTEN else ""
    return before + text + after
