"""The matcher fitted on the shop's own FAQ, once a run; fitted arrays are kept between runs in pytest's cache, where
there is one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.understanding import phrasings
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing

Faq = tuple[Sequence[Phrasing], Lexicon]


@pytest.fixture(scope="session")
def faq() -> Faq:
    return phrasings()


@pytest.fixture(scope="session")
def matcher(faq: Faq, request: pytest.FixtureRequest) -> Matcher:
    known, lexicon = faq
    cache = getattr(request.config, "cache", None)
    return Matcher.fit(known, lexicon, cache and cache.mkdir("matcher"))
