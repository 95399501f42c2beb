from __future__ import annotations

import pytest

from bot.errors import ConfigError
from bot.understanding.lexicon import Lexicon
from bot.understanding.normalise import normalise
from bot.understanding.units import Concepts


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        Lexicon.from_data({"concept": {}, "concepts": {"when": ["soon"]}, "boilerplate": ["(unclosed"]})
    assert [word for word in ("concept'", "'when'", "unclosed") if word in str(error.value)] == [
        "concept'",
        "'when'",
        "unclosed",
    ]


def test_a_courtesy_that_is_no_pattern_is_named() -> None:
    with pytest.raises(ConfigError, match="politeness closing 'thank "):
        Lexicon.from_data({"politeness": {"closing": {"en": ["thank (you"]}}})


def test_the_longest_word_of_a_concept_wins() -> None:
    lexicon = Lexicon.from_data(
        {
            "concepts": {
                "arrive": {"zh": ["收到"], "en": ["arrive"]},
                "not_arrived": {"zh": ["没收到"], "en": ["did not arrive"]},
            }
        }
    )
    concepts = Concepts(lexicon, "zh")
    assert concepts.names(normalise("还没收到", lexicon)) == ["not_arrived"]
    assert concepts.names(normalise("it did not arrive", lexicon)) == ["not_arrived"]
    assert concepts.names(normalise("arrived today", lexicon)) == ["arrive"]


def test_the_digest_follows_the_content() -> None:
    one, same, other = (Lexicon.from_data({"spelling": {"u": word}}) for word in ("you", "you", "your"))
    assert one.digest() == same.digest()
    assert one.digest() != other.digest()
