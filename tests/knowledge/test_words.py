"""Figures in words, and placeholders filled."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cases.reading import Arrival, Span
from bot.errors import BotError
from bot.knowledge.load import load
from bot.knowledge.types import Wording
from bot.knowledge.words import figure_words, fill, placeholders, spoken, stray_brace
from bot.messages import Lang
from tests.knowledge.shop import SHIPPED


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load(SHIPPED).wording


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (Span.parse("72h"), "72 小时", "72 hours"),
        (Span.parse("1d"), "1 天", "1 day"),
        (Span.parse("3y"), "3 年", "3 years"),
        (Arrival.parse("1-3wd"), "1-3 个工作日", "1-3 working days"),
        (Arrival.parse("instant_to_24h"), "24 小时内", "within 24 hours"),
        (Arrival.parse("5-20min"), "5-20 分钟", "5-20 minutes"),
        (timedelta(days=2), "2 天", "2 days"),
        (timedelta(hours=5), "5 小时", "5 hours"),
        (timedelta(minutes=90), "90 分钟", "90 minutes"),
        (Decimal("25"), "25", "25"),
        (7, "7", "7"),
        ("buyer_pays_return_only", "寄回的运费由您承担", "you pay the postage for sending it back"),
        (("red_packet", "tax"), "红包、税费", "red packets, tax"),
        ("08:00-24:00", "08:00-24:00", "08:00-24:00"),
    ],
)
def test_a_figure_is_said_in_the_buyers_language(value: Any, zh: str, en: str, wording: Wording) -> None:
    assert spoken(value, wording, "zh") == zh
    assert spoken(value, wording, "en") == en


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_but_truth_values_has_words(lang: Lang) -> None:
    knowledge = load(SHIPPED)
    said = figure_words(knowledge.policy, knowledge.wording, lang)
    unsaid = set(knowledge.policy.paths()) - set(said)
    assert all(isinstance(knowledge.policy.lookup(path), bool) for path in unsaid)
    assert said["no_reason_return.window_days"] == "7"
    assert said["counterfeit.statute_fraud.floor_yuan"] == "500"


def test_a_unit_without_words_is_told(wording: Wording) -> None:
    with pytest.raises(BotError, match=r"knowledge/wording.yaml has no unit 'wd'; add it under `units:`"):
        spoken(Arrival(1, 3, "wd"), Wording({}, wording.values), "zh")


def test_placeholders_are_found_once_and_in_order() -> None:
    assert placeholders("{b} and {a.c} and {b}") == ("b", "a.c")


@pytest.mark.parametrize("text", ["{ a}", "{A}", "a }", "{a", "{}", "{{a}}"])
def test_a_brace_that_is_no_placeholder_is_noticed(text: str) -> None:
    assert stray_brace(text)
    assert not stray_brace("plain {a} text")


def test_filling_puts_every_value_in_its_place_and_leaves_what_values_say_alone() -> None:
    assert fill("{a}, {b.c}, {a}", {"a": "{x}", "b.c": "2"}) == "{x}, 2, {x}"


def test_a_placeholder_nobody_supplied_is_named() -> None:
    with pytest.raises(BotError, match=r"needs \{b\}, which nobody supplied"):
        fill("{a} {b}", {"a": "1"})
