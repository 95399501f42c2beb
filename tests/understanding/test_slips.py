"""What practice makes of its texts: the copies with slips and courtesies, and what each message counts."""

from __future__ import annotations

import pytest

from benchmarks import perturb
from scripts import practise
from scripts.slips import copies, courtesies

TEXTS = [f"第{n}个包裹少了一件东西怎么处理" for n in range(40)]


def test_a_text_gives_the_same_copy_every_time() -> None:
    manners = courtesies("zh")
    assert list(copies(TEXTS, "zh", manners)) == list(copies(TEXTS, "zh", manners))


def test_copies_lose_characters_gain_courtesies_and_hold_homophones() -> None:
    made = [(TEXTS[at], copy) for at, copy in copies(TEXTS, "zh", courtesies("zh"))]
    assert len(made) > 30
    assert any(len(copy) < len(text) for text, copy in made)
    assert any(text in copy and copy != text for text, copy in made)
    assert any(len(copy) == len(text) and copy != text for text, copy in made)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_practice_uses_none_of_the_courtesies_of_the_benchmark(lang: str) -> None:
    measured = {*perturb._BEFORE[lang].split("|"), *perturb._AFTER[lang].split("|")}
    assert not measured & {text for texts in courtesies(lang).values() for text in texts}


def test_a_labelled_message_counts_for_its_other_topics_too_and_practice_for_one() -> None:
    row = {"text": "where is it", "topic": "delivery.track", "also": ["delivery.urge"]}
    practised = [("delivery.track", "track my parcel"), ("delivery.urge", "hurry up")]
    of = {example.text: example.topics for example in practise.examples_of(practised, [row])}
    assert of["where is it"]["delivery.track"] > of["where is it"]["delivery.urge"] > 0
    assert sum(of["where is it"].values()) == pytest.approx(practise.REAL)
    assert list(of["hurry up"]) == ["delivery.urge"]


def test_practice_of_what_buyers_ask_often_weighs_more() -> None:
    rows = [{"text": f"where {n}", "topic": "delivery.track"} for n in range(20)]
    practised = [("delivery.track", "track my parcel"), ("delivery.urge", "hurry up")]
    of = {example.text: example.topics for example in practise.examples_of(practised, rows)}
    assert of["track my parcel"]["delivery.track"] > 1 > of["hurry up"]["delivery.urge"]
