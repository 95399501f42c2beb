"""Long texts in pieces that Telegram takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.text import clean, pieces, units


def test_a_text_that_fits_is_sent_as_it_is() -> None:
    assert list(pieces("运费险\n退回时直接抵扣")) == ["运费险\n退回时直接抵扣"]


def test_a_long_text_is_cut_at_line_breaks() -> None:
    lines = [f"{i}: " + "退" * 60 for i in range(100)]
    found = list(pieces("\n".join(lines)))
    assert len(found) == 2
    assert [line for piece in found for line in piece.split("\n")] == lines


def test_a_paragraph_without_line_breaks_is_cut_after_a_sentence() -> None:
    found = list(pieces("这件商品可以退。" * 700))
    assert [piece[-1] for piece in found] == ["。", "。"]


def test_a_text_without_any_break_is_cut_where_it_must() -> None:
    assert [len(piece) for piece in pieces("x" * 10_000)] == [4096, 4096, 1808]


def test_telegram_counts_an_emoji_twice_and_so_do_we() -> None:
    assert units("退😀") == 3
    assert [units(piece) for piece in pieces("😀" * 4096)] == [4096, 4096]


def test_nothing_visible_is_no_message_at_all() -> None:
    assert list(pieces(" \n\n ")) == []


def test_a_text_beyond_all_measure_is_kept_in_bounds() -> None:
    assert len(clean("退" * 100_000)) == 16_384


@given(st.text(alphabet="退货 a.。\n😀", min_size=1, max_size=400), st.integers(4, 50))
def test_no_character_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    """Only the white space at a cut goes."""
    found = list(pieces(text, limit))
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < units(piece) <= limit for piece in found)
