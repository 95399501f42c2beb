"""Slips of the keyboard that are put right, and words that are left alone."""

from __future__ import annotations

import pytest

from bot.understanding.normalise import Plain
from bot.understanding.repair import Repairer

KNOWN = ("鞋子变形了", "型号不对", "快递到了", "倒是没坏", "在吗", "还在路上", "再等等吧")


def repaired(text: str) -> str:
    return Repairer([Plain((known,)) for known in KNOWN]).repair(Plain((text,))).plain.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("鞋子变型了", "鞋子变形了"),  # 型 is known, but beside neither of these neighbours
        ("快递倒了", "快递到了"),
        ("还再路上", "还在路上"),
        ("鞋子遍形了", "鞋子变形了"),  # a character that is not known at all
    ],
)
def test_a_homophone_is_put_right_where_the_one_meant_fits_both_neighbours(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize("text", ["型号不对", "倒是没坏", "再等等吧", "鞋子黑了", "到货了吗", "size 不对 了"])
def test_a_character_that_fits_one_neighbour_or_has_no_better_one_stays(text: str) -> None:
    assert repaired(text) == text
