"""Pinyin read as the characters that buyers write beside each other."""

from __future__ import annotations

import pytest

from bot.understanding.decode import Decoder
from bot.understanding.matcher import Matcher
from bot.understanding.neighbours import Neighbours

CHARS = {
    "退": 9,
    "推": 1,
    "款": 9,
    "宽": 4,
    "货": 9,
    "或": 20,
    "到": 9,
    "了": 20,
    "呢": 3,
    "西": 2,
    "安": 2,
    "先": 30,
}
PAIRS = {
    "退款": 5,
    "退货": 5,
    "货到": 4,
    "到了": 6,
    "款到": 2,
    "货呢": 1,
    "货了": 3,
    "到西": 1,
    "西安": 2,
    "安了": 1,
}


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    return Decoder(Neighbours(CHARS, PAIRS))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("tuikuan", "退款"),  # one word
        ("tui kuan dao le", "退款到了"),  # syllables typed apart
        ("tuikuan daole", "退款到了"),
        ("huo dao le", "货到了"),  # 或 is commoner, and nobody writes it beside 到
        ("huo dao xian le", "货到西安了"),  # xian is two syllables where they fit better than one
        ("tuikuang", "退款"),  # an accent
        ("huone", "货呢"),  # of two that sound alike with an accent, the one typed
    ],
)
def test_the_characters_met_beside_each_other_are_read(decoder: Decoder, typed: str, read: str) -> None:
    assert decoder.read(typed.split()) == read


@pytest.mark.parametrize("typed", ["refund", "the", "le", "an an an an", "tuikuan please", "", "tui" * 80])
def test_what_is_no_pinyin_or_nothing_anyone_writes_is_not_read(decoder: Decoder, typed: str) -> None:
    assert decoder.read(typed.split()) is None


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("shen me shi hou fa huo", "delivery.urge"),
        ("tuikuan shenme shihou daozhang", "refund.timing"),
        ("wo yao tui huo", "return.request"),
        ("mei wen ti ba fapiao zenme kai", "invoice.request"),
    ],
)
def test_a_message_typed_as_pinyin_is_understood(matcher: Matcher, typed: str, topic: str) -> None:
    assert matcher.match(typed).topic == topic


def test_pinyin_is_read_though_most_of_its_words_are_english_ones_too(matcher: Matcher) -> None:
    assert matcher.explain("na zen me ban ne").normalised == "怎么办"


@pytest.mark.parametrize(
    "said",
    [
        "where is my parcel",
        "can he change me to a size L",
        "so long",
        "Panasonic",
        "women",
        "size",
        "take care",
        "rude, rude, rude",
        "queen size",
        "hahaha",
    ],
)
def test_english_is_not_taken_for_pinyin(matcher: Matcher, said: str) -> None:
    assert not any("一" <= char <= "鿿" for char in matcher.explain(said).normalised)
