"""What a page may say, and what becomes of everything else."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.web_frames import PAGES, Hello, Pace, chat_of, hello, parse, said, words
from bot.messages import Attachment, Incoming

WHO = Hello(session="s" * 32, lang="en")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)
fields = st.sampled_from(
    ["id", "text", "button", "label", "attachments", "hello", "session", "after", "token"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(), max_size=60) | st.dictionaries(fields, json_values).map(json.dumps))
def test_no_frame_at_all_raises(raw: str) -> None:
    frame = parse(raw)
    hello(frame)
    said(frame)


@pytest.mark.parametrize(
    "raw", [None, "", "{", "[]", "7", '"hello"', "{" * 50_000, '{"id": ' + "[" * 90_000, "x" * 300_000]
)
def test_what_is_not_a_json_object_of_fair_size_is_nothing(raw: str | None) -> None:
    assert parse(raw) is None


@pytest.mark.parametrize(
    "frame",
    [
        {"id": "a"},
        {"id": "a", "text": "  \n "},
        {"id": "", "text": "hi"},
        {"id": "x" * 65, "text": "hi"},
        {"id": "a b", "text": "hi"},
        {"id": 7, "text": "hi"},
        {"text": "hi"},
        {"id": "a", "text": ["hi"]},
        {"id": "a", "text": "hi", "attachments": ["p"] * 11},
        {"id": "a", "text": "hi", "attachments": ["../etc"]},
        {"id": "a", "button": "b" * 65},
        {"id": "a", "button": "退" * 22},
        {"id": "a", "button": ""},
    ],
)
def test_a_frame_that_says_nothing_or_is_misshapen_is_nothing(frame: dict[str, object]) -> None:
    assert said(frame) is None


def test_half_an_emoji_and_a_nul_are_made_harmless() -> None:
    it = said(parse(r'{"id": "a", "text": "ok \ud83d and \u0000 and \ud83d\ude00"}'))
    assert it is not None
    assert it.text == "ok � and  and 😀"


def test_a_message_becomes_an_incoming_row_with_the_pages_id_as_key() -> None:
    it = said({"id": "m-1", "text": "退货", "attachments": ["p1"]})
    photo = Attachment("p1", "a.jpg", "image/jpeg", 3)
    assert it is not None
    assert it.incoming("web:x", WHO, "lin", (photo,)) == Incoming(
        "web:x", "m-1", text="退货", attachments=(photo,), buyer="lin", data={"lang_hint": "en"}
    )


def test_a_press_carries_the_buttons_value_and_the_words_the_buyer_saw() -> None:
    it = said({"id": "m-2", "button": "return", "label": "退货"})
    assert it is not None
    row = it.incoming("web:x", WHO, None, ())
    assert (row.kind, row.button, row.text) == ("button", "return", "退货")


@pytest.mark.parametrize("session", ["", "short", "a" * 21, "a" * 65, "a" * 22 + "\n", "中" * 22, "a/" * 12])
def test_a_session_of_the_wrong_form_is_turned_away(session: str) -> None:
    assert hello({"hello": {"session": session}}) is None


@pytest.mark.parametrize(
    ("told", "lang"), [("en", "en"), ("en-GB", "en"), ("zh-TW", "zh"), ("fr", "zh"), (7, "zh")]
)
def test_the_language_of_the_page_is_english_or_chinese(told: object, lang: str) -> None:
    who = hello({"hello": {"session": "s" * 32, "lang": told}})
    assert who is not None
    assert who.lang == lang


def test_the_conversations_key_does_not_hold_the_session() -> None:
    session = "s3cret-" * 5
    assert session not in chat_of(session)
    assert chat_of(session) != chat_of(session + "x")


def test_the_page_says_everything_in_both_languages() -> None:
    assert words("zh").keys() == words("en").keys()
    assert all(words("zh").values())
    assert all(words("en").values())


def test_every_word_the_page_asks_for_is_there() -> None:
    scripts = "".join(p.read_text("utf-8") for p in PAGES.glob("*.js") if p.name != "loader.js")
    asked = set(re.findall(r"\bwords\.(?!json)([a-z_]+)", scripts)) | set(
        re.findall(r'say\("([a-z_]+)"', scripts)
    )
    assert len(asked) > 20
    assert asked <= words("en").keys()


def test_the_fourth_in_a_pace_of_three_waits_until_the_first_is_past() -> None:
    pace = Pace(3, 10.0)
    assert [pace.wait("a", t) for t in (0.0, 1.0, 2.0)] == [0, 0, 0]
    assert pace.wait("a", 4.0) == 6.0
    assert pace.wait("b", 4.0) == 0
    assert pace.wait("a", 10.0) == 0


def test_a_pace_forgets_those_who_left() -> None:
    pace = Pace(3, 10.0)
    for n in range(10_002):
        pace.wait(f"visitor {n}", n / 1_000)
    pace.wait("late", 100.0)
    assert len(pace._seen) == 1
