"""Slips in short answers, put right by the words that can be meant."""

from __future__ import annotations

import pytest

from bot.understanding import slips

WORDS = frozenset(
    [
        "size",
        "small",
        "broke",
        "worn",
        "need",
        "tags",
        "missing",
        "doesn't",
        "work",
        "wait",
        "waist",
        "three",
        "please",
    ]
)
KNOWN = {"wok", "site", "smell", "lack", "there", "ned's"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("siez", "size"),
        ("smal", "small"),
        ("boke", "broke"),
        ("wrn", "worn"),
        ("ned", "need"),
        ("tgs", "tags"),
        ("misssing", "missing"),
        ("doeesn't", "doesn't"),
        ("plesse", "please"),
    ],
)
def test_a_letter_left_out_doubled_or_swapped_is_put_right(typed: str, meant: str) -> None:
    assert slips.english(f"it is {typed} now", WORDS, KNOWN.__contains__) == ((typed, meant),)


@pytest.mark.parametrize(
    "word", ["site", "smell", "wok", "lack", "bork", "tag", "needs", "it", "43", "sizes"]
)
def test_another_word_is_no_slip(word: str) -> None:
    assert slips.english(f"it is {word} now", WORDS, KNOWN.__contains__) == ()


def test_what_could_be_two_words_is_neither() -> None:
    assert slips.english("wat", frozenset({"wait", "what"}), KNOWN.__contains__) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("it doesn't wok", True),
        ("it doesn't work", False),  # said as it stands: another reading finds it
        ("it doesn't fit", False),
        ("it does not wok", False),
    ],
)
def test_one_slip_in_a_phrase_of_words_leaves_it_as_meant(text: str, said: bool) -> None:
    assert slips.one_off("doesn't work", text) is said


def test_a_character_lost_inside_a_phrase_is_missed_where_the_pair_left_is_none() -> None:
    odd = frozenset({"质问"})
    assert slips.chinese("退款，质问题", ("质量问题", "用不了"), odd) == (("质问题", "质量问题"),)
    assert slips.chinese("用了一次", ("质量问题", "用不了"), frozenset()) == ()
