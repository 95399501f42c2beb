"""The weights that practice left: in step with what they were trained on, and no hindrance to a shop's own topics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.understanding import practice
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing
from scripts import practise
from tests.understanding.conftest import Faq

GIFTS = [
    "能帮我包装成礼物吗",
    "可以加个礼盒包装吗",
    "要送人的 帮忙包好看点",
    "礼品包装要多少钱",
    "能不能写张贺卡放里面",
    "代写贺卡可以吗",
    "帮我系个蝴蝶结",
    "礼盒怎么选",
    "包装能不能好看点 我送礼",
    "放张生日卡片",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_weights_were_trained_on_the_practice_messages_and_lexicon_of_today(lang: str, faq: Faq) -> None:
    with np.load(practice.FOLDER / f"practice-{lang}.npz") as kept:
        assert str(kept["digest"]) == practise.digest(lang, faq[1]), "run: python -m scripts.practise"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_topic_of_the_shipped_faq_was_practised_with_and_without_vectors(lang: str, faq: Faq) -> None:
    topics = sorted({p.topic for p in faq[0]})
    for vectors in (False, True):
        known = practice.load(lang, vectors, topics)
        assert known.known.all()
        assert ("vectors" in known.heads) == vectors
        assert known.trust is not None
        assert 0.5 < known.trust.answer < 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_practice_messages_have_a_topic_of_the_faq_and_none_stands_under_two(lang: str, faq: Faq) -> None:
    topics = {p.topic for p in faq[0]}
    rows = practise.messages(lang)
    assert len(rows) > 5000
    assert {topic for topic, _ in rows} <= topics
    by_text: dict[str, set[str]] = {}
    for topic, text in rows:
        by_text.setdefault(text, set()).add(topic)
    assert {text: found for text, found in by_text.items() if len(found) > 1} == {}


def test_a_topic_a_shop_adds_is_learnt_from_its_own_phrasings(faq: Faq) -> None:
    known, lexicon = faq
    added = [Phrasing("gift.wrap", "zh", text) for text in GIFTS]
    matcher = Matcher.fit([p for p in known if p.lang == "zh"] + added, lexicon)
    for text in ("可以包装成礼盒吗 我要送人", "帮忙写张贺卡", "能放一张生日贺卡进去吗"):
        assert matcher.match(text).topic == "gift.wrap", matcher.match(text)
    for text, topic in (("退款多久到账", "refund.timing"), ("发票怎么开", "invoice.request")):
        assert matcher.match(text).topic == topic


def test_a_faq_of_other_topics_alone_works_without_practice() -> None:
    rows = {
        "opening.hours": ["when do you open", "are you open on sunday", "what time do you close"],
        "parking": ["where can i park", "is there parking", "do you have a car park"],
    }
    phrasings = [Phrasing(topic, "en", text) for topic, texts in rows.items() for text in texts]
    matcher = Matcher.fit(phrasings, Lexicon())
    assert matcher.match("is there a place to park my car").topic == "parking"
    assert matcher.match("when are you open on monday").topic == "opening.hours"


def test_missing_weights_leave_the_matcher_to_the_faq(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice, "FOLDER", tmp_path)
    nothing = practice.load("zh", False, ["a", "b"])
    assert not nothing.known.any()
    assert nothing.trust is None
    assert nothing.logits({}, None).tolist() == [0.0, 0.0]


def test_explain_names_the_words_that_practice_taught(matcher: Matcher) -> None:
    spoke = dict(matcher.explain("退款几天能到我支付宝").spoke)
    assert any("款" in unit for unit in spoke)
    assert max(spoke.values()) > 0
