"""Whatever a buyer types, reading it gives an answer, never a fault."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.entities import negated, read
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
    assert all(amount.value >= 0 for amount in found.amounts)
    assert all(len(phone) >= 8 for phone in found.phones)
    assert detect(text) in ("zh", "en")
    assert is_traditional(text) in (True, False)
    assert "human" in signals(f"{text}\n转人工")


PIECES = st.sampled_from(
    [
        "3月5号", "2月30号", "3/5", "24/7", "9999-12-31", "昨天", "上周五", "下周日", "999 weeks ago", "三百天前",
        "on the 31st", "Feb 29", "last friday", "二〇二六年", "两百三", "万", "十", "〇", "元", "块", "$", "1,299.50",
        "9" * 30, "５", "k", "p", "M", "XL", "码", "37", "号", "红色", "的", "换成", "把", "收到", "我买的", "不是",
        "size", "for", "instead of", "got", "没", "not", " ", ",", "。", "+86", "138", "1234", "-", "(", ")", "İ",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=14).map("".join), TEXTS), st.one_of(st.none(), st.dates()))
def test_any_text_is_read_for_sums_days_and_goods_on_any_day(text: str, today: date | None) -> None:
    found = read(text, today)
    assert all(amount.value.is_finite() and amount.value >= 0 for amount in found.amounts)
    assert {v.size for v in (found.wanted, found.got, found.bought)} <= {*found.sizes, None}
    assert {v.colour for v in (found.wanted, found.got, found.bought)} <= {*found.colours, None}
    assert len(set(found.dates)) == len(found.dates)
    assert found.quantity is None or found.quantity >= 0
    assert not negated(text, "")
    assert negated(text, "收到") in (True, False)
