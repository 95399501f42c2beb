"""The FAQ as it is shipped and the matcher fitted on it, with sentence vectors where they are installed."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Guess
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


def phrasings(folder: Path = KNOWLEDGE) -> tuple[list[Phrasing], Lexicon]:
    """The FAQ's phrasings and the lexicon, read without the checks the program makes."""
    found = [
        Phrasing(topic, lang, text)
        for file in sorted((folder / "faq").glob("*.yaml"))
        for topic, block in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for lang in ("zh", "en")
        for text in block["phrasings"][lang]
    ]
    return found, lexicon(folder)


def lexicon(folder: Path = KNOWLEDGE) -> Lexicon:
    return Lexicon.from_data(yaml.safe_load((folder / "lexicon.yaml").read_text(encoding="utf-8")))


def encoder() -> Any:
    """The optional sentence vectors; None where they are not installed or this version knows none."""
    if "vectors" not in inspect.signature(Matcher.fit).parameters:
        return None
    try:
        return importlib.import_module("bot.understanding.vectors").load()
    except ModuleNotFoundError:
        return None


def fit(known: Sequence[Phrasing], words: Lexicon, cache: Path | None = None, vectors: Any = None) -> Matcher:
    more = {} if vectors is None else {"vectors": vectors}
    return Matcher.fit(known, words, cache, **more)


def asking(matcher: Matcher, clock: Callable[[], float]) -> Callable[[str], Guess]:
    """The matcher as one of the methods; `clock` in seconds."""

    def ask(text: str) -> Guess:
        start = clock()
        match = matcher.match(text)
        return Guess(match.candidates, match.action == "answer", (clock() - start) * 1000)

    return ask
