"""How far a guess is trusted: what confidence is made from, and how labelled messages refine what was known before."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.understanding.lexicon import Lexicon
from bot.understanding.model import ABOUT, FAR, fit_trust
from bot.understanding.side import Side

ROWS = [("a", "where is my parcel"), ("b", "give me a refund"), ("none", "what a lovely day")]


def evidence(rows: list[tuple[str, str]], chances: list[float]) -> list[float]:
    side = Side(rows, Lexicon(), "en", None, None)
    x = np.zeros((len(rows), 4))
    return side.evidence(x, np.log(chances))[1].tolist()


def test_a_guess_close_to_none_is_told_from_one_close_to_another_topic() -> None:
    near_none, near_other = evidence(ROWS, [0.5, 0.1, 0.4]), evidence(ROWS, [0.5, 0.4, 0.1])
    assert near_none[:3] == pytest.approx(near_other[:3])
    assert near_none[3] == pytest.approx(math.log(0.5 / 0.4))
    assert near_other[3] == pytest.approx(math.log(0.5 / 0.1))


def test_a_lead_over_none_counts_only_so_far_and_fully_where_none_is_no_topic() -> None:
    assert evidence(ROWS, [0.9989, 0.001, 0.0001])[3] == FAR
    assert evidence(ROWS[:2], [0.6, 0.4])[3] == FAR


def test_messages_refine_what_was_known_of_their_topic_and_of_no_other() -> None:
    before = np.array([1.0, 0.5, 0.5, 0.2, 1.0]), np.array([0.8, -0.8])
    size, chance = 2000, np.random.default_rng(1)
    x = np.hstack([chance.normal(size=(size, ABOUT - 1)), np.ones((size, 1))])
    right = chance.random(size) < 0.5
    guess = np.zeros(size, dtype=np.int64)
    _, own = fit_trust(x, guess, right, np.full(size, 1 / size), 2, before)
    assert own[0] < before[1][0]  # right half of the time: less sure than was thought
    assert own[1] == before[1][1]  # no message was about it


def test_without_earlier_trust_topics_start_alike() -> None:
    x, guess = np.ones((6, ABOUT)), np.array([0, 0, 0, 1, 1, 1])
    right = np.array([True, True, True, True, False, False])
    _, own = fit_trust(x, guess, right, np.full(6, 1 / 6), 3)
    assert own[0] > own[2] > own[1]
    assert own[2] == 0
