"""Slips of the keyboard that are put right, and words that are left alone."""

from __future__ import annotations

import pytest

from bot.understanding.normalise import Plain
from bot.understanding.repair import Repairer

KNOWN = (
    "鞋子变形了",
    "型号不对",
    "快递到了",
    "倒是没坏",
    "在吗",
    "还在路上",
    "再等等吧",
    "我要退款",
    "退款到了吗",
    "什么时候发货",
    "不能退货",
    "能换货吗",
    "一推就开",
    "很宽",
)


def repaired(text: str) -> str:
    return Repairer([Plain((known,)) for known in KNOWN]).repair(Plain((text,))).plain.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("鞋子变型了", "鞋子变形了"),  # 型 is known, but beside neither of these neighbours
        ("快递倒了", "快递到了"),
        ("还再路上", "还在路上"),
        ("鞋子遍形了", "鞋子变形了"),  # a character that is not known at all
        ("我要推宽", "我要退款"),  # both characters of a word
        ("还在录上", "还在路上"),
    ],
)
def test_a_homophone_is_put_right_where_the_one_meant_fits_both_neighbours(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("快递了到", "快递到了"), ("我要款退", "我要退款"), ("什时么候发货", "什么时候发货")],
)
def test_two_characters_in_each_others_place_change_back(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


def test_slips_far_behind_the_beginning_stay() -> None:
    long = "还在路上" * 13
    plain = Plain((long, "快递倒了"))
    assert Repairer([Plain((known,)) for known in KNOWN]).repair(plain).plain.clauses[1] == "快递倒了"


@pytest.mark.parametrize(
    "text", ["型号不对", "倒是没坏", "再等等吧", "什么候发货", "鞋子黑了", "到货了吗", "size 不对 了"]
)
def test_a_character_that_fits_one_neighbour_or_has_no_better_one_stays(text: str) -> None:
    assert repaired(text) == text
