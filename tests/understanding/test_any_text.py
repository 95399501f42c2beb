"""Whatever a buyer types, reading it gives an answer, never a fault."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.entities import read
from bot.understanding.language import detect, is_traditional
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing
from bot.understanding.signals import signals

KNOWN = {
    "refund.timing": ("退款多久到账", "how long does a refund take"),
    "human.agent": ("转人工", "talk to a person"),
    "none": ("今天天气怎么样", "tell me a joke"),
}
MATCHER = Matcher.fit(
    [
        phrasing
        for topic, (zh, en) in KNOWN.items()
        for phrasing in (Phrasing(topic, "zh", zh), Phrasing(topic, "en", en))
    ],
    Lexicon.from_data(
        {
            "politeness": {"before": {"zh": ["你好"], "en": ["hi"]}, "after": {"zh": ["谢谢"]}},
            "acknowledgements": {"zh": ["好的"], "en": ["ok"]},
        }
    ),
)
WORDS = st.sampled_from(
    [
        "退款",
        "你好",
        "谢谢",
        "tuikuan",
        "refund",
        "SF1234567890123",
        "😀",
        "1",
        "。",
        "\n",
        "不",
        "[x]",
        "好的",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS).map("".join)
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_is_matched_with_sound_numbers(text: str) -> None:
    match = MATCHER.match(text)
    scores = [score for _, score in match.candidates]
    assert match.topic in KNOWN
    assert 0 <= match.confidence <= 1
    assert scores == sorted(scores, reverse=True)
    assert match.candidates[0] == (match.topic, match.confidence)
    assert match.action == "none" or match.topic != "none"


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_is_read_for_facts_language_and_signals(text: str) -> None:
    found = read(text)
    assert all(amount >= 0 for amount in found.amounts)
    assert all(len(phone) >= 8 for phone in found.phones)
    assert detect(text) in ("zh", "en")
    assert is_traditional(text) in (True, False)
    assert "human" in signals(f"{text}\n转人工")
