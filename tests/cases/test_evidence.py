"""Which photos and papers a case needs, which a photo shows, and what is still to be asked for, once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case import CaseType
from bot.cases.rules.evidence import NOTHING, Checklist, blocks, checklist, items_shown, missing

T = CaseType


@pytest.mark.parametrize(
    ("case_type", "problem", "wanted", "enough"),
    [
        (T.QUALITY_CLAIM, None, ("whole", "close_up", "label"), 1),
        (T.QUALITY_CLAIM, "functional", ("fault_video",), 1),
        (T.QUALITY_CLAIM, "invisible", (), 0),  # the shop's documents come first
        (T.DAMAGED_PARCEL, None, ("damage", "box", "label"), 3),
        (T.WRONG_MISSING, None, ("all_items", "label", "box"), 1),
        (T.COUNTERFEIT_CLAIM, None, ("serial", "report", "unboxing"), 1),
        (T.RETURN_REFUND, "no_reason", (), 0),
        (T.RETURN_REFUND, None, (), 0),
        (T.RETURN_REFUND, "quality", ("whole", "close_up", "label"), 1),
        (T.RETURN_REFUND, "not_as_described", ("whole", "close_up", "label"), 1),
        (T.RETURN_REFUND, "wrong", ("all_items", "label", "box"), 1),
        (T.RETURN_REFUND, "damaged", ("damage", "box", "label"), 3),
        (T.REFUND_ONLY, "missing", ("all_items", "label", "box"), 1),
        (T.REFUND_ONLY, "not_received", (), 0),
        (T.EXCHANGE, "quality", ("whole", "close_up", "label"), 1),
        (T.EXCHANGE, "no_reason", (), 0),
        (T.REPAIR_RESEND, None, ("fault_video",), 1),
        (T.REPAIR_RESEND, "missing", ("packing_list", "all_items"), 1),
        (T.DELIVERED_NOT_RECEIVED, None, (), 0),  # the buyer's word
        (T.LOST_PARCEL, None, (), 0),
        (T.DELAY_COMPLAINT, None, (), 0),
        (T.CANCEL_ORDER, None, (), 0),
        (T.PLATFORM_INTERVENTION, None, (), 0),
        (T.ADDRESS_CHANGE, None, (), 0),
        (T.INVOICE, None, (), 0),
        (T.PRICE_PROTECTION, None, (), 0),
    ],
)
def test_each_case_needs_what_its_problem_needs(
    case_type: CaseType, problem: str | None, wanted: tuple[str, ...], enough: int
) -> None:
    assert checklist(case_type, problem) == Checklist(wanted, enough)  # type: ignore[arg-type]


BROKEN = checklist(T.DAMAGED_PARCEL)
FAULT = checklist(T.QUALITY_CLAIM)


@pytest.mark.parametrize(
    ("needs", "got", "waived", "asked", "held_up"),
    [
        (FAULT, [], [], ("whole", "close_up", "label"), True),
        (FAULT, ["close_up"], [], ("whole", "label"), False),  # one is enough to go on
        (FAULT, ["whole", "close_up", "label"], [], (), False),
        (BROKEN, ["damage"], [], ("box", "label"), True),
        (BROKEN, ["damage", "label"], [], ("box",), True),
        (BROKEN, ["damage", "label"], ["box"], (), False),  # the box is gone, and said so
        (
            BROKEN,
            [],
            ["box", "label", "damage"],
            (),
            False,
        ),  # nothing left to send: a person finds another way
        (NOTHING, [], [], (), False),
    ],
)
def test_only_what_is_missing_is_asked_for(
    needs: Checklist, got: list[str], waived: list[str], asked: tuple[str, ...], held_up: bool
) -> None:
    assert missing(needs, got, waived) == asked
    assert blocks(needs, got, waived) == (asked if held_up else ())


@pytest.mark.parametrize(
    ("needs", "captions", "shown"),
    [
        (FAULT, ["crack_close.jpg", "cup_whole.jpg"], ("close_up", "whole")),
        (FAULT, ["sole.jpg"], ("close_up",)),
        (FAULT, ["IMG_2041.jpg"], ("whole",)),
        (FAULT, ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg", "IMG_4.jpg"], ("whole", "close_up", "label")),
        (FAULT, ["IMG_1.jpg", "整体.jpg"], ("whole", "close_up")),  # what says what it is goes first
        (FAULT, ["裂缝特写", "裂缝近照"], ("close_up",)),  # the second shows nothing new
        (FAULT, ["a hole in the sleeve"], ("close_up",)),
        (FAULT, ["the whole thing"], ("whole",)),
        (FAULT, ["面单"], ("label",)),
        (BROKEN, ["外箱.jpg", "快递单.jpg", "碎了的杯子.jpg"], ("box", "label", "damage")),
        (BROKEN, ["box.jpg", "shipping-label.png", "smashed mug.jpg"], ("box", "label", "damage")),
        (BROKEN, ["label_on_box.jpg"], ("label",)),
        (BROKEN, ["crushed box", "broken cup"], ("box", "damage")),
        (BROKEN, ["damage1.jpg", "damage2.jpg"], ("damage",)),  # two of the damage do not show the box
        (checklist(T.WRONG_MISSING), ["全部东西.jpg", "label.jpg"], ("all_items", "label")),
        (checklist(T.WRONG_MISSING), ["everything.jpg"], ("all_items",)),
        (checklist(T.COUNTERFEIT_CLAIM), ["label.jpg"], ("serial",)),
        (
            checklist(T.COUNTERFEIT_CLAIM),
            ["吊牌.jpg", "CMA检测报告.pdf", "开箱.mp4"],
            ("serial", "report", "unboxing"),
        ),
        (checklist(T.REPAIR_RESEND), ["VID_20260310.mp4"], ("fault_video",)),
        (checklist(T.REPAIR_RESEND, "missing"), ["装箱单.jpg"], ("packing_list",)),
        (NOTHING, ["IMG_1.jpg"], ()),
    ],
)
def test_a_photo_shows_what_its_name_says_or_what_is_still_open(
    needs: Checklist, captions: list[str], shown: tuple[str, ...]
) -> None:
    assert items_shown(needs, captions) == shown


def test_what_came_before_is_not_counted_again() -> None:
    assert items_shown(BROKEN, ["box2.jpg", "IMG_7.jpg"], got=["box"]) == ("damage",)


def test_a_silent_photo_fills_nothing_that_is_gone_but_a_named_one_shows_it_after_all() -> None:
    assert items_shown(BROKEN, ["IMG_7.jpg"], waived=["damage"]) == ("box",)
    assert items_shown(BROKEN, ["box.jpg"], waived=["box"]) == ("box",)


NAMES = st.sampled_from(
    ["IMG_1.jpg", "box.jpg", "label.jpg", "碎.jpg", "整体", "特写", "report.pdf", "a.mp4", ""]
)


@given(
    st.sampled_from(list(T)),
    st.sampled_from([None, "quality", "damaged", "missing"]),
    st.lists(NAMES, max_size=8),
)
def test_no_item_is_counted_twice_or_out_of_nothing(
    case_type: CaseType, problem: str | None, names: list[str]
) -> None:
    needs = checklist(case_type, problem)
    shown = items_shown(needs, names)
    assert len(shown) == len(set(shown)) <= len(names)
    assert set(shown) <= set(needs.wanted)
    assert set(shown) | set(missing(needs, shown)) == set(needs.wanted)
