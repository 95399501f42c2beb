from __future__ import annotations

import io
import json

import pytest

from bot.commands.match import explain_text, match_lines
from bot.errors import UsageError
from bot.understanding.matcher import Matcher


def _answers(matcher: Matcher, *lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    match_lines(matcher, lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_in_order_with_the_fields_promised(matcher: Matcher) -> None:
    first, second, third = _answers(
        matcher,
        '{"id": "a1", "text": "退款多久到账", "lang": "zh"}\n',
        '{"id": 7, "text": "how long does a refund take"}\n',
        "\n",
        '{"text": "12345"}\n',
    )
    assert (first["id"], first["topic"], first["action"]) == ("a1", "refund.timing", "answer")
    assert list(first) == ["id", "topic", "confidence", "action", "candidates"]
    assert first["candidates"][0] == [first["topic"], first["confidence"]]  # type: ignore[index]
    assert (second["id"], second["topic"]) == (7, "refund.timing")
    assert (third["topic"], third["action"], "id" in third) == ("none", "none", False)


@pytest.mark.parametrize("bad", ["not json", '{"id": 1}', '["text"]', '{"text": 5}'])
def test_a_bad_line_is_named_with_its_number_and_the_cure(bad: str, matcher: Matcher) -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match=r'^line 2: .*\{"id": 1, "text":') as error:
        match_lines(matcher, ['{"text": "你好"}', bad], out)
    assert "\n" not in str(error.value)
    assert len(out.getvalue().splitlines()) == 1


def test_the_account_for_people_shows_topic_action_and_the_phrasing_that_won(matcher: Matcher) -> None:
    account = explain_text(matcher, "请问tuikuan多久到账")
    assert account.startswith("refund.timing")
    for part in ("answer", "tuikuan → 退款", "退款多久到账", "thresholds"):
        assert part in account


def test_a_message_without_words_has_a_short_account(matcher: Matcher) -> None:
    assert explain_text(matcher, "12345").splitlines()[1] == "read as      (no words)"
