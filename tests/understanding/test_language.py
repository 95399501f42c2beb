from __future__ import annotations

import pytest

from bot.understanding.language import detect, is_traditional, to_simplified, to_traditional


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("退款多久到账", "zh"),
        ("where is my parcel", "en"),
        ("iPhone 15 的壳发错了", "zh"),
        ("my 快递 has not arrived yet, where is it", "en"),
        ("退款 refund", "zh"),
        ("这个 type-c 接口坏了", "zh"),
        ("訂單到哪裡了", "zh"),
        ("ok", "en"),
        ("https://shop.example/item 这个有货吗", "zh"),
    ],
)
def test_the_language_is_that_of_the_words(text: str, lang: str) -> None:
    assert detect(text) == lang


@pytest.mark.parametrize("text", ["12345", "SF1234567890123", "T1001", "😀", "2", "", "#1042", "ok"])
def test_bare_data_keeps_the_language_spoken_before(text: str) -> None:
    assert detect(text, before="en") == "en"
    assert detect(text, before="zh") == "zh"


def test_without_words_and_without_a_past_it_is_chinese() -> None:
    assert detect("12345") == "zh"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("請問退貨流程是怎樣的", True),
        ("请问退货流程是怎样的", False),
        ("退款", False),
        ("where is it", False),
        ("還沒收到", True),
    ],
)
def test_traditional_script_is_told_apart(text: str, expected: bool) -> None:
    assert is_traditional(text) is expected


def test_the_scripts_convert_both_ways() -> None:
    assert to_simplified("還沒發貨") == "还没发货"
    assert to_traditional("还没发货") == "還沒發貨"
    assert to_simplified("refund 123") == "refund 123"
