"""Sentence vectors: what they add where their package is installed, and that nothing hangs on them."""

from __future__ import annotations

import numpy as np
import pytest

from bot.config import Settings
from bot.kit import build_kit
from bot.understanding import vectors
from bot.understanding.matcher import Matcher
from tests.understanding.conftest import Faq


@pytest.fixture(scope="module")
def encoder() -> vectors.Encoder:
    found = vectors.load()
    assert found is not None, "a declared dependency: install requirements-dev.lock"
    return found


def test_a_meaning_is_nearer_to_its_paraphrase_than_to_another_request(encoder: vectors.Encoder) -> None:
    said, again, other = encoder.encode(["我的钱什么时候退给我", "退款多久能到账", "能开发票吗"])
    assert np.allclose([said @ said, other @ other], 1, atol=1e-3)
    assert said @ again > said @ other


def test_the_same_text_has_the_same_vector_alone_and_among_others(encoder: vectors.Encoder) -> None:
    [alone] = encoder.encode(["where is my parcel"])
    assert np.allclose(alone, encoder.encode(["hello", "where is my parcel"])[1], atol=1e-4)


def test_the_matcher_answers_with_vectors_and_without(encoder: vectors.Encoder, faq: Faq) -> None:
    known, lexicon = faq
    for found in (None, encoder):
        matcher = Matcher.fit(known, lexicon, None, found)
        for text, topic in (("退款多久到账", "refund.timing"), ("where is my parcel", "delivery.track")):
            match = matcher.match(text)
            assert (match.topic, match.action) == (topic, "answer")


def test_a_missing_package_leaves_the_matcher_without_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_NEEDS", ("no_such_package_here",))
    assert vectors.load.__wrapped__() is None


def test_a_shop_may_leave_them_off() -> None:
    off = Settings().override({"understanding.vectors": "off"})
    assert off.understanding.vectors == "off"
    spoke = build_kit(off).matcher.explain("退款多久到账").spoke  # type: ignore[attr-defined]
    assert "(meaning)" not in dict(spoke)
